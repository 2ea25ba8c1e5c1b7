"""How connections begin and end."""

from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chat.commands.bodies import COMMANDS
from chat.limits import Limits
from chat.server.factory import ChatFactory
from tests.server.case import ADDRESS, ServerCase, producer


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


class Beginning(ServerCase):
    """The first line says which wire it is."""

    def test_blank_first(self) -> None:
        """Neither a blank line nor a byte order mark makes a connection text."""
        for beginning in (b"\n\n", b"\xef\xbb\xbf", b"\r\n\xef\xbb\xbf "):
            protocol, transport = self.connect()
            protocol.dataReceived(beginning + b'{"type":"who"}\n')
            self.assertTrue(self.said(transport)[-1].startswith('{"type":"error","code":"not_registered"'))

    def test_request(self) -> None:
        """What is no request to the port, and looks like one here, is cut: no header of it is a line of chat."""
        for beginning in (b"\r\nGET / HTTP/1.1", b"FOO /x HTTP/1.1", b"\xef\xbb\xbfPOST http://x/ HTTP/1.1"):
            protocol, transport = self.connect()
            protocol.dataReceived(beginning + b"\r\nserver:register Eve\r\n\r\nserver:who\r\n")
            self.assertTrue(transport.disconnected, beginning)
            self.assertEqual(self.factory.users, {})

    def test_telnet(self) -> None:
        """What telnet clients say beside the text is answered, and is no part of it."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"\xff\xfb\x1fserver:register A")
        self.assertEqual(transport.value(), b"\xff\xfe\x1f")
        transport.clear()
        protocol.dataReceived(b"nn\r\x00")
        self.assertEqual(self.said(transport)[0], "server: welcome, Ann")
        protocol.dataReceived(b"\xff\xf4\xff\xfd\x06")
        self.assertEqual(transport.value(), b"\xff\xfc\x06")

    def test_no_telnet_elsewhere(self) -> None:
        """In JSON it is an error, as any byte that is no UTF-8."""
        protocol, transport = self.connect()
        protocol.dataReceived(b'{"type":"who"}\n')
        protocol.dataReceived(b"\xff\xf4{}\n")
        self.assertIn("not_utf8", self.said(transport)[1])


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
        """Connections have no timers of their own: one for each kind of deadline serves all, and one the rooms."""
        for _ in range(100):
            self.connect()
        self.assertLessEqual(len(self.clock.getDelayedCalls()), 3)


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
        second.dataReceived(b"\r\n")
        self.assertEqual(self.said(told), ["server: error: the server is full (1 clients), try again later"])
        self.assertTrue(told.disconnecting)
        self.lose(second)
        fourth, answered = self.connect()
        fourth.dataReceived(b'{"type":"join","nickname":"Ann","id":5}\n')
        self.assertRegex(self.said(answered)[0], r'"code":"server_full".*"id":5')
        self.lose(fourth)
        self.lose(first)
        self.register("Bob")
        self.assertEqual(list(self.factory.users), ["bob"])


class Refused(ServerCase):
    """Connections that are refused from the beginning."""

    def test_in_its_own_wire(self) -> None:
        """Each hears one error, with the request's own id where there is one, and is closed."""
        for line, answer in (
            (b"server:register Ann\nserver:who\n", "server: error: this server wants TLS on this port: "),
            (b"\n", "server: error: this server wants TLS on this port: "),
            (b'{"type":"join","nickname":"Ann","id":7}\n', '{"type":"error","code":"tls_required",'),
        ):
            protocol = self.factory.refusing("tls_required").buildProtocol(ADDRESS)
            transport = StringTransport()
            protocol.makeConnection(transport)
            protocol.dataReceived(line)
            (said,) = self.said(transport)
            self.assertTrue(said.startswith(answer), said)
            self.assertEqual(b'"id":7' in line, '"id":7' in said)
            self.assertTrue(transport.disconnecting)
        self.assertEqual(self.factory.users, {})


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
