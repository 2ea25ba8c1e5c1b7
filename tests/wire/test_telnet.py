"""Telnet's own bytes: taken out of the text, and answered."""

from twisted.trial.unittest import SynchronousTestCase

from chat.wire.telnet import Telnet

# What was sent, the text in it, and the answer: as PuTTY and the telnet of Linux send it.
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
    # no telnet: what it was stays, and is no UTF-8
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
