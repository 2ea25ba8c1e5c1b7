"""Answers that are made piece by piece, as fast as their clients take them."""

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.net.deadlines import Deadlines
from chat.web.request import ChatRequest


class CutShortError(Exception):
    """The rest of an answer cannot be had. A short answer is no answer: the connection is closed."""


@implementer(IPushProducer)
class Paced:
    """The body of one answer. The next piece is made when the client has taken those before.

    `stalled` cuts it when its client takes nothing for a while. A kind of answer has its own `piece`, and may have its
    own `failed` and `over`.
    """

    def __init__(self, request: ChatRequest, stalled: "Deadlines[Paced]") -> None:
        self._request = request
        self._stalled = stalled
        self._is_paused = self._is_making = self._is_over = False

    async def piece(self) -> bytes | None:
        """The next piece, which may be empty; None after the last one. Raises CutShortError."""
        raise NotImplementedError

    def failed(self, failure: Failure) -> None:
        """Say in the log why the next piece could not be made; the connection is closed then."""

    def ended(self) -> None:
        """The answer is sent, or its client is gone. Called once."""

    def begin(self, head: bytes = b"") -> None:
        """Send the headers, and `head`; then what the client takes of the rest. HEAD has headers alone."""
        request = self._request
        request.notifyFinish().addBoth(self._over)
        if request.method == b"HEAD":
            request.write(b"")
            request.finish()
            return
        self._stalled.add(self)
        request.registerProducer(self, True)
        request.write(head)
        self._go_on()

    def cut(self) -> None:
        """Close the connection at once."""
        self._request.channel.transport.abortConnection()

    def pauseProducing(self) -> None:
        """The client does not keep up."""
        self._is_paused = True

    def resumeProducing(self) -> None:
        """The client has taken what there was."""
        self._is_paused = False
        self._go_on()

    def stopProducing(self) -> None:
        """The client is gone."""

    def _go_on(self) -> None:
        if not (self._is_paused or self._is_making or self._is_over):
            self._is_making = True
            Deferred.fromCoroutine(self._send()).addErrback(self._failed)

    async def _send(self) -> None:
        while not (self._is_paused or self._is_over):
            piece = await self.piece()
            if self._is_over:
                return
            if piece is None:
                self._request.unregisterProducer()
                self._request.finish()
                return
            self._stalled.add(self)
            if piece:
                self._request.write(piece)
        self._is_making = False

    def _failed(self, failure: Failure) -> None:
        if failure.check(CutShortError) is None:
            self.failed(failure)
        if not self._is_over:
            self.cut()

    def _over(self, _: object) -> None:
        self._is_over = True
        self._stalled.discard(self)
        self.ended()
