"""What has arrived, as the kernel tells it, over a real socket."""

import socket
import sys

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.tcp import Server
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.transports import bytes_arrived, bytes_sent, source_of


class Source(SynchronousTestCase):
    """Where somebody comes from."""

    def test_source(self) -> None:
        """Another port is the same source, and so is another address in an IPv6 network that one person may have."""
        for address, source in (
            (IPv4Address("TCP", "192.0.2.1", 1), "192.0.2.1"),
            (IPv4Address("TCP", "192.0.2.1", 2), "192.0.2.1"),
            (IPv6Address("TCP", "2001:db8::1", 1), "2001:db8::/64"),
            (IPv6Address("TCP", "2001:db8::ffff:2", 1), "2001:db8::/64"),
            (IPv6Address("TCP", "fe80::1%eth0", 1), "fe80::/64"),
            (UNIXAddress(b"/tmp/chat"), "here"),
            (None, "here"),
        ):
            self.assertEqual(source_of(address), source)


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

    def test_read(self) -> None:
        """What the peer has answered to, it has."""
        self.assertEqual(bytes_arrived(self.transport), 0)
        self.accepted.sendall(b"x" * 1000)
        self.peer.recv(1000)
        self.peer.sendall(b"thanks")
        self.accepted.recv(6)
        self.assertEqual(bytes_arrived(self.transport), 1000)

    def test_what_was_said_before(self) -> None:
        """Who takes a connection over asks for what it wrote itself."""
        self.accepted.sendall(b"x" * 1000)
        before = bytes_sent(self.transport)
        self.accepted.sendall(b"y" * 500)
        self.peer.recv(1500, socket.MSG_WAITALL)
        self.peer.sendall(b"thanks")
        self.accepted.recv(6)
        self.assertEqual((before, bytes_arrived(self.transport, before)), (1000, 500))

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
        self.assertEqual(bytes_sent(self.transport), sent)

    def test_not_tcp(self) -> None:
        """Elsewhere nothing is known."""
        self.assertIsNone(bytes_arrived(StringTransport()))
        self.assertEqual(bytes_sent(StringTransport()), 0)
        self.accepted.close()
        self.assertIsNone(bytes_arrived(self.transport))
