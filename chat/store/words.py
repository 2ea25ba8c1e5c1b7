"""What counts as a word: the same for every store, and for what is searched for as for what was said."""

import unicodedata
from collections.abc import Sequence


def words_of(text: str) -> Sequence[str]:
    """The words of `text`: runs of letters and digits, without case and without accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in letters).split()


def indexed(text: str) -> str:
    """A text in which SQLite's own tokenizer, `unicode61`, finds the words of `text`.

    By itself it does not know newer emoji from letters, and few accents outside of the Latin script.
    """
    return text if text.isascii() else " ".join(words_of(text))
