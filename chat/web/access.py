"""The gate of a site: for which hosts, from which pages, through which proxies and how often a client may ask."""

from collections.abc import Callable
from typing import NamedTuple

from chat.errors import ChatError
from chat.limits import Limits
from chat.net.addresses import Networks, host_of, is_local, source_of
from chat.server.admission import Admission
from chat.throttle import Buckets
from chat.web.forwarded import caller_of
from chat.web.hosts import AnyHost, Authority, Hosts, parse_authority
from chat.web.origins import Origins
from chat.web.request import ChatRequest

_HEALTH = b"/healthz"
# Making all figures takes 3 ms of the reactor, and a QR code two to forty: they count as this many requests.
_COSTS = {b"/metrics": 10, b"/invite.svg": 20}
_PAGE, _PAGE_FILES = (b"/", b"/sw.js", b"/manifest.webmanifest"), b"/page/"


class Reached(NamedTuple):
    """How clients reach a site: under which `hosts`, and through which `proxies`, whose `Forwarded` is believed.

    Its figures are for this machine, and for `metrics_from`.
    """

    hosts: Hosts
    proxies: Networks = ()
    metrics_from: Networks = ()


class Access:
    """The gate that every request passes, whatever it asks for. `seconds` is the clock of the pace."""

    def __init__(
        self,
        limits: Limits,
        seconds: Callable[[], float],
        admission: Admission,
        origins: Origins | None = None,
        reached: Reached | None = None,
    ) -> None:
        self.origins = origins or Origins()
        self.admission = admission
        reached = reached or Reached(AnyHost())
        self._hosts, self._proxies = reached.hosts, reached.proxies
        # A proxy's connections serve many people: requests are paced by the client that the proxy names.
        admission.proxies = [*admission.proxies, *self._proxies]
        self._pace = Buckets(limits.lines_per_second, limits.burst_lines)
        self._page_pace = Buckets(limits.lines_per_second, limits.page_requests)
        self._limits = limits
        self._seconds = seconds

    def admit(self, request: ChatRequest) -> None:
        """Note the client and the host of `request`, and count it. Raises ChatError if it is not allowed."""
        caller = caller_of(request.client, request.requestHeaders, self._proxies)
        if caller.client is not request.client:
            request.client = caller.client
            ban = self.admission.bans.of_host(host_of(caller.client), source_of(caller.client))
            if ban is not None:
                raise ban.error()
        self._check_pace(request)
        asked = self._host(request)
        if caller.host is not None:
            asked = self._known(caller.host)
        request.asked, request.scheme = asked, caller.scheme

    def of_everybody(self) -> "Access":
        """The gate of a site that refuses every request: it knows every host, and has a pace of its own."""
        return Access(self._limits, self._seconds, self.admission)

    def charge(self, request: ChatRequest, count: int) -> None:
        """Count `count` bytes of a body in the pace of its address. After too many, requests are refused."""
        lines = count // self._limits.body_line_bytes
        if lines:
            now = self._seconds()
            self._pace.of(source_of(request.client), now).take(now, lines)

    def _check_pace(self, request: ChatRequest) -> None:
        source = source_of(request.client)
        if request.path in _PAGE or request.path.startswith(_PAGE_FILES):
            # A browser asks for all files of the page at once, and then must be able to join.
            if not self._page_pace.take(source, self._seconds()):
                raise ChatError("too_fast")
            return
        # A monitor on this machine has a pace of its own, so that other local clients cannot keep it out.
        is_watching = request.path == _HEALTH and is_local(request.client)
        if not self._pace.take(("health", source) if is_watching else source, self._seconds()):
            raise ChatError("too_fast")
        for _ in range(_COSTS.get(request.path, 1) - 1):
            self._pace.take(source, self._seconds())

    def _host(self, request: ChatRequest) -> Authority | None:
        """The host in an absolute address, or in `Host` (RFC 9112, 3.2). A request of HTTP/1.0 may have neither."""
        given = request.requestHeaders.getRawHeaders(b"host", [])
        if len(given) > 1 or (not given and request.clientproto != b"HTTP/1.0"):
            raise ChatError("bad_request", what="Host")
        names = [self._known(each.decode("latin-1")) for each in given]
        if request.authority is not None:
            names = [self._known(request.authority.decode("latin-1"))]
        return names[0] if names else None

    def _known(self, text: str) -> Authority:
        asked = parse_authority(text)
        if asked is None:
            raise ChatError("bad_request", what="Host")
        if not self._hosts.permit(asked.host):
            raise ChatError("unknown_host", host=asked.host)
        return asked
