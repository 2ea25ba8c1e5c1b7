"""`FramedReceiver` keeps the promises of the `LineReceiver` it is."""

from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.testing import StringTransport
from twisted.protocols.basic import LineReceiver
from twisted.trial.unittest import SynchronousTestCase

from chat.interfaces import Later
from chat.net.framed import BYTES_IN_A_TURN, FRAMES_IN_A_TURN, FramedReceiver

RAW_BYTES = 5


class Script(LineReceiver):
    """Does what its lines say: `raw` reads `RAW_BYTES` bytes raw, `pause` pauses, `nap` pauses and goes on at once."""

    delimiter = b"\n"

    def __init__(self) -> None:
        self.log: list[tuple[str, bytes]] = []
        self._wanted = 0
        self._busy = False

    def lineReceived(self, line: bytes) -> None:
        self.log.append(("line within a line" if self._busy else "line", line))
        self._busy = True
        try:
            self.obey(line)
        finally:
            self._busy = False

    def obey(self, line: bytes) -> None:
        if b"raw" in line:
            self._wanted = RAW_BYTES
            self.setRawMode()
        if b"pause" in line or b"nap" in line:
            self.pauseProducing()
        if b"nap" in line:
            self.resumeProducing()
        if b"fail" in line:
            raise ZeroDivisionError

    def rawDataReceived(self, data: bytes) -> None:
        wanted, extra = data[: self._wanted], data[self._wanted :]
        self._wanted -= len(wanted)
        self.log += [("raw", bytes([byte])) for byte in wanted] or [("raw", b"")]
        if not self._wanted:
            self.setLineMode(extra)


class Framed(Script, FramedReceiver):
    """The same on the receiver under test. `handled` counts the calls of `line_handled`, `ends` of `all_handled`."""

    def __init__(self, max_line: int = 20, later: Later | None = None) -> None:
        Script.__init__(self)
        FramedReceiver.__init__(self, max_line, later)
        self.handled = 0
        self.ends = 0

    def lineLengthExceeded(self, line: bytes) -> None:
        self.log.append(("overlong", line))

    def line_handled(self) -> None:
        self.handled += 1

    def all_handled(self) -> None:
        self.ends += 1


def connected() -> Framed:
    receiver = Framed()
    receiver.makeConnection(StringTransport())
    return receiver


def raw(data: bytes) -> list[tuple[str, bytes]]:
    return [("raw", bytes([byte])) for byte in data]


class Lines(SynchronousTestCase):
    """Lines, whole and overlong."""

    def test_lines(self) -> None:
        """Lines come without their ends, however they were cut."""
        receiver = connected()
        for chunk in (b"o", b"ne\r", b"\ntwo\n\nthr", b"ee"):
            receiver.dataReceived(chunk)
        self.assertEqual(receiver.log, [("line", b"one"), ("line", b"two"), ("line", b"")])

    def test_overlong(self) -> None:
        """A line that is too long is told, the next one is read, and both count as handled."""
        receiver = connected()
        receiver.dataReceived(b"x" * 30)
        receiver.dataReceived(b"x" * 30 + b"\nnext\n")
        self.assertEqual([kind for kind, _ in receiver.log], ["overlong", "line"])
        self.assertEqual(receiver.handled, 2)

    def test_failure_in_the_middle(self) -> None:
        """An exception from one line leaves the lines after it to the next chunk, none lost."""
        receiver = connected()
        self.assertRaises(ZeroDivisionError, receiver.dataReceived, b"fail\nb\n")
        receiver.dataReceived(b"c\n")
        self.assertEqual(receiver.log, [("line", b"fail"), ("line", b"b"), ("line", b"c")])


class RawMode(SynchronousTestCase):
    """From lines to bytes and back."""

    def test_rest_of_the_chunk(self) -> None:
        """Raw mode begins with the byte after the line that asked for it, line ends and all."""
        receiver = connected()
        receiver.dataReceived(b"a\nraw\n\r\nxy\n")
        self.assertEqual(receiver.log, [("line", b"a"), ("line", b"raw"), *raw(b"\r\nxy\n")])

    def test_back_to_lines(self) -> None:
        """What `setLineMode` is given is read as lines, in this chunk and the next."""
        receiver = connected()
        receiver.dataReceived(b"raw\n12345b\nc")
        receiver.dataReceived(b"c\n")
        self.assertEqual(receiver.log, [("line", b"raw"), *raw(b"12345"), ("line", b"b"), ("line", b"cc")])

    def test_back_in_a_later_chunk(self) -> None:
        """The same where the raw bytes end in a chunk that had no line."""
        receiver = connected()
        for chunk in (b"raw\n12", b"34", b"5b\nraw\n", b"67890c\n"):
            receiver.dataReceived(chunk)
        lines = [("line", b"raw"), *raw(b"12345"), ("line", b"b"), ("line", b"raw"), *raw(b"67890"), ("line", b"c")]
        self.assertEqual(receiver.log, lines)

    def test_paused_before_raw_bytes(self) -> None:
        """Bytes that come while it is paused wait behind those that came before them."""
        receiver = connected()
        receiver.dataReceived(b"raw, pause\n12")
        receiver.dataReceived(b"34")
        self.assertEqual(receiver.log, [("line", b"raw, pause")])
        receiver.resumeProducing()
        receiver.dataReceived(b"5b\n")
        self.assertEqual(receiver.log, [("line", b"raw, pause"), *raw(b"12345"), ("line", b"b")])

    def test_nothing_is_no_data(self) -> None:
        """Going on after a pause does not make up an empty chunk."""
        receiver = connected()
        receiver.dataReceived(b"raw, pause\n")
        receiver.resumeProducing()
        self.assertEqual(receiver.log, [("line", b"raw, pause")])


