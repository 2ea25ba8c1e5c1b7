"""The WebSocket wire: RFC 6455, rule by rule."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.events import Done, Failure, Online, Prompt, Roll
from chat.interfaces import Batch
from chat.wire import NDJSON, WEBSOCKET
from chat.wire.framing import Overlong
from chat.wire.websocket import Closed, Deframer, Dropped, Fragment, Ping, Pong, Received, Refused, close_frame
from tests.web.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Frames, close, frame, text

LIMIT, MOST = 100, 200


class Case(NamedTuple):
    """What is sent, and what comes out: messages as bytes, a refusal as its code."""

    name: str
    data: bytes
    expected: Sequence[object]


CASES = (
    Case("a message", text("hello"), [b"hello"]),
    Case("an empty message", text(""), [b""]),
    Case("two messages", text("a") + text("b"), [b"a", b"b"]),
    Case("more than ASCII", text("hé 🦊 漢"), ["hé 🦊 漢".encode()]),
    Case("line ends are no ends", text('{\n"a":1}\n'), [b'{\n"a":1}\n']),
    Case("telnet's byte means nothing here", frame(TEXT, b"x" * 7, mask=b"\xff" * 4), [b"x" * 7]),
    Case("126 bytes have a longer head", text("x" * 90) + text("x" * 126), [b"x" * 90, Overlong(b"x" * 126)]),
    # limits
    Case("the limit", text("x" * LIMIT), [b"x" * LIMIT]),
    Case("over the limit", text("x" * (LIMIT + 1)), [Overlong(b"x" * (LIMIT + 1))]),
    Case("the most", text("x" * MOST) + text("b"), [Overlong(b"x" * MOST), b"b"]),
    Case("more than the most", text("x" * (MOST + 1)) + text("b") + close(), [1009, Closed(1000)]),
    Case(
        "more than the most, in fragments",
        frame(TEXT, b"x" * 150, fin=False) + frame(CONTINUATION, b"x" * 51),
        [150, 1009],
    ),
    Case("what is over the most counts in bytes", text("漢" * 67), [1009]),
    Case("the head of a giant", b"\x81\xff" + (2**62).to_bytes(8, "big") + b"\0\0\0\0" + b"x" * 201, [1009]),
    # fragments
    Case("fragments", frame(TEXT, b"he", fin=False) + frame(CONTINUATION, b"llo"), [2, b"hello"]),
    Case("a character cut in two", frame(TEXT, b"\xc3", fin=False) + frame(CONTINUATION, b"\xa9"), [0, b"\xc3\xa9"]),
    Case("empty fragments", frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) + frame(CONTINUATION), [0, 0, b""]),
    Case(
        "a ping between",
        frame(TEXT, b"a", fin=False) + frame(PING, b"p") + frame(CONTINUATION, b"b"),
        [1, Ping(b"p"), b"ab"],
    ),
    Case("continues nothing", frame(CONTINUATION, b"x"), [1002]),
    Case("continues what has ended", text("a") + frame(CONTINUATION, b"x"), [b"a", 1002]),
    Case("begins anew too early", frame(TEXT, b"a", fin=False) + text("b"), [1, 1002]),
    # control frames
    Case("a ping", frame(PING, b"are you there"), [Ping(b"are you there")]),
    Case("an empty ping", frame(PING), [Ping(b"")]),
    Case("a pong", frame(PONG, b"yes"), [Pong(b"yes")]),
    Case("the longest ping", frame(PING, b"p" * 125), [Ping(b"p" * 125)]),
    Case("a ping that is too long", frame(PING, b"p" * 126), [1002]),
    Case("a ping in fragments", frame(PING, b"p", fin=False), [1002]),
    Case("a close in fragments", frame(CLOSE, b"\x03\xe8", fin=False), [1002]),
    # closing
    Case("a close", close(1000, b"bye"), [Closed(1000)]),
    Case("a close without a code", close(None), [Closed(1005)]),
    Case("nothing comes after it", close() + text("x"), [Closed(1000)]),
    Case("a code of an application's", close(4321), [Closed(4321)]),
    Case("half a code", frame(CLOSE, b"\x03"), [1002]),
    *(
        Case(f"the code {code}", close(code), [1002])
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)
    ),
    Case("a reason that is not UTF-8", close(1000, b"\xff"), [1007]),
    # what must not be
    *(Case(f"reserved bits {rsv:03b}", frame(TEXT, b"x", rsv=rsv), [1002]) for rsv in (1, 2, 4, 7)),
    *(Case(f"reserved bits in a ping {rsv:03b}", frame(PING, b"x", rsv=rsv), [1002]) for rsv in (1, 2, 4)),
    *(Case(f"the opcode {opcode}", frame(opcode, b"x"), [1002]) for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)),
    Case("no mask", frame(TEXT, b"x", mask=None), [1002]),
    Case("a ping without a mask", frame(PING, mask=None), [1002]),
    Case("binary", frame(BINARY, b"x") + text("after") + close(), [1003, Closed(1000)]),
    Case("a length in more bytes than it needs", b"\x81\xfe\x00\x05\0\0\0\0hello", [1002]),
    Case("a length in many more", b"\x81\xff" + (300).to_bytes(8, "big") + b"\0\0\0\0", [1002]),
    Case("a length with the highest bit", b"\x81\xff" + (2**63).to_bytes(8, "big") + b"\0\0\0\0", [1002]),
    Case("nothing after what is broken", frame(3) + text("x") + close(), [1002]),
    # UTF-8
    Case("not UTF-8", frame(TEXT, b"caf\xe9!"), [1007]),
    Case("not UTF-8, told as soon as it is seen", frame(TEXT, b"\xff", fin=False), [1007]),
    Case("a surrogate", frame(TEXT, b"\xed\xa0\x80"), [1007]),
    Case("more bytes than needed", frame(TEXT, b"\xc0\xaf"), [1007]),
    Case("beyond Unicode", frame(TEXT, b"\xf4\x90\x80\x80"), [1007]),
    Case("ends within a character", frame(TEXT, b"\xc3"), [1007]),
)


def received(chunks: Sequence[bytes]) -> list[object]:
    """All that comes out of these chunks, in the words of `Case`, but for what was dropped."""
    deframer = Deframer(LIMIT, MOST)
    found = []
    for chunk in chunks:
        deframer.feed(chunk)
        while (item := deframer.pop()) is not None:
            if item != Dropped():
                found.append(_short(item))
    return found


def _short(item: Received) -> object:
    if isinstance(item, Refused):
        return item.code
    return item.size if isinstance(item, Fragment) else item


class Rules(SynchronousTestCase):
    """Each case, however it is cut."""

    def test_whole(self) -> None:
        """In one chunk."""
        for case in CASES:
            self.assertEqual(received([case.data]), list(case.expected), case.name)

    def test_bytewise(self) -> None:
        """Byte by byte."""
        for case in CASES:
            self.assertEqual(received([bytes([byte]) for byte in case.data]), list(case.expected), case.name)

    def test_every_split(self) -> None:
        """In two chunks, wherever they part."""
        for case in CASES:
            for place in range(1, len(case.data)):
                split = received([case.data[:place], case.data[place:]])
                self.assertEqual(split, list(case.expected), (case.name, place))


class Refusing(SynchronousTestCase):
    """What comes behind a refusal."""

    def test_each_frame_is_told(self) -> None:
        """Nothing is looked at any more, and each frame can be counted."""
        deframer = Deframer(LIMIT, MOST)
        deframer.feed(frame(BINARY, b"x") + text("a") + frame(PING) + frame(BINARY, b"x") + close())
        kinds = [type(item) for item in iter(deframer.pop, None)]
        self.assertEqual(kinds, [Refused, Dropped, Dropped, Dropped, Closed])


class Holding(SynchronousTestCase):
    """What an unfinished message takes."""

    def test_no_more_than_the_most(self) -> None:
        """However long it goes on, and whatever is said after the refusal."""
        deframer = Deframer(LIMIT, MOST)
        deframer.feed(frame(TEXT, b"x" * 100, fin=False))
        for _ in range(50):
            deframer.feed(frame(CONTINUATION, b"x" * 100, fin=False))
            list(iter(deframer.pop, None))
            self.assertLessEqual(deframer.unframed, MOST)

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.binary(max_size=40), max_size=10), st.data())
    def test_messages_come_as_they_were_sent(self, payloads: Sequence[bytes], data: st.DataObject) -> None:
        """Whatever the chunks are."""
        texts = [payload.decode("latin-1") for payload in payloads]
        stream = b"".join(map(text, texts))
        cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)))))
        chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
        self.assertEqual(received(chunks), [shown.encode() for shown in texts])

    @settings(max_examples=300, deadline=None)
    @given(st.binary(max_size=300))
    def test_anything(self, data: bytes) -> None:
        """Whatever comes, it is a message, or refused."""
        received([data])


class Frameful(SynchronousTestCase):
    """What the server says."""

    def test_one_object_in_each_frame(self) -> None:
        """An event that takes two lines of NDJSON takes two frames."""
        event = Online(names=Roll(["Ann", "zoë"], 2), id=1)
        read = [found.payload for found in Frames().feed(WEBSOCKET.encode(event))]
        self.assertEqual(read, NDJSON.encode(event).splitlines())
        self.assertEqual(len(read), 2)

    def test_lengths(self) -> None:
        """Each of the three ways to say a length."""
        for size in (0, 100, 200, 70_000):
            event = Failure(code="internal", message="x" * size)
            (read,) = Frames().feed(WEBSOCKET.encode(event))
            self.assertEqual((read.opcode, read.payload), (TEXT, NDJSON.encode(event).rstrip(b"\n")))

    def test_nothing_to_say(self) -> None:
        """An event that this wire does not tell is no frame, not an empty one."""
        self.assertEqual(WEBSOCKET.encode(Prompt()), b"")

    def test_made_once(self) -> None:
        """All members get the same bytes, and lines and frames are not mixed up."""
        batch = Batch(Done(request="resume"))
        self.assertIs(batch.encoded(WEBSOCKET), batch.encoded(WEBSOCKET))
        self.assertNotEqual(batch.encoded(WEBSOCKET), batch.encoded(NDJSON))

    def test_close(self) -> None:
        """A reason is cut to what fits; a close without a code has none."""
        (long,) = Frames().feed(close_frame(1008, "é" * 100))
        self.assertEqual((long.code, len(long.payload)), (1008, 124))
        (bare,) = Frames().feed(close_frame(1005, "unused"))
        self.assertEqual(bare.payload, b"")
