"""What waits to leave for one peer."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.net.outbox import Outbox

LIMIT = 10


class Stalling(StringTransport):
    """A transport whose peer reads now and then: it takes `space` bytes, and asks for a pause when they are used up."""

    space = 0
    writes = 0

    def write(self, data: bytes) -> None:
        super().write(data)
        self.writes += 1
        self.space -= len(data)
        if self.space <= 0 and self.producer is not None:
            self.producer.pauseProducing()

    def drain(self, space: int) -> None:
        """The peer has read what was sent, and takes `space` bytes more."""
        self.space = space
        if self.producer is not None:
            self.producer.resumeProducing()


class OutboxCase(SynchronousTestCase):
    """An outbox of ten bytes."""

    def setUp(self) -> None:
        self.transport = Stalling()
        self.transport.space = 1000
        self.overflows = 0
        self.outbox = Outbox(self.transport, LIMIT, self.overflowed)

    def overflowed(self) -> None:
        self.overflows += 1

    def write(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.outbox.write(piece)


class Writing(OutboxCase):
    """What is written leaves in its order."""

    def test_at_once(self) -> None:
        """While the transport takes bytes they do not wait, however many they are."""
        self.write(b"a", b"b" * 100, b"c")
        self.assertEqual(self.transport.value(), b"a" + b"b" * 100 + b"c")
        self.assertEqual(self.overflows, 0)

    def test_producer(self) -> None:
        """It is the transport's push producer from the start."""
        self.assertIs(self.transport.producer, self.outbox)
        self.assertTrue(self.transport.streaming)

    def test_waits_while_paused(self) -> None:
        """While the transport has enough nothing is written to it; later everything, in its order."""
        self.outbox.pauseProducing()
        self.write(b"one", b"two")
        self.assertEqual(self.transport.value(), b"")
        self.outbox.resumeProducing()
        self.write(b"three")
        self.assertEqual(self.transport.value(), b"onetwothree")
        self.assertFalse(self.transport.disconnecting)

    def test_pauses_again_in_between(self) -> None:
        """A transport that has enough in the middle of the queue gets no more of it."""
        self.outbox.pauseProducing()
        self.write(b"aa", b"bb", b"cc", b"dd")
        self.transport.drain(3)
        self.assertEqual(self.transport.value(), b"aabb")
        self.write(b"ee")
        self.transport.drain(100)
        self.assertEqual(self.transport.value(), b"aabbccddee")

    def test_nothing(self) -> None:
        """Nothing is not written, so a transport is not woken for it."""
        self.write(b"")
        self.outbox.pauseProducing()
        self.write(b"x" * LIMIT, b"")
        self.outbox.resumeProducing()
        self.assertEqual((self.transport.writes, self.overflows), (1, 0))

    @given(st.lists(st.integers(0, 15).map(lambda size: b"." * size) | st.integers(1, 12)))
    @settings(deadline=None)
    def test_prefix(self, steps: Sequence[bytes | int]) -> None:
        """However the peer reads, it was sent the beginning of what was written, and in the end all, or is dropped."""
        self.setUp()
        written = b""
        for number, step in enumerate(steps):
            if isinstance(step, int):
                self.transport.drain(step)
            else:
                piece = step.replace(b".", bytes([number % 256]))
                self.write(piece)
                written += piece
            self.assertTrue(written.startswith(self.transport.value()))
            if self.overflows:
                self.assertGreater(len(written) - len(self.transport.value()), LIMIT)
                return
            self.assertLessEqual(len(written) - len(self.transport.value()), LIMIT)
        self.transport.drain(100_000)
        self.assertEqual(self.transport.value(), written)


class Taken(OutboxCase):
    """What is called when the transport has taken what was written."""

    def test_in_its_turn(self) -> None:
        """At once where nothing waits; else behind what was written before, and before what comes after."""
        seen: list[bytes] = []

        def note() -> None:
            seen.append(self.transport.value())

        self.write(b"a")
        self.outbox.when_taken(note)
        self.assertEqual(seen, [b"a"])
        self.outbox.pauseProducing()
        self.write(b"b")
        self.outbox.when_taken(note)
        self.write(b"c")
        self.assertEqual(len(seen), 1)
        self.transport.drain(100)
        self.assertEqual(seen[1:], [b"ab"])
        self.assertEqual(self.transport.value(), b"abc")

    def test_told(self) -> None:
        """Whether it was taken is told: also of nothing; not past the limit, and not while it closes."""
        self.assertTrue(self.outbox.write(b"abc") and self.outbox.write(b""))
        self.outbox.pauseProducing()
        self.assertTrue(self.outbox.write(b"x" * LIMIT))
        self.assertEqual((self.outbox.queued, len(self.transport.value())), (LIMIT, 3))
        self.assertFalse(self.outbox.write(b"x"))
        self.assertFalse(self.outbox.write(b""))
        self.assertEqual((self.outbox.queued, len(self.transport.value())), (0, 3))
        self.assertIsNone(self.outbox.unsent)


class Overflow(OutboxCase):
    """A peer that does not read."""

    def test_limit(self) -> None:
        """The queue holds the limit exactly; a byte more is told once, and nothing more is sent or told."""
        self.outbox.pauseProducing()
        self.write(b"1234", b"567890")
        self.assertEqual(self.overflows, 0)
        self.write(b"x")
        self.assertEqual(self.overflows, 1)
        self.write(b"y", b"z" * 100)
        self.outbox.resumeProducing()
        self.write(b"y")
        self.outbox.close()
        self.assertEqual((self.overflows, self.transport.value()), (1, b""))

    def test_room_again(self) -> None:
        """What has left the queue makes room in it."""
        for _ in range(5):
            self.outbox.pauseProducing()
            self.write(b"x" * LIMIT)
            self.outbox.resumeProducing()
        self.assertEqual((self.overflows, len(self.transport.value())), (0, 5 * LIMIT))


