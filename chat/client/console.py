"""The terminal's side of the client: plain lines over standard input and output."""

from collections.abc import Callable

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.client import display
from chat.client.interfaces import Typist
from chat.errors import ChatError
from chat.framed import FramedReceiver
from chat.limits import Limits

# Back to the line's beginning, and erase it: what arrives stands above the prompt.
_ERASE_LINE = "\r\x1b[K"


@implementer(IHalfCloseableProtocol)
class Console(FramedReceiver):
    """Lines from standard input to `typist`, and lines to standard output: the conversation's `View`.

    With `is_terminal` it keeps a prompt below what is shown; otherwise it prints whole lines only. `done` is
    called once, with the exit status and a complaint or None, when everything shown has left.
    """

    def __init__(self, *, is_terminal: bool, done: Callable[[int, str | None], None]) -> None:
        super().__init__(Limits().line_bytes)
        self.typist: Typist | None = None
        self._is_terminal = is_terminal
        self._done = done
        self._prompt = ""
        self._question = ""
        self._ending: tuple[int, str | None] | None = None
        self._output_is_lost = False

    # --- View

    def show(self, line: str) -> None:
        """See `View.show`."""
        self._write(f"{_ERASE_LINE}{line}\n{self._question or self._prompt}" if self._is_terminal else f"{line}\n")

    def ask(self, question: str) -> None:
        """See `View.ask`. On a terminal the question is the prompt, until it is answered."""
        if self._is_terminal:
            self._question = question
            self._write(f"{_ERASE_LINE}{question}")
        else:
            self._write(f"{question.rstrip()}\n")

    def set_prompt(self, prompt: str) -> None:
        """See `View.set_prompt`."""
        if self._is_terminal and prompt != self._prompt:
            self._prompt = prompt
            self._write(f"{_ERASE_LINE}{prompt}")

    def set_reading(self, wanted: bool) -> None:
        """See `View.set_reading`."""
        if wanted and self.paused:
            self.resumeProducing()
        elif not wanted and not self.paused:
            self.pauseProducing()

    def finish(self, status: int, complaint: str | None) -> None:
        """See `View.finish`."""
        self._ending = (status, complaint)
        if self._is_terminal and self._prompt:
            self._write(_ERASE_LINE)
        if self._output_is_lost or self.transport is None:
            self._end()
        else:
            self.transport.loseConnection()

    # --- what standard input and output tell

    def lineReceived(self, line: bytes) -> None:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            self.show(display.error(str(ChatError("not_utf8"))))
            return
        self._question = ""
        if self._is_terminal:
            self._write(self._prompt)
        if self.typist is not None:
            self.typist.typed(text)

    def lineLengthExceeded(self, line: bytes) -> None:
        """Too long to be sent: say so, and go on with the next."""
        self.show(display.error(str(ChatError("too_long", limit=Limits().line_bytes))))

    def readConnectionLost(self) -> None:
        """End of input. What is on its way still has to leave, and to arrive."""
        self.input_ended()
        if self.typist is not None:
            self.typist.ended()

    def writeConnectionLost(self) -> None:
        """Nobody reads what we print (`| true`): finish what was typed, and end."""
        # With its output gone, standard input and output never report that they are closed.
        self._output_is_lost = True
        if self._ending is not None:
            self._end()
        elif self.typist is not None:
            self.typist.ended()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._end()

    def _write(self, text: str) -> None:
        if self.transport is not None and not self._output_is_lost:
            self.transport.write(text.encode("utf-8", "replace"))

    def _end(self) -> None:
        ending, self._ending = self._ending or (0, None), None
        done, self._done = self._done, lambda status, complaint: None
        done(*ending)
