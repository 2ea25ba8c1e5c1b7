"""The Twisted side of the server: limits, deadlines, bad input and the ends of connections."""

from typing import cast

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IPushProducer, ITCPTransport
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from chat.commands import COMMANDS
from chat.events import Command, Event
from chat.hub import Hub
from chat.limits import Limits
from chat.server import ChatFactory, ChatProtocol
from chat.session import Session
from chat.store.memory import MemoryStore
from chat.wire.text import TextCodec

ADDRESS = IPv4Address("TCP", "127.0.0.1", 4321)


def producer(transport: StringTransport) -> IPushProducer:
    """What the transport would pause, and resume, if its peer did not read."""
    return cast("IPushProducer", transport.producer)


class BrokenCodec(TextCodec):
    """A wire that cannot say anything."""

    name = "broken"

    def encode(self, event: Event) -> bytes:
        raise KeyError(event)


class ServerCase(SynchronousTestCase):
    """A started factory on a test's clock."""

    limits = Limits()

    def setUp(self) -> None:
        self.clock = Clock()
        self.factory = ChatFactory(Hub(MemoryStore(self.limits, self.clock.seconds), self.limits), self.clock)
        self.factory.startFactory()
        self.events: list[LogEvent] = []
        observer = cast("ILogObserver", self.events.append)
        globalLogPublisher.addObserver(observer)
        self.addCleanup(globalLogPublisher.removeObserver, observer)

    def connect(self) -> tuple[ChatProtocol, StringTransport]:
        """A new connection."""
        protocol = self.factory.buildProtocol(ADDRESS)
        transport = StringTransport(lenient=True)
        protocol.makeConnection(transport)
        return protocol, transport

    def register(self, name: str) -> tuple[ChatProtocol, StringTransport]:
        """A new connection that has a name, and has read its welcome."""
        protocol, transport = self.connect()
        protocol.dataReceived(f"server:register {name}\n".encode())
        transport.clear()
        return protocol, transport

    def said(self, transport: StringTransport) -> list[str]:
        """The lines written since the last call."""
        lines: list[str] = transport.value().decode().split("\n")[:-1]
        transport.clear()
        return lines

    def lose(self, protocol: ChatProtocol) -> None:
        """The connection is gone."""
        protocol.connectionLost(Failure(ConnectionLost()))

    def logged(self) -> list[str]:
        """What the server's own namespaces logged."""
        ours = [event for event in self.events if str(event.get("log_namespace", "")).startswith("chat.")]
        return [str(event["log_format"]).format(**event) for event in ours]


class Plain(SynchronousTestCase):
    """A `ChatFactory()` without arguments, as a test of somebody else uses it."""

    def test_no_arguments(self) -> None:
        """It works, its users are the hub's dict, and no timer is left behind."""
        factory = ChatFactory()
        protocol = factory.buildProtocol(ADDRESS)
        transport = StringTransport()
        protocol.makeConnection(transport)
        protocol.dataReceived(b"server:register Alice\r\n")
        self.assertIn(b"server: welcome, Alice\n", transport.value())
        self.assertIs(factory.users, factory.hub.users)
        self.assertEqual(list(factory.users), ["alice"])
        self.assertIs(factory.commands, COMMANDS)
        protocol.dataReceived(b"hello\n" * 1000)
        self.assertEqual(transport.producerState, "producing")

    def test_takes_the_reactors_time(self) -> None:
        """Started without a clock, it takes the reactor's."""
        factory = ChatFactory()
        factory.startFactory()
        self.addCleanup(factory.stopFactory)
        self.assertGreater(factory.seconds(), 0)


@implementer(ITCPTransport)
class TcpTransport(StringTransport):
    """Takes what only TCP has."""

    keep_alive = False

    def setTcpKeepAlive(self, enabled: bool) -> None:
        """See `ITCPTransport.setTcpKeepAlive`."""
        self.keep_alive = enabled

    def getTcpKeepAlive(self) -> bool:
        """See `ITCPTransport.getTcpKeepAlive`."""
        return self.keep_alive

    def setTcpNoDelay(self, enabled: bool) -> None:
        """See `ITCPTransport.setTcpNoDelay`."""

    def getTcpNoDelay(self) -> bool:
        """See `ITCPTransport.getTcpNoDelay`."""
        return True

    def loseWriteConnection(self) -> None:
        """See `ITCPTransport.loseWriteConnection`."""


class Sockets(ServerCase):
    """What is asked of TCP."""

    def test_keep_alive(self) -> None:
        """A peer whose machine is gone is noticed some day."""
        transport = TcpTransport()
        self.factory.buildProtocol(ADDRESS).makeConnection(transport)
        self.assertTrue(transport.keep_alive)


