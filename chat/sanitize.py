"""Text that is safe to print on somebody else's terminal, whatever wire it came over."""

import unicodedata

_ZWJ = "\u200d"
_VARIATION_SELECTOR = "\ufe0f"
_JOINED_BESIDES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff\u2194"
# Controls (C0, C1), format characters (bidi overrides, zero-width), surrogates, line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean(text: str) -> str:
    """`text` without the characters that could move a cursor, hide, reorder or end a line.

    A tab becomes a space; a zero-width joiner stays only between two emoji, where it makes one picture of them.
    """
    if text.isprintable():
        return text
    spaced = text.replace("\t", " ")
    return "".join(char for at, char in enumerate(spaced) if _is_safe(char) or _joins_emoji(spaced, at))


def _is_safe(char: str) -> bool:
    return unicodedata.category(char) not in _UNSAFE


def _joins_emoji(text: str, at: int) -> bool:
    if text[at] != _ZWJ:
        return False
    before = text[:at].rstrip(_VARIATION_SELECTOR)[-1:]
    return _is_emoji(before) and _is_emoji(text[at + 1 : at + 2])


def _is_emoji(char: str) -> bool:
    # So holds the pictures; the skin tones are Sk, and one picture (a shaking head) ends in a mathematical arrow.
    return char != "" and (unicodedata.category(char) == "So" or char in _JOINED_BESIDES)
