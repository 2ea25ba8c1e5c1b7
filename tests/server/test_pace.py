"""Whatever comes is counted, by connection and by address, and however it comes."""

from collections.abc import Callable

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress
from twisted.internet.testing import StringTransport

from chat.limits import Limits
from chat.net.addresses import source_of
from chat.net.framed import FRAMES_IN_A_TURN
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from tests.fresh import fresh_hub
from tests.server.case import ServerCase

FLOODER = IPv4Address("TCP", "192.0.2.7", 1)
NEIGHBOUR = IPv4Address("TCP", "192.0.2.8", 1)


class Together(ServerCase):
    """Ten lines a second from a connection, twenty from an address."""

    limits = Limits(lines_per_second=10, burst_lines=50, shared_lines=2, shared_burst_lines=100, connection_lines=0)

    def connect_from(self, address: IAddress, name: str) -> tuple[ChatProtocol, StringTransport]:
        """Somebody new."""
        protocol, transport = self.factory.buildProtocol(address), StringTransport(lenient=True)
        protocol.makeConnection(transport)
        protocol.dataReceived(f"server:register {name}\n".encode())
        return protocol, transport

    def flood(self, address: IAddress, connections: int, *, is_closed: bool = True) -> int:
        """How many lines of 30 of each of some connections are heard; one comes when the one before has gone."""
        _, listening = self.connect_from(NEIGHBOUR, "Ear")
        listening.clear()
        for number in range(connections):
            protocol, _ = self.connect_from(address, f"u{number}")
            protocol.dataReceived(b"x\n" * 30)
            protocol.readConnectionLost()
            if is_closed:
                self.lose(protocol)
        return sum(line.endswith("x") for line in self.said(listening))

    def test_reconnecting(self) -> None:
        """A new connection begins with what its address has left, and waits where that is nothing."""
        self.assertLessEqual(self.flood(FLOODER, 20), 120)
        self.clock.advance(1)
        protocol, transport = self.connect_from(FLOODER, "again")
        protocol.dataReceived(b"x\n" * 30)
        self.assertIn("slowed down", transport.value().decode())
        self.assertEqual(transport.producerState, "paused")

    def test_half_closed(self) -> None:
        """Who sends no more does not have the rest of it carried out at once."""
        self.assertLessEqual(self.flood(FLOODER, 20, is_closed=False), 120)
        protocol, transport = self.connect_from(NEIGHBOUR, "Bob")
        protocol.dataReceived(b"x\n" * 60)
        protocol.readConnectionLost()
        self.assertFalse(transport.disconnecting)
        self.clock.pump([0.25] * 20)
        self.assertTrue(transport.disconnecting)

    def test_networks_of_ipv6(self) -> None:
        """A network of 64 bits is one address."""
        heard = 0
        for number in range(10):
            heard += self.flood(IPv6Address("TCP", f"2001:db8::{number}", 1), 1)
            self.lose(next(iter(self.factory.connections)))
        self.assertLessEqual(heard, 120)

    def test_others(self) -> None:
        """Nobody who is calm waits for a flood, neither at another address nor at the same."""
        people = [self.connect_from(FLOODER, "Same"), self.connect_from(NEIGHBOUR, "Other")]
        self.flood(FLOODER, 20)
        for person, transport in people:
            transport.clear()
            for _ in range(5):
                person.dataReceived(b"server:who\n")
                self.clock.advance(0.1)
            self.assertEqual(transport.value().decode().count("online"), 5)
            self.assertNotIn("too", transport.value().decode())
            self.assertEqual(transport.producerState, "producing")

    def test_all_are_calm(self) -> None:
        """Where many are calm together, and that is far too much, they wait."""
        people = [self.connect_from(FLOODER, f"c{number}") for number in range(40)]
        for person, _ in people:
            person.dataReceived(b"server:who\n" * 5)
        resting = sum(transport.producerState == "paused" for _, transport in people)
        self.assertGreater(resting, 10)
        self.assertIn("too much comes from your address at once", people[-1][1].value().decode())
        self.clock.pump([0.25] * 60)
        self.assertTrue(all(transport.producerState == "producing" for _, transport in people))

    def test_chunks(self) -> None:
        """As many lines are heard when they come in one chunk as when each comes alone."""
        for chunks in ([b"x\n" * 60], [b"x\n"] * 60, [b"x\n" * 40, b"x\n" * 20]):
            self.setUp()
            _, listening = self.connect_from(NEIGHBOUR, "Ear")
            protocol, transport = self.connect_from(FLOODER, "Ann")
            listening.clear()
            for chunk in chunks:
                protocol.dataReceived(chunk)
            self.assertEqual(sum(line.endswith("x") for line in self.said(listening)), 50)
            self.assertEqual(transport.producerState, "paused")

    def test_bytes(self) -> None:
        """Long lines count as more than one."""
        protocol, transport = self.connect_from(FLOODER, "Ann")
        for _ in range(20):
            protocol.dataReceived(b"x" * 16000 + b"\n")
        self.assertIn("your address", transport.value().decode())

    def test_an_account(self) -> None:
        """Who has an account has a part of its own, whichever address it comes from."""
        protocol, transport = self.connect_from(FLOODER, "Ann pass-word-1")
        self.assertIn("welcome", transport.value().decode())
        self.flood(FLOODER, 20)
        transport.clear()
        protocol.dataReceived(b"server:who\n")
        self.assertNotIn("too much", transport.value().decode())

    def test_unlimited(self) -> None:
        """Without a rate nobody is slowed."""
        self.limits = Limits(lines_per_second=0)
        self.setUp()
        self.assertEqual(self.flood(FLOODER, 300), 9000)


