"""The client's terminal: plain lines over standard input and output."""

from codecs import BOM_UTF8
from collections.abc import Callable
from typing import cast

from twisted.internet.interfaces import IConsumer, IHalfCloseableProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.client import display
from chat.client.echo import Echo
from chat.client.flush import Flush
from chat.client.interfaces import InputListener
from chat.errors import ChatError
from chat.limits import Limits
from chat.net.framed import FramedReceiver

# Erase the line with the prompt; new lines are shown above it.
_ERASE_LINE = "\r\x1b[K"


@implementer(IHalfCloseableProtocol)
class Console(FramedReceiver):
    """Lines from standard input to `listener`, and lines to standard output: the conversation's `View`.

    With `is_terminal` it keeps a prompt below the shown lines; otherwise it prints whole lines only. It calls `done`
    once, with the exit status and a complaint or None, when everything shown has left. `echo` is the terminal's, if
    standard input is one.
    """

    def __init__(self, *, is_terminal: bool, done: Callable[[int, str | None], None], echo: Echo | None = None) -> None:
        super().__init__(Limits().line_bytes)
        self.listener: InputListener | None = None
        self._is_terminal = is_terminal
        self._done = done
        self._echo = echo
        self._flush: Flush | None = None
        self._prompt = ""
        self._question = ""
        # What is shown before the prompt: how far a file has come.
        self._status = ""
        self._is_secret = False
        self._ending: tuple[int, str | None] | None = None
        self._output_is_lost = False

    # --- View

    def show(self, line: str) -> None:
        """See `View.show`."""
        prompt = self._question or self._status + self._prompt
        self._write(f"{_ERASE_LINE}{line}\n{prompt}" if self._is_terminal else f"{line}\n")

    def when_shown(self, call: Callable[[], None]) -> None:
        """See `View.when_shown`."""
        if self._flush is not None:
            self._flush.calls.append(call)
        elif self.transport is not None and not self._output_is_lost:
            call()

    def ask(self, question: str, *, is_secret: bool = False) -> None:
        """See `View.ask`. On a terminal the question is the prompt, until it is answered."""
        if is_secret and self._echo is not None:
            self._echo.off()
            self._is_secret = True
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

    def set_status(self, status: str) -> None:
        """Show `status` before the prompt, on a terminal; "" ends that."""
        if self._is_terminal and status != self._status:
            self._status = status
            if not self._question:
                self._write(f"{_ERASE_LINE}{status}{self._prompt}")

    def set_reading(self, wanted: bool) -> None:
        """See `View.set_reading`."""
        if wanted and self.paused:
            self.resumeProducing()
        elif not wanted and not self.paused:
            self.pauseProducing()

    def finish(self, status: int, complaint: str | None) -> None:
        """See `View.finish`."""
        self._ending = (status, complaint)
        self._show_typing()
        if self._is_terminal and self._prompt:
            self._write(_ERASE_LINE)
        if self._output_is_lost or self.transport is None:
            self._end()
        else:
            self.transport.loseConnection()

    # --- from standard input and output

    def lineReceived(self, line: bytes) -> None:
        try:
            text = line.removeprefix(BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError:
            self.show(display.error(str(ChatError("not_utf8"))))
            return
        self._question = ""
        self._show_typing()
        if self._is_terminal:
            self._write(self._prompt)
        if self.listener is not None:
            self.listener.typed(text)

    def lineLengthExceeded(self, line: bytes) -> None:
        """Show that the line is too long, and go on with the next."""
        self.show(display.error(str(ChatError("too_long", limit=Limits().line_bytes))))

    def readConnectionLost(self) -> None:
        """End of input. Lines on their way still have to leave, and to arrive."""
        self.input_ended(even_paused=True)
        if self.listener is not None:
            self.listener.ended()

    def writeConnectionLost(self) -> None:
        """Nobody reads our output (`| true`): handle the typed lines, and end."""
        # Once the output is lost, standard input and output never report that they are closed.
        self._output_is_lost = True
        self._flush = None
        if self._ending is not None:
            self._end()
        elif self.listener is not None:
            self.listener.ended()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._end()

    def _show_typing(self) -> None:
        """Show typed characters again after a secret, whose end of line was hidden, too."""
        if self._echo is not None and self._is_secret:
            self._is_secret = False
            self._echo.restore()
            if self._is_terminal:
                self._write("\n")

    def _write(self, text: str) -> None:
        if self.transport is None or self._output_is_lost:
            return
        self.transport.write(text.encode("utf-8", "replace"))
        if self._flush is None:
            self._flush = Flush(cast("IConsumer", self.transport), self._flushed)

    def _flushed(self) -> None:
        self._flush = None

    def _end(self) -> None:
        ending, self._ending = self._ending or (0, None), None
        done, self._done = self._done, lambda status, complaint: None
        done(*ending)
