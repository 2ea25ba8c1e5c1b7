"""The site: what answers to requests, the deadlines of their connections, and who may ask."""

from collections.abc import Sequence
from typing import Final, Protocol, cast

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.web.http import Request as HttpRequest
from twisted.web.resource import IResource
from twisted.web.server import Request, Site

from chat.errors import ChatError
from chat.limits import Limits
from chat.net.deadlines import Deadlines
from chat.web.access import Access
from chat.web.channel import Channel
from chat.web.request import ChatRequest
from chat.web.resource import METHODS, Preflight, Refused

log = Logger(namespace="chat.web")

# Nothing is at an address of so many parts.
_DEEPEST: Final = 10


class Timed(Protocol):
    """Something that goes on while the site is started."""

    def start(self, clock: IReactorTime, /) -> None:
        """Begin."""

    def stop(self) -> None:
        """End, for now."""


class ChatSite(Site):
    """Serves `root` to those who have `access`.

    Its deadlines, and what is `timed`, run while it is started, as a listening port does to it.
    """

    protocol = Channel  # type: ignore[assignment]

    def __init__(
        self,
        root: IResource,
        limits: Limits,
        access: Access,
        clock: IReactorTime | None = None,
        timed: Sequence[Timed] = (),
    ) -> None:
        super().__init__(root, timeout=None, reactor=clock)
        self.limits = limits
        self.access = access
        self.channels: dict[Channel, None] = {}
        self.requests = Deadlines(limits.request_seconds, Channel.expired, reads_first=True)
        self.idle = Deadlines(limits.idle_seconds, Channel.end, reads_first=True)
        self.lingering = Deadlines(limits.farewell_seconds, Channel.expired)
        self._timed: Sequence[Timed] = (self.requests, self.idle, self.lingering, *timed)

    def startFactory(self) -> None:
        for each in self._timed:
            each.start(self.reactor)

    def stopFactory(self) -> None:
        for each in self._timed:
            each.stop()

    def getResourceFor(self, request: Request) -> IResource:
        """See `Site.getResourceFor`: who may not ask, or asks what may be asked, is answered before all else."""
        assert isinstance(request, ChatRequest), "the channel makes no others"
        self.access.origins.tell(request)
        if request.channel.refusal is not None:
            request.channel.close_after(request)
            return Refused(request.channel.refusal)
        try:
            self.access.admit(request)
            if request.method == b"OPTIONS" and request.path == b"*":
                return Preflight()
            if request.method == b"CONNECT":
                request.setHeader(b"Allow", METHODS)
                raise ChatError("wrong_method", methods=METHODS.decode())
            if not request.path.startswith(b"/"):
                raise ChatError("bad_request", what="its address")
            if request.path.count(b"/") > _DEEPEST:
                raise ChatError("not_found")
            if request.method == b"OPTIONS" and request.requestHeaders.hasHeader(b"access-control-request-method"):
                self.access.origins.allow(request)
                return Preflight()
        except ChatError as error:
            # What is behind a flood would only be refused, too; and behind a request that is none may be anything.
            if error.code == "bad_request" or (error.code == "too_fast" and request.channel.is_pipelining):
                request.channel.close_after(request)
            return Refused(error)
        return cast("IResource", super().getResourceFor(request))

    def opened(self, channel: Channel) -> None:
        """A connection is made. Where there are too many, one that nothing is done for gives way: the oldest."""
        self.channels[channel] = None
        self.idle.add(channel)
        self.access.admission.came(channel.address)
        channel.refusal = self.access.admission.refusal(channel.address)
        if channel.refusal is not None:
            self.access.admission.refused[channel.refusal.code] += 1
        if len(self.channels) > self.limits.http_connections:
            next((other for other in self.channels if not other.is_answering), channel).expired()

    def closed(self, channel: Channel) -> None:
        """A connection is gone, or no longer one of HTTP."""
        if self.channels.pop(channel, channel) is None:
            self.access.admission.went(channel.address)
        for deadlines in (self.requests, self.idle, self.lingering):
            deadlines.discard(channel)

    def log(self, request: HttpRequest) -> None:
        """Called for each request that was answered. Its query and its headers may be secret."""
        path = request.path.decode("ascii", "backslashreplace")[:200]
        log.debug("http: {method!r} {path!r} {code}", method=request.method, path=path, code=request.code)