class Pausing(SynchronousTestCase):
    """A receiver that is paused gets nothing, and later everything."""

    def test_pause(self) -> None:
        """A pause takes effect within the chunk; nothing is lost or doubled when it ends."""
        receiver = connected()
        receiver.dataReceived(b"a\npause\nb\nc")
        self.assertEqual(receiver.log, [("line", b"a"), ("line", b"pause")])
        receiver.dataReceived(b"c\nd\n")
        self.assertEqual(len(receiver.log), 2)
        receiver.resumeProducing()
        self.assertEqual(receiver.log[2:], [("line", b"b"), ("line", b"cc"), ("line", b"d")])

    def test_nap(self) -> None:
        """Pausing and going on within one line changes nothing: the next one comes after it."""
        receiver = connected()
        receiver.dataReceived(b"nap\nb\nnap\nc\n")
        self.assertEqual(receiver.log, [("line", line) for line in (b"nap", b"b", b"nap", b"c")])

    @given(
        st.lists(st.sampled_from([b"raw\n", b"pause\n", b"nap\n", b"raw, pause\n", b"raw, nap\n", b"abc\n", b"12345"])),
        st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=8),
    )
    @settings(deadline=None)
    def test_same_as_line_receiver(self, pieces: Sequence[bytes], reads: Sequence[tuple[int, bool]]) -> None:
        """Whatever is asked for in whatever chunk, it does what `LineReceiver` does."""
        logs = []
        for receiver in (Script(), Framed(Script.MAX_LENGTH)):
            receiver.makeConnection(StringTransport())
            data = b"".join(pieces)
            for size, resume in [*reads, (len(data), True)]:
                receiver.dataReceived(data[:size])
                data = data[size:]
                if resume and receiver.paused:
                    receiver.resumeProducing()
            while receiver.paused:
                receiver.resumeProducing()
            logs.append(receiver.log)
        self.assertEqual(logs[1], logs[0])


class InputEnded(SynchronousTestCase):
    """The other side has said all it will."""

    def test_last_line(self) -> None:
        """A last line without an end is handled, once."""
        receiver = connected()
        receiver.dataReceived(b"a\nlast\r")
        receiver.input_ended()
        receiver.input_ended()
        self.assertEqual(receiver.log, [("line", b"a"), ("line", b"last")])

    def ended(self, data: bytes) -> Framed:
        """The input has ended after `data`, and every pause with it."""
        receiver = connected()
        receiver.dataReceived(data)
        receiver.input_ended()
        while receiver.paused:
            self.assertEqual(receiver.ends, 0)
            receiver.resumeProducing()
        return receiver

    def test_all_that_is_held(self) -> None:
        """Lines that a pause holds back are handled when it is over; then it is told that this was all."""
        receiver = self.ended(b"pause\nb\npause\nc")
        self.assertEqual(receiver.ends, 1)
        self.assertEqual([line for _, line in receiver.log], [b"pause", b"b", b"pause", b"c"])

    def test_even_paused(self) -> None:
        """All of it is handled at once, for whoever will not resume it."""
        receiver = connected()
        receiver.dataReceived(b"pause\nb\npause\nc")
        receiver.input_ended(even_paused=True)
        self.assertEqual([line for _, line in receiver.log], [b"pause", b"b", b"pause", b"c"])
        self.assertEqual(receiver.ends, 1)

    def test_overlong(self) -> None:
        """An overlong last line is told, once."""
        receiver = self.ended(b"pause\n" + b"x" * 30)
        self.assertEqual([kind for kind, _ in receiver.log], ["line", "overlong"])

    def test_raw_bytes(self) -> None:
        """Bytes that are held for raw mode are handled as raw bytes, not as a line."""
        receiver = self.ended(b"pause\nraw\n12345b\nc")
        self.assertEqual(
            receiver.log,
            [("line", b"pause"), ("line", b"raw"), *raw(b"12345"), ("line", b"b"), ("line", b"c")],
        )


