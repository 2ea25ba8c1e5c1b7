"""Tests of the open place: the page's own modules, drawn from a chat that is a fake, in every browser."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from chat.web.page.assets import Asset, Assets, page_assets
from tests.browser.case import BrowserCase
from tests.browser.tab import HOST, Tab

_FIXTURE: Final = Path(__file__).parent / "fixture"
_ADDRESS: Final = "127.0.0.1"
# That of the page, as far as it matters here.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:;"
    " require-trusted-types-for 'script'; trusted-types worker"
)

# What an error of the body begins with.
_FAILED: Final = "the body failed: "
# Runs the body of an asynchronous function.
_MEASURED: Final = """
const given = Array.from(arguments).slice(0, -1), done = arguments[arguments.length - 1];
const {scroller, frame, frames, eye, left, rows, moved, unpinned, sweep, appended, drawn, flooded} = measure;
(async () => { BODY })().then(done, error => done(`FAILED${error} ${error.stack}`));
"""


class FixtureServer(ThreadingHTTPServer):
    """Serves the page's files and those of the fixture, under the policy of the page."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((_ADDRESS, 0), _Answer)
        self.fixture = Assets(_FIXTURE)
        self._thread = Thread(target=self.serve_forever)
        self._thread.start()

    def address(self, **query: object) -> str:
        """Where the open place is, of a chat like that."""
        return f"http://{HOST}:{self.server_port}/fixture/list.html?{urlencode(query)}"

    def found(self, path: str) -> Asset | None:
        """The file at that address."""
        top, _, name = urlsplit(path).path.removeprefix("/").partition("/")
        return {"page": page_assets(), "fixture": self.fixture}.get(top, self.fixture).find(name)

    def end(self) -> None:
        """Serve no more."""
        self.shutdown()
        self.server_close()
        self._thread.join()


def measured(tab: Tab, script: str, *values: object, seconds: float = 60) -> Any:
    """What an asynchronous function's body returns, in that tab.

    Raises:
        AssertionError: the body failed; with its error.
    """
    result = tab.run_later(_MEASURED.replace("FAILED", _FAILED).replace("BODY", script), *values, seconds=seconds)
    if isinstance(result, str) and result.startswith(_FAILED):
        raise AssertionError(result)
    return result


class _Answer(BaseHTTPRequestHandler):
    server: FixtureServer

    def do_GET(self) -> None:
        asset = self.server.found(self.path)
        self.send_response(404 if asset is None else 200)
        body = b"" if asset is None else asset.body
        if asset is not None:
            self.send_header("Content-Type", asset.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", _POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class FixtureCase(BrowserCase):
    """Each test opens the place of a chat of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.fixture = FixtureServer()
        self.addCleanup(self.fixture.end)

    def opened(self, tab: Tab | None = None, **query: object) -> Tab:
        """A tab with a place that has `count` messages, the last `loaded` of which are here; see start.js."""
        tab = tab or self.tab()
        tab.open(self.fixture.address(**query))
        tab.find(".composer textarea")
        return tab

    def measured(self, tab: Tab, script: str, *values: object) -> Any:
        """What an asynchronous function's body returns; it has what measure.js exports, and `given`."""
        return measured(tab, script, *values)

    def calls(self, tab: Tab, name: str) -> Any:
        """What the fake chat was asked for, of that name."""
        return tab.run("return chat.calls.filter(call => call[0] == arguments[0]).map(call => call.slice(1))", name)
