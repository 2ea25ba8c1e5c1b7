"""Telnet's own bytes: taken out of the text, and answered."""

from twisted.trial.unittest import SynchronousTestCase

from chat.wire.framing import Framer, Overlong
from chat.wire.telnet import Telnet, TelnetFramer

# The bytes that came, the text in them, and the answer: as PuTTY and the telnet of Linux send them.
CASES = (
    (b"hello\n", b"hello\n", b""),
    (b"hello\r\nthere\r\x00you\n", b"hello\nthere\nyou\n", b""),
    (b"\xff\xfb\x1f\xff\xfb\x20hello\n", b"hello\n", b"\xff\xfe\x1f\xff\xfe\x20"),
    (b"\xff\xfd\x01he\xff\xfd\x03llo", b"hello", b"\xff\xfc\x01\xff\xfc\x03"),
    (b"\xff\xf4\xff\xfd\x06again\r\n", b"again\n", b"\xff\xfc\x06"),
    (b"\xff\xfc\x01\xff\xfe\x03hello", b"hello", b""),
    (b"a\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0b", b"ab", b""),
    (b"a\xff\xfa\x18\x00\xff\xff\xf0xterm\xff\xf0b", b"ab", b""),
    (b"\xff\xec\xff\xf1\xff\xf9done", b"done", b""),
    (b"\xff\xfd\xff\xff\xfb\nhello", b"hello", b"\xff\xfc\xff\xff\xfe\n"),
    # no telnet: the bytes stay, and are no UTF-8
    (b"\xff\nhello", b"\xff\nhello", b""),
    (b"\xff\xffhello", b"\xff\xffhello", b""),
    (b"one\rtwo", b"one\rtwo", b""),
)


class Filter(SynchronousTestCase):
    """The table, whole and in pieces."""

    def test_whole(self) -> None:
        """Text and answers."""
        for sent, text, answer in CASES:
            self.assertEqual(Telnet().feed(sent), (text, answer), sent)

    def test_every_split(self) -> None:
        """In two pieces, and byte by byte, it is the same."""
        for sent, text, answer in CASES:
            for pieces in (
                *((sent[:at], sent[at:]) for at in range(1, len(sent))),
                tuple(sent[at : at + 1] for at in range(len(sent))),
            ):
                telnet = Telnet()
                fed = [telnet.feed(piece) for piece in pieces]
                joined = b"".join(part for part, _ in fed), b"".join(part for _, part in fed)
                self.assertEqual(joined, (text, answer), pieces)

    def test_endless(self) -> None:
        """A subnegotiation without an end is not held for ever."""
        telnet = Telnet()
        self.assertEqual(telnet.feed(b"\xff\xfa" + b"x" * 100_000), (b"", b""))
        self.assertEqual(telnet.feed(b"hello\n"), (b"hello\n", b""))


class Framing(SynchronousTestCase):
    """The framer of people's connections."""

    def test_lines(self) -> None:
        """It cuts what is text in each case, and gives what is to be answered, however the bytes come."""
        for sent, text, answer in CASES:
            for size in (1, 2, 5, len(sent)):
                framer, plain = TelnetFramer(100), Framer(100)
                answers, count = b"", 0
                # With it, telnet has shown itself.
                framer.feed(b"\xff\xf1")
                for at in range(0, len(sent), size):
                    framer.feed(sent[at : at + size])
                    if framer.negotiated is not None:
                        answers += framer.negotiated.answer
                        count += framer.negotiated.size
                        framer.negotiated = None
                plain.feed(text)
                self.assertEqual(answers, answer, sent)
                self.assertEqual([framer.pop(), framer.pop()], [plain.pop(), plain.pop()], sent)
                self.assertEqual(framer.take_rest(), plain.take_rest(), sent)
                self.assertLessEqual(count, len(sent) + 2)

    def test_none_without_telnet(self) -> None:
        """Where nothing of telnet comes there is nothing to answer, and a lone return stays what it is."""
        framer = TelnetFramer(100)
        framer.feed(b"hello\r\x00there\n")
        self.assertIsNone(framer.negotiated)
        self.assertEqual(framer.pop(), b"hello\r\x00there")

    def test_handed_over(self) -> None:
        """Another framer goes on with all that is held: lines, an unfinished one, and one that is thrown away."""
        for sent, popped, rest in (
            (b"one\ntwo\nthr", 1, [b"two", b"three", None]),
            (b"one\ntwo\n", 2, [b"ee", None]),
            (b"x" * 50, 1, [None]),
            (b"", 0, [b"ee", None]),
        ):
            first = TelnetFramer(20)
            first.feed(sent)
            for _ in range(popped):
                first.pop()
            unframed = first.unframed
            second = first.handed_to(Framer)
            self.assertIs(type(second), Framer)
            self.assertEqual(second.unframed, unframed)
            second.feed(b"ee\n")
            self.assertEqual([second.pop() for _ in rest], rest, sent)
        same = Framer(20)
        self.assertIs(same.handed_to(Framer), same)

    def test_handed_over_limit(self) -> None:
        """The limit is the same."""
        framer = TelnetFramer(3).handed_to(Framer)
        framer.feed(b"four\n")
        self.assertEqual(framer.pop(), Overlong(b"fou"))
