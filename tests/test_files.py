"""What a file is called, and how its size is shown."""

import unicodedata

from hypothesis import example, given
from hypothesis.strategies import text
from twisted.trial.unittest import SynchronousTestCase

from chat.files import NAME_CHARACTERS, file_name, shown_size
from chat.limits import Limits

_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Names(SynchronousTestCase):
    """The name of a file."""

    @given(text(max_size=300))
    @example("../../etc/passwd")
    @example("\u202egpj.exe")
    @example("a" * 200 + ".jpeg")
    @example("e\u200d\u0301" * 100)
    @example(" \u200d.\u3164 ")
    def test_any(self, raw: str) -> None:
        """Whatever it was called, its name is safe to show, and to save a file under."""
        name = file_name(raw)
        self.assertTrue(1 <= len(name) <= NAME_CHARACTERS)
        self.assertEqual(name, unicodedata.normalize("NFC", name))
        self.assertEqual(name, file_name(name))
        self.assertTrue({"/", "\\", "\0", *_BIDI}.isdisjoint(name), ascii(name))
        self.assertFalse([char for char in name if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")], ascii(name))
        self.assertNotIn(name, (".", ".."))
        name.encode()

    def test_usual(self) -> None:
        """Names of people stay what they are; of a path the last part is left."""
        for raw, expected in (
            ("photo.jpg", "photo.jpg"),
            ("Grüße aus Köln.pdf", "Grüße aus Köln.pdf"),
            ("Gru\u0308ße.pdf", "Grüße.pdf"),
            ("می\u200cخواهم.txt", "می\u200cخواهم.txt"),
            (".profile", ".profile"),
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\a.png", "a.png"),
            ("folder/", "folder"),
            ("a\0b.txt", "b.txt"),
            ("two\nlines.txt", "twolines.txt"),
            ("ann\u202egpj.exe", "anngpj.exe"),
            ("..", "file"),
            (" \t ", "file"),
            ("", "file"),
        ):
            self.assertEqual(file_name(raw), expected, ascii(raw))

    def test_long(self) -> None:
        """A long name keeps its extension, if it has one."""
        self.assertEqual(file_name("x" * 500 + ".tar"), "x" * 116 + ".tar")
        self.assertEqual(file_name("x" * 500), "x" * 120)
        self.assertEqual(file_name("x." + "y" * 500), ("x." + "y" * 500)[:120])
        self.assertEqual(NAME_CHARACTERS, Limits().file_name_characters)


class Sizes(SynchronousTestCase):
    """How sizes are shown."""

    def test_units(self) -> None:
        """In the largest unit that fits, with two digits where there is one before the point."""
        for size, shown in (
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (2_099_999, "2.1 MB"),
            (9_960, "10 kB"),
            (999_400, "999 kB"),
            (999_999, "1.0 MB"),
            (100_000_000, "100 MB"),
            (10_000_000_000, "10 GB"),
            (5 * 10**15, "5000 TB"),
        ):
            self.assertEqual(shown_size(size), shown)
