"""What a browser is shown at `/`."""

from twisted.web.http import Request

from chat.web.resource import Place

_PAGE = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>chatserver</title>
<h1>A chat server is here</h1>
<p>Reach it with <code>nc</code>, <code>telnet</code>, the bundled client, <code>curl</code>, or a WebSocket at
<code>/ws</code>.</p>
</html>
"""


class Page(Place):
    """A page that says what is here. It needs no script, style or picture."""

    def getChild(self, path: bytes, request: Request) -> "Place":
        return self if path == b"" else super().getChild(path, request)

    def render_GET(self, request: Request) -> bytes:
        """The page."""
        request.setHeader(b"Content-Type", b"text/html; charset=utf-8")
        return _PAGE
