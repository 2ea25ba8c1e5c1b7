"""Which people a text names: by `@name` or, in scripts that part words by spaces, by the name as a word.

Names are compared by their keys (`chat.names.fold`).
"""

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from itertools import chain, groupby
from typing import Final

# Up to this number of people are told that they were named; anyone who names more means everybody.
MOST_MENTIONS: Final = 50
# No name is longer (`Limits.name_characters`).
_LONGEST: Final = 32


def _marks() -> str:
    """All marks that may stand in a name, for the brackets of a pattern."""
    codes = [code for code in chain(range(0x300, 0x20000), range(0xE0100, 0xE01F0)) if _is_mark(chr(code))]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda each: each[1] - each[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc")


_OF_NAMES: Final = rf"[\w\-\u200c\u200d{_marks()}]"
# Everything in a folded text that is spelt like a name. Where none of it is one, and the text has none of the signs
# `@`, `-` and `_`, it names nobody: the hub looks at that first, without a call.
NAMES: Final = re.compile(f"{_OF_NAMES}+")
_NAMED: Final = re.compile(f"(@?)({_OF_NAMES}+)")
_LINK: Final = re.compile(r"://\S+")
_HANGUL: Final = "\u1100-\u11ff\uac00-\ud7ff"
# Thai, Lao, Tibetan, Myanmar; Khmer; Tai; Balinese; Han, kana, bopomofo; Yi; Javanese, Cham; Han.
_UNSPACED: Final = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f\u2e80-\u9fff\ua000-\ua4cf"
    "\ua980-\uaadf\uf900-\ufaff\U00016fe0-\U0001b2ff\U00020000-\U0003ffff"
)
_IS_UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
# There a name goes on with other words: in Korean with particles.
_GOES_ON: Final = re.compile(f"[{_UNSPACED}{_HANGUL}]")


def mentions_of(folded: str, people: Sequence[Container[str]]) -> Sequence[str]:
    """The keys, out of those in `people`, of everybody whom a folded text names: each once, in their order, up to 50.

    A name within an address (`bob@example.org`, `https://…`) names nobody.
    """
    text = _LINK.sub(" ", folded)
    found: dict[str, None] = {}
    for match in _NAMED.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        if (match[1] and before.isalnum()) or after == "@":
            continue
        name = next((each for each in _spellings(match[2], is_addressed=bool(match[1])) if _is_in(each, people)), None)
        if name is not None:
            found[name] = None
            if len(found) == MOST_MENTIONS:
                break
    return tuple(found)


def _is_in(name: str, people: Sequence[Container[str]]) -> bool:
    return any(name in each for each in people)


def _spellings(word: str, *, is_addressed: bool) -> Iterator[str]:
    """The names that a word may stand for, the longest first."""
    if not is_addressed and _IS_UNSPACED.search(word) is not None:
        return
    yield word
    yield word.strip("-_")
    yield word.rstrip("-_")
    yield word.lstrip("-_")
    if is_addressed and _GOES_ON.search(word) is not None:
        for length in range(min(len(word) - 1, _LONGEST), 0, -1):
            yield word[:length]
