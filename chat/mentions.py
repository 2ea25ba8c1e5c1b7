"""Which people a text names: by `@name` or, in scripts that part words by spaces, by the name as a word.

Names are compared by their keys (`chat.names.fold`).
"""

import re
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Final
from unicodedata import category, normalize

# Up to this number of people are told that they were named; anyone who names more means everybody.
MOST_MENTIONS: Final = 50
# No name is longer (`Limits.name_characters`).
_LONGEST: Final = 32


def _marks(first: int, last: int) -> str:
    """All marks in this range that may stand in a name, for the brackets of a pattern."""
    codes = [code for code in range(first, last) if _is_mark(chr(code))]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda each: each[1] - each[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


def _is_mark(char: str) -> bool:
    return category(char) in ("Mn", "Mc")


# Everything in a folded text that is spelt like a name. The marks beyond the first plane stand apart: brackets with
# them are looked through one by one for each space.
_NEAR: Final = rf"[\w\-\u200c\u200d{_marks(0x300, 0x10000)}]"
_FAR: Final = f"(?=[\U00010000-\U0010ffff])[{_marks(0x10000, 0x20000)}{_marks(0xE0100, 0xE01F0)}]"
_NAME: Final = f"(?:{_NEAR}+|(?:{_FAR})+)+"
_WORD: Final = re.compile(_NAME)
_NAMED: Final = re.compile(f"(@?)({_NAME})")
# The same for a text in ASCII, which it reads much faster.
_NAMED_IN_ASCII: Final = re.compile(r"(@?)([\w\-]+)", re.ASCII)
# For each byte of a text in ASCII: letters become small, and what stands in no name becomes a space.
_SMALL: Final = "".join(
    char.lower() if char.isascii() and (char.isalnum() or char in "-_") else " " for char in map(chr, range(256))
).encode()
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


def words_of(text: str) -> Sequence[str]:
    """Everything in a text that may be a name, by its key, in all spellings: `mentions_of` finds nothing else."""
    # Every message passes here.
    if text.isascii():
        words = text.encode().translate(_SMALL).decode().split()
        is_addressed, has_signs = False, "-" in text or "_" in text
    else:
        folded = _folded(text)
        words = _WORD.findall(folded)
        is_addressed = "@" in folded
        has_signs = is_addressed or "-" in folded or "_" in folded
    if has_signs:
        others = [word for word in words if is_addressed or not word.isalnum()]
        words += [each for word in others for each in _spellings(word, is_addressed=is_addressed)]
    return words


def mentions_of(text: str, people: Collection[str]) -> Sequence[str]:
    """The keys, out of those in `people`, of everybody whom a text names: each once, in their order, up to 50.

    A name within an address (`bob@example.org`, `https://…`) names nobody.
    """
    text = _LINK.sub(" ", _folded(text))
    found: dict[str, None] = {}
    most = min(len(people), MOST_MENTIONS)
    for match in (_NAMED_IN_ASCII if text.isascii() else _NAMED).finditer(text):
        sign, word = match.groups()
        if word not in people and not sign and word.isalnum():
            # Most words are spelt in one way, and nobody's name.
            continue
        for name in _spellings(word, is_addressed=bool(sign)):
            if name in people:
                if not _is_in_address(match, text):
                    found[name] = None
                break
        if len(found) == most:
            break
    return tuple(found)


def _folded(text: str) -> str:
    # As `fold` does, which remembers what it was given.
    return text.lower() if text.isascii() else normalize("NFKC", normalize("NFKC", text).casefold())


def _is_in_address(match: re.Match[str], text: str) -> bool:
    """Whether a match of `_NAMED` is a part of something like `bob@example.org`."""
    start, end = match.span()
    return (bool(match[1]) and text[max(0, start - 1) : start].isalnum()) or text[end : end + 1] == "@"


def _spellings(word: str, *, is_addressed: bool) -> Sequence[str]:
    """The names that a word may stand for, the longest first."""
    if word.isascii():
        return (word,) if word[0].isalnum() and word[-1].isalnum() else _without_signs(word)
    if not is_addressed and _IS_UNSPACED.search(word) is not None:
        return ()
    names = _without_signs(word)
    if is_addressed and _GOES_ON.search(word) is not None:
        names += [word[:length] for length in range(min(len(word) - 1, _LONGEST), 0, -1)]
    return names


def _without_signs(word: str) -> list[str]:
    """A word as it is, and without the signs around it."""
    return [word, word.strip("-_"), word.rstrip("-_"), word.lstrip("-_")]
