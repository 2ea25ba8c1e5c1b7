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
    kept: list[str] = []
    joinable = False  # whether the last character, variation selectors aside, is an emoji
    for at, char in enumerate(text):
        if char == _ZWJ and joinable and _is_emoji(text[at + 1 : at + 2]):
            kept.append(char)
        elif char == "\t":
            kept.append(" ")
        elif unicodedata.category(char) not in _UNSAFE:
            kept.append(char)
        if char != _VARIATION_SELECTOR:
            joinable = _is_emoji(char)
    return "".join(kept)


def _is_emoji(char: str) -> bool:
    # So holds the pictures; the skin tones are Sk, and one picture (a shaking head) ends in a mathematical arrow.
    return char != "" and (unicodedata.category(char) == "So" or char in _JOINED_BESIDES)
