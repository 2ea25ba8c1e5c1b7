"""Cutting texts where people see a boundary."""

from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.text_cuts import beginning


class Beginnings(SynchronousTestCase):
    """`beginning`."""

    def test_whole(self) -> None:
        """What is short enough stays, and plain letters are cut after the last that fits."""
        self.assertEqual([beginning("abc", most) for most in (4, 3, 2, 1)], ["abc", "abc", "ab", "a"])

    def test_one_sign(self) -> None:
        """Nothing that people see as one sign is cut in two, in any script."""
        for sign in (
            normalize("NFD", "é"),
            normalize("NFD", "한"),
            "👍🏽",
            "👩‍👩‍👧",
            "🇩🇪",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "❤️",
            "क्‍ष"[:2],
            "ก็",
        ):
            text = f"a{sign}b"
            for most in range(1, len(sign) + 1):
                self.assertEqual(beginning(text, most), "a", (sign, most))
            self.assertEqual(beginning(text, len(sign) + 1), f"a{sign}")
        self.assertEqual(beginning("🇩🇪🇫🇷🇮🇹", 5), "🇩🇪🇫🇷")

    @given(st.text(max_size=30), st.integers(1, 20))
    def test_any(self, text: str, most: int) -> None:
        """It is a beginning, not empty where the text is not, and no longer than it may be."""
        cut = beginning(text, most)
        self.assertTrue(text.startswith(cut) and len(cut) <= most and bool(cut) == bool(text))
