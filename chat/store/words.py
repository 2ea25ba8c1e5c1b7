"""Words: every store splits texts and queries into the same ones.

A word is a run of letters and digits, without case, without the accents of Latin, Greek and Cyrillic, and without the
points of Arabic and Hebrew; the vowel signs and other marks of all other scripts belong to it. In
scripts that write no spaces between words each character is one, with its marks; so it is in Korean, whose particles
stand behind a word without a space. What somebody looks for there is found as a phrase. Emoji and other symbols are
words of their own.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Final

# One word, or several that follow one another.
Phrase = tuple[str, ...]

_Ranges = Sequence[tuple[int, int]]

# Marks that people leave out, or that say only how something looks: accents, vowel points, variation selectors.
_OPTIONAL_MARKS: Final[_Ranges] = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x0711, 0x074A),
    (0x0898, 0x08FF),
    (0x180B, 0x180F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x2DE0, 0x2DFF),
    (0x302A, 0x302F),
    (0x3099, 0x309A),
    (0xA66F, 0xA67D),
    (0xA69E, 0xA69F),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
# The skin tones of emoji.
_TONES: Final[_Ranges] = ((0x1F3FB, 0x1F3FF),)
# Thai, Lao; Myanmar; Hangul; Khmer; Tai Le, New Tai Lue; Tai Tham; Balinese; Han, kana, bopomofo; Yi; Hangul; Javanese,
# Myanmar; Cham, Myanmar, Tai Viet; Hangul; Han, kana; Tangut and Khitan, kana and Nushu; Han.
_UNSPACED: Final[_Ranges] = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1100, 0x11FF),
    (0x1780, 0x17FF),
    (0x1950, 0x19DF),
    (0x1A20, 0x1AAF),
    (0x1B00, 0x1B7F),
    (0x2E80, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0xA4CF),
    (0xA960, 0xA9FF),
    (0xAA00, 0xAADF),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x16FE0, 0x18DFF),
    (0x1AFF0, 0x1B2FF),
    (0x20000, 0x3FFFF),
)
# Two of these letters make a flag.
_FLAG_LETTERS: Final[_Ranges] = ((0x1F1E6, 0x1F1FF),)
# No language has this many marks in a row (UAX 15, Stream-Safe Text Format). The time to normalise them grows with the
# square of their number.
_LONGEST_RUN: Final = 30
# These are no marks, but normalising turns them into marks.
_BECOME_MARKS: Final = "\u0f73\u0f75\u0f81\uff9e\uff9f"
_MARKS_END_AT: Final = 0x20000
# A sign that stands for more characters than this is not spelt out: a line of them would be many times as long.
_LONGEST_SIGN: Final = 4
# People who laugh repeat a character any number of times. More than this many are the same word.
_MOST_ALIKE: Final = 3
_REMEMBERED: Final = 20_000

_ASCII_WORD = re.compile("[a-z0-9]+")
# In a text that has the kind of each character in its place: a word; characters of their own; a flag; a symbol.
_PARTS = re.compile("w[wm]*|((?:um*)+)|rr?|s")
_CHARACTER = re.compile("um*")


class _Table(dict[int, str | None]):
    """For `str.translate`: asks `decide` once for each character, and forgets when there are too many of them."""

    def __init__(self, decide: Callable[[str], str | None]) -> None:
        super().__init__()
        self._decide = decide

    def __missing__(self, code: int) -> str | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        decided = self[code] = self._decide(chr(code))
        return decided


def phrases_of(text: str) -> Sequence[Phrase]:
    """The words of `text`; those that belong together are one phrase. The time is in proportion to its length."""
    if text.isascii():
        return [(word,) for word in _ASCII_WORD.findall(text.lower())]
    plain = _plain(text)
    kinds = plain.translate(_KINDS)
    found: list[Phrase] = []
    for part in _PARTS.finditer(kinds):
        start, end = part.span()
        if part[1] is None:
            found.append((plain[start:end],))
        else:
            spans = (character.span() for character in _CHARACTER.finditer(kinds, start, end))
            found.append(_without_repeats(plain[first:last] for first, last in spans))
    return found


def words_of(text: str) -> Sequence[str]:
    """The words of `text`, in its order."""
    return [*chain.from_iterable(phrases_of(text))]


def searchable(text: str, file: str | None) -> str:
    """All that a search may find of a message with that `text` and, perhaps, a file of that name."""
    return text if file is None else f"{text}\n{file}"


def indexed(text: str) -> str:
    """A text in which SQLite's tokenizer `ascii` finds the words of `text`: it parts them at spaces."""
    return text if text.isascii() else " ".join(words_of(text))


def holds(text: str, phrases: Iterable[Phrase]) -> bool:
    """Whether all of the phrases are in `text`."""
    words = _joined(words_of(text))
    return all(_joined(phrase) in words for phrase in phrases)


def _joined(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _plain(text: str) -> str:
    """`text` without everything that makes no difference to a search: case, accents, marks."""
    # In this order: characters that are left out must not part a long run of marks into short runs that meet again.
    bounded = _LONG_RUNS.sub(r"\1", text.translate(_COUNTED))
    folded = unicodedata.normalize("NFKD", bounded).casefold().translate(_COUNTED)
    # The syllables of Korean are one character again.
    return unicodedata.normalize("NFC", folded)


def _without_repeats(characters: Iterable[str]) -> Phrase:
    kept: list[str] = []
    for character in characters:
        if kept[-_MOST_ALIKE:] != [character] * _MOST_ALIKE:
            kept.append(character)
    return tuple(kept)


def _is_in(char: str, ranges: _Ranges) -> bool:
    at = bisect_right(ranges, (ord(char), 0x110000))
    return at > 0 and ord(char) <= ranges[at - 1][1]


def _counted(char: str) -> str | None:
    """`char`; None if it makes no difference to a search; a space for a sign that stands for a whole phrase."""
    if len(unicodedata.normalize("NFKD", char)) > _LONGEST_SIGN:
        return " "
    category = unicodedata.category(char)
    is_left_out = category == "Cf" or (category in ("Mn", "Me", "Mc") and _is_in(char, _OPTIONAL_MARKS))
    return None if is_left_out or _is_in(char, _TONES) else char


def _kind(char: str) -> str:
    """w: part of a word; m: a mark; u: a word by itself, as its neighbours are; r: half a flag; s: a symbol."""
    category = unicodedata.category(char)
    if category in ("Mn", "Mc"):
        return "m"
    if char.isalnum():
        return "u" if category[0] != "N" and _is_in(char, _UNSPACED) else "w"
    if category in ("So", "Sm", "Sc") and not char.isascii():
        return "r" if _is_in(char, _FLAG_LETTERS) else "s"
    return " "


def _long_runs() -> "re.Pattern[str]":
    marks = "".join(char for char in map(chr, range(_MARKS_END_AT)) if unicodedata.combining(char))
    some = f"[{marks}{_BECOME_MARKS}]"
    return re.compile(f"({some}{{{_LONGEST_RUN}}}){some}+")


_COUNTED = _Table(_counted)
_KINDS = _Table(_kind)
_LONG_RUNS = _long_runs()
