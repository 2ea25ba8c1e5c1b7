"""Cuts texts between characters as people see them, which may be made of several code points (UAX 29)."""

import unicodedata
from typing import Final

_MARKS: Final = frozenset({"Mn", "Me", "Mc"})
_JOINER: Final = "\u200d"


def beginning(text: str, most: int) -> str:
    """The first `most` code points of `text`, or some fewer, so that nothing that people see as one is cut in two."""
    if len(text) <= most:
        return text
    end = most
    while end > 0 and _is_inside(text, end):
        end -= 1
    # No character that people see is so long: this is no text, so it does not matter where it is cut.
    return text[: end or most]


def _is_inside(text: str, at: int) -> bool:
    """Whether the code points before and behind that place belong together."""
    before, behind = text[at - 1], text[at]
    if before == _JOINER or behind == _JOINER or unicodedata.category(behind) in _MARKS:
        return True
    if _is_flag_letter(behind):
        # Flags are pairs of letters.
        letters = at
        while letters and _is_flag_letter(text[letters - 1]):
            letters -= 1
        return (at - letters) % 2 == 1
    # Skin tones; letters of the flags of parts of a country; the vowels and final consonants of Korean syllables.
    is_tone, is_tag = "\U0001f3fb" <= behind <= "\U0001f3ff", "\U000e0020" <= behind <= "\U000e007f"
    return is_tone or is_tag or "\u1160" <= behind <= "\u11ff" or "\ud7b0" <= behind <= "\ud7fb"


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
