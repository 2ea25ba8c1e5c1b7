"""Which pages may connect. The browser names a page's origin, and the page cannot forge it."""

from urllib.parse import urlsplit

from chat.errors import ChatError
from chat.web.request import ChatRequest
from chat.web.routing import METHODS

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What a page of another site may send, and which headers of the answer it may read (the Fetch standard, 3.2).
_HEADERS = b"Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Tus-Resumable, Upload-Offset"
_EXPOSED = b"Link, Location, Retry-After, Tus-Resumable, Upload-Length, Upload-Offset"
_SECONDS = b"600"


class Origins:
    """The origins (RFC 6454) whose pages may connect: those listed or, without a list, the server's own host.

    If there is a list, the server's own origin must be on it, too.
    """

    def __init__(self, listed: frozenset[str] = frozenset()) -> None:
        self._listed = listed

    def check(self, request: ChatRequest, *, cookies_need_one: bool = False) -> None:
        """Raise ChatError if the page that sent `request` may not connect.

        A request without `Origin` is from a program, or from a page of our own. Browsers always send `Origin` when they
        open a WebSocket: with `cookies_need_one`, a request with a cookie and without `Origin` is refused.
        """
        origins = request.requestHeaders.getRawHeaders(b"origin", [])
        is_hidden = not origins and cookies_need_one and request.requestHeaders.hasHeader(b"cookie")
        if is_hidden or len(origins) > 1 or not all(self._permit(one.decode("latin-1"), request) for one in origins):
            raise ChatError("foreign_origin")

    def tell(self, request: ChatRequest) -> None:
        """Set the headers that let a page of a listed origin read the answer, also a refusal."""
        if not self._listed:
            return
        request.setHeader(b"Vary", b"Origin")
        origins = request.requestHeaders.getRawHeaders(b"origin", [])
        known = parse_origin(origins[0].decode("latin-1")) if len(origins) == 1 else None
        if known in self._listed:
            request.setHeader(b"Access-Control-Allow-Origin", origins[0])
            request.setHeader(b"Access-Control-Expose-Headers", _EXPOSED)
            request.setHeader(b"Cross-Origin-Resource-Policy", b"cross-origin")

    def allow(self, request: ChatRequest) -> None:
        """Set the headers of an answer to a preflight. Raises ChatError if the page may not connect."""
        self.check(request)
        request.setHeader(b"Access-Control-Allow-Methods", METHODS.encode())
        request.setHeader(b"Access-Control-Allow-Headers", _HEADERS)
        request.setHeader(b"Access-Control-Max-Age", _SECONDS)

    def _permit(self, origin: str, request: ChatRequest) -> bool:
        known = parse_origin(origin)
        if known is None:
            return False
        if self._listed:
            return known in self._listed
        scheme = request.scheme or urlsplit(known).scheme
        return request.asked is not None and known == parse_origin(f"{scheme}://{request.asked}")


def parse_origin(text: str) -> str | None:
    """An origin as browsers write it: lower case, without the scheme's own port. None if `text` is no page's origin."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    if parts.scheme not in _DEFAULT_PORTS or not host or text.count("/") != 2 or set("@?#\\ ") & set(text):
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}")
