"""One connection to the site. Twisted's `HTTPChannel` writes the responses; our own code reads the requests."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, Protocol, cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IDelayedCall,
    IHalfCloseableProtocol,
    IProtocol,
)
from twisted.internet.protocol import connectionDone
from twisted.internet.tcp import Connection
from twisted.python.failure import Failure
from twisted.web.http import Request as HttpRequest
from twisted.web.server import Request
from zope.interface import implementer

from chat.errors import ChatError
from chat.limits import Limits
from chat.net.deadlines import Deadlines
from chat.net.transports import hand_over
from chat.web.access import Access
from chat.web.parsing import Head, Incoming
from chat.web.request import ChatRequest, RequestChannel
from chat.web.routing import BodySink, Route

_READ_AHEAD: Final = 16 * 1024
_GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class Serving(Protocol):
    """The site, as its connections see it. The deadlines are those of all its connections."""

    limits: Limits
    access: Access
    requests: Deadlines[Any]
    idle: Deadlines[Any]
    lingering: Deadlines[Any]
    # Twisted's sites know no type for it.
    reactor: Any

    def route(self, request: ChatRequest) -> Route:
        """The route of `request`, whose head is here. Raises ChatError if there is none, or it is not allowed."""

    def deadlines_of(self, route: Route) -> Deadlines[Any]:
        """The deadlines for bodies of requests for `route`."""

    def opened(self, channel: "Channel") -> None:
        """A connection is made."""

    def closed(self, channel: "Channel") -> None:
        """A connection is gone, or has become a WebSocket."""


@implementer(IHalfCloseableProtocol)
class Channel(RequestChannel):
    """One connection. Each request has a deadline for all of it, and is answered in a turn of its own.

    `Incoming` parses the requests; of `HTTPChannel` only the writing side is used. The site's table is asked when the
    head of a request is here; then the body goes to the route's sink. A client that closes its side after a request
    still gets the answer.
    """

    site: Serving

    def __init__(self) -> None:
        super().__init__()
        self.is_over = False
        self.is_answering = False
        self.address: IAddress | None = None
        # The only answer on this connection, if there is one.
        self.refusal: ChatError | None = None
        # The request whose body is awaited, and the sink that takes the body.
        self._coming: ChatRequest | None = None
        self._sink: BodySink | None = None
        self._is_checking = False
        self._is_held = False
        self._is_upload = False
        # The deadlines that begin again with each piece of the body, if the route has such.
        self._renewed: Deadlines[Any] | None = None
        # Whether the client waits for `100 Continue`.
        self._is_waited_for = False
        # The deadline that runs now.
        self._deadlines: Deadlines[Any] | None = None
        self._input_ended = False
        self._is_paused = False
        self._turn: IDelayedCall | None = None

    def connectionMade(self) -> None:
        super().connectionMade()
        self.incoming = Incoming(self.site.limits)
        self.address = self.transport.getPeer()
        self._set_deadline(self.site.idle)
        self.site.opened(self)

    def dataReceived(self, data: bytes) -> None:
        if self.is_over:
            return
        self.incoming.feed(data)
        if not self._is_busy:
            self._go_on()
        elif len(self.incoming) > _READ_AHEAD:
            self._read(False)

    def readConnectionLost(self) -> None:
        """The client has closed its side: whole requests are answered, then the connection is closed."""
        self._input_ended = True
        if self.is_over:
            self.loseConnection()
        elif not self._is_busy:
            self._go_on()

    def writeConnectionLost(self) -> None:
        """We have closed our side and wait for the client's end; or the client reads no more."""
        if not self.is_over:
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.is_over = True
        self._cancel_turn()
        self._lose_sink()
        self.site.closed(self)
        super().connectionLost(reason)

    @property
    def has_ended(self) -> bool:
        """Whether the client has closed its side."""
        return self._input_ended

    @property
    def _is_busy(self) -> bool:
        """Whether received bytes have to wait: for an answer, a check, the sink, or the next turn."""
        return self.is_answering or self._is_checking or self._is_held or self._turn is not None

    @property
    def is_in_use(self) -> bool:
        """Whether a request is answered, or an upload taken: a body that has a time of its own."""
        return self.is_answering or self._is_upload

    @property
    def is_pipelining(self) -> bool:
        """Whether more bytes have come after the request that is being answered."""
        return len(self.incoming) > 0

    def _go_on(self) -> None:
        """Take the bytes that are here, and answer a request that is whole."""
        self._turn = None
        if self.is_over or self._waitingForTransport or self._is_busy:
            return
        if self._sink is not None:
            self._fill(self._sink)
        elif self.incoming.is_whole:
            self._take_head()
        else:
            self._drop_body()

    def _take_head(self) -> None:
        """If the head of the next request is here, accept or refuse that request."""
        try:
            head = self.incoming.next_head()
        except ChatError as error:
            self._refuse(self._request_of(self.incoming.head), error)
            return
        if head is None:
            self._wait()
            return
        request = self._coming = self._request_of(head)
        self._is_waited_for = self.incoming.waits_for_go
        self.persistent = head.version == b"HTTP/1.1" and b"close" not in head.words_of(b"connection")
        if not self.persistent:
            self.close_after(request)
        try:
            if self.refusal is not None:
                self.close_after(request)
                raise self.refusal
            route = self.site.route(request)
            checking = route.check(request)
        except Exception as error:
            self._turn_down(request, error)
            return
        if checking is None:
            self._accept(request, route)
        else:
            self._check_later(request, route, checking)

    def _request_of(self, head: Head | None) -> ChatRequest:
        request = ChatRequest(self)
        self.requests.append(request)
        if head is not None:
            request.take(head)
        else:
            request.method, request.path, request.clientproto = b"", b"", b"HTTP/1.1"
        self.site.access.origins.tell(request)
        return request

    def _check_later(self, request: ChatRequest, route: Route, checking: Awaitable[None]) -> None:
        """Wait for the route's check. Nothing is read meanwhile."""
        self._is_checking = True
        self._read(False)

        async def check() -> None:
            await checking

        def checked(result: object) -> None:
            self._is_checking = False
            if self.is_over:
                return
            if isinstance(result, Failure):
                self._turn_down(request, cast("BaseException", result.value))
            else:
                self._accept(request, route)

        Deferred.fromCoroutine(check()).addBoth(checked)

    def _accept(self, request: ChatRequest, route: Route) -> None:
        """Take the body, up to the route's limit."""
        try:
            self.incoming.begin_body(route.body_bytes)
            sink = route.take(request, _Flow(self, request))
        except Exception as error:
            self._refuse(request, error)
            return
        if self._coming is not request:
            # The sink has refused it already.
            sink.lost()
            return
        self._sink = sink
        if route.seconds is not None:
            self._is_upload = True
            deadlines = self.site.deadlines_of(route)
            self._renewed = deadlines if route.renews else None
            self._set_deadline(deadlines)
        if not self._is_held:
            self._fill(self._sink)

    def _fill(self, sink: BodySink) -> None:
        """Give the bytes that are here of the body to its sink; answer after the last."""
        request = self._coming
        assert request is not None, "a sink is a request's"
        try:
            piece = self.incoming.next_piece()
            if piece:
                sink.write(piece)
        except Exception as error:
            self._refuse(request, error)
            return
        if self._coming is not request:
            # The sink has refused the rest.
            return
        if piece and self._renewed is not None:
            self._renewed.add(self)
        if self.incoming.is_whole:
            self._sink = None
            self._answer(request, sink.end)
        elif not self._is_held:
            self._wait()

    def _turn_down(self, request: ChatRequest, error: BaseException) -> None:
        """Refuse a request before its body. A body within `body_bytes` is dropped, and the connection goes on."""
        try:
            self.incoming.begin_body(self.site.limits.body_bytes)
            self.incoming.next_piece()
            # A client that waits for `100 Continue` may send the body now, or the next request: nobody can tell.
            is_kept = self.incoming.is_whole or not self._is_waited_for
        except ChatError:
            is_kept = False
        code = error.code if isinstance(error, ChatError) else "internal"
        # Bytes after a malformed request may mean anything; requests after a flood would be refused, too.
        if not is_kept or code == "bad_request" or (code == "too_fast" and self.is_pipelining):
            self.close_after(request)
        elif code == "too_fast":
            # Refusing costs time, too: rest before the next request is read.
            self._read(False)
            self._take_turn(self.site.limits.slowdown_seconds)
        self._answer(request, partial(_raise, error))

    def _drop_body(self) -> None:
        """Drop the rest of a body whose request has been answered."""
        try:
            self.incoming.next_piece()
        except ChatError:
            self.end()
            return
        if self.incoming.is_whole and self.incoming.is_begun:
            self._take_turn()
        else:
            self._wait()

    def _wait(self) -> None:
        """Wait for more bytes: the rest of a request, or the next one."""
        if self._input_ended:
            self.is_over = True
            self._lose_sink()
            self.loseConnection()
            return
        self._read(True)
        if not self.incoming.is_begun:
            self._set_deadline(self.site.idle)
        elif self._deadlines in (None, self.site.idle):
            self._set_deadline(self.site.requests)
        if self._sink is not None and self._is_waited_for and self.incoming.waits_for_go:
            self._is_waited_for = False
            self.transport.write(_GO_ON)

    def _set_deadline(self, deadlines: Deadlines[Any] | None) -> None:
        if self._deadlines is not None:
            self._deadlines.discard(self)
        self._deadlines = deadlines
        if deadlines is not None:
            deadlines.add(self)

    def _answer(self, request: ChatRequest, answer: Callable[[], bytes | int]) -> None:
        self._coming, self._is_held, self._is_upload, self._renewed = None, False, False, None
        self.is_answering = self._handlingRequest = True
        self._set_deadline(None)
        request.respond(answer)

    def charge(self, request: ChatRequest, count: int) -> None:
        """See `ChatRequest.charge`."""
        self.site.access.charge(request, count)

    def close_after(self, request: Request) -> None:
        """Close the connection after the answer to `request`."""
        self.persistent = False
        request.setHeader(b"Connection", b"close")

    def requestDone(self, request: HttpRequest) -> None:
        """See `HTTPChannel.requestDone`. The next request is answered in another turn of the reactor."""
        self.requests.remove(request)
        self.is_answering = self._handlingRequest = False
        if not self.persistent:
            self.end()
        elif self.incoming.is_begun or self._input_ended or self._turn is not None:
            self._take_turn()
        else:
            self._wait()

    def resumeProducing(self) -> None:
        """See `HTTPChannel.resumeProducing`: the transport has sent what was written."""
        super().resumeProducing()
        if self._is_paused:
            self._networkProducer.pauseProducing()
        if not (self._is_busy or self.is_over):
            self._take_turn()

    def _take_turn(self, seconds: float = 0) -> None:
        """Go on in the reactor's next turn, or after `seconds`. A turn that is due already stays."""
        if self._turn is None:
            self._turn = self.site.reactor.callLater(seconds, self._go_on)

    def _cancel_turn(self) -> None:
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None

    def _refuse(self, request: ChatRequest, error: BaseException) -> None:
        """Answer with an error, and close: the bytes after the request are not read."""
        self._lose_sink()
        self.close_after(request)
        self._answer(request, partial(_raise, error))

    def _lose_sink(self) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.lost()

    def hold(self, request: ChatRequest, wanted: bool) -> None:
        """Pause or resume the body of `request`. Does nothing once that has been answered."""
        if self._is_held == wanted or self._coming is not request or self.is_over:
            return
        self._is_held = wanted
        self._read(not wanted)
        if not wanted:
            self._take_turn()

    def refuse(self, request: ChatRequest, error: ChatError) -> None:
        """Refuse `request` before all of its body is here. Does nothing once that has been answered."""
        if self._coming is request and not self.is_over:
            self._refuse(request, error)

    def end(self) -> None:
        """Close, once the written bytes have left.

        Closing with unread bytes makes TCP send a reset, which may destroy the answer on its way. So only our side is
        closed first; the client has `farewell_seconds` to close its own.
        """
        self.is_over = True
        self._lose_sink()
        self.incoming.take_rest()
        self._set_deadline(self.site.lingering)
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
        self._coming = None
        cast("Callable[[], None]", self.transport.unregisterProducer)()  # type: ignore[attr-defined]
        hand_over(self.transport, protocol, rest)
        if self._input_ended and IHalfCloseableProtocol.providedBy(protocol):
            IHalfCloseableProtocol(protocol).readConnectionLost()


class _Flow:
    """See `chat.web.routing.Flow`."""

    def __init__(self, channel: Channel, request: ChatRequest) -> None:
        self._channel = channel
        self._request = request

    def pauseProducing(self) -> None:
        self._channel.hold(self._request, True)

    def resumeProducing(self) -> None:
        self._channel.hold(self._request, False)

    def refuse(self, error: ChatError) -> None:
        self._channel.refuse(self._request, error)


def _raise(error: BaseException) -> bytes:
    raise error
