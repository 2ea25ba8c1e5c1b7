"""What a transport tells of the other side."""

import socket
import sys

from twisted.internet.interfaces import INegotiated
from twisted.internet.tcp import Port, Server
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import directlyProvides

from chat.net.transports import arrival_of, bytes_arrived, keep_alive


class Arrival(SynchronousTestCase):
    """A peer that reads, and one that does not."""

    if not sys.platform.startswith("linux"):
        skip = "only Linux tells what the peer has acknowledged"

    def setUp(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.peer = socket.create_connection(listening.getsockname(), 5)
            self.accepted, _ = listening.accept()
        self.addCleanup(self.peer.close)
        self.addCleanup(self.accepted.close)
        # Twisted's own transport, on a socket of ours and without a reactor.
        self.transport = Server.__new__(Server)
        self.transport.socket = self.accepted
        self.transport._tempDataLen = 0

    def test_read(self) -> None:
        """What the peer has answered to, it has."""
        self.assertEqual(bytes_arrived(self.transport), 0)
        self.accepted.sendall(b"x" * 1000)
        self.peer.recv(1000)
        self.peer.sendall(b"thanks")
        self.accepted.recv(6)
        self.assertEqual(bytes_arrived(self.transport), 1000)

    def test_what_was_said_before(self) -> None:
        """Who takes a connection over asks for what it wrote itself, also where nothing has arrived yet."""
        self.accepted.sendall(b"greeting" * 10_000)
        arrival = arrival_of(self.transport)
        self.accepted.sendall(b"x" * 1000)
        self.read(81_000)
        self.assertEqual(arrival(1000), 1000)

    def test_encrypted(self) -> None:
        """With TLS other bytes arrive than were written, and some before them: what was written by then has arrived."""
        self.accepted.sendall(b"handshake")
        directlyProvides(self.transport, INegotiated)
        arrival = arrival_of(self.transport)
        self.accepted.sendall(b"1000 bytes, encrypted" * 60)
        arrival(1000)
        self.read(9 + 21 * 60)
        self.assertEqual(arrival(1000), 1000)
        self.accepted.setblocking(False)
        sent = self.accepted.send(b"x" * 10_000_000)
        self.assertEqual(arrival(2000), 1000)
        self.read(sent)
        self.assertEqual(arrival(3000), 3000)

    def test_in_the_transport(self) -> None:
        """What the transport has not given to the kernel yet has not arrived, and was said before."""
        self.transport.dataBuffer = b"101 Switching"
        arrival = arrival_of(self.transport)
        self.accepted.sendall(b"101 Switching" + b"x" * 10)
        self.read(23)
        self.assertEqual(arrival(10), 10)

    def read(self, size: int) -> None:
        """The peer reads all of that, and says so."""
        self.peer.settimeout(5)
        while size:
            size -= len(self.peer.recv(size))
        self.peer.sendall(b"thanks")
        self.accepted.setblocking(True)
        self.accepted.recv(6)

    def test_not_read(self) -> None:
        """What does not fit between the two any more has not arrived, although it was sent."""
        self.accepted.setblocking(False)
        sent = 0
        try:
            while True:
                sent += self.accepted.send(b"x" * 100_000)
        except BlockingIOError:
            arrived = bytes_arrived(self.transport)
        assert arrived is not None
        self.assertTrue(0 < arrived < sent, (arrived, sent))

    def test_not_tcp(self) -> None:
        """Elsewhere nothing is known."""
        self.assertIsNone(bytes_arrived(StringTransport()))
        self.assertIsNone(arrival_of(StringTransport())(5))
        self.accepted.close()
        self.assertIsNone(bytes_arrived(self.transport))


class KeepAlive(SynchronousTestCase):
    """A peer whose machine is gone is noticed."""

    if not sys.platform.startswith("linux"):
        skip = "these are the names that Linux has for it"

    def test_asked(self) -> None:
        """Two questions without an answer end a connection, and so does what is not acknowledged in that time."""
        with socket.socket() as ours:
            transport = Server.__new__(Server)
            transport.socket = ours
            keep_alive(transport, 25)
            self.assertEqual(asked_of(ours), [1, 25, 25, 2, 75_000])
        keep_alive(StringTransport(), 25)

    def test_accepted(self) -> None:
        """Connections are asked like the port that accepted them."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = Port.__new__(Port)
            port.socket = listening
            keep_alive(port, 25)
            with socket.create_connection(listening.getsockname(), 5), listening.accept()[0] as accepted:
                self.assertEqual(asked_of(accepted), [1, 25, 25, 2, 75_000])


def asked_of(one: socket.socket) -> list[int]:
    """Whether the peer of a socket is asked whether it is there, when, and how often."""
    options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
    return [
        one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
        *(one.getsockopt(socket.IPPROTO_TCP, option) for option in options),
    ]
