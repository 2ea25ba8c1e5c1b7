"""Bytes in, lines out: `Framer` against the simplest model of it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FrameType

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.wire.framing import Framer, Overlong
from tests.compiled import not_where_compiled

LIMIT = 8
_PIECES = [b"a", b"bc", b"\r", b"\n", b"\r\n", b"\n\n", b"x" * (LIMIT - 1), b"y" * LIMIT, b"z" * (3 * LIMIT)]


@st.composite
def chunkings(draw: st.DrawFn) -> Sequence[bytes]:
    """A stream of short and long lines with every kind of line end, cut anywhere."""
    data = b"".join(draw(st.lists(st.sampled_from(_PIECES), max_size=12)))
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=12)))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def popped(framer: Framer) -> Iterator[bytes | Overlong]:
    """All lines that are whole by now."""
    while (frame := framer.pop()) is not None:
        yield frame


def framed(chunks: Sequence[bytes], limit: int = LIMIT) -> Sequence[bytes | Overlong]:
    """The frames of a whole stream, read as it comes."""
    framer = Framer(limit)
    frames: list[bytes | Overlong] = []
    for chunk in chunks:
        framer.feed(chunk)
        frames += popped(framer)
    last = framer.last()
    return frames if last is None else [*frames, last]


def expected(data: bytes, limit: int) -> Sequence[bytes | None]:
    """The model: split at the newlines, drop one carriage return; None stands for a line over the limit."""
    *lines, rest = data.split(b"\n")
    ended = [line.removesuffix(b"\r") for line in ([*lines, rest] if rest else lines)]
    return [line if len(line) <= limit else None for line in ended]


def without_heads(frames: Sequence[bytes | Overlong]) -> Sequence[bytes | None]:
    return [None if isinstance(frame, Overlong) else frame for frame in frames]


class Chunking(SynchronousTestCase):
    """How the bytes were cut up on their way makes no difference."""

    @given(chunkings())
    @settings(deadline=None)
    def test_same_as_model(self, chunks: Sequence[bytes]) -> None:
        """Any chunking gives the frames of the model."""
        self.assertEqual(without_heads(framed(chunks)), expected(b"".join(chunks), LIMIT))

    @given(st.lists(st.tuples(st.sampled_from(_PIECES), st.integers(0, 3)), max_size=20))
    @settings(deadline=None)
    def test_read_late(self, steps: Sequence[tuple[bytes, int]]) -> None:
        """It makes no difference either how late the lines are popped."""
        framer = Framer(LIMIT)
        frames: list[bytes | Overlong] = []
        for chunk, pops in steps:
            framer.feed(chunk)
            frames += [frame for _ in range(pops) if (frame := framer.pop()) is not None]
        frames += popped(framer)
        last = framer.last()
        frames += [] if last is None else [last]
        self.assertEqual(without_heads(frames), expected(b"".join(chunk for chunk, _ in steps), LIMIT))

    @given(chunkings(), st.integers(1, 100))
    @settings(deadline=None)
    def test_same_heads(self, chunks: Sequence[bytes], limit: int) -> None:
        """What is told of an overlong line does not depend on the chunking either, whatever the limit."""
        self.assertEqual(framed(chunks, limit), framed([b"".join(chunks)], limit))

    def test_megabyte(self) -> None:
        """A megabyte of lines is the same in pieces of a byte, of a KiB, and whole."""
        data = b"".join(b"%d " % number * (number % 40) + b"\r\n" for number in range(8000))
        whole = framed([data], 4096)
        self.assertGreater(len(data), 700_000)
        self.assertEqual(whole, expected(data, 4096))
        for size in (1, 1024):
            self.assertEqual(framed([data[at : at + size] for at in range(0, len(data), size)], 4096), whole)

    def test_work(self) -> None:
        """What is done for each megabyte is the same for the first and the last, in any pieces, however long it is.

        Counted in calls, C functions included; `python -m bench.framing` has ten megabytes, and the seconds.
        """
        data = (b"x" * 99 + b"\n") * 200 + b"y" * 10_000 + b"\n"
        for size in (1, 1024, len(data)):
            framer = Framer(4096)
            counts = [calls(partial(framed_by, framer, data, size)) for _ in range(4)]
            self.assertEqual(counts, counts[:1] * 4)
            self.assertLess(counts[0], 12 * (len(data) // size + 2 * data.count(b"\n")))


def framed_by(framer: Framer, data: bytes, size: int) -> None:
    """Feed it, and take what comes out."""
    for at in range(0, len(data), size):
        framer.feed(data[at : at + size])
        while framer.pop() is not None:
            pass


def calls(function: Callable[[], None]) -> int:
    """How many calls are made within it."""
    count = 0

    def noted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    previous = sys.getprofile()
    sys.setprofile(noted)
    try:
        function()
    finally:
        sys.setprofile(previous)
    return count


class Lengths(SynchronousTestCase):
    """Where the limit lies, and what happens past it."""

    def test_exact(self) -> None:
        """The limit counts what is said, not the line end; one byte more is too long."""
        fits, over = b"a" * LIMIT, b"a" * (LIMIT + 1)
        for end in (b"\n", b"\r\n"):
            self.assertEqual(framed([fits + end]), [fits])
            self.assertEqual(framed([*[bytes([byte]) for byte in fits + end]]), [fits])
            self.assertEqual(without_heads(framed([over + end])), [None])
            self.assertEqual(without_heads(framed([over, end])), [None])

    def test_only_one_carriage_return(self) -> None:
        """Of several carriage returns before a newline one is dropped; elsewhere they are kept."""
        self.assertEqual(framed([b"a\r\r\nb\rc\n\r\n"]), [b"a\r", b"b\rc", b""])

    def test_told_once_and_early(self) -> None:
        """An endless line is told while it still comes, once, and the line after it is read."""
        framer = Framer(LIMIT)
        told: list[bytes | Overlong] = []
        for number in range(100):
            framer.feed(b"x" * 5)
            told += popped(framer)
            self.assertEqual(len(told), 1 if number >= 1 else 0)
        framer.feed(b"rest\nnext\n")
        self.assertEqual(list(popped(framer)), [b"next"])

    def test_head(self) -> None:
        """An overlong line shows how it began, and not more than 64 bytes of it."""
        line = bytes(range(65, 165))
        for chunks in ([line + b"\n"], [line], [line[:90], line[90:] + b"\n"]):
            self.assertEqual(framed(chunks, 80), [Overlong(line[:80])])

    def test_longest_head(self) -> None:
        """No more than 512 bytes are told of a line, however long lines may be."""
        framer = Framer(1000)
        framer.feed(b"x" * 2000 + b"\n")
        self.assertEqual(framer.pop(), Overlong(b"x" * 512))

    def test_overlong_between(self) -> None:
        """Each overlong line of a chunk is told in its place."""
        long = b"x" * 50
        frames = framed([b"a\n" + long + b"\nb\n" + long + b"\n" + long + b"\nc\n"])
        self.assertEqual(without_heads(frames), [b"a", None, b"b", None, None, b"c"])

    @given(st.lists(st.integers(1, 3 * LIMIT), min_size=1, max_size=30))
    @settings(deadline=None)
    def test_bounded(self, sizes: Sequence[int]) -> None:
        """Of an unfinished line no more is held than the limit, a carriage return and the last read."""
        framer = Framer(LIMIT)
        for size in sizes[:-1]:
            framer.feed(b"x" * size)
            list(popped(framer))
        framer.feed(b"x" * sizes[-1])
        self.assertLessEqual(len(framer.take_rest()), LIMIT + 1 + sizes[-1])


class Unframed(SynchronousTestCase):
    """How much came without a newline."""

    @given(chunkings())
    @settings(deadline=None)
    def test_since_newline(self, chunks: Sequence[bytes]) -> None:
        """It counts all bytes since the last newline, read or not, kept or discarded."""
        framer = Framer(LIMIT)
        for number, chunk in enumerate(chunks, 1):
            framer.feed(chunk)
            if number % 2:
                list(popped(framer))
            self.assertEqual(framer.unframed, len(b"".join(chunks[:number]).rpartition(b"\n")[2]))


class Endings(SynchronousTestCase):
    """The end of the stream, and the way out of lines."""

    def test_last(self) -> None:
        """A last line without an end counts; nothing, or an overlong line that was told, does not."""
        for data, frames in (
            (b"", []),
            (b"a\n", [b"a"]),
            (b"a\nb", [b"a", b"b"]),
            (b"b\r", [b"b"]),
            (b"a" * LIMIT + b"\r", [b"a" * LIMIT]),
            (b"a" * (LIMIT + 1), [None]),
            (b"a" * 50, [None]),
        ):
            self.assertEqual(without_heads(framed([data])), frames)

    def test_last_empties(self) -> None:
        """The last line comes once."""
        framer = Framer(LIMIT)
        framer.feed(b"end")
        self.assertEqual([framer.last(), framer.last(), framer.pop()], [b"end", None, None])

    @given(chunkings(), st.integers(0, 5))
    @settings(deadline=None)
    def test_take_rest(self, chunks: Sequence[bytes], lines: int) -> None:
        """After some lines the rest is every byte that followed them, and then the framer is empty."""
        data = b"".join(chunks)
        framer = Framer(len(data))
        for chunk in chunks:
            framer.feed(chunk)
        read = [frame for _ in range(lines) if (frame := framer.pop()) is not None]
        self.assertEqual(framer.take_rest(), b"\n".join(data.split(b"\n")[len(read) :]))
        self.assertEqual((framer.unframed, framer.take_rest(), framer.pop(), framer.last()), (0, b"", None, None))

    def test_line_after_rest(self) -> None:
        """Lines can follow what was taken, even from the middle of an overlong line."""
        framer = Framer(LIMIT)
        framer.feed(b"x" * 50)
        list(popped(framer))
        framer.feed(b"raw")
        self.assertEqual(framer.take_rest(), b"raw")
        framer.feed(b"line\n")
        self.assertEqual(list(popped(framer)), [b"line"])

    def test_lines_after_rest(self) -> None:
        """The lines after that are all there, although some before had been popped."""
        framer = Framer(10)
        framer.feed(b"a\nb\nc")
        self.assertEqual((framer.pop(), framer.take_rest(), framer.unframed), (b"a", b"b\nc", 0))
        framer.feed(b"d\ne\n")
        self.assertEqual([framer.pop() for _ in range(3)], [b"d", b"e", None])


class Other(Framer):
    """A framer of another kind."""


@not_where_compiled
class HandedTo(SynchronousTestCase):
    """A framer takes over from another."""

    def test_same_kind(self) -> None:
        """One of the same kind goes on itself."""
        framer, other = Framer(10), Other(10)
        self.assertIs(framer.handed_to(Framer), framer)
        self.assertIs(other.handed_to(Other), other)
        self.assertIsNot(other.handed_to(Framer), other)

    def test_goes_on(self) -> None:
        """Whole lines, an unfinished one, and the rest of one that is too long are where they were."""
        for limit, before, popped in ((10, b"one\ntwo\nthr", b"one"), (4, b"12345678", Overlong(b"1234"))):
            framer = Framer(limit)
            framer.feed(before)
            self.assertEqual(framer.pop(), popped)
            other = framer.handed_to(Other)
            self.assertIs(type(other), Other)
            self.assertEqual(other.unframed, framer.unframed)
            other.feed(b"ee\nend\n")
            lines = [other.pop() for _ in range(4)]
            expected = [b"two", b"three", b"end", None] if limit == 10 else [b"end", None, None, None]
            self.assertEqual((lines, other.unframed), (expected, 0))
