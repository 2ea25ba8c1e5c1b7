"""Makes text safe to print on somebody else's terminal, without losing its meaning."""

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

# A joiner, its opposite, and the marks of direction: they are invisible, but change how their neighbours look.
_ZWNJ, _ZWJ = "\u200c", "\u200d"
_DIRECTIONS = "\u200e\u200f\u061c"
_UNSEEN: Final = f"{_ZWNJ}{_ZWJ}{_DIRECTIONS}"
# Separators of words, or of lines for some programs. A newline separates lines for all, and stays.
_PARTING: Final = "\t\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029\u200b"
# Visible format characters: signs around numbers, and the layout of hieroglyphs.
_SEEN: Final = "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f"
# Code points that will never be characters, or will be invisible ones.
_NOTHING: Final = "\ufdd0-\ufdef\u2065\ufff0-\ufff8\U000e0000-\U000e00ff\U000e01f0-\U000e0fff" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
# A flag of a part of a country: a black flag, and invisible letters (UTS 51, ED-14a).
_FLAG: Final = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_VARIATION_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_MONGOLIAN: Final = "[\u1820-\u18aa]"
_MONGOLIAN_SELECTORS: Final = "\u180b-\u180d\u180f"
# Scripts whose letters join, or are stacked: there joiners matter.
_JOINING: Final = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1cff\ua800-\ua8ff\ua930-\ua9df\uaa60-\uaaff"
    "\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010ac0-\U00010aff\U00010b80-\U00010baf\U00010d00-\U00010d3f"
    "\U00010f30-\U00010fdf\U00011000-\U00011dff\U0001e900-\U0001e95f]"
)
_CURSIVE: Final = re.compile("[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_EMOJI_BESIDES: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff\u2194"
# The tallest stack of marks that means something has nine (Tibetan); more only cover the lines above and below.
_MARKS: Final = 10
# A text of only these characters has nothing to read.
BLANK: Final = (
    "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B))))
    + "\u2028\u2029\u202f\u205f\u3000\u2800\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f"
    + _UNSEEN
    + "".join(map(chr, range(0xFE00, 0xFE10)))
)


def clean(text: str) -> str:
    """`text` without the characters that could move a cursor, hide, or reorder what others said. Newlines stay.

    Separators of words become a space. Invisible characters stay where a script or a picture needs them: joiners
    between letters that join, or between emoji; marks of direction beside letters that are written from right to left.
    """
    if text.isascii() and text.isprintable():
        return text
    patterns = _patterns()
    if patterns.remarkable.search(text) is None or patterns.special.search(text) is None:
        return text
    text = patterns.dropped.sub(_flag, text)
    text = patterns.parting.sub(" ", patterns.line_end.sub("\n", text))
    text = patterns.mongolian_separator.sub("", patterns.mongolian_selector.sub("", text))
    if _RIGHT_TO_LEFT.search(text) is None:
        text = patterns.directions.sub("", text)
    text = patterns.directions_again.sub(r"\1", text)
    text = patterns.marks.sub(r"\1", patterns.selectors_again.sub(r"\1", text))
    return patterns.joiner.sub(_joiner, text)


def in_one_line(text: str) -> str:
    """`text`, which is clean, as one line: its newlines become spaces."""
    return " ".join(filter(None, map(str.strip, text.split("\n")))) if "\n" in text else text


def clean_line(text: str) -> str:
    """`text` cleaned, in one line."""
    return in_one_line(clean(text))


def trimmed(text: str) -> str:
    """`text`, which is clean, without blank lines around it, and with no two in a row."""
    if "\n" not in text:
        return text.rstrip()
    lines: list[str] = []
    for line in map(str.rstrip, text.split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip()


class _Patterns(NamedTuple):
    """The patterns that a text is searched for, in this order.

    Without a match of `remarkable`, a quick check, or of `special`, a slower one, there is nothing to do.
    """

    remarkable: re.Pattern[str]
    special: re.Pattern[str]
    dropped: re.Pattern[str]
    line_end: re.Pattern[str]
    parting: re.Pattern[str]
    mongolian_selector: re.Pattern[str]
    mongolian_separator: re.Pattern[str]
    directions: re.Pattern[str]
    directions_again: re.Pattern[str]
    selectors_again: re.Pattern[str]
    marks: re.Pattern[str]
    joiner: re.Pattern[str]


_NEAR: Final = re.compile("[\U00010000-\U0010ffff]-?")


@cache
def _patterns() -> _Patterns:
    # All marks and format characters are in these planes.
    marks = _ranges("Mn", "Mc", "Me")
    unseen, selector = f"[{_UNSEEN}]", f"[{_VARIATION_SELECTORS}]"
    kept = re.compile(f"[{_SEEN}{_UNSEEN}{_PARTING}\n\u180e]")
    unsafe = f"{_ranges('Cc', 'Cf', without=kept)}\ud800-\udfff{_NOTHING}"
    special = f"{_PARTING}\n\u180e{_MONGOLIAN_SELECTORS}{_UNSEEN}"
    return _Patterns(
        # One range instead of all those beyond the first plane: it is looked through for each letter.
        re.compile(f"[{_NEAR.sub('', unsafe + special + marks)}\U00010000-\U0010ffff]"),
        re.compile(f"[{unsafe}{special}]|{selector}{{2}}|[{marks}]{{{_MARKS + 1}}}"),
        re.compile(f"({_FLAG})|[{unsafe}]"),
        re.compile("\r+\n"),
        re.compile(f"[{_PARTING}]+"),
        re.compile(f"(?<!{_MONGOLIAN})[{_MONGOLIAN_SELECTORS}]"),
        re.compile(f"(?<!{_MONGOLIAN})(?<![{_MONGOLIAN_SELECTORS}])\u180e|\u180e(?!{_MONGOLIAN})"),
        re.compile(f"[{_DIRECTIONS}]+"),
        re.compile(f"([{_DIRECTIONS}])(?:{unseen}*[{_DIRECTIONS}])+"),
        re.compile(f"({selector})(?:{unseen}*{selector})+"),
        re.compile(f"(?<!{unseen})((?:{unseen}*[{marks}]){{{_MARKS}}})(?:{unseen}*[{marks}])+"),
        re.compile(f"[{_ZWNJ}{_ZWJ}]"),
    )


def _ranges(*categories: str, without: re.Pattern[str] | None = None) -> str:
    """All characters of these categories, written for the brackets of a pattern."""
    found: list[list[int]] = []
    for code in (*range(0x20000), *range(0xE0000, 0xE1000)):
        if unicodedata.category(chr(code)) in categories and (without is None or without.match(chr(code)) is None):
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in found)


def _flag(match: re.Match[str]) -> str:
    return match[1] or ""


def _joiner(match: re.Match[str]) -> str:
    """The joiner if the characters beside it need it, else ""."""
    text, at = match.string, match.start()
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    is_needed = before != "" and (
        # After a sign that takes a consonant's vowel away (RFC 5892, A.1 and A.2).
        unicodedata.combining(before) == 9
        or (_is_joining(before) and _is_joining(after))
        # Within and behind a word of Arabic letters it gives the last one its middle form, as in abbreviations.
        or (match[0] == _ZWJ and _CURSIVE.match(before) is not None and _is_word(before))
        or (match[0] == _ZWJ and _is_emoji(after) and _ends_in_emoji(text, at))
    )
    return match[0] if is_needed else ""


def _is_joining(char: str) -> bool:
    return _JOINING.match(char) is not None and _is_word(char)


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _ends_in_emoji(text: str, at: int) -> bool:
    before = text[at - 1]
    return _is_emoji(text[at - 2 : at - 1] if before == "\ufe0f" else before)


def _is_emoji(char: str) -> bool:
    # So holds the pictures; the skin tones are Sk, and one picture (a shaking head) ends in a mathematical arrow.
    # Pictures that are newer than this Python have no category here yet.
    return char != "" and (
        unicodedata.category(char) == "So" or char in _EMOJI_BESIDES or "\U0001f300" <= char <= "\U0001faff"
    )