class Greeting(ServerCase):
    """Silence until the client speaks, or half a second has passed."""

    def test_silence(self) -> None:
        """At most four bytes, once, and only to who is silent."""
        _, silent = self.connect()
        speaking, answered = self.connect()
        speaking.dataReceived(b"{}\n")
        answered.clear()
        self.clock.advance(0.49)
        self.assertEqual(silent.value(), b"")
        self.clock.advance(0.01)
        self.assertEqual(silent.value(), b"hi\r\n")
        self.clock.advance(10)
        self.assertEqual(silent.value(), b"hi\r\n")
        self.assertEqual(answered.value(), b"")

    def test_wire_is_still_open(self) -> None:
        """A client that was greeted may still speak JSON."""
        protocol, transport = self.connect()
        self.clock.advance(0.5)
        transport.clear()
        protocol.dataReceived(b'{"type":"join","nickname":"Ann"}\n')
        self.assertTrue(self.said(transport)[0].startswith('{"type":"ack"'))


class Registration(ServerCase):
    """Whoever has no name after a minute goes."""

    def test_deadline(self) -> None:
        """With a reason, in its own wire."""
        _, silent = self.connect()
        json, told = self.connect()
        json.dataReceived(b'{"type":"who"}\n')
        self.register("Alice")
        told.clear()
        self.clock.advance(60)
        self.assertEqual(self.said(silent)[-1], "server: error: you took too long to give a name")
        self.assertTrue(silent.disconnecting)
        self.assertIn('"code":"registration_timeout"', self.said(told)[0])
        self.assertTrue(told.disconnecting)
        self.assertEqual(list(self.factory.users), ["alice"])

    def test_name_is_free_after_a_cut(self) -> None:
        """At once, also for another spelling."""
        protocol, _ = self.register("Alice")
        self.lose(protocol)
        _, transport = self.register("ALICE")
        self.assertEqual(list(self.factory.users), ["alice"])
        self.assertFalse(transport.disconnecting)

    def test_one_timer(self) -> None:
        """Connections have no timers of their own: one for each kind of deadline serves all."""
        for _ in range(100):
            self.connect()
        self.assertLessEqual(len(self.clock.getDelayedCalls()), 2)


class Lines(ServerCase):
    """Lines that are too long, endless, or no text."""

    def test_too_long(self) -> None:
        """It is told, once, and the next line is heard."""
        protocol, transport = self.register("Alice")
        protocol.dataReceived(b"x" * 20_000)
        protocol.dataReceived(b"x" * 20_000)
        protocol.dataReceived(b"\nserver:who\n")
        self.assertEqual(
            self.said(transport),
            [
                "server: error: that line is too long (the limit is 16384 bytes)",
                "server: online (1): Alice",
            ],
        )

    def test_too_long_in_json(self) -> None:
        """A first line that is too long still says which wire it is of."""
        protocol, transport = self.connect()
        protocol.dataReceived(b'{"' + b"x" * 20_000 + b"\n")
        self.assertIn('"code":"too_long"', self.said(transport)[0])

    def test_endless(self) -> None:
        """A megabyte without a newline closes the connection, and nothing of it is kept."""
        protocol, transport = self.register("Alice")
        for _ in range(16):
            self.assertFalse(transport.disconnected)
            protocol.dataReceived(b"x" * 65536)
        self.assertTrue(transport.disconnected)
        self.lose(protocol)
        self.assertIn("disconnected: 1, endless line", self.logged())

    def test_hostile_characters(self) -> None:
        """Nothing that could move another's cursor is passed on, over any wire."""
        _, transport = self.register("Bob")
        text, _ = self.register("Alice")
        json, _ = self.connect()
        json.dataReceived(b'{"type":"join","nickname":"Eve"}\n')
        transport.clear()
        text.dataReceived("a\x1b[31m\x07\x00b\u202ec\u200bd\x85e\u2028f👩\u200d💻\tg\n".encode())
        json.dataReceived(b'{"type":"message","text":"1\\u001b]0;x\\u0007\\n2\\u202e"}\n')
        self.assertEqual(self.said(transport), ["Alice (in lobby): a[31mbcdef👩\u200d💻 g", "Eve (in lobby): 1]0;x2"])

    def test_not_utf8(self) -> None:
        """It is refused, and nobody hears of it."""
        protocol, transport = self.register("Alice")
        _, other = self.register("Bob")
        transport.clear()
        protocol.dataReceived(b"caf\xe9\n")
        self.assertEqual(self.said(transport), ["server: error: that line is not UTF-8 text"])
        self.assertEqual(self.said(other), [])

    def test_error_does_not_echo(self) -> None:
        """What was wrong is not repeated raw."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"server:register \x1b]0;evil\x07\n/\x1b[2J\n")
        self.assertNotIn("\x1b", transport.value().decode())


class Flood(ServerCase):
    """Too many lines in a second."""

    limits = Limits(lines_per_second=10, burst_lines=50)

    def test_paste(self) -> None:
        """Fifty lines at once are not slowed."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"server:register Alice\n" + b"hello\n" * 49)
        self.assertEqual(transport.producerState, "producing")

    def test_slowed_without_loss(self) -> None:
        """It is told once; reading rests; every line is heard, in order, at the sustained rate."""
        _, bob = self.register("Bob")
        protocol, transport = self.register("Alice")
        bob.clear()
        protocol.dataReceived(b"".join(b"line %d\n" % number for number in range(100)))
        self.assertEqual(transport.producerState, "paused")
        self.assertEqual(len(self.said(bob)), 50)
        heard = []
        for _ in range(24):
            self.clock.advance(0.25)
            heard += self.said(bob)
        self.assertEqual(heard, [f"Alice (in lobby): line {number}" for number in range(50, 100)])
        self.assertEqual(self.said(transport), ["server: error: too fast, you are slowed down to 10 lines a second"])
        self.assertEqual(transport.producerState, "producing")

    def test_told_again_after_a_rest(self) -> None:
        """Another flood, much later, is told again."""
        protocol, transport = self.register("Alice")
        for _ in range(2):
            protocol.dataReceived(b"hello\n" * 60)
            self.assertEqual(len(self.said(transport)), 1)
            self.clock.pump([0.25] * 40)
            protocol.dataReceived(b"hello\n")
            self.clock.advance(60)

    def test_gone_while_slowed(self) -> None:
        """A connection that is lost while it rests is not resumed."""
        protocol, transport = self.register("Alice")
        protocol.dataReceived(b"hello\n" * 60)
        self.lose(protocol)
        self.clock.advance(1)
        self.assertEqual(transport.producerState, "paused")


