"""What names look like, to find names that could be mistaken for each other (UTS 39)."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Final, NamedTuple

from chat.errors import ChatError
from chat.names import Name, check_new_name
from chat.unicode import prototypes

# A name is checked several times as its owner comes in, and then no more: the cache need not hold everybody.
_REMEMBERED: Final = 256
# The blocks that have Latin small capitals.
_SMALL_CAPITALS: Final = (range(0x0250, 0x02B0), range(0x1D00, 0x1D80), range(0xA720, 0xA800))
# Invisible, or only a longer line.
_UNSEEN: Final = dict.fromkeys((0x200C, 0x200D, 0x0640))


@lru_cache(_REMEMBERED)
def looks_of(name: Name) -> Sequence[str]:
    """The looks of `name`: two names that share one of them can be mistaken for each other.

    Names are equal in any case, so one may look like another in small letters, in capitals, or as it is shown. As it is
    shown "I" looks like "l"; but nobody takes Ian for Lan, or ALI for ALL: only among small letters it counts.
    """
    small = _look(name.key).casefold()
    if small == name.key:
        # One object is enough for both.
        small = name.key
    # In capitals, a letter that looks like "l" is an "I".
    capital = _look(name.shown.upper()).replace("l", "I").casefold()
    looks = [small, f"^{capital}", f"={_look(name.shown)}"]
    if not name.shown.isupper():
        looks.append((_look(name.shown[:1].casefold()) + _look(name.shown[1:])).casefold())
    return tuple(dict.fromkeys(looks))


class Reserved:
    """Names that nobody may have, by their keys."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = frozenset(keys)
        shapes = [Name(shown, key) for key in self.keys for shown in (key, key.title(), key.upper())]
        self._looks = frozenset(look for shape in shapes for look in looks_of(shape))
        self._bare_looks = frozenset(look for shape in shapes for look in _bare_looks_of(shape))

    def are_like(self, name: Name) -> bool:
        """Whether `name` looks like one of them, or is one."""
        return not self._looks.isdisjoint(looks_of(name))

    def are_nearly_like(self, name: Name) -> bool:
        """The same, ignoring accents, and signs around or within the name."""
        return not self._bare_looks.isdisjoint(_bare_looks_of(name))


def check_new(name: Name, reserved: Reserved) -> None:
    """Raise ChatError where nobody may take `name` anew, whoever has other names now.

    The codes are `reserved_name`, `name_resembles` (a reserved one), and those of `check_new_name`.
    """
    if reserved.are_nearly_like(name):
        raise ChatError("reserved_name" if name.key in reserved.keys else "name_resembles", name=name.shown)
    check_new_name(name)


class Looks:
    """Names by their looks. Several may be alike: some are older than the rule."""

    def __init__(self) -> None:
        # Nearly always a look belongs to one name: then its key stands here without a tuple.
        self._keys: dict[str, str | tuple[str, ...]] = {}

    def add(self, name: Name) -> None:
        """Add a name."""
        for look in looks_of(name):
            self._keys[look] = (*self._found(look), name.key) if look in self._keys else name.key

    def discard(self, name: Name) -> None:
        """Remove a name that was added."""
        for look in looks_of(name):
            if self._keys.get(look) == name.key:
                del self._keys[look]
            elif name.key in (left := list(self._found(look))):
                left.remove(name.key)
                self._keys[look] = tuple(left) if len(left) > 1 else left[0]

    def rivals(self, name: Name) -> set[str]:
        """The keys of other names that look like this one."""
        looks = [look for look in looks_of(name) if self._keys.get(look, name.key) != name.key]
        if not looks:
            return set()
        return {key for look in looks for key in self._found(look) if key != name.key}

    def _found(self, look: str) -> tuple[str, ...]:
        found = self._keys.get(look, ())
        return (found,) if isinstance(found, str) else found

    def holding(self, name: Name) -> "_Holding":
        """A context during which `name` is one of them."""
        return _Holding(self, name)


class _Holding(NamedTuple):
    """See `Looks.holding`."""

    looks: Looks
    name: Name

    def __enter__(self) -> None:
        self.looks.add(self.name)

    def __exit__(self, *_: object) -> None:
        self.looks.discard(self.name)


@lru_cache(_REMEMBERED)
def _bare_looks_of(name: Name) -> frozenset[str]:
    return frozenset("".join(filter(str.isalnum, look)) for look in looks_of(name))


def _look(text: str) -> str:
    """The skeleton (UTS 39, 4)."""
    plain = unicodedata.normalize("NFD", text).translate(_table())
    return unicodedata.normalize("NFD", plain)


@cache
def _table() -> dict[int, str | None]:
    return {**_small_capitals(), **prototypes(), **_UNSEEN}


def _small_capitals() -> dict[int, str]:
    """Small capitals such as `ᴇ`, which UTS 39 does not have, and the letters that they are drawn from."""
    found = {}
    for code in chain.from_iterable(_SMALL_CAPITALS):
        kind, _, letter = unicodedata.name(chr(code), "").rpartition(" ")
        if kind == "LATIN LETTER SMALL CAPITAL" and len(letter) == 1:
            found[code] = letter.lower()
    return found
