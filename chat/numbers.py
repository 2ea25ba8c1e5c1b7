"""Numbers as people and programs write them."""

# More digits than that are no seq, count or port, and `int` takes long for very many.
_MOST_DIGITS = 15


def number_of(word: str) -> int | None:
    """The whole number that up to 15 ASCII digits write; None for any other word. There is no sign and no space."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS else None
