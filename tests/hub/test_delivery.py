"""Delivery from a store that commits many drafts at once, later: as a durable store does."""

import json

from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory, make_accounts
from chat.server.protocol import ChatProtocol
from tests.store.counting import count_waiting
from tests.store.late import LateStore

PAST = "[1970-01-01 00:00 UTC"


class Writes(StringTransport):
    """Keeps each write apart, too."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.writes.append(data)
        super().write(data)


class LateCase(SynchronousTestCase):
    """A server whose store commits when it is told to."""

    def setUp(self) -> None:
        self.store = LateStore()
        self.factory = ChatFactory(Hub(self.store, make_accounts(self.store.accounts, Limits()), Limits()))

    def lines(self, transport: StringTransport) -> list[str]:
        """The lines written since the last call."""
        lines: list[str] = transport.value().decode().split("\n")[:-1]
        transport.clear()
        return lines


class LateDelivery(LateCase):
    """Everybody sees one order, and nothing before its commit."""

    def connect(self, name: str) -> tuple[ChatProtocol, Writes]:
        """Somebody who is online, and has read everything so far."""
        protocol = self.factory.buildProtocol(None)
        transport = Writes()
        protocol.makeConnection(transport)
        protocol.dataReceived(f"server:register {name}\n".encode())
        self.store.settle()
        transport.clear()
        transport.writes.clear()
        return protocol, transport

    def test_nothing_before_its_commit(self) -> None:
        """Neither the sender nor the others are told of a message before it is stored."""
        alice, told = self.connect("Alice")
        _, heard = self.connect("Bob")
        told.clear()
        alice.dataReceived(b"hello\nZoe:later\n")
        self.assertEqual((self.lines(told), self.lines(heard)), ([], []))
        self.store.flush()
        self.assertEqual(self.lines(heard), ["Alice (in lobby): hello"])
        self.assertEqual(self.lines(told)[0], "server: Zoe is offline, your message is queued")

    def test_one_write_for_a_batch(self) -> None:
        """Messages of several people in one room go out in one order; senders do not get their own lines."""
        alice, told_alice = self.connect("Alice")
        bob, told_bob = self.connect("Bob")
        _, told_carol = self.connect("Carol")
        told_alice.clear()
        told_bob.clear()
        alice.dataReceived(b"one\n")
        bob.dataReceived(b"two\n")
        alice.dataReceived(b"three\n")
        self.store.flush()
        self.assertEqual(self.store.batches, 4)
        lines = ["Alice (in lobby): one", "Bob (in lobby): two", "Alice (in lobby): three"]
        self.assertEqual(self.lines(told_carol), lines)
        self.assertEqual(self.lines(told_alice), lines[1:2])
        self.assertEqual(self.lines(told_bob), [lines[0], lines[2]])

    def test_one_write_for_a_conversation(self) -> None:
        """Messages between two people go out in their order, in one write for each of the two."""
        alice, _ = self.connect("Alice")
        bob, told = self.connect("Bob")
        alice.dataReceived(b"Bob:one\nBob:two\n")
        bob.dataReceived(b"Alice:three\n")
        alice.dataReceived(b"Bob:four\n")
        self.store.flush()
        self.assertEqual(told.writes, [b"Alice: one\nAlice: two\nAlice: four\n"])

    def test_membership_follows_the_journal(self) -> None:
        """In one batch: a member hears what comes after its join, and before its leave."""
        alice, told_alice = self.connect("Alice")
        bob, told_bob = self.connect("Bob")
        alice.dataReceived(b"join a\nbefore\n")
        bob.dataReceived(b"join a\n")
        alice.dataReceived(b"with both\n")
        bob.dataReceived(b"leave\n")
        alice.dataReceived(b"after\n")
        told_alice.clear()
        self.store.flush()
        self.assertEqual(
            self.lines(told_bob),
            [
                "server: you are in a (2): Alice, Bob",
                f"{PAST} #2] Alice (in a): before",
                "Alice (in a): with both",
                "server: you left a",
            ],
        )
        self.assertEqual(
            self.lines(told_alice), ["server: you are in a (1): Alice", "server: Bob joined a", "server: Bob left a"]
        )

    def test_gone_before_the_commit(self) -> None:
        """The others still hear what somebody said and did just before their connection was lost."""
        alice, _ = self.connect("Alice")
        _, heard = self.connect("Bob")
        alice.dataReceived(b"last words\njoin a\nalone\n")
        alice.connectionLost()
        self.assertEqual(list(self.factory.users), ["bob"])
        self.store.flush()
        self.assertEqual(self.lines(heard), ["Alice (in lobby): last words", "server: Alice left"])
        self.assertEqual(self.factory.hub.rooms, {})

    def test_missed_messages_come_first(self) -> None:
        """A direct message that arrives while missed ones are fetched is delivered after them, once, as a new one."""
        alice, _ = self.connect("Alice")
        alice.dataReceived(b"Bob:one\n")
        self.store.settle()
        bob = self.factory.buildProtocol(None)
        transport = StringTransport()
        bob.makeConnection(transport)
        bob.dataReceived(b"server:register Bob\n")
        self.store.flush()
        alice.dataReceived(b"Bob:two\n")
        self.store.flush()
        self.store.settle()
        alice.dataReceived(b"Bob:three\n")
        self.store.settle()
        self.assertEqual(
            self.lines(transport)[2:],
            [
                "server: 1 message while you were away",
                f"{PAST} #1] Alice: one",
                "Alice: two",
                "Alice: three",
            ],
        )

    def test_gone_while_catching_up(self) -> None:
        """Missed messages wait for the next time where their recipient has gone meanwhile."""
        alice, _ = self.connect("Alice")
        alice.dataReceived(b"Bob:one\n")
        self.store.settle()
        bob = self.factory.buildProtocol(None)
        bob.makeConnection(StringTransport())
        bob.dataReceived(b"server:register Bob\n")
        self.store.flush()
        bob.connectionLost()
        self.store.settle()
        again = self.factory.buildProtocol(None)
        transport = StringTransport()
        again.makeConnection(transport)
        again.dataReceived(b"server:register Bob\n")
        self.store.settle()
        self.assertEqual(self.lines(transport)[2:], ["server: 1 message while you were away", f"{PAST} #1] Alice: one"])


class InTheMeantime(LateCase):
    """Things that happen between a question to the store and its answer, or between a request and its commit."""

    def connect(self) -> tuple[ChatProtocol, StringTransport]:
        """A new connection."""
        protocol = self.factory.buildProtocol(None)
        transport = StringTransport(lenient=True)
        protocol.makeConnection(transport)
        return protocol, transport

    def bob_comes(self) -> tuple[ChatProtocol, StringTransport]:
        """Alice is in, and Bob is coming: the store has yet to answer what waits for him. What Bob is told."""
        alice, _ = self.connect()
        bob, transport = self.connect()
        alice.dataReceived(b"register Alice\n")
        self.store.settle()
        bob.dataReceived(b"register Bob\n")
        self.store.flush()
        return alice, transport

    def test_message_after_the_snapshot(self) -> None:
        """A message that is committed after the store has looked, but before it answers, is not lost."""
        alice, transport = self.bob_comes()
        self.store.look()
        alice.dataReceived(b"Bob:one\n")
        self.store.flush()
        self.store.answer()
        self.store.settle()
        alice.dataReceived(b"Bob:two\n")
        self.store.settle()
        self.assertEqual(self.lines(transport)[2:], ["Alice: one", "Alice: two"])
        self.assertEqual(count_waiting(self.store, "bob"), 0)

    def test_message_before_its_commit_is_told(self) -> None:
        """A message comes once, also where the store answers with it before it tells of its commit."""
        alice, transport = self.bob_comes()
        alice.dataReceived(b"Bob:one\n")
        self.store.answer_with_stored()
        self.store.settle()
        self.assertEqual([line for line in self.lines(transport) if "one" in line], [f"{PAST} #1] Alice: one"])

    def test_answers_keep_the_order_of_requests(self) -> None:
        """Answers that are ready at once wait behind those of the journal to earlier requests."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"register Alice\nwho\nhello\n/dance\nZoe:later\nhelp who\n")
        self.assertEqual(self.lines(transport), [])
        self.store.settle()
        self.assertEqual(
            [line.split(",")[0] for line in self.lines(transport)],
            [
                "server: welcome",
                "server: 1 online; what you type goes to everybody in lobby; server:help lists the commands",
                "server: online (1): Alice",
                "server: error: there is no such command",
                "server: Zoe is offline",
                "server: nobody called Zoe has been here yet; whoever takes the name will get it",
                "server: who - list who is online",
            ],
        )

    def test_acknowledged_in_order_across_rooms(self) -> None:
        """Acknowledgements keep their order, also where somebody else spoke first in the second room."""
        people = []
        for name in ("Alice", "Bob"):
            protocol, transport = self.connect()
            protocol.dataReceived(f'{{"type":"join","nickname":"{name}"}}\n{{"type":"join","room":"den"}}\n'.encode())
            self.store.settle()
            people.append((protocol, transport))
        (alice, told), (bob, _) = people
        told.clear()
        bob.dataReceived(b'{"type":"message","room":"den","text":"hi"}\n')
        alice.dataReceived(b'{"type":"message","text":"one","id":1}\n')
        alice.dataReceived(b'{"type":"message","room":"den","text":"two","id":2}\n')
        self.store.flush()
        pushes = [json.loads(line) for line in self.lines(told)]
        self.assertEqual([push.get("id") for push in pushes], [None, 1, 2])

    def test_acknowledged_before_the_end(self) -> None:
        """Half-closing, `exit` and the server's end wait for the journal's answers."""
        for end in ("half-close", "exit", "shutdown"):
            protocol, transport = self.connect()
            protocol.dataReceived(b'{"type":"join","nickname":"Ann"}\n')
            self.store.settle()
            transport.clear()
            protocol.dataReceived(b'{"type":"message","text":"last","id":7}\n')
            if end == "half-close":
                protocol.readConnectionLost()
            elif end == "exit":
                protocol.dataReceived(b'{"type":"disconnect","id":8}\n')
            else:
                self.factory.shut_down()
            self.assertFalse(transport.disconnecting)
            self.store.settle()
            self.assertIn('"request":"message","id":7', self.lines(transport)[0])
            self.assertTrue(transport.disconnecting)
            protocol.connectionLost()

    def test_two_make_one_room(self) -> None:
        """Two people make one room under two spellings: the first one counts for both."""
        alice, told = self.connect()
        bob, _ = self.connect()
        alice.dataReceived(b"register Alice\n")
        bob.dataReceived(b"register Bob\n")
        self.store.settle()
        told.clear()
        alice.dataReceived(b"join Team\n")
        bob.dataReceived(b"join team\nhello\n")
        self.store.settle()
        bob.dataReceived(b"again\n")
        self.store.settle()
        self.assertEqual(
            self.lines(told),
            [
                "server: you are in Team (1): Alice",
                "server: Bob joined Team",
                "Bob (in Team): hello",
                "Bob (in Team): again",
            ],
        )

    def test_refused_after_all(self) -> None:
        """A store that fails later: the sender is told, nobody else, and expectations are taken back."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"register Alice\n")
        self.store.fail()
        self.assertEqual(self.lines(transport), ["server: error: the server's disk is full, that was not stored"])
        self.assertEqual(self.factory.users, {})
        protocol.dataReceived(b"register Alice\n")
        self.store.settle()
        transport.clear()
        protocol.dataReceived(b"join team\nhello\n")
        self.store.fail()
        self.assertEqual(len(self.lines(transport)), 2)
        self.assertIsNone(protocol.session.place)
        protocol.dataReceived(b"join team\n")
        self.store.settle()
        protocol.dataReceived(b"leave\n")
        self.store.fail()
        self.assertEqual(self.factory.hub.rooms, {})
