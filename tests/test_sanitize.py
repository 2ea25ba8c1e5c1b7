"""Text from strangers, made safe to print."""

import time
import unicodedata
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.sanitize import clean, clean_line, in_one_line, trimmed

UNSAFE: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
ZWJ, ZWNJ, VS16 = "\u200d", "\u200c", "\ufe0f"
EMOJI = "👩🚀❤🏳🌈🏿♀"
# What stays of the unsafe categories, somewhere.
LINE_END = "\n"
UNSEEN = "\u200c\u200d\u200e\u200f\u061c"
SEEN = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
HIEROGLYPHS = "".join(map(chr, range(0x13430, 0x13440)))
TAGS = "".join(map(chr, (*range(0xE0030, 0xE003A), *range(0xE0061, 0xE007B), 0xE007F)))
PARTING = "\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029\u200b"
ODD = [
    *UNSEEN,
    *SEEN,
    *PARTING,
    *TAGS,
    VS16,
    "\ufe0e",
    *EMOJI,
    "🏴",
    "\u202e",
    "\u2066",
    "\x1b",
    "\n",
    "a",
    " ",
    "\u180e",
]
LETTERS = ["\u0645", "\u06cc", "\u0915", "\u094d", "\u0da7", "\u0dca", "\u1820", "\u180b", "\u0301", "\u0323", "\u05d0"]
NASTY = st.text(st.characters() | st.sampled_from([*ODD, *LETTERS]), max_size=60) | st.text(
    st.sampled_from([*ODD, *LETTERS]), max_size=60
)


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
            ("\x9b31m\x9d0;t\x9c\x90", "31m0;t"),
            ("safe\rALICE: owned", "safe ALICE: owned"),
            ("abc\b\b\bxyz\x7f", "abcxyz"),
            ("one\ntwo\r\nthree\x0b\x0cfour", "one\ntwo\nthree four"),
            ("a\x00b\x0e\x0f\x1c\x1f", "ab "),
            ("ding\a", "ding"),
        ):
            self.assertEqual(clean(text), shown)

    def test_invisible(self) -> None:
        """What reorders, hides, or ends a line in some programs is dropped."""
        for hidden in (
            *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e"),
            *("\u200f", "\u061c", "\u200c", "\u200d", "\u2060", "\u2064", "\u206a", "\ufeff", "\u00ad", "\u180e"),
            *("\ufff9", "\U000e0001", "\U000e0041", "\U000e007f", "\ud800", "\udfff", "\ufdd0", "\ufffe", "\U0010ffff"),
            *("\u2065", "\U000e0080", "\U000e01f0", "\U0001bca0", "\U0001d173", "\u180b", "\u180f"),
        ):
            self.assertEqual(clean(f"a{hidden}b"), "ab", ascii(hidden))
            self.assertEqual(clean(hidden), "", ascii(hidden))

    def test_parting(self) -> None:
        """What parts words becomes a space, several together one; a newline stays."""
        for text, shown in (
            ("a\tb\t", "a b "),
            ("first line\nsecond line", "first line\nsecond line"),
            ("a\u2028b c\u0085d e\u000bf", "a b c d e f"),
            ("one\r\ntwo\r\r\nthree\rfour", "one\ntwo\nthree four"),
            ("a\t\x0b\x0c\u2028b", "a b"),
            ("a\t\x00\u200bb", "a b"),
            ("ไทย\u200bคำ", "ไทย คำ"),
            ("a  b", "a  b"),
        ):
            self.assertEqual(clean(text), shown, ascii(text))
        for char in PARTING:
            self.assertEqual(clean(f"a{char}{char}b"), "a b", ascii(char))
            self.assertEqual(clean(f"é{char}b"), "é b", ascii(char))

    def test_lines(self) -> None:
        """In one line nothing is a line of its own; a message begins and ends with words."""
        self.assertEqual(in_one_line("hi\nserver: shutting down\n\n  \n x"), "hi server: shutting down x")
        self.assertEqual(clean_line("a\u2028b\r\nc\td"), "a b c d")
        for text, shown in (
            ("\n\n  \nfirst  \nsecond\n\n\n\nthird\n", "first\nsecond\n\nthird"),
            ("  indented\n    more", "  indented\n    more"),
            ("x\n" * 16_000, "\n".join(["x"] * 16_000)),
        ):
            self.assertEqual(trimmed(text), shown)
            self.assertEqual(trimmed(trimmed(text)), trimmed(text))

    def test_marks(self) -> None:
        """A letter has ten marks at most, however they are told apart."""
        for stack in ("\u0301" * 11, "\u0301\u0323" * 500, f"\u0301{ZWJ}" * 500, f"\u0301{ZWJ}{ZWNJ}\u200f" * 500):
            marks = [char for char in clean(f"a{stack}b") if unicodedata.combining(char)]
            self.assertEqual(len(marks), 10, ascii(stack[:4]))
        self.assertEqual(clean(f"a{VS16 * 50}b"), f"a{VS16}b")

    def test_linear(self) -> None:
        """The longest line of the worst kind takes no more than in proportion to its length."""
        for piece in (
            "\u0301\u0323",
            ZWJ,
            f"{ZWJ}\u0301",
            " \n",
            " ",
            "\n",
            "א\u200e",
            "🏴\U000e0067",
            "\u180e",
            VS16,
            "👩" + ZWJ,
        ):
            seconds = min(timed(f"é{piece * 500}") for _ in range(5)), min(timed(f"é{piece * 8000}") for _ in range(3))
            self.assertLess(seconds[1], max(seconds[0] * 16 * 6, 0.1), ascii(piece))

    @given(NASTY)
    @settings(deadline=None)
    def test_only_safe_characters(self, text: str) -> None:
        """Nothing unsafe is left of any text, but what stands where it is needed."""
        cleaned = clean(text)
        for at, char in enumerate(cleaned):
            if unicodedata.category(char) not in UNSAFE or char in LINE_END + SEEN + HIEROGLYPHS:
                continue
            before, after = cleaned[:at], cleaned[at + 1 :]
            if char == ZWJ and is_emoji(before.removesuffix(VS16)[-1:]):
                self.assertTrue(is_emoji(after[:1]), ascii(cleaned))
            elif char in (ZWJ, ZWNJ):
                self.assertIn(unicodedata.category(before[-1])[0], "LM", ascii(cleaned))
            elif char in UNSEEN:
                self.assertTrue(
                    any(
                        unicodedata.bidirectional(each) in ("R", "AL", "AN", "") or "\u0590" <= each < "\u0900"
                        for each in cleaned
                    )
                )
                self.assertNotIn(after[:1] or "x", "\u200e\u200f\u061c")
            elif char == "\u180e":
                self.assertIn(before[-1], "\u1820\u180b")
            else:
                self.assertIn(char, TAGS, ascii(cleaned))
                self.assertIn("🏴", before)

    @given(NASTY)
    @settings(deadline=None)
    def test_idempotent(self, text: str) -> None:
        """Clean text stays as it is."""
        self.assertEqual(clean(clean(text)), clean(text))
        self.assertEqual(trimmed(clean(text)), trimmed(clean(trimmed(clean(text)))))

    @given(NASTY)
    @settings(deadline=None)
    def test_words_stay_apart(self, text: str) -> None:
        """The letters of all words stay, in their order, and no two words become one."""

        def words(text: str) -> list[str]:
            letters = "".join(char if char.isalpha() else " " if char in PARTING + " \n" else "" for char in text)
            return letters.split()

        self.assertEqual(words(clean(text)), words(text))
        self.assertEqual(words(clean_line(text)), words(text))
        self.assertEqual(len(clean_line(text).split("\n")), 1)


