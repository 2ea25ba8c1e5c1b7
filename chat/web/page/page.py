"""The page at `/`."""

from chat.web.request import ChatRequest

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


def landing_page(request: ChatRequest) -> bytes:
    """Answer with a page that names the ways to connect. It needs no script, style or picture."""
    request.setHeader(b"Content-Type", b"text/html; charset=utf-8")
    return _PAGE