class Unlimited(ServerCase):
    """`--rate 0`."""

    limits = Limits(lines_per_second=0)

    def test_never_slowed(self) -> None:
        """However many."""
        protocol, transport = self.register("Alice")
        protocol.dataReceived(b"hello\n" * 5000)
        self.assertEqual(transport.producerState, "producing")


class TooSlow(ServerCase):
    """A peer that does not read."""

    limits = Limits(outbox_bytes=1000)

    def test_dropped(self) -> None:
        """It is cut at the limit; the others hear everything, and that it left."""
        slow, stalled = self.register("Slow")
        fast, _ = self.register("Fast")
        _, other = self.register("Other")
        producer(stalled).pauseProducing()
        for number in range(40):
            fast.dataReceived(b"a line of text, the number of which is %d\n" % number)
        self.assertTrue(stalled.disconnected)
        self.lose(slow)
        lines = self.said(other)
        self.assertEqual(len(lines), 41)
        self.assertEqual(lines[-1], "server: Slow left")
        self.assertIn("disconnected: 1, too slow", self.logged())

    def test_closing_takes_too_long(self) -> None:
        """One that is to close, and does not read its goodbye, is cut after a while."""
        protocol, transport = self.register("Slow")
        producer(transport).pauseProducing()
        protocol.dataReceived(b"server:who\nserver:exit\n")
        self.assertFalse(transport.disconnecting)
        self.clock.advance(5)
        self.assertTrue(transport.disconnected)

    def test_closing_after_reading(self) -> None:
        """One that reads again gets all of it before the end."""
        protocol, transport = self.register("Slow")
        producer(transport).pauseProducing()
        protocol.dataReceived(b"server:who\nserver:exit\n")
        producer(transport).resumeProducing()
        self.assertEqual(self.said(transport), ["server: online (1): Slow", "server: goodbye"])
        self.assertTrue(transport.disconnecting)
        self.assertFalse(transport.disconnected)
        self.assertIsNone(transport.producer)


class Faults(ServerCase):
    """A fault in one connection's handling."""

    def test_contained(self) -> None:
        """It is logged with its traceback, answered, and the connection and all others go on."""

        def fail(session: Session, command: Command) -> None:
            raise RuntimeError("a fault for the test")

        protocol, transport = self.register("Alice")
        whole = COMMANDS["who"]
        COMMANDS["who"] = whole._replace(run=fail)
        self.addCleanup(COMMANDS.__setitem__, "who", whole)
        protocol.dataReceived(b"server:who\nserver:help who\n")
        self.assertEqual(
            self.said(transport),
            ["server: error: something went wrong here, it has been noted", "server: who - list who is online"],
        )
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_delivery_contained(self) -> None:
        """An event that one connection's wire cannot encode cuts that one; the others hear it."""
        broken, cut = self.register("Alice")
        broken.codec = BrokenCodec()
        speaker, _ = self.register("Bob")
        _, heard = self.register("Carol")
        speaker.dataReceived(b"hello\n")
        self.assertTrue(cut.disconnected)
        self.assertEqual(self.said(heard), ["Bob (in lobby): hello"])
        self.assertNotEqual(self.flushLoggedErrors(KeyError), [])


