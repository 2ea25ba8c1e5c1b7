"""Delivery from a store that commits later, and many drafts at once: what a durable store will do."""

from collections.abc import Sequence

from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.events import Message
from chat.hub import Hub
from chat.limits import Limits
from chat.server import ChatFactory, ChatProtocol
from chat.store.interfaces import Commit, Draft, Sink
from chat.store.memory import MemoryStore


class LateStore:
    """A `MessageStore` that gathers drafts, and commits and answers when told to, in one batch."""

    def __init__(self) -> None:
        self._store = MemoryStore(Limits(), lambda: 0.0)
        self._drafts: list[Draft] = []
        self._commits: list[Commit] = []
        self._questions: list[tuple[Deferred[Sequence[Message]], str, int]] = []
        self.batches = 0

    def open(self, sink: Sink) -> None:
        self._sink = sink
        self._store.open(self)

    def committed(self, commits: Sequence[Commit]) -> None:
        """See `Sink.committed`."""
        self._commits.extend(commits)

    def append(self, draft: Draft) -> None:
        self._drafts.append(draft)

    def missed(self, user: str, limit: int) -> Deferred[Sequence[Message]]:
        answer = Deferred[Sequence[Message]]()
        self._questions.append((answer, user, limit))
        return answer

    def acknowledge(self, user: str, room: str, seq: int) -> None:
        self._store.acknowledge(user, room, seq)

    def flush(self) -> None:
        """Commit what was gathered, as one batch."""
        drafts, self._drafts = self._drafts, []
        for draft in drafts:
            self._store.append(draft)
        commits, self._commits = self._commits, []
        if commits:
            self.batches += 1
            self._sink.committed(commits)

    def answer(self) -> None:
        """Answer what was asked."""
        questions, self._questions = self._questions, []
        for answer, user, limit in questions:
            self._store.missed(user, limit).addCallback(answer.callback)

    def settle(self) -> None:
        """Commit and answer until all is quiet."""
        while self._drafts or self._questions:
            self.flush()
            self.answer()


class LateDelivery(SynchronousTestCase):
    """One order for everybody, and nothing before its commit."""

    def setUp(self) -> None:
        self.store = LateStore()
        self.factory = ChatFactory(Hub(self.store, Limits()))

    def connect(self, name: str) -> tuple[ChatProtocol, StringTransport]:
        """Somebody who is online, with all of that read."""
        protocol = self.factory.buildProtocol(None)
        transport = StringTransport()
        protocol.makeConnection(transport)
        protocol.dataReceived(f"server:register {name}\n".encode())
        self.store.settle()
        transport.clear()
        return protocol, transport

    def said(self, transport: StringTransport) -> list[str]:
        """The lines written since the last call."""
        lines: list[str] = transport.value().decode().split("\n")[:-1]
        transport.clear()
        return lines

    def test_nothing_before_its_commit(self) -> None:
        """Neither the others nor the sender hear of what is not stored."""
        alice, told = self.connect("Alice")
        _, heard = self.connect("Bob")
        told.clear()
        alice.dataReceived(b"hello\nZoe:later\n")
        self.assertEqual((self.said(told), self.said(heard)), ([], []))
        self.store.flush()
        self.assertEqual(self.said(heard), ["Alice (in lobby): hello"])
        self.assertEqual(self.said(told), ["server: Zoe is offline, your message is queued"])

    def test_one_write_for_a_batch(self) -> None:
        """What was said in one room by several people goes out in one order, without the sender's own lines."""
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
        self.assertEqual(self.said(told_carol), lines)
        self.assertEqual(self.said(told_alice), lines[1:2])
        self.assertEqual(self.said(told_bob), [lines[0], lines[2]])

    def test_membership_follows_the_journal(self) -> None:
        """In one batch: who joins hears what comes after, who leaves what came before."""
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
            self.said(told_bob),
            ["server: you are in a (2): Alice, Bob", "Alice (in a): with both", "server: you left a"],
        )
        self.assertEqual(
            self.said(told_alice), ["server: you are in a (1): Alice", "server: Bob joined a", "server: Bob left a"]
        )

    def test_gone_before_the_commit(self) -> None:
        """What somebody said and did just before the connection went is still said and done, to the others."""
        alice, _ = self.connect("Alice")
        _, heard = self.connect("Bob")
        alice.dataReceived(b"last words\njoin a\nalone\n")
        alice.connectionLost()
        self.assertEqual(list(self.factory.users), ["bob"])
        self.store.flush()
        self.assertEqual(self.said(heard), ["Alice (in lobby): last words", "server: Alice left"])
        self.assertEqual(self.factory.hub.rooms, {})

    def test_missed_messages_come_first(self) -> None:
        """A direct message that comes while the missed ones are being fetched comes after them, once."""
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
            self.said(transport)[2:],
            ["server: 2 messages while you were away", "Alice: one", "Alice: two", "Alice: three"],
        )

    def test_gone_while_catching_up(self) -> None:
        """Missed messages that found nobody any more wait for the next time."""
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
        self.assertEqual(self.said(transport)[2:], ["server: 1 message while you were away", "Alice: one"])
