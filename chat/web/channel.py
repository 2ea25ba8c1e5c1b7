"""One connection to the site: twisted.web's where it writes, ours where it reads."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from twisted.internet.interfaces import IAddress, IDelayedCall, IHalfCloseableProtocol, IProtocol, ITCPTransport
from twisted.internet.protocol import connectionDone
from twisted.internet.tcp import Connection
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from twisted.web.http import Request as HttpRequest
from twisted.web.server import Request
from zope.interface import implementer

from chat.errors import ChatError
from chat.net.transports import hand_over
from chat.web.errors import refuse
from chat.web.parsing import Incoming, Parsed
from chat.web.request import ChatRequest

if TYPE_CHECKING:
    from chat.web.site import ChatSite

_READ_AHEAD: Final = 16 * 1024
_GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


@implementer(IHalfCloseableProtocol)
class Channel(HTTPChannel):
    """One connection. A request must be here in time, as a whole, whatever drips in; the next one has its own turn.

    What is read is parsed by `Incoming`, and not by `HTTPChannel`, of which only the writing side is used. The client
    may close its side behind a request: it is answered all the same.
    """

    site: "ChatSite"
    transport: ITCPTransport

    def __init__(self) -> None:
        super().__init__()
        self.is_over = False
        self.is_answering = False
        self.address: IAddress | None = None
        # All that it will hear.
        self.refusal: ChatError | None = None
        self._is_coming = False
        self._input_ended = False
        self._was_told_to_go_on = False
        self._is_paused = False
        self._turn: IDelayedCall | None = None

    def connectionMade(self) -> None:
        super().connectionMade()
        self.incoming = Incoming(self.site.limits)
        self.address = self.transport.getPeer()
        self.site.opened(self)

    def dataReceived(self, data: bytes) -> None:
        if self.is_over:
            return
        self.incoming.feed(data)
        if not (self.is_answering or self._turn is not None):
            self._go_on()
        elif len(self.incoming) > _READ_AHEAD:
            self._read(False)

    def readConnectionLost(self) -> None:
        """The client has said all it will: what is whole is answered, then it is closed."""
        self._input_ended = True
        if self.is_over:
            self.loseConnection()
        elif not (self.is_answering or self._turn is not None):
            self._go_on()

    def writeConnectionLost(self) -> None:
        """We have closed our side, after which the client closes its own; or it reads no more."""
        if not self.is_over:
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.is_over = True
        self._cancel_turn()
        self.site.closed(self)
        super().connectionLost(reason)

    @property
    def has_ended(self) -> bool:
        """Whether the client has closed its side."""
        return self._input_ended

    @property
    def is_pipelining(self) -> bool:
        """Whether there is more behind the request that is being answered."""
        return len(self.incoming) > 0

    def _go_on(self) -> None:
        """Answer the next request, if it is whole."""
        self._turn = None
        if self.is_over or self._waitingForTransport:
            return
        try:
            parsed = self.incoming.next()
        except ChatError as error:
            self._refuse(error)
            return
        if parsed is not None:
            self._answer(parsed)
        elif self._input_ended:
            self.is_over = True
            self.loseConnection()
        else:
            self._wait()

    def _wait(self) -> None:
        """For the rest of a request, or for the next one."""
        self._read(True)
        if not self.incoming.is_begun:
            self.site.idle.add(self)
        elif not self._is_coming:
            self._is_coming = True
            self.site.idle.discard(self)
            self.site.requests.add(self)
        if self.incoming.waits_for_go and not self._was_told_to_go_on:
            self._was_told_to_go_on = True
            self.transport.write(_GO_ON)

    def _answer(self, parsed: Parsed) -> None:
        self._is_coming = self._was_told_to_go_on = False
        self.is_answering = self._handlingRequest = True
        self.site.requests.discard(self)
        self.site.idle.discard(self)
        request = ChatRequest(self)
        self.requests.append(request)
        head = parsed.head
        self.persistent = head.version == b"HTTP/1.1" and b"close" not in head.words_of(b"connection")
        if not self.persistent:
            self.close_after(request)
        request.receive(parsed)

    def close_after(self, request: Request) -> None:
        """Answer no more than `request`."""
        self.persistent = False
        request.setHeader(b"Connection", b"close")

    def requestDone(self, request: HttpRequest) -> None:
        """See `HTTPChannel.requestDone`. The next one has its turn when others have had theirs."""
        self.requests.remove(request)
        self.is_answering = self._handlingRequest = False
        if not self.persistent:
            self.end()
        elif self.incoming.is_begun or self._input_ended:
            self._take_turn()
        else:
            self._wait()

    def resumeProducing(self) -> None:
        """See `HTTPChannel.resumeProducing`: what was written has left."""
        super().resumeProducing()
        if not (self.is_answering or self.is_over or self._turn is not None):
            self._take_turn()

    def _take_turn(self) -> None:
        self._turn = self.site.reactor.callLater(0, self._go_on)

    def _cancel_turn(self) -> None:
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None

    def _refuse(self, error: ChatError) -> None:
        """What came is no request that could be answered: say why, and read no more of it."""
        request = ChatRequest(self)
        if self.incoming.head is not None:
            request.take(self.incoming.head)
        request.method, request.clientproto = b"", b"HTTP/1.1"
        self.site.access.origins.tell(request)
        self.close_after(request)
        body = refuse(request, error)
        request.setHeader(b"Content-Length", b"%d" % len(body))
        request.write(body)
        self.end()

    def end(self) -> None:
        """Close, when what was written has left. Where more may be coming that would turn into a reset, and take the
        answer with it: there only this side is closed, and the other one has `farewell_seconds`.
        """
        self.is_over = True
        self.site.requests.discard(self)
        self.incoming.take_rest()
        self.site.lingering.add(self)
        if self._input_ended or not isinstance(self.transport, Connection):
            self.loseConnection()
            return
        self._read(True)
        cast("Callable[[], None]", self.transport.unregisterProducer)()
        self.transport.loseWriteConnection()

    def _read(self, wanted: bool) -> None:
        if wanted == self._is_paused:
            self._is_paused = not wanted
            (self._networkProducer.resumeProducing if wanted else self._networkProducer.pauseProducing)()

    def expired(self) -> None:
        """A request took too long to come, or another connection needs the place."""
        self.transport.abortConnection()

    def hand_over(self, protocol: IProtocol) -> None:
        """Give the connection to `protocol`, which reads what follows the request that is being answered."""
        rest = self.incoming.take_rest()
        self.is_over = True
        self._cancel_turn()
        self.site.closed(self)
        # A request and its channel refer to each other.
        self.requests.clear()
        cast("Callable[[], None]", self.transport.unregisterProducer)()  # type: ignore[attr-defined]
        hand_over(self.transport, protocol, rest)
        if self._input_ended and IHalfCloseableProtocol.providedBy(protocol):
            IHalfCloseableProtocol(protocol).readConnectionLost()
