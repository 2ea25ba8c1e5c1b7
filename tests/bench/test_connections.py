"""The load's connections where they are more than a socket: within TLS, and as a WebSocket that is silent."""

import socket
import ssl
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

from twisted.trial.unittest import SynchronousTestCase

from bench.crowd import Crowd, LoadError, Member, Place
from bench.wires import MARKER, TEXT, WEBSOCKET
from chat.net.tls import kept_certificate
from chat.wire.websocket import Deframer, Pong, Received
from tests.running import SECONDS


class Encrypted(SynchronousTestCase):
    """A member within TLS, whose server is whoever has made a certificate."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        kept_certificate(Path(folder.name))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(Path(folder.name, "tls.pem"))
        self.member = Member(Place("m0", None), iter(()), is_encrypted=True)
        self.addCleanup(self.member.socket.close)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(SECONDS)
            self.member.socket.connect_ex(listening.getsockname())
            accepted, _ = listening.accept()
        accepted.setblocking(False)
        self.server = context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
        self.addCleanup(self.server.close)
        self.until = time.monotonic() + SECONDS

    def shake_hands(self, data: bytes) -> bytes:
        """What the server has got, when it should have all of `data`."""
        got = b""
        is_sent = self.member.send(data)
        self.assertFalse(is_sent)
        while len(got) < len(data) and time.monotonic() < self.until:
            try:
                got += self.server.recv(1 << 16)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                is_sent = is_sent or self.member.send(b"")
        return got

    def test_unsent(self) -> None:
        """What waits for the handshake, or is more than fits, is sent in its order, and nothing twice."""
        data = b"".join(b"%d " % number for number in range(400_000))
        self.assertEqual(self.shake_hands(data), data)

    def test_counted(self) -> None:
        """Markers are counted once, also where one is in two records; where nothing has come, none is."""
        self.shake_hands(b"hello")
        self.assertEqual(self.member.hear(MARKER, TEXT.ending), 0)
        self.server.send(b"m1: a word " + MARKER[:4])
        self.server.send(MARKER[4:] + b"\nm1: another %b\n" % MARKER)
        while self.member.received < 2 and time.monotonic() < self.until:
            self.member.hear(MARKER, TEXT.ending)
        self.assertEqual((self.member.received, self.member.hear(MARKER, TEXT.ending)), (2, 0))

    def test_closed(self) -> None:
        """A connection that ends makes the run worthless."""
        self.shake_hands(b"hello")
        self.server.close()
        with self.assertRaisesRegex(LoadError, "closed the connection of m0"):
            while time.monotonic() < self.until:
                self.member.hear(MARKER, TEXT.ending)


class Pings(SynchronousTestCase):
    """What a WebSocket is asked while it is silent. The server is a thread, which says just enough."""

    def test_answered(self) -> None:
        """Who is asked whether it is there says so, in a frame that a server takes."""
        self.answer: Received | None = None
        self.is_in = Event()
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(SECONDS)
            server = Thread(target=self.serve, args=(listening,))
            self.addCleanup(server.join)
            server.start()
            with Crowd(listening.getsockname()[1], WEBSOCKET, time.perf_counter() + SECONDS) as crowd:
                crowd.gather([Place("m0", None)], 1)
                self.is_in.set()
                while self.answer is None:
                    crowd.listen_for(0.01)
        self.assertEqual(self.answer, Pong(b""))

    def serve(self, listening: socket.socket) -> None:
        """Let somebody in, ask, and keep the answer."""
        connection, _ = listening.accept()
        self.addCleanup(connection.close)
        connection.settimeout(SECONDS)
        for step in WEBSOCKET.register("m0"):
            connection.recv(4096)
            connection.sendall(step.awaited)
        self.is_in.wait(SECONDS)
        connection.sendall(WEBSOCKET.ping)
        frames = Deframer(100, 100)
        frames.feed(connection.recv(4096))
        self.answer = frames.pop()