class Ends(ServerCase):
    """How connections end."""

    def test_half_closed(self) -> None:
        """`printf … | nc -N`: all is answered, also a last line without an end, before it closes."""
        _, other = self.register("Bob")
        protocol, transport = self.connect()
        protocol.dataReceived(b"server:register Alice\nserver:who\nlast words")
        protocol.readConnectionLost()
        self.assertEqual(self.said(transport)[-1], "server: online (2): Alice, Bob")
        self.assertTrue(transport.disconnecting)
        self.assertEqual(
            self.said(other), ["server: Alice joined", "Alice (in lobby): last words", "server: Alice left"]
        )

    def test_write_side_lost(self) -> None:
        """Nobody reads there any more."""
        protocol, transport = self.register("Alice")
        protocol.writeConnectionLost()
        self.assertTrue(transport.disconnected)

    def test_nothing_after_exit(self) -> None:
        """Lines behind `exit` are not heard, and the departure is announced once."""
        _, other = self.register("Bob")
        protocol, transport = self.register("Alice")
        other.clear()
        protocol.dataReceived(b"server:exit\nhello\nserver:who\n\xff\n")
        protocol.connectionLost(Failure(ConnectionDone()))
        self.assertEqual(self.said(transport), ["server: goodbye"])
        self.assertEqual(self.said(other), ["server: Alice left"])

    def test_shut_down(self) -> None:
        """Everybody is told, nobody's departure is announced, and it is over when the last is gone."""
        alice, told = self.register("Alice")
        bob, stalled = self.register("Bob")
        told.clear()
        producer(stalled).pauseProducing()
        done = self.factory.shut_down()
        self.assertEqual(self.said(told), ["server: shutting down"])
        self.lose(alice)
        self.assertNoResult(done)
        self.clock.advance(5)
        self.assertTrue(stalled.disconnected)
        self.lose(bob)
        self.successResultOf(done)
        self.assertEqual(self.said(told), [])

    def test_stopped_factory_leaves_no_timers(self) -> None:
        """Its last connections still have their time, then there is none."""
        protocol, _ = self.register("Alice")
        self.factory.stopFactory()
        self.assertNotEqual(self.clock.getDelayedCalls(), [])
        self.lose(protocol)
        self.assertEqual(self.clock.getDelayedCalls(), [])


class Full(ServerCase):
    """More connections than are allowed."""

    limits = Limits(max_clients=1, turned_away=1)

    def test_turned_away(self) -> None:
        """One waits to be told, the next is cut at once; a place that becomes free is free."""
        first, _ = self.register("Alice")
        second, told = self.connect()
        third, cut = self.connect()
        self.assertTrue(cut.disconnected)
        self.lose(third)
        self.clock.advance(0.5)
        self.assertEqual(self.said(told), ["server: error: the server is full (1 clients), try again later"])
        self.assertTrue(told.disconnecting)
        self.lose(second)
        self.lose(first)
        self.register("Bob")
        self.assertEqual(list(self.factory.users), ["bob"])


class Log(ServerCase):
    """What the operator reads."""

    def test_events(self) -> None:
        """One event for each connect, register, refusal and disconnect; nothing that was typed."""
        protocol, _ = self.connect()
        protocol.dataReceived(b"server:register evil\nname\nserver:register Al ice\nserver:register \x1b[31m\n")
        protocol.dataReceived(b"secret words\nserver:register server\nserver:register Alice\nmore secret words\n")
        protocol.dataReceived(b"server:exit\n")
        self.lose(protocol)
        self.assertEqual(
            self.logged(),
            [
                "connected: 1 from 127.0.0.1:4321",
                "registered: 1 as evil",
                "disconnected: 1, exit",
            ],
        )

    def test_refusals(self) -> None:
        """A refused name is logged by its code, not by its text: no line can be forged."""
        protocol, _ = self.connect()
        protocol.dataReceived(b"secret\nserver:register a\xe2\x80\x8bforged\nserver:register server\n")
        self.assertEqual(
            self.logged(),
            ["connected: 1 from 127.0.0.1:4321", "refused: 1, bad_name", "refused: 1, reserved_name"],
        )
