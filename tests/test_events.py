"""Batches: encoded once, whoever gets them."""

from typing import cast

from twisted.trial.unittest import SynchronousTestCase

from chat.events import Event, Prompt
from chat.interfaces import Batch, Codec


class Numbered(Event, frozen=True, kw_only=True):
    """An event of this test."""

    number: int


class Counting:
    """A codec that notes what it encodes."""

    name = "counting"

    def __init__(self) -> None:
        self.encoded: list[int] = []

    def encode(self, event: Event) -> bytes:
        """See `Codec.encode`."""
        if not isinstance(event, Numbered):
            return b""
        self.encoded.append(event.number)
        return b"%d\n" % event.number


class Batches(SynchronousTestCase):
    """What is encoded, and how often."""

    def setUp(self) -> None:
        self.counting = Counting()
        self.codec = cast("Codec", self.counting)
        self.batch = Batch(*(Numbered(number=number) for number in range(3)))

    def test_once(self) -> None:
        """However many peers get it."""
        for _ in range(2):
            self.assertEqual(self.batch.encoded(self.codec), b"0\n1\n2\n")
        self.assertEqual(self.counting.encoded, [0, 1, 2])

    def test_changed(self) -> None:
        """Only what is different is encoded anew; nothing stands where nothing is to be told."""
        self.batch.encoded(self.codec)
        changed = self.batch.changed({0: None, 2: Numbered(number=9)})
        self.assertEqual(changed.encoded(self.codec), b"1\n9\n")
        self.assertEqual(changed.events, (Numbered(number=1), Numbered(number=9)))
        self.assertEqual(self.batch.changed({1: Prompt()}).encoded(self.codec), b"0\n2\n")
        self.assertEqual(self.counting.encoded, [0, 1, 2, 9])
        self.assertEqual(self.batch.encoded(self.codec), b"0\n1\n2\n")
