"""What is one emoji."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.emoji import parse_emoji
from chat.errors import ChatError
from chat.sanitize import clean


class One(SynchronousTestCase):
    """Answers to messages."""

    def test_taken(self) -> None:
        """Pictures, with skin tones and joined ones; flags, keycaps; other symbols."""
        for emoji in (
            *("👍", "👍🏽", "❤", "❤️", "😀", "☺️", "✓", "★", "→", "€", "‼️", "™️", "🫠", "🏻"),
            *(
                "👨‍👩‍👧‍👦",
                "🏳️‍🌈",
                "👩🏽‍🚀",
                "🇩🇪",
                "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
                "1️⃣",
                "#️⃣",
            ),
            "🧑🏻\u200d❤️\u200d💋\u200d🧑🏽",
        ):
            self.assertEqual(parse_emoji(f" {emoji} "), emoji)

    def test_refused(self) -> None:
        """Words, several, and what cannot be seen."""
        for text in (
            *(
                "",
                " ",
                "a",
                "1",
                "+",
                ":)",
                "+1",
                "ok",
                "é",
                "文",
                "👍👍",
                "👍 👍",
                "👍x",
                "🇩",
                "🇩🇪🇫🇷",
                "\u200d",
                "\ufe0f",
            ),
            *("\u202e", "👍\n👍", "\U000e0067", "👍" * 1000, "´", "\u0301"),
        ):
            error = self.assertRaises(ChatError, parse_emoji, text)
            self.assertEqual(error.code, "bad_emoji", ascii(text))

    @given(st.text(max_size=20) | st.text("👍🏽❤️\u200d🇩🇪1\u20e3\u202ea", max_size=6))
    def test_any_text(self, text: str) -> None:
        """What is taken is short, clean, in one line, and comes back the same."""
        try:
            emoji = parse_emoji(text)
        except ChatError:
            return
        self.assertTrue(0 < len(emoji) <= 16 and "\n" not in emoji)
        self.assertEqual((clean(emoji), parse_emoji(emoji)), (emoji, emoji))
