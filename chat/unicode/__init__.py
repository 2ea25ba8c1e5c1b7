"""Unicode data about letters, marks and digits that Python does not have.

`python docs/unicode.py` writes the tables. They are read when a name first needs them.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

# A letter of no script, and a mark that takes the script of its letter.
COMMON: Final = "Zyyy"
INHERITED: Final = "Zinh"
_NO_SCRIPT: Final = frozenset({COMMON})


@cache
def prototypes() -> Mapping[int, str]:
    """Code points that look like others, and what they look like (UTS 39, 4), for `str.translate`."""
    return {int(char, 16): "".join(chr(int(each, 16)) for each in look) for char, *look in _rows("confusables.txt")}


def scripts_of(char: str) -> frozenset[str]:
    """The scripts that use a letter, a mark or a digit (UAX 24, Script_Extensions), by their codes of four letters."""
    firsts, ranges = _ranges()
    at = bisect_right(firsts, ord(char)) - 1
    last, scripts = ranges[at] if at >= 0 else (-1, _NO_SCRIPT)
    return scripts if ord(char) <= last else _NO_SCRIPT


@cache
def _ranges() -> tuple[Sequence[int], Sequence[tuple[int, frozenset[str]]]]:
    rows = list(_rows("scripts.txt"))
    return [int(row[0], 16) for row in rows], [(int(row[1], 16), frozenset(row[2:])) for row in rows]


def _rows(table: str) -> Iterator[Sequence[str]]:
    for line in files("chat.unicode").joinpath(table).read_text().splitlines():
        if not line.startswith("#"):
            yield line.split(" ")
