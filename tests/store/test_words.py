"""What counts as a word, and what it costs to find out."""

import sys
import time
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.store import words
from chat.store.words import holds, indexed, phrases_of, words_of

# What takes long to bring into order: runs of marks of many kinds, and what becomes such a run, or hides one.
HOSTILE = (
    "\u0301" * 2 + "\u0323" * 2,
    "\u0301\u0323",
    "a\u0301\u0323\u0327",
    "\u093c\u094d",
    "\u094d\u200d\u093c",
    "\u0f73\u0301",
    "\uff9e\u0301",
    "\u0344\u0327",
    "\u20dd\u0301\u0323",
    "\u1100\u1161",
    "\ufdfa",
    "\u1f82\u0301",
    "ब\u094d\u093c",
)


class Words(SynchronousTestCase):
    """Runs of letters and digits, and more."""

    def test_phrases(self) -> None:
        """What stands together in a script without spaces is one phrase."""
        for text, phrases in (
            ("The lost-keys, 42!", [("the",), ("lost",), ("keys",), ("42",)]),
            ("Ünlü x²", [("unlu",), ("x2",)]),
            ("在上海 ok", [("在", "上", "海"), ("ok",)]),
            ("권리에", [("권", "리", "에")]),
            ("ที่นี่", [("ที่", "นี่")]),
            ("हिन्दी", [("हिन्दी",)]),
            ("👍🏽❤️🇩🇪", [("👍",), ("❤",), ("🇩🇪",)]),
            ("哈" * 9, [("哈",) * 3]),
            ("", []),
            ("\u0301 \u093e \U0001f3fd .", []),
        ):
            self.assertEqual(list(phrases_of(text)), phrases, text)
            self.assertTrue(holds(text, phrases))

    def test_holds(self) -> None:
        """All phrases, each in one piece."""
        self.assertTrue(holds("a 上海 b", [("b",), ("上", "海")]))
        for phrases in ([("海", "上")], [("a",), ("c",)], [("上", "海", "市")]):
            self.assertFalse(holds("a 上海 b", phrases))

    def test_all_marks_are_known(self) -> None:
        """No mark is beyond those that are looked at, and nothing else becomes a mark."""
        beyond = map(chr, range(words._MARKS_END_AT, sys.maxunicode + 1))
        self.assertEqual([char for char in beyond if unicodedata.combining(char)], [])
        become = [
            char
            for char in map(chr, range(sys.maxunicode + 1))
            if not unicodedata.combining(char) and unicodedata.combining(unicodedata.normalize("NFKD", char)[0])
        ]
        self.assertEqual("".join(become), words._BECOME_MARKS)

    def test_linear(self) -> None:
        """Four times as much takes about four times as long, whatever it is: not sixteen times."""
        for piece in HOSTILE:
            for grown in (lambda n, piece=piece: piece * n, lambda n, piece=piece: "".join(c * n for c in piece)):
                few, many = (self.seconds(grown(n)) for n in (3000, 12_000))
                self.assertLess(many, 9 * few + 0.005, ascii(piece))

    def seconds(self, text: str) -> float:
        """How long it takes to index a text, at best."""
        took = []
        for _ in range(3):
            begun = time.process_time()
            indexed(text)
            took.append(time.process_time() - begun)
        return min(took)

    def test_nothing_grows(self) -> None:
        """No character makes many: what is indexed of a text is not many times as long as the text."""
        for code in (0xFDFA, 0xFDFB, 0x3316, 0x247D, 0x33C2, 0x1F200):
            self.assertLessEqual(len(indexed(f"{chr(code)}x" * 1000)), 8 * 1000, hex(code))
        self.assertEqual(words_of("محمد \ufdfa قال"), ["محمد", "قال"])

    def test_long_runs(self) -> None:
        """A run of marks longer than any language has does not hide the word."""
        self.assertEqual(words_of("e\u0301" + "\u0300" * 5000 + "x"), ["ex"])
        self.assertEqual(words_of("क" + "\u093c" * 100), ["क" + "\u093c" * 30])

    def test_memory_is_bounded(self) -> None:
        """All of Unicode at once is not remembered."""
        for first in range(0, sys.maxunicode, 50_000):
            words_of("".join(map(chr, range(first, min(first + 50_000, sys.maxunicode)))))
        self.assertLessEqual(len(words._KINDS), words._REMEMBERED)
        self.assertLessEqual(len(words._COUNTED), words._REMEMBERED)

    # Its fold is of capitals.
    @example("\uab70")
    @given(st.text())
    @settings(deadline=None)
    def test_any_text(self, text: str) -> None:
        """What is indexed has the words of the text, and is found by them; nothing in it means anything to SQL."""
        found = words_of(text)
        self.assertEqual(indexed(text).split() if not text.isascii() else found, list(found))
        self.assertTrue(holds(text, phrases_of(text)))
        self.assertFalse([word for word in found if not word or set(word) & set(' "*^:(){}\0')])
