"""WebSocket to the program that people start: in the clear, and through TLS."""

import socket
import ssl

from twisted.trial.unittest import SynchronousTestCase

from tests.running import SECONDS, RunningServer
from tests.web.frames import CLOSE, TEXT, Frame, Frames, close, request, text

_JOIN = '{"type":"join","nickname":"Ann","id":1}'


class Browser:
    """A WebSocket on a real socket; the request and the first frame leave in one piece."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._frames = Frames()
        self._read: list[Frame] = []
        connection.sendall(request() + text(_JOIN))
        said = b""
        while b"\r\n\r\n" not in said:
            said += connection.recv(65536)
        self.head, _, rest = said.partition(b"\r\n\r\n")
        self._read += self._frames.feed(rest)

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(data)

    def read(self) -> Frame | None:
        """The next frame; None at the end."""
        while not self._read:
            data = self._connection.recv(65536)
            if not data:
                return None
            self._read += self._frames.feed(data)
        return self._read.pop(0)


class OverSockets(SynchronousTestCase):
    """A page that chats, from the first byte to the last."""

    def chat(self, browser: Browser) -> None:
        """Come in, be refused, and be closed."""
        self.assertIn(b" 101 ", browser.head)
        welcome = browser.read()
        assert welcome is not None
        self.assertIn(b'"nickname":"Ann"', welcome.payload)
        browser.send(text("x" * 20_000))
        refused = browser.read()
        assert refused is not None
        self.assertEqual((refused.opcode, b'"too_long"' in refused.payload), (TEXT, True))
        browser.send(text("x" * 70_000) + text('{"type":"who"}'))
        last = browser.read()
        assert last is not None
        self.assertEqual((last.opcode, last.code), (CLOSE, 1009))
        browser.send(close(1009))
        self.assertIsNone(browser.read())

    def test_plain(self) -> None:
        """`ws://`."""
        with (
            RunningServer("--host", "chat.example") as server,
            socket.create_connection(("127.0.0.1", server.port), SECONDS) as connection,
        ):
            self.chat(Browser(connection))

    def test_tls(self) -> None:
        """`wss://`, on the same port."""
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        trusting.set_alpn_protocols(["http/1.1"])
        with (
            RunningServer("--tls", "auto", "--host", "chat.example") as server,
            socket.create_connection(("127.0.0.1", server.port), SECONDS) as plain,
            trusting.wrap_socket(plain) as connection,
        ):
            self.chat(Browser(connection))

    def test_stopping(self) -> None:
        """The server tells its pages that it goes, and does not wait for those that say nothing."""
        with (
            RunningServer("--host", "chat.example") as server,
            socket.create_connection(("127.0.0.1", server.port), SECONDS) as connection,
        ):
            browser = Browser(connection)
            browser.read()
            server.stop()
            notice, last = browser.read(), browser.read()
            assert notice is not None
            assert last is not None
            self.assertIn(b"shutting_down", notice.payload)
            self.assertEqual(last.code, 1001)
            self.assertIn("disconnected: 1, server shutting down", server.log)
