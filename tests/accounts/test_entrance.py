"""Coming in while a password is being checked: what is typed meanwhile, who goes meanwhile, and who is faster."""

import json

from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.names import fold
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from chat.store.interfaces import Account
from chat.store.memory.store import MemoryStore
from tests.fresh import SlowPasswords, fresh_accounts


class Entering(SynchronousTestCase):
    """Al has an account."""

    def setUp(self) -> None:
        limits = Limits(account_sessions=2)
        self.store = store = MemoryStore(limits, lambda: 0.0)
        self.passwords = SlowPasswords()
        accounts = fresh_accounts(store.accounts, limits, lambda: 0.0, Policy(), self.passwords)
        self.factory = ChatFactory(Hub(store, accounts, limits))
        first, self.told = self.connect()
        first.dataReceived(b"register Al correct-horse\n")
        self.lose(first)

    def connect(self) -> tuple[ChatProtocol, StringTransport]:
        protocol, transport = self.factory.buildProtocol(None), StringTransport()
        protocol.makeConnection(transport)
        return protocol, transport

    def lose(self, protocol: ChatProtocol) -> None:
        protocol.connectionLost(Failure(ConnectionDone()))

    def test_typed_meanwhile(self) -> None:
        """It waits, in order, and the connection is not read until it is done."""
        al, told = self.connect()
        al.dataReceived(b"login Al correct-horse\n/who\njoin team\n")
        self.assertEqual((told.value(), told.producerState), (b"", "paused"))
        al.dataReceived(b"/leave\n")
        self.passwords.answer()
        lines = told.value().decode().splitlines()
        self.assertEqual(
            [lines[0], *lines[2:]],
            [
                "server: welcome, Al",
                "server: online (1): Al",
                "server: you are in team (1): Al",
                "server: you left team",
            ],
        )
        self.assertEqual(told.producerState, "producing")

    def test_older_than_the_rules(self) -> None:
        """Whoever has an account keeps its name; nobody else gets one like it."""
        for raw in ("10", "sеrver", "a11"):
            self.store.accounts.create(Account(fold(raw), raw, "plain:correct-horse", 0.0), None)
            other, told = self.connect()
            other.dataReceived(f"register {raw}\n".encode())
            self.assertIn(b"belongs to somebody", told.value())
            owner, told = self.connect()
            owner.dataReceived(f"login {raw} correct-horse\n".encode())
            self.passwords.answer()
            self.assertIn(f"welcome, {raw}".encode(), told.value())
            owner.dataReceived(b"/msg 10 hi\n")
            self.lose(owner)

    def test_alike_at_once(self) -> None:
        """While somebody's password is hashed nobody takes a name that looks like theirs; later they may."""
        self.passwords.hashes_slowly = True
        first, told = self.connect()
        first.dataReceived(b"register Paypa correct-horse\n")
        other, refused = self.connect()
        other.dataReceived("register Раура\nregister РАУРА correct-horse\n".encode())
        self.assertEqual(refused.value().count(b"looks like one that somebody has"), 2)
        self.assertEqual(told.value(), b"")
        self.passwords.answer()
        self.assertIn(b"welcome, Paypa", told.value())
        self.lose(first)
        self.assertEqual(vars(self.factory.hub.looks), {"_keys": {}})

    def test_deadline_meanwhile(self) -> None:
        """Whoever gave a password in time is let in, however long that takes; who is refused has not registered."""
        clock = Clock()
        factory = ChatFactory(self.factory.hub, clock)
        factory.startFactory()
        self.addCleanup(factory.stopFactory)
        people = []
        for password in ("correct-horse", "wrong-horse"):
            protocol, transport = factory.buildProtocol(None), StringTransport()
            protocol.makeConnection(transport)
            protocol.dataReceived(f"login Al {password}\n".encode())
            people.append(transport)
        clock.advance(60)
        self.passwords.answer()
        self.assertEqual(people[0].value().splitlines()[0], b"server: welcome, Al")
        clock.advance(60)
        self.assertEqual([transport.disconnecting for transport in people], [False, True])
        for connection in list(factory.connections):
            self.lose(connection)

    def test_mistyped_meanwhile(self) -> None:
        """What cannot be read has its answer in its turn, too."""
        al, told = self.connect()
        join = b'{"type":"join","nickname":"Al","password":"correct-horse","id":1}\n'
        al.dataReceived(join + b'{"type":"dance","id":2}\n{"type":"who","id":3}\n')
        self.assertEqual(told.value(), b"")
        self.passwords.answer()
        answers = [json.loads(line) for line in told.value().splitlines()]
        self.assertEqual([answer["id"] for answer in answers if answer["type"] in ("ack", "error")], [1, 2, 3])

    def test_ended_meanwhile(self) -> None:
        """The end of input waits too: `printf … | nc -N` gets all of its answers."""
        al, told = self.connect()
        al.dataReceived(b"login Al correct-horse\n/who")
        al.readConnectionLost()
        self.assertFalse(told.disconnecting)
        self.passwords.answer()
        self.assertIn("server: online (1): Al", told.value().decode())
        self.assertTrue(told.disconnecting)

    def test_gone_meanwhile(self) -> None:
        """Who has gone does not come in."""
        al, _ = self.connect()
        al.dataReceived(b"login Al correct-horse\n")
        self.lose(al)
        self.passwords.answer()
        self.assertEqual(self.factory.users, {})

    def test_shut_down_meanwhile(self) -> None:
        """A server that stops does not wait for a password."""
        al, told = self.connect()
        al.dataReceived(b"login Al correct-horse\n")
        self.factory.shut_down()
        self.assertTrue(told.disconnecting)
        self.passwords.answer()
        self.assertEqual(self.factory.users, {})

    def test_too_many_devices(self) -> None:
        """As many as one person has, and no more."""
        connections = [self.connect() for _ in range(3)]
        for protocol, _ in connections:
            protocol.dataReceived(b"login Al correct-horse\n")
        self.passwords.answer()
        answers = [transport.value().decode().splitlines()[0] for _, transport in connections]
        self.assertEqual(
            answers, ["server: welcome, Al", "server: welcome, Al", "server: error: you are connected 2 times already"]
        )

    def test_thousand_want_one_name(self) -> None:
        """One gets it."""
        connections = [self.connect() for _ in range(1000)]
        for protocol, _ in connections:
            protocol.dataReceived(b"register Bob\n")
        welcome = [transport for _, transport in connections if b"welcome" in transport.value()]
        self.assertEqual((len(welcome), len(self.factory.users)), (1, 1))

    def test_claimed_meanwhile(self) -> None:
        """Two make an account of one name at once: the first one has it, and the other's password is not hashed."""
        self.passwords.hashes_slowly = True
        one, told_one = self.connect()
        two, told_two = self.connect()
        one.dataReceived(b"register Cy first-horse\n")
        two.dataReceived(b"register CY second-horse\n")
        self.assertIn(b"the name CY is taken", told_two.value())
        self.passwords.answer()
        self.assertIn(b"server: welcome, Cy", told_one.value())
