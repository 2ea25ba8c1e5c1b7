"""Names of people and rooms: what they may be made of, and when two of them are the same."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from chat.errors import ChatError

EVERYBODY = frozenset({"all", "everyone"})
# What somebody is called who says something without a name, and without coming in.
GUEST = "guest"
RESERVED = EVERYBODY | {"server", GUEST}
# What may stand before the name of a room, or of a person, where one is typed; also as wide keyboards write it.
ROOM_SIGNS = "#＃"
PERSON_SIGNS = "@＠"
_PUNCTUATION = "-_"
# The fillers of Korean are letters that nobody sees.
_INVISIBLE = "\u115f\u1160\u3164\uffa0"
# The names of a busy server come again and again. Errors are not remembered, and names are short.
_REMEMBERED = 16384
_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})


class Name(NamedTuple):
    """A valid name: `shown` as it was given (in NFKC), `key` the same for every spelling that counts as equal."""

    shown: str
    key: str


@lru_cache(_REMEMBERED)
def fold(text: str) -> str:
    """The key under which `text` is unique: NFKC, casefold, NFKC (Unicode 3.13, compatibility caseless match).

    The caller caps the length first: normalising is quadratic in the length of a run of combining marks.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def without_sign(raw: str, signs: str) -> str:
    """The name that was typed as `raw`, without the sign before it (`#team`, `@Bob`), if it has one."""
    return raw[1:] if raw and raw[0] in signs else raw


@lru_cache(_REMEMBERED)
def room_key(raw: str) -> str:
    """The key of the room called `raw` (`team` or `#team`), valid or not. The caller caps the length first."""
    return fold(without_sign(raw, ROOM_SIGNS))


@lru_cache(_REMEMBERED)
def person_key(raw: str) -> str:
    """The key of the person called `raw` (`Bob` or `@Bob`), valid or not. The caller caps the length first."""
    return fold(without_sign(raw, PERSON_SIGNS))


@lru_cache(_REMEMBERED)
def parse_name(raw: str, limit: int, code: str = "bad_name") -> Name:
    """The name that `raw` spells: 1 to `limit` characters, Unicode letters, digits, `-` and `_`.

    A sign before it (`#` where `code` is `bad_room`, else `@`) is no part of it. Raises ChatError with `code` for
    anything else. Whether the name is reserved or taken is for the caller.
    """
    if len(raw) > limit + 1:
        raise ChatError(code, limit=limit)
    raw = without_sign(raw, ROOM_SIGNS if code == "bad_room" else PERSON_SIGNS)
    if not 0 < len(raw) <= limit:
        raise ChatError(code, limit=limit)
    shown = unicodedata.normalize("NFKC", raw)
    # The raw form too: some characters that are no letters become letters by normalising.
    if len(shown) > limit or not (_is_plain(unicodedata.normalize("NFC", raw)) and _is_plain(shown)):
        raise ChatError(code, limit=limit)
    return Name(shown, fold(shown))


def direct_room(one: str, other: str) -> str:
    """The room key of the conversation between two people, given their keys in any order.

    No room's name can be equal to it, for a name has no colon.
    """
    low, high = sorted((one, other))
    return f"direct:{low}:{high}"


def other_of(room: str, user: str) -> str | None:
    """Whom `user` talks to in a direct conversation, by its room key; None for any other room."""
    if not room.startswith("direct:"):
        return None
    low, high = room.removeprefix("direct:").split(" ")[0].split(":")
    return high if low == user else low


def _is_plain(text: str) -> bool:
    return all(
        char in _PUNCTUATION or (unicodedata.category(char) in _CATEGORIES and char not in _INVISIBLE) for char in text
    )
