"""One address floods what everybody shares; the others go on."""

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport

from chat.events import Sent
from chat.hub.visitors import Visitor
from chat.limits import Limits
from chat.server.protocol import ChatProtocol
from tests.server.case import ServerCase

FLOOD, OTHER = "192.0.2.1", "192.0.2.2"


class FloodCase(ServerCase):
    """People from several addresses."""

    limits = Limits(lines_per_second=0)

    def come(self, name: str, host: str) -> tuple[ChatProtocol, StringTransport]:
        """Somebody registers from an address."""
        protocol = self.factory.buildProtocol(IPv4Address("TCP", host, 4321))
        transport = StringTransport(lenient=True)
        protocol.makeConnection(transport)
        protocol.dataReceived(f"server:register {name}\n".encode())
        transport.clear()
        return protocol, transport

    def post(self, room: str, host: str) -> object:
        """Say something over HTTP; the answer."""
        visitor = Visitor(address=host)
        asked = Deferred.fromCoroutine(self.factory.hub.visitors.post(visitor, room, "built", None))
        return self.successResultOf(asked)


class Floods(FloodCase):
    """On the memory store, over the text wire and HTTP."""

    limits = Limits(lines_per_second=0, guest_rooms=200)

    def test_waiting(self) -> None:
        """Somebody fills their share of what may wait; nobody else is told that anything is full."""
        mal, heard = self.come("Mal", FLOOD)
        for ghost in range(9):
            for _ in range(200):
                mal.dataReceived(f"ghost{ghost}:{'x' * 8000}\n".encode())
        self.assertIn("server: error: too many of your messages are waiting to be read", heard.value().decode())
        for name, host in (("Alice", OTHER), ("Ann", FLOOD)):
            protocol, transport = self.come(name, host)
            protocol.dataReceived(b"Bob:see you at five?\n")
            self.assertIn("server: Bob is offline, your message is queued", self.said(transport))
        mal.dataReceived(b"Ann:you are here\n")
        self.assertIn("Mal: you are here", self.said(transport))

    def test_rooms(self) -> None:
        """Somebody makes rooms without end, by joining and over HTTP; others go on, and what is left is forgotten."""
        guests = [self.come(f"mal{number}", FLOOD) for number in range(40)]
        for number in range(10):
            for at, (guest, _) in enumerate(guests):
                guest.dataReceived(f"server:join den{at}-{number}\nserver:leave\n".encode())
        heard = "".join(transport.value().decode() for _, transport in guests)
        self.assertIn("server: error: you have made 200 rooms and conversations today", heard)
        self.assertEqual(getattr(self.post("builds", FLOOD), "code", ""), "room_share_full")
        self.assertIsInstance(self.post("builds", OTHER), Sent)
        alice, _ = self.come("Alice", OTHER)
        _, bob = self.come("Bob", OTHER)
        alice.dataReceived(b"Bob:hello\nserver:join plans\n")
        self.assertIn("Alice: hello", self.said(bob))
        self.assertIn("plans", self.factory.hub.rooms)
        for guest, _ in guests:
            self.lose(guest)
        self.assertEqual(list(self.factory.hub.rooms), ["plans"])


class Class(FloodCase):
    """With the limits that a server has."""

    def test_class(self) -> None:
        """Thirty behind one address write to one another, and have a room each."""
        people = [self.come(f"pupil{number}", FLOOD) for number in range(30)]
        for at, (person, _) in enumerate(people):
            for other in range(at):
                person.dataReceived(f"pupil{other}:hi\n".encode())
            person.dataReceived(f"server:join room{at}\n".encode())
        errors = [line for _, transport in people for line in self.said(transport) if "error" in line]
        self.assertEqual(errors, [])
