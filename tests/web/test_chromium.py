"""A real browser: its pages reach the chat, if they may."""

import json
import shutil
import subprocess
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.client_framing import Lines
from tests.running import RunningServer
from tests.transcript import SocketConnection

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-headless-shell", "google-chrome"))), None)
# A browser needs its time to start, on a busy machine.
PATIENCE = 60

_PAGE = """<!doctype html><title>a page</title><script>
const tell = what => fetch('/told', {method: 'POST', body: JSON.stringify(what)});
const socket = new WebSocket(`ws://127.0.0.1:${location.search.slice(1)}/ws`, ['ndjson']);
const send = request => socket.send(JSON.stringify(request));
socket.onopen = () => {
    tell({what: 'open', protocol: socket.protocol, extensions: socket.extensions});
    send({type: 'join', nickname: 'Page'});
};
socket.onmessage = message => {
    const push = JSON.parse(message.data);
    if (push.type == 'message') {
        tell({what: 'heard', from: push.from, text: push.text});
        send({type: 'message', text: 'you said: ' + push.text, to: push.from});
    }
};
socket.onclose = close => tell({what: 'closed', code: close.code, clean: close.wasClean});
</script>"""


class Pages(ThreadingHTTPServer):
    """Serves the page, and notes what it tells."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.told: Queue[dict[str, Any]] = Queue()

    def address(self, host: str) -> str:
        """Where the page is, on a host that is this machine."""
        return f"http://{host}:{self.server_port}"


class Visit(BaseHTTPRequestHandler):
    """One request of the browser."""

    server: Pages

    def do_GET(self) -> None:
        """The page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE.encode())

    def do_POST(self) -> None:
        """What the page tells."""
        self.server.told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


class Browser(SynchronousTestCase):
    """Chromium, without a screen."""

    if CHROMIUM is None:
        skip = "needs Chromium (on Debian: apt-get install chromium)"

    def setUp(self) -> None:
        self.pages = Pages()
        serving = Thread(target=self.pages.serve_forever, daemon=True)
        serving.start()
        self.addCleanup(serving.join)
        self.addCleanup(self.pages.server_close)
        self.addCleanup(self.pages.shutdown)

    def visit(self, address: str) -> None:
        """Open the page at `address`, until the test ends."""
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        command = [str(CHROMIUM), *options, f"--user-data-dir={folder.name}", "--remote-debugging-port=0", address]
        browser = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.addCleanup(browser.wait, PATIENCE)
        self.addCleanup(browser.terminate)

    def told(self) -> dict[str, Any]:
        """What the page tells next."""
        return self.pages.told.get(timeout=PATIENCE)

    def test_chatting(self) -> None:
        """A page of a site that is allowed comes in, speaks and hears, and is told when the server goes."""
        with RunningServer("--allow-origin", self.pages.address("127.0.0.1")) as server:
            ann = SocketConnection(server.port, Lines())
            self.addCleanup(ann.close)
            ann.send('{"type":"join","nickname":"Ann"}')
            ann.read()
            self.visit(f"{self.pages.address('127.0.0.1')}/?{server.port}")
            self.assertEqual(self.told(), {"what": "open", "protocol": "ndjson", "extensions": ""})
            heard = (json.loads(line) for line in iter(ann.read, None))
            self.assertEqual(next(push["nickname"] for push in heard if push["type"] == "joined"), "Page")
            for text in ("hé 🦊", "<b>&amp;</b>", "x" * 12_000):
                ann.send(json.dumps({"type": "message", "text": text}))
                self.assertEqual(self.told(), {"what": "heard", "from": "Ann", "text": text})
                answer = next(push for push in heard if push["type"] == "message")
                self.assertEqual((answer["from"], answer["text"]), ("Page", f"you said: {text}"))
            server.stop()
            self.assertEqual(self.told(), {"what": "closed", "code": 1001, "clean": True})

    def test_foreign(self) -> None:
        """A page of another site does not come in."""
        with RunningServer("--allow-origin", self.pages.address("127.0.0.1")) as server:
            self.visit(f"{self.pages.address('localhost')}/?{server.port}")
            self.assertEqual(self.told(), {"what": "closed", "code": 1006, "clean": False})

    def test_page_of_the_server(self) -> None:
        """The server's own page is shown, whatever spare connections the browser opens."""
        with RunningServer() as server, tempfile.TemporaryDirectory() as folder:
            options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--dump-dom"]
            command = [str(CHROMIUM), *options, f"http://127.0.0.1:{server.port}/"]
            shown = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
            self.assertIn("<h1>A chat server is here</h1>", shown)
            server.stop()
            self.assertNotIn("connected: ", server.log)