class Beside(ServerCase):
    """What is no line."""

    limits = Limits(lines_per_second=10, burst_lines=50)

    def sent(self, data: bytes) -> StringTransport:
        protocol, transport = self.register("Ann")
        protocol.dataReceived(data)
        return transport

    def test_telnet(self) -> None:
        """Commands of telnet count by their bytes, whichever they are; a few mean nothing."""
        for command in (b"\xff\xf1", b"\xff\xfd\x18", b"\xff\xfa\x18x\xff\xf0", b"\xff\xf1\xff\xfb\x01"):
            self.setUp()
            transport = self.sent(command * 10)
            self.assertEqual(transport.producerState, "producing", command)
            self.setUp()
            transport = self.sent(command * (80 * 64 // len(command)))
            self.assertEqual(transport.producerState, "paused", command)

    def test_turns(self) -> None:
        """A chunk of many lines is handled in many turns, and others have theirs between."""
        turns: list[Callable[[], None]] = []
        self.factory = ChatFactory(fresh_hub(Limits(burst_lines=2000), self.clock.seconds), self.clock, turns.append)
        self.factory.startFactory()
        protocol, transport = self.register("Ann")
        other, answered = self.register("Bob")
        answered.clear()
        protocol.dataReceived(b"a\n" * 1000)
        other.dataReceived(b"server:who\n")
        self.assertEqual(len(self.said(answered)), FRAMES_IN_A_TURN + 1)
        while turns:
            turns.pop()()
        self.assertEqual(len(self.said(answered)), 1000 - FRAMES_IN_A_TURN)
        self.assertEqual(transport.producerState, "producing")


class Reconnecting(ServerCase):
    """A new connection costs its address five lines."""

    limits = Limits(lines_per_second=10, burst_lines=50, shared_lines=2, shared_burst_lines=100, connection_lines=5)

    def test_calm_neighbour(self) -> None:
        """However often others of an address connect, somebody there who is calm waits for no more than a moment."""
        protocol, transport = self.factory.buildProtocol(FLOODER), StringTransport(lenient=True)
        protocol.makeConnection(transport)
        protocol.dataReceived(b"server:register Calm\n")
        self.clock.advance(10)
        for _ in range(10_000):
            self.factory.paces.count_connection(source_of(FLOODER), self.clock.seconds())
        transport.clear()
        for _ in range(2):
            protocol.dataReceived(b"server:who\n")
            self.clock.pump([0.25] * 8)
        self.assertEqual(transport.value().count(b"server: online"), 2)
        self.assertEqual(transport.producerState, "producing")
