"""Which pages may connect: a browser says where a page is from, and no page can make it lie."""

from urllib.parse import urlsplit

from chat.errors import ChatError
from chat.web.request import ChatRequest

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What a page of another site may ask, and what of the answer it may see (the Fetch standard, 3.2).
_METHODS = b"GET, HEAD, POST"
_HEADERS = b"Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
_EXPOSED = b"Link, Retry-After"
_SECONDS = b"600"


class Origins:
    """The origins (RFC 6454) whose pages may connect: those listed or, with none, the server's own host.

    The list is exact: with one, the server's own pages must be on it.
    """

    def __init__(self, listed: frozenset[str] = frozenset()) -> None:
        self._listed = listed

    def check(self, request: ChatRequest, *, cookies_need_one: bool = False) -> None:
        """Raise ChatError where the page that `request` is from may not connect.

        One without `Origin` is from a program, or from a page of ours. A browser that opens a WebSocket always sends
        one: with `cookies_need_one`, whoever has a cookie and no origin hides where they are from.
        """
        origins = request.requestHeaders.getRawHeaders(b"origin", [])
        is_hidden = not origins and cookies_need_one and request.requestHeaders.hasHeader(b"cookie")
        if is_hidden or len(origins) > 1 or not all(self._permit(one.decode("latin-1"), request) for one in origins):
            raise ChatError("foreign_origin")

    def tell(self, request: ChatRequest) -> None:
        """Let the browser show the answer to the page that asked, where that is of a listed origin; refusals too."""
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
        """Tell a browser that asks beforehand (a preflight) what a page may ask. Raises ChatError where it may not."""
        self.check(request)
        request.setHeader(b"Access-Control-Allow-Methods", _METHODS)
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
    """An origin as browsers write it: lower case, without the scheme's own port. None for what is none of a page."""
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
