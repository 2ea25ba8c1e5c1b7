"""What commands that say something have in common: their text."""

from chat.errors import ChatError
from chat.sanitize import BLANK, clean, trimmed


def text_of(raw: str, most_lines: int) -> str:
    """A text that somebody says, clean, in up to `most_lines`. Raises ChatError (`empty_message`, `too_many_lines`)."""
    text = clean(raw).rstrip()
    if not text.strip(BLANK):
        raise ChatError("empty_message")
    return in_lines(text, most_lines)


def in_lines(text: str, most: int) -> str:
    """A clean text in up to `most` lines. Raises ChatError (`too_many_lines`): nothing of it is cut."""
    text = trimmed(text)
    if text.count("\n") >= most:
        raise ChatError("too_many_lines", limit=most)
    return text