class Ending(Framed):
    """Hears of the end, or gets more, while it handles a line that says so."""

    def obey(self, line: bytes) -> None:
        if line == b"end":
            self.input_ended()
        elif line == b"more":
            self.dataReceived(b"of it\n")


class Within(SynchronousTestCase):
    """Something comes, or the input ends, while a line is being handled."""

    def test_more(self) -> None:
        """It is handled after that line, behind what had come before."""
        receiver = Ending()
        receiver.makeConnection(StringTransport())
        receiver.dataReceived(b"more\na\n")
        self.assertEqual(receiver.log, [("line", b"more"), ("line", b"a"), ("line", b"of it")])

    def test_lines_behind(self) -> None:
        """What is held behind that line is handled after it, and then the end is told."""
        receiver = Ending()
        receiver.makeConnection(StringTransport())
        receiver.dataReceived(b"end\na\nb")
        self.assertEqual(receiver.log, [("line", b"end"), ("line", b"a"), ("line", b"b")])
        self.assertEqual(receiver.ends, 1)


class Turns(SynchronousTestCase):
    """A receiver that lets others have their turn."""

    def setUp(self) -> None:
        self.turns: list[Callable[[], None]] = []
        self.receiver = Framed(later=self.turns.append)
        self.transport = StringTransport()
        self.receiver.makeConnection(self.transport)

    def test_many_lines(self) -> None:
        """Some are handled in each turn, in their order, and nothing is read until all are."""
        lines = [b"%d" % number for number in range(3 * FRAMES_IN_A_TURN - 1)]
        self.receiver.dataReceived(b"".join(line + b"\n" for line in lines))
        self.assertEqual((self.receiver.handled, self.transport.producerState), (FRAMES_IN_A_TURN, "paused"))
        self.receiver.dataReceived(b"last\n")
        self.assertEqual(self.receiver.handled, FRAMES_IN_A_TURN)
        counts = []
        while self.turns:
            self.turns.pop()()
            counts.append(self.receiver.handled)
        self.assertEqual(counts, [2 * FRAMES_IN_A_TURN, 3 * FRAMES_IN_A_TURN, 3 * FRAMES_IN_A_TURN])
        self.assertEqual([line for _, line in self.receiver.log], [*lines, b"last"])
        self.assertEqual(self.transport.producerState, "producing")

    def test_many_bytes(self) -> None:
        """Bytes without a line take their turns, too."""
        self.receiver.dataReceived(b"x" * 3 * BYTES_IN_A_TURN + b"\nnext\n")
        self.assertEqual([kind for kind, _ in self.receiver.log], ["overlong"])
        for _ in range(3):
            self.turns.pop()()
        self.assertEqual([kind for kind, _ in self.receiver.log], ["overlong", "line"])
        self.assertEqual((self.turns, self.transport.producerState), ([], "producing"))

    def test_pause_between_turns(self) -> None:
        """A pause holds back what waits for its turn; going on does not read before that is handled."""
        self.receiver.dataReceived(b"pause\n" + b"a\n" * 2 * FRAMES_IN_A_TURN)
        self.assertEqual((self.receiver.handled, self.turns), (1, []))
        self.receiver.resumeProducing()
        self.assertEqual((self.receiver.handled, self.transport.producerState), (1 + FRAMES_IN_A_TURN, "paused"))
        self.receiver.pauseProducing()
        self.turns.pop()()
        self.assertEqual((self.receiver.handled, self.turns), (1 + FRAMES_IN_A_TURN, []))
        self.assertEqual(self.transport.producerState, "paused")
        self.receiver.resumeProducing()
        while self.turns:
            self.turns.pop()()
        self.assertEqual(self.receiver.handled, 1 + 2 * FRAMES_IN_A_TURN)
        self.assertEqual(self.transport.producerState, "producing")

    def test_the_end_has_its_turn(self) -> None:
        """What came before the end is handled in turns, and then the end is told; nobody reads on."""
        self.receiver.dataReceived(b"a\n" * 2 * FRAMES_IN_A_TURN + b"last")
        self.receiver.input_ended()
        self.assertEqual((self.receiver.handled, self.receiver.ends), (FRAMES_IN_A_TURN, 0))
        while self.turns:
            self.turns.pop()()
        self.assertEqual((self.receiver.log[-1], self.receiver.ends), (("line", b"last"), 1))
        self.assertEqual(self.transport.producerState, "paused")

    def test_dropped(self) -> None:
        """What waits for its turn can be taken back."""
        self.receiver.dataReceived(b"a\n" * 5 * BYTES_IN_A_TURN)
        held = self.receiver.clearLineBuffer()
        self.assertEqual(len(held), 2 * 5 * BYTES_IN_A_TURN - 2 * FRAMES_IN_A_TURN)
        self.turns.pop()()
        self.assertEqual(self.receiver.handled, FRAMES_IN_A_TURN)
