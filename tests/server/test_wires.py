"""What a wire may be: a toy one that remembers lines, and whose lines mean two commands, or none but an answer."""

from collections.abc import Mapping
from typing import ClassVar

from twisted.internet.testing import StringTransport

from chat.errors import ChatError
from chat.events import Command, Event, Failure, Message, RequestId, Welcome
from chat.interfaces import Decoded
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from chat.wire import WIRES, Wire
from tests.server.case import ServerCase


class ToyCodec:
    """Two lines register, `NICK name` and `USER`; `JOIN a,b` enters two rooms; `PING x` is answered by the wire."""

    name = "toy"
    shows_sent = False
    # How often a message was encoded, by its text, whoever it was for.
    encoded: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        self._nick = ""

    def decode(self, line: bytes, place: str | None) -> Decoded | None:
        """See `Codec.decode`."""
        if not line.strip():
            return None
        word, _, rest = line.decode("latin-1").partition(" ")
        match word:
            case "NICK":
                self._nick = rest
                return Decoded()
            case "USER":
                return Decoded((Command("register", {"name": self._nick}),))
            case "JOIN":
                return Decoded(tuple(Command("join", {"room": room}) for room in rest.split(",")))
            case "PING":
                return Decoded(answer=f"PONG {rest}\n".encode("latin-1"))
            case "BOTH":
                return Decoded((Command("who"),), b"FIRST\n")
            case "SAY":
                where = {} if place is None else {"room": place}
                return Decoded((Command("message", {"text": rest, **where}),))
        raise ChatError("unknown_command")

    def request_id(self, head: bytes) -> RequestId:
        """See `Codec.request_id`."""
        return None

    def encode(self, event: Event) -> bytes:
        """See `Codec.encode`. An answer begins with the reader's nick; what a room hears has none."""
        if isinstance(event, Message):
            self.encoded[event.text] = self.encoded.get(event.text, 0) + 1
            return f"{event.place} {event.sender}: {event.text}\n".encode()
        if isinstance(event, Failure):
            return f"{self._nick} error {event.code}\n".encode()
        return f"{self._nick} {type(event).__name__}\n".encode() if isinstance(event, Welcome) else b""


class ToyFactory(ChatFactory):
    """Knows the toy wire, too."""

    wires = (*(Wire(beginning, ToyCodec) for beginning in (b"NICK ", b"PING ")), *WIRES)


class Seam(ServerCase):
    """Each connection has a codec of its own, and a line may mean what the toy's lines mean."""

    factory_class = ToyFactory

    def setUp(self) -> None:
        super().setUp()
        ToyCodec.encoded.clear()

    def enter(self, name: str) -> tuple[ChatProtocol, StringTransport]:
        """A connection of the toy wire that has a name, and has read its welcome."""
        protocol, transport = self.connect()
        protocol.dataReceived(f"NICK {name}\n".encode())
        self.assertEqual(transport.value(), b"")
        protocol.dataReceived(b"USER\n")
        self.assertEqual(self.said(transport), [f"{name} Welcome"])
        return protocol, transport

    def test_two_commands(self) -> None:
        """One line means two commands, which are carried out in their order."""
        protocol, _ = self.enter("Ann")
        protocol.dataReceived(b"JOIN den,attic\n")
        self.assertEqual(list(protocol.session.rooms.values()), ["den", "attic"])
        self.assertEqual(protocol.session.place, "attic")

    def test_first_is_refused(self) -> None:
        """A command that is refused does not keep the next one from being carried out."""
        protocol, transport = self.enter("Ann")
        protocol.dataReceived(b"JOIN d:n,attic\n")
        self.assertEqual(self.said(transport), ["Ann error bad_room"])
        self.assertEqual(list(protocol.session.rooms.values()), ["attic"])

    def test_answer_alone(self) -> None:
        """A line is answered by its wire; the domain is not asked, not even for a name."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"PING 12\n")
        self.assertEqual(transport.value(), b"PONG 12\n")

    def test_answer_and_command(self) -> None:
        """The answer goes back before the command is carried out."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"NICK Ann\nBOTH\n")
        self.assertEqual(self.said(transport), ["FIRST", "Ann error not_registered"])

    def test_state_between_lines(self) -> None:
        """What one line said counts for the next, on this connection alone."""
        ann, told_ann = self.connect()
        bob, told_bob = self.connect()
        ann.dataReceived(b"NICK Ann\n")
        bob.dataReceived(b"NICK Bob\nUSER\n")
        ann.dataReceived(b"USER\n")
        self.assertEqual((self.said(told_ann), self.said(told_bob)), (["Ann Welcome"], ["Bob Welcome"]))
        self.assertEqual(list(self.factory.users), ["bob", "ann"])

    def test_encoded_once(self) -> None:
        """What a room hears is encoded once for all who read the same format, though each has a codec of its own."""
        speaker, _ = self.register("Carol")
        listeners = [self.enter(name)[1] for name in ("Ann", "Bob", "Dora")]
        speaker.dataReceived(b"hello\n")
        self.assertEqual([self.said(each)[-1] for each in listeners], ["lobby Carol: hello"] * 3)
        self.assertEqual(ToyCodec.encoded, {"hello": 1})

    def test_blank(self) -> None:
        """A blank line asks for a name, a line without commands does not."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"\n")
        self.assertEqual(self.said(transport), ["server: what is your name? type server:register <name>"])
        protocol.dataReceived(b"NICK Ann\n")
        self.assertEqual(self.said(transport), [])

    def test_no_telnet(self) -> None:
        """A wire without telnet's framer gets all bytes as they came, from its first line on."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"PING 1\n")
        protocol.dataReceived(b"PING \xff\xfd\x06\r\x00\n")
        self.assertEqual(transport.value(), b"PONG 1\nPONG \xff\xfd\x06\r\x00\n")

    def test_turned_away(self) -> None:
        """A connection that is refused hears so at its first line, in its own wire, whatever that line means."""
        wires: Mapping[bytes, str] = {b"NICK Ann\n": "Ann error tls_required", b"PING 1\n": " error tls_required"}
        for line, refusal in wires.items():
            protocol = self.factory.refusing("tls_required").buildProtocol(None)
            transport = StringTransport(lenient=True)
            protocol.makeConnection(transport)
            protocol.dataReceived(line)
            self.assertEqual(self.said(transport), [refusal])
            self.assertTrue(transport.disconnecting)


class Pace(ServerCase):
    """What a line of many commands counts."""

    factory_class = ToyFactory
    limits = Limits(lines_per_second=10, burst_lines=20)

    def test_each_counts(self) -> None:
        """Each command of a line counts as a line."""
        for rooms, state in ((10, "producing"), (200, "paused")):
            protocol, transport = self.connect()
            protocol.dataReceived(b"NICK %s\nUSER\n" % (b"Ann" if rooms == 10 else b"Bob"))
            protocol.dataReceived(b"JOIN %s\n" % b",".join(b"den%d" % number for number in range(rooms)))
            self.assertEqual(transport.producerState, state, rooms)
