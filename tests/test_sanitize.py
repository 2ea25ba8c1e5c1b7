"""Text from strangers, made safe to print."""

import unicodedata
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.sanitize import clean

UNSAFE: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
ZWJ, VS16 = "\u200d", "\ufe0f"
EMOJI = "👩🚀❤🏳🌈🏿♀"
NASTY = st.text(st.characters() | st.sampled_from([ZWJ, VS16, *EMOJI, "\u202e", "\u200b", "\x1b", "\t", "\n", "a"]))


class Harmless(SynchronousTestCase):
    """Nothing is left that a terminal obeys or an eye misses."""

    def test_terminal(self) -> None:
        """Escape sequences lose what makes them work; their letters stay, to be seen."""
        for text, shown in (
            ("\x1b[2J\x1b[1;1Halice: send me your password", "[2J[1;1Halice: send me your password"),
            ("\x1b[31mred\x1b[0m", "[31mred[0m"),
            ("\x1b]0;title\x07x", "]0;titlex"),
            ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "]8;;https://evil.example\\link]8;;\\"),
            ("\x1b]52;c;cm0gLXJm\x07", "]52;c;cm0gLXJm"),
            ("\x1b[6n\x1b[c\x05", "[6n[c"),
            ("\x1bP+q544e\x1b\\", "P+q544e\\"),
            ("\x9b31m\x9d0;t\x9c\x90\x85", "31m0;t"),
            ("safe\rALICE: owned", "safeALICE: owned"),
            ("abc\b\b\bxyz\x7f", "abcxyz"),
            ("one\ntwo\r\nthree\x0b\x0cfour", "onetwothreefour"),
            ("a\x00b\x0e\x0f\x1c\x1f", "ab"),
            ("ding\a", "ding"),
        ):
            self.assertEqual(clean(text), shown)

    def test_invisible(self) -> None:
        """What reorders, hides, or ends a line in some programs is dropped."""
        for hidden in (
            *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e"),
            *("\u200f", "\u061c", "\u200b", "\u200c", "\u200d", "\u2060", "\u2064", "\ufeff", "\u00ad", "\u180e"),
            *("\u2028", "\u2029", "\u0085", "\ufff9", "\U000e0001", "\U000e0041", "\U000e007f", "\ud800", "\udfff"),
        ):
            self.assertEqual(clean(f"a{hidden}b"), "ab", ascii(hidden))
            self.assertEqual(clean(hidden), "", ascii(hidden))

    def test_tab(self) -> None:
        """A tab becomes a space."""
        self.assertEqual(clean("a\tb\t"), "a b ")

    @given(NASTY)
    @settings(deadline=None)
    def test_only_safe_characters(self, text: str) -> None:
        """Nothing unsafe is left of any text, but joiners with an emoji on either side."""
        cleaned = clean(text)
        for at, char in enumerate(cleaned):
            if char == ZWJ:
                around = cleaned[:at].rstrip(VS16)[-1:], cleaned[at + 1 : at + 2]
                for beside in around:
                    self.assertIn(unicodedata.category(beside), ("So", "Sk", "Sm"), ascii(cleaned))
            else:
                self.assertNotIn(unicodedata.category(char), UNSAFE, ascii(cleaned))

    @given(NASTY)
    @settings(deadline=None)
    def test_idempotent(self, text: str) -> None:
        """Clean text stays as it is."""
        self.assertEqual(clean(clean(text)), clean(text))

    @given(NASTY)
    @settings(deadline=None)
    def test_only_drops(self, text: str) -> None:
        """Every safe character stays, in its order; a tab as a space."""
        safe = [char for char in text.replace("\t", " ") if unicodedata.category(char) not in UNSAFE]
        self.assertEqual([char for char in clean(text) if char != ZWJ], safe)


class Unharmed(SynchronousTestCase):
    """What people mean to say arrives."""

    @given(st.text(st.characters(exclude_categories=UNSAFE)))
    @settings(deadline=None)
    def test_printable(self, text: str) -> None:
        """Text without unsafe characters is unchanged: marks, private and unassigned characters and all."""
        self.assertEqual(clean(text), text)

    def test_emoji(self) -> None:
        """Pictures of several joined emoji stay whole, with skin tones, flags and variation selectors."""
        for picture in (
            *("👨‍👩‍👧‍👦", "👩‍👩‍👦", "🧑‍🤝‍🧑", "👩🏽‍🚀", "🧑🏿‍⚕️", "👨🏻‍❤️‍💋‍👨🏼", "👩‍❤️‍👨", "🫱🏻‍🫲🏿"),
            *("🏳️‍🌈", "🏳️‍⚧️", "🏴‍☠️", "🐻‍❄️", "🐦‍⬛", "❤️‍🔥", "⛓️‍💥", "👁️‍🗨️", "🙂‍↔️", "🙂‍↕️", "🏃🏽‍♀️‍➡️"),
            *("🇩🇪", "1️⃣", "❤️", "✊🏾", "☎️"),
        ):
            self.assertEqual(clean(picture), picture)
            self.assertEqual(clean(f"\x1b[1m{picture}\u202e {picture}."), f"[1m{picture} {picture}.")

    def test_joiner_alone(self) -> None:
        """A joiner that joins nothing is dropped, also beside an emoji."""
        for text, shown in (
            ("👩‍", "👩"),
            ("‍👩", "👩"),
            ("👩‍x", "👩x"),
            ("x‍👩", "x👩"),
            ("👩‍‍🚀", "👩🚀"),
            ("👩‍\x1b🚀", "👩🚀"),
            ("👩\u200b‍🚀", "👩🚀"),
        ):
            self.assertEqual(clean(text), shown)