def timed(text: str) -> float:
    """How many seconds of the processor it takes to make this clean, whatever else it does."""
    began = time.process_time()
    in_one_line(trimmed(clean(text)))
    return time.process_time() - began


def is_emoji(char: str) -> bool:
    return char != "" and (unicodedata.category(char) in ("So", "Sk", "Sm") or "\U0001f300" <= char <= "\U0001faff")


class Unharmed(SynchronousTestCase):
    """What people mean to say arrives."""

    @given(st.text(st.characters(exclude_categories=(*UNSAFE, "Mn", "Mc", "Me", "Cn"))))
    @settings(deadline=None)
    def test_printable(self, text: str) -> None:
        """Text without unsafe characters is unchanged, private characters and all."""
        self.assertEqual(clean(text), text)

    def test_scripts(self) -> None:
        """Joiners, selectors and format characters stay where a script needs them."""
        for text in (
            "می\u200cخواهم",  # Persian: I want
            "خانه\u200cها و کتاب\u200cها",
            "۱۴۰۰ ه\u200d.ش",  # a year of the Hijra: the letter alone has another form
            "ශ්\u200dරී ලංකා",  # Sinhala
            "क्\u200dष और क्\u200cष",  # Devanagari, joined and not
            "র\u200d্যাব",  # Bengali
            "അവന്\u200d പറഞ്ഞു",  # Malayalam, an old chillu at the end of a word
            "ರ\u200d್ಕ",  # Kannada
            "\u1828\u180b\u180e\u1820",  # Mongolian
            "\u0600123 \u06dd5 \u070fܐ \u08e2",  # signs of numbers and verses
            "\U000110bd\U000110a0",
            "שלום \u200fabc!\u200e (C++\u200e)",  # marks of direction
            "ཧྐྵྨླྺྼྻྂ",  # the tallest stack, Tibetan
            "葛\U000e0100城市 ☎\ufe0e",  # variants of a letter and of a sign
            "שָׁלוֹם עֲלֵיכֶם, السَّلَامُ عَلَيْكُمْ, Tiếng Việt, ọ́",
            "🫨🪿",  # newer than some Pythons
        ):
            self.assertEqual(clean(text), text, ascii(text))
            self.assertEqual(clean(f"\x1b{text}\u202e"), text, ascii(text))

    def test_joiners_elsewhere(self) -> None:
        """They are dropped where they join nothing: there they only hide."""
        for text in (
            "Al\u200cice",
            "Al\u200dice",
            "می \u200cخ",
            "\u200cمی",
            "می\u200c",
            "می\u200c\u200cخ",
            "क\u200c",
            "ж\u200dж",
        ):
            self.assertEqual(clean(text), text.replace("\u200c", "").replace("\u200d", ""), ascii(text))
        self.assertEqual(clean("क्\u200c\u200c\u200dष"), "क्\u200cष")

    def test_flags(self) -> None:
        """The flags of parts of countries; not what hides letters behind a black flag."""
        for letters in ("gbeng", "gbsct", "gbwls", "ustx"):
            flag = "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in letters) + "\U000e007f"
            self.assertEqual(clean(f"a {flag} b"), f"a {flag} b")
            self.assertEqual(clean(flag[:-1]), "🏴")
            self.assertEqual(clean(flag[1:]), "")
            self.assertEqual(clean(f"👩{flag[1:]}"), "👩")
        secret = "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in "attackatdawn") + "\U000e007f"
        self.assertEqual(clean(secret), "🏴")

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
            ("👩‍\x1b🚀", "👩‍🚀"),
            ("👩\u200b‍🚀", "👩 🚀"),
        ):
            self.assertEqual(clean(text), shown)