class Closing(OutboxCase):
    """The end, in order or at once."""

    def test_close(self) -> None:
        """With nothing queued the transport closes at once, without its producer, which it would wait for."""
        self.write(b"bye")
        self.outbox.close()
        self.assertEqual(self.transport.value(), b"bye")
        self.assertTrue(self.transport.disconnecting)
        self.assertIsNone(self.transport.producer)

    def test_flushes_first(self) -> None:
        """What is queued leaves before the transport closes; what comes after `close` does not."""
        self.outbox.pauseProducing()
        self.write(b"aa", b"bb")
        self.outbox.close()
        self.write(b"too late")
        self.assertFalse(self.transport.disconnecting)
        self.transport.drain(1)
        self.assertEqual((self.transport.value(), self.transport.disconnecting), (b"aa", False))
        self.transport.drain(100)
        self.assertEqual((self.transport.value(), self.transport.disconnecting), (b"aabb", True))
        self.assertIsNone(self.transport.producer)

    def test_close_again(self) -> None:
        """Closing twice is closing once."""
        self.outbox.close()
        self.outbox.close()
        self.outbox.resumeProducing()
        self.assertTrue(self.transport.disconnecting)

    def test_stop(self) -> None:
        """When the transport is gone nothing is sent, told or closed any more."""
        self.outbox.pauseProducing()
        self.write(b"queued")
        self.outbox.stopProducing()
        self.write(b"x" * 100)
        self.outbox.resumeProducing()
        self.outbox.close()
        self.assertEqual((self.transport.value(), self.overflows), (b"", 0))
        self.assertFalse(self.transport.disconnecting)

    def test_drop(self) -> None:
        """To drop is to forget what is queued, for whoever cuts the connection."""
        self.outbox.pauseProducing()
        self.write(b"queued")
        self.outbox.drop()
        self.outbox.resumeProducing()
        self.assertEqual((self.transport.value(), self.transport.disconnecting), (b"", False))


class Sent(SynchronousTestCase):
    """When what was written counts as arrived."""

    def setUp(self) -> None:
        self.transport = Stalling()
        self.transport.space = 1000
        self.arrived: int | None = 0
        self.outbox = Outbox(self.transport, 100, lambda: None, lambda _: self.arrived)
        self.told: list[str] = []

    def write(self, data: bytes, name: str) -> None:
        self.outbox.write(data)
        self.outbox.when_sent(lambda: self.told.append(name))

    def test_when_it_has_arrived(self) -> None:
        """Each in its turn, when the peer has all of it, and no sooner."""
        self.write(b"abc", "one")
        self.write(b"de", "two")
        self.assertTrue(self.outbox.unsent)
        for arrived, told in ((2, ""), (3, "one"), (4, "one"), (5, "one two")):
            self.arrived = arrived
            self.outbox.check_sent()
            self.assertEqual(" ".join(self.told), told)
        self.assertIsNone(self.outbox.unsent)

    def test_queued(self) -> None:
        """What waits here has not arrived, where the transport tells and where it does not."""
        for self.arrived, later in ((0, 3), (None, None)):
            self.outbox.pauseProducing()
            self.write(b"abc", "queued")
            self.outbox.check_sent()
            self.assertEqual(self.told, [])
            self.arrived = later
            self.transport.drain(1000)
            self.assertEqual(self.told.pop(), "queued")

    def test_already_there(self) -> None:
        """At once, where everything has arrived already."""
        for self.arrived in (3, 100):
            self.write(b"abc", "one")
            self.assertEqual(self.told.pop(), "one")
        self.assertIsNone(self.outbox.unsent)

    def test_unknown(self) -> None:
        """Where the transport does not tell, what it was given has arrived, and what is queued has not."""
        self.arrived = None
        self.write(b"abc", "one")
        self.assertEqual(self.told, ["one"])
        self.assertIsNone(self.outbox.unsent)

    def test_in_order(self) -> None:
        """What was written later is told later, also where all has arrived by the time it is asked for."""
        self.write(b"abc", "one")
        self.arrived = 5
        self.write(b"de", "two")
        self.assertEqual(self.told, [])
        self.outbox.check_sent()
        self.assertEqual(self.told, ["one", "two"])

    def test_queued_behind(self) -> None:
        """What is queued counts, for whoever waits behind it."""
        self.write(b"abc", "one")
        self.outbox.pauseProducing()
        self.write(b"de", "two")
        self.arrived = 4
        self.outbox.check_sent()
        self.assertEqual(self.told, ["one"])
        self.transport.drain(100)
        self.assertEqual(self.told, ["one"])
        self.arrived = 5
        self.outbox.check_sent()
        self.assertEqual(self.told, ["one", "two"])

    def test_never(self) -> None:
        """Not at all where the connection is lost before."""
        self.write(b"abc", "one")
        self.outbox.drop()
        self.arrived = 3
        self.outbox.check_sent()
        self.assertEqual(self.told, [])

    def test_not_after_the_end(self) -> None:
        """What was dropped has not arrived, although all that was written before has; nor what came after the end."""
        for end in ("drop", "close"):
            self.setUp()
            self.outbox.write(b"abc")
            self.arrived = 3
            getattr(self.outbox, end)()
            self.assertFalse(self.outbox.write(b"def"))
            self.outbox.when_sent(lambda: self.told.append("sent"))
            self.outbox.when_taken(lambda: self.told.append("taken"))
            self.outbox.check_sent()
            self.assertEqual(self.told, [], end)
