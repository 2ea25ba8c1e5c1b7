"""Where what is printed is broken into rows."""

import re

from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.formatted_text import StyleAndTextTuples
from twisted.trial.unittest import SynchronousTestCase
from wcwidth import iter_graphemes

from chat.client.terminal.widths import cells_of
from chat.client.terminal.wrapping import wrapped

FAMILY = "👨\u200d👩\u200d👧"
LINK = "https://example.org/notes?page=2&from=here"
WORDS = st.sampled_from(
    ["a", "word", "longer-word", "x" * 50, "漢字", "漢字（かな）です。", FAMILY, "🇫🇷", "e\u0301", "❤\ufe0f", LINK,
     f"({LINK})", f"見{LINK}", "  ", " ", "\n", "naïve", "\N{NO-BREAK SPACE}", "한국어"]
)  # fmt: skip


def text_of(fragments: StyleAndTextTuples) -> str:
    return "".join(each[1] for each in fragments if "[ZeroWidthEscape]" not in each[0])


def rows(text: str, columns: int) -> list[str]:
    """The rows of a text."""
    return text_of(wrapped([("", text)], columns)).split("\n")


class Wrapping(SynchronousTestCase):
    """Rows of a terminal."""

    def test_examples(self) -> None:
        """At spaces, which go; below the text of a message; in a narrow window with less before it."""
        said = "20:02 <Ann> one two three four five six seven eight nine ten"
        self.assertEqual(rows(said, 60), [said])
        self.assertEqual(rows(said, 59), [said.removesuffix(" ten"), "        ten"])
        self.assertEqual(rows("one two three", 8), ["one two", "  three"])
        self.assertEqual(rows("one two  three", 8), ["one two", "  three"])
        self.assertEqual(rows("x" * 20, 8), ["x" * 8, "  xxxxxx", "  xxxxxx"])
        self.assertEqual(rows("a 漢字漢字。", 8), ["a 漢字漢", "  字。"])
        self.assertEqual(rows("a 漢字（漢字）", 8), ["a 漢字", "  （漢", "  字）"])
        self.assertEqual(rows(f"see {LINK}", 40), [f"see {LINK}"])

    def test_pieces(self) -> None:
        """A break at the edge of two styles, and spaces in both of them, are one break."""
        fragments: StyleAndTextTuples = [
            ("a", "one two "),
            ("b", " three"),
            ("[ZeroWidthEscape]", "\x1b]8"),
            ("c", " x"),
        ]
        self.assertEqual(
            [each for each in wrapped(fragments, 9) if each[1]],
            [("a", "one two"), ("", "\n  "), ("b", "three"), ("[ZeroWidthEscape]", "\x1b]8"), ("c", " x")],
        )

    @given(st.lists(WORDS, max_size=40).map("".join), st.integers(10, 120))
    def test_any(self, text: str, columns: int) -> None:
        """Nothing is lost, no row is too long, no character and no link is broken, and words only where they must."""
        indent = 8 if columns >= 40 else 2
        shown = rows(text, columns)
        self.assertEqual(re.sub(r"[ \n]", "", "\n".join(shown)), re.sub(r"[ \n]", "", text))
        for row in shown:
            if "://" not in row:
                self.assertLessEqual(cells_of(row.rstrip(" ")), columns, row)
        characters = [each for row in shown for each in iter_graphemes(row) if each != " "]
        self.assertEqual(
            characters, [each for line in text.split("\n") for each in iter_graphemes(line) if each != " "]
        )
        for word in re.findall(r"https?://[!-~]+", text):
            self.assertTrue(any(word in row for row in shown), word)
        for word in re.split(r"[ \n]", text):
            if word.isascii() and len(word) <= columns - indent:
                self.assertTrue(any(word in row for row in shown), word)
        lines = text.split("\n")
        for row in shown:
            self.assertTrue(any(line.startswith(row[:1]) for line in lines) or row.startswith(" " * indent), row)
