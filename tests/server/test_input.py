"""Lines, floods, and peers that do not read."""

from collections.abc import Sequence

from twisted.internet.testing import StringTransport

from chat.commands.bodies import COMMANDS
from chat.events import Command
from chat.hub.session import Session
from chat.limits import Limits
from tests.compiled import not_where_compiled
from tests.server.case import BrokenCodec, ServerCase, producer


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

    def test_too_long_with_an_id(self) -> None:
        """Its beginning says which request it was; however it is cut."""
        for size in (1, 7, 600, 30_000):
            protocol, transport = self.connect()
            line = b'{"type":"message","id":"m-1","text":"%s"}\n' % (b"x" * 20_000)
            for at in range(0, len(line), size):
                protocol.dataReceived(line[at : at + size])
            [said] = self.said(transport)
            self.assertIn('"code":"too_long"', said)
            self.assertTrue(said.endswith('"id":"m-1"}'), said)

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
        self.assertEqual(
            self.said(transport),
            ["Alice (in lobby): a[31mbc d e f👩\u200d💻 g", "Eve (in lobby): 1]0;x", "Eve (in lobby): 2"],
        )

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


class Slowest(ServerCase):
    """`--rate 1`."""

    limits = Limits(lines_per_second=1, burst_lines=10)

    def test_holds_the_rate(self) -> None:
        """Below one line for each look at it, too; and a peer that stays away longer owes nothing."""
        protocol, _ = self.register("Alice")
        _, heard = self.register("Bob")
        heard.clear()
        protocol.dataReceived(b"hello\n" * 30)
        at_once = len(self.said(heard))
        self.clock.pump([0.25] * 40)
        self.assertEqual((at_once, len(self.said(heard))), (10, 10))


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

    limits = Limits(outbox_bytes=2000)

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

    def test_direct_messages_are_not_lost(self) -> None:
        """What a peer was sent and did not take waits for its next connection, in order and once."""
        slow, stalled = self.register("Slow")
        fast, told = self.register("Fast")
        fast.dataReceived(b"Slow:zero\n")
        self.assertEqual(self.said(stalled)[-1], "Fast: zero")
        producer(stalled).pauseProducing()
        texts = [f"this is message number {number} to somebody who does not read" for number in range(40)]
        for text in texts:
            fast.dataReceived(f"Slow:{text}\n".encode())
        self.assertTrue(stalled.disconnected)
        self.lose(slow)
        _, again = self.connect()
        slow, again = self.connect()
        slow.dataReceived(b"server:register Slow\n")
        self.assertEqual(_ends(self.said(again)), [f"Fast: {text}" for text in texts])
        self.assertNotIn("server: error", told.value().decode())

    def test_direct_messages_that_left_are_not_repeated(self) -> None:
        """What it took after all does not come again."""
        slow, stalled = self.register("Slow")
        fast, _ = self.register("Fast")
        producer(stalled).pauseProducing()
        fast.dataReceived(b"Slow:one\n")
        producer(stalled).resumeProducing()
        self.lose(slow)
        slow, again = self.connect()
        slow.dataReceived(b"server:register Slow\n")
        self.assertNotIn("Fast: one", again.value().decode())

    def test_many_missed_messages(self) -> None:
        """They come page by page, as the peer takes them, and are no reason to drop it."""
        fast, _ = self.register("Fast")
        for number in range(100):
            fast.dataReceived(f"Slow:number {number}\n".encode())
        slow, transport = self.connect()
        producer(transport).pauseProducing()
        slow.dataReceived(b"server:register Slow\n")
        lines = []
        while pages := self.resumed(transport):
            lines += pages
        self.assertEqual(_ends(lines), [f"Fast: number {n}" for n in range(100)])
        self.assertIn("server: 100 messages while you were away", lines)
        self.assertFalse(transport.disconnected)

    def resumed(self, transport: StringTransport) -> list[str]:
        """What comes when the peer reads a little."""
        producer(transport).resumeProducing()
        producer(transport).pauseProducing()
        return self.said(transport)

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

        self.factory.commands = {**COMMANDS, "who": COMMANDS["who"]._replace(run=fail)}
        protocol, transport = self.register("Alice")
        protocol.dataReceived(b"server:who\nserver:help who\n")
        self.assertEqual(
            self.said(transport),
            [
                "server: error: something went wrong in the server, its log says what",
                "server: who - list who is online",
            ],
        )
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_answered_by_its_id(self) -> None:
        """A program learns which of its requests it was."""

        def fail(session: Session, command: Command) -> None:
            raise RuntimeError("a fault for the test")

        self.factory.commands = {**COMMANDS, "who": COMMANDS["who"]._replace(run=fail)}
        protocol, transport = self.connect()
        protocol.dataReceived(b'{"type":"join","nickname":"Ann"}\n{"type":"who","id":"w"}\n')
        self.assertRegex(self.said(transport)[-1], r'"code":"internal".*"id":"w"')
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    @not_where_compiled
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


def _ends(lines: Sequence[str]) -> list[str]:
    """What Fast has said, without the times."""
    return [line.partition("] ")[2] for line in lines if "] Fast: " in line]
