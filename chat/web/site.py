"""The site: its routes, its connections with their deadlines, and what is checked of every request."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, Protocol

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.web.http import Request as HttpRequest
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site
from zope.interface import implementer

from chat.errors import ChatError
from chat.limits import Limits
from chat.net.deadlines import Deadlines
from chat.server.listening import ISite
from chat.web.access import Access
from chat.web.channel import Channel
from chat.web.request import ChatRequest
from chat.web.routing import METHODS, RefusingRoutes, Route, Routes, buffered, media_type

log = Logger(namespace="chat.web")

# Whoever has the address of an upload may write there.
_SECRET: Final = re.compile("^/uploads/.*", re.DOTALL)


class Timed(Protocol):
    """Something that runs while the site is started."""

    def start(self, clock: IReactorTime, /) -> None:
        """Begin."""

    def stop(self) -> None:
        """End, for now."""


@implementer(ISite)
class ChatSite(Site):
    """Answers requests by the table `routes`, if `access` admits them.

    Its deadlines, and everything in `timed`, run while it is started; a listening port starts it.
    """

    protocol = Channel  # type: ignore[assignment]

    def __init__(
        self,
        routes: Routes,
        limits: Limits,
        access: Access,
        clock: IReactorTime | None = None,
        timed: Sequence[Timed] = (),
    ) -> None:
        # Twisted's sites have a tree, which is never asked here.
        super().__init__(Resource(), timeout=None, reactor=clock)
        self.routes = routes
        self._clock = clock
        self._preflight = Route("OPTIONS", "*", buffered(self._answer_preflight), limits.body_bytes)
        self.limits = limits
        self.access = access
        self.channels: dict[Channel, None] = {}
        self.requests = Deadlines(limits.request_seconds, Channel.expired, reads_first=True)
        self.idle = Deadlines(limits.idle_seconds, Channel.end, reads_first=True)
        self.lingering = Deadlines(limits.farewell_seconds, Channel.expired)
        self._bodies = {
            seconds: Deadlines(seconds, Channel.expired, reads_first=True)
            for seconds in {route.seconds for route in routes.routes}
            if seconds is not None
        }
        self._deadlines = (self.requests, self.idle, self.lingering, *self._bodies.values())
        self._timed: Sequence[Timed] = (*self._deadlines, *timed)

    def startFactory(self) -> None:
        for each in self._timed:
            each.start(self.reactor)

    def stopFactory(self) -> None:
        for each in self._timed:
            each.stop()

    def route(self, request: ChatRequest) -> Route:
        """The route of `request`, whose head is here. Raises ChatError if there is none, or it is not allowed."""
        self.access.admit(request)
        if request.method == b"OPTIONS" and (request.path == b"*" or _is_preflight(request)):
            return self._preflight
        if request.method == b"CONNECT":
            request.setHeader(b"Allow", METHODS.encode())
            raise ChatError("wrong_method", methods=METHODS)
        if not request.path.startswith(b"/"):
            raise ChatError("bad_request", what="its address")
        route = self.routes.find(request)
        if route.types:
            media_type(request.getHeader("Content-Type") or "", route.types)
        return route

    def deadlines_of(self, route: Route) -> Deadlines[Channel]:
        """The deadlines for bodies of requests for `route`."""
        return self.requests if route.seconds is None else self._bodies[route.seconds]

    def refusing(self, code: str) -> "ChatSite":
        """A site on the same server that answers every request with the error `code`."""
        return ChatSite(RefusingRoutes(code), self.limits, self.access.of_everybody(), self._clock)

    def opened(self, channel: Channel) -> None:
        """A connection is made. If there are too many, the oldest that is not in use is closed."""
        self.channels[channel] = None
        self.access.admission.came(channel.address)
        channel.refusal = self.access.admission.refusal(channel.address)
        if channel.refusal is not None:
            self.access.admission.refused[channel.refusal.code] += 1
        if len(self.channels) > self.limits.http_connections:
            next((other for other in self.channels if not other.is_in_use), channel).expired()

    def closed(self, channel: Channel) -> None:
        """A connection is gone, or has become a WebSocket."""
        if self.channels.pop(channel, channel) is None:
            self.access.admission.went(channel.address)
        for deadlines in self._deadlines:
            deadlines.discard(channel)

    def log(self, request: HttpRequest) -> None:
        """Log a request that was answered, without the secrets that its address, query and headers may hold."""
        path = _SECRET.sub("/uploads/…", request.path.decode("ascii", "backslashreplace")[:200])
        log.debug("http: {method!r} {path!r} {code}", method=request.method, path=path, code=request.code)

    def _answer_preflight(self, request: ChatRequest) -> int:
        """Answer `OPTIONS`, with headers alone."""
        if _is_preflight(request):
            self.access.origins.allow(request)
        request.setResponseCode(HTTPStatus.NO_CONTENT.value)
        request.setHeader(b"Allow", METHODS.encode())
        request.finish()
        return NOT_DONE_YET


def _is_preflight(request: ChatRequest) -> bool:
    return request.requestHeaders.hasHeader(b"access-control-request-method")
