"""Numbers as people and programs write them."""

from collections.abc import Mapping

from chat.errors import ChatError

# More digits than that are no seq, count or port, and `int` takes long for very many.
_MOST_DIGITS = 15


def number_of(word: str) -> int | None:
    """The whole number that up to 15 ASCII digits write; None for any other word. There is no sign and no space."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS else None


def number_in(asked: Mapping[str, object], field: str, usual: int | None = None) -> int:
    """The number from 0 up in a field of a request; `usual` where it is missing. Raises ChatError (`bad_seq`)."""
    value = asked.get(field, usual)
    if not isinstance(value, int) or value < 0:
        raise ChatError("bad_seq")
    return value
