"""Which words are numbers."""

from twisted.trial.unittest import SynchronousTestCase

from chat.numbers import number_of


class Numbers(SynchronousTestCase):
    """The words that are, and those that are none."""

    def test_numbers(self) -> None:
        """Up to 15 digits, whatever they begin with."""
        for word, number in (("0", 0), ("007", 7), ("12", 12), ("9" * 15, 10**15 - 1)):
            self.assertEqual(number_of(word), number, word)

    def test_none(self) -> None:
        """A sign, a space, another script's digits, or too many of them make it none."""
        for word in ("", " 1", "1 ", "-1", "+1", "1_0", "1.0", "x", "²", "٣", "１", "9" * 16, "9" * 5000):
            self.assertIsNone(number_of(word), word)
