"""Which pages may connect: a browser says where a page is from, and no page can make it lie."""

from urllib.parse import urlsplit

from twisted.web.http import Request

from chat.errors import ChatError

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Origins:
    """The origins (RFC 6454) whose pages may open a WebSocket: those listed or, with none, the server's own host.

    The list is exact: with one, the server's own pages must be on it.
    """

    def __init__(self, listed: frozenset[str] = frozenset()) -> None:
        self._listed = listed

    def check(self, request: Request, *, cookies_need_one: bool = False) -> None:
        """Raise ChatError where the page that `request` is from may not connect.

        One without `Origin` is from a program, or from a page of ours. A browser that opens a WebSocket always sends
        one: with `cookies_need_one`, whoever has a cookie and no origin hides where they are from.
        """
        origins = request.requestHeaders.getRawHeaders(b"origin", [])
        host = (request.getHeader(b"host") or b"").decode("latin-1")
        is_hidden = not origins and cookies_need_one and request.requestHeaders.hasHeader(b"cookie")
        if is_hidden or len(origins) > 1 or not all(self._permit(one.decode("latin-1"), host) for one in origins):
            raise ChatError("foreign_origin")

    def _permit(self, origin: str, host: str) -> bool:
        known = parse_origin(origin)
        if known is None:
            return False
        return known in self._listed if self._listed else known == parse_origin(f"{urlsplit(known).scheme}://{host}")


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
