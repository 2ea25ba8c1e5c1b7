"""The site: twisted.web with deadlines, limits, strict headers, and refusals in JSON."""

from collections.abc import Callable, Sequence
from typing import AnyStr, Final, Protocol, cast

from twisted.internet.interfaces import IAddress, IProtocol, IReactorTime, ITCPTransport
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from twisted.web.http import Request as HttpRequest
from twisted.web.resource import IResource
from twisted.web.server import Request, Site

from chat.admission import Admission
from chat.bans import Bans
from chat.deadlines import Deadlines
from chat.errors import ChatError
from chat.limits import Limits
from chat.pace import Paces
from chat.transports import hand_over
from chat.web.errors import refuse
from chat.web.place import Refusing

log = Logger(namespace="chat.web")

# Nothing from elsewhere, no frames, no guessing of types; a page that needs more says so itself.
HEADERS: Final[dict[bytes, bytes]] = {
    b"Content-Security-Policy": (
        b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
        b" base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    b"X-Content-Type-Options": b"nosniff",
    b"X-Frame-Options": b"DENY",
    b"Referrer-Policy": b"no-referrer",
    b"Cross-Origin-Opener-Policy": b"same-origin",
    b"Cross-Origin-Resource-Policy": b"same-origin",
    b"Cache-Control": b"no-store",
}


class ChatRequest(Request):
    """One request, whose body is limited."""

    channel: "Channel"

    def __init__(self, channel: "Channel", queued: object = None) -> None:
        super().__init__(channel)
        for name, value in HEADERS.items():
            self.setHeader(name, value)

    def getHeader(self, key: AnyStr) -> AnyStr | None:
        """See `Request.getHeader`. What is not UTF-8 has no meaning to us, and is no reason to fail."""
        value = super().getHeader(key.encode() if isinstance(key, str) else key)
        return value if isinstance(key, bytes) or value is None else value.decode("utf-8", "replace")

    def handleContentChunk(self, data: bytes) -> None:
        """Take a part of the body; called by the channel."""
        if self.channel.is_over or self.content is None:
            return
        super().handleContentChunk(data)
        if self.content.tell() > self.channel.site.limits.body_bytes:
            self.channel.refuse_body()

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """All of it is here; called by the channel."""
        if not self.channel.is_over:
            super().requestReceived(command, path, version)

    def render(self, resrc: IResource) -> None:
        """Answer with what `resrc` says."""
        self.responseHeaders.removeHeader(b"Server")
        if self.channel.refusal is not None:
            self.setHeader(b"Connection", b"close")
            resrc = Refusing(self.channel.refusal)
        super().render(resrc)

    def processingFailed(self, reason: Failure) -> Failure:
        """Something went wrong: it is logged, and the client learns no more than that."""
        log.failure("failed: a request", reason)
        if not self.startedWriting:
            self.write(refuse(self, ChatError("internal")))
        self.finish()
        return reason


class Channel(HTTPChannel):
    """One connection. A request must be here in time, as a whole, whatever drips in."""

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

    def connectionMade(self) -> None:
        super().connectionMade()
        self.address = self.transport.getPeer()
        self.site.opened(self)

    def dataReceived(self, data: bytes) -> None:
        if self.is_over:
            return
        if not self._is_coming and not self.is_answering:
            self._is_coming = True
            self.site.requests.add(self)
        super().dataReceived(data)

    def allHeadersReceived(self) -> None:
        if self.length is not None and self.length > self.site.limits.body_bytes:
            self.refuse_body()
        else:
            super().allHeadersReceived()

    def allContentReceived(self) -> None:
        self._is_coming = False
        self.is_answering = True
        self.site.requests.discard(self)
        super().allContentReceived()

    def requestDone(self, request: HttpRequest) -> None:
        """See `HTTPChannel.requestDone`."""
        self.is_answering = False
        super().requestDone(request)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.is_over = True
        self.site.closed(self)
        super().connectionLost(reason)

    def refuse_body(self) -> None:
        """The body is too long: say so, and read no more of it."""
        self.is_over = True
        request = self.requests[-1]
        request.setHeader(b"Connection", b"close")
        body = refuse(request, ChatError("body_too_long", limit=self.site.limits.body_bytes))
        request.setHeader(b"Content-Length", b"%d" % len(body))
        request.clientproto = b"HTTP/1.1"
        request.write(body)
        self.loseConnection()

    def expired(self) -> None:
        """A request took too long to come, or another connection needs the place."""
        self.transport.abortConnection()

    def hand_over(self, protocol: IProtocol) -> None:
        """Give the connection to `protocol`, which reads what follows the request that is being answered."""
        rest = self.clearLineBuffer()
        self.is_over = True
        self.site.closed(self)
        # A request and its channel refer to each other.
        self.requests.clear()
        cast("Callable[[], None]", self.transport.unregisterProducer)()  # type: ignore[attr-defined]
        hand_over(self.transport, protocol, rest)


class Timed(Protocol):
    """Something that goes on while the site is started."""

    def start(self, clock: IReactorTime, /) -> None:
        """Begin."""

    def stop(self) -> None:
        """End, for now."""


class ChatSite(Site):
    """Serves `root`. Its deadlines, and what is `timed`, run while it is started, as a listening port does to it."""

    protocol = Channel  # type: ignore[assignment]
    requestFactory = ChatRequest  # type: ignore[assignment]

    def __init__(
        self,
        root: IResource,
        limits: Limits,
        clock: IReactorTime | None = None,
        timed: Sequence[Timed] = (),
        admission: Admission | None = None,
    ) -> None:
        # Twisted's own parser of forms fails on some headers; what is posted is read by whoever wants it.
        super().__init__(root, parsePOSTFormSubmission=False, timeout=limits.idle_seconds, reactor=clock)
        self.limits = limits
        self.admission = admission or Admission(limits, Bans(lambda: 0.0), Paces(limits))
        self.channels: dict[Channel, None] = {}
        self.requests = Deadlines(limits.request_seconds, Channel.expired)
        self._timed: Sequence[Timed] = (self.requests, *timed)

    def startFactory(self) -> None:
        for each in self._timed:
            each.start(self.reactor)

    def stopFactory(self) -> None:
        for each in self._timed:
            each.stop()

    def opened(self, channel: Channel) -> None:
        """A connection is made. Where there are too many, one that nothing is done for gives way: the oldest."""
        self.channels[channel] = None
        self.admission.came(channel.address)
        channel.refusal = self.admission.refusal(channel.address)
        if channel.refusal is not None:
            self.admission.refused[channel.refusal.code] += 1
        if len(self.channels) > self.limits.http_connections:
            next((other for other in self.channels if not other.is_answering), channel).expired()

    def closed(self, channel: Channel) -> None:
        """A connection is gone, or no longer one of HTTP."""
        if self.channels.pop(channel, channel) is None:
            self.admission.went(channel.address)
        self.requests.discard(channel)

    def log(self, request: HttpRequest) -> None:
        """Called for each request that was answered. Its query and its headers may be secret."""
        path = request.path.decode("ascii", "backslashreplace")[:200]
        log.debug("http: {method!r} {path!r} {code}", method=request.method, path=path, code=request.code)
