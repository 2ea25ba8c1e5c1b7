"""What people set for themselves: it is kept with their account, and holds on all of their devices."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from chat.errors import ChatError

# The names of colours that a profile may have.
_COLOURS = "aqua black blue brown fuchsia gray green lime maroon navy olive orange pink purple red silver teal violet"
COLOURS: Final = frozenset(_COLOURS.split())
_HEX_COLOUR = re.compile("#[0-9a-f]{6}", re.ASCII)


class Level(StrEnum):
    """Which messages of a room somebody wants to be told of when they are not looking."""

    ALL = "all"
    MENTIONS = "mentions"
    NONE = "none"


class PersonalSettings(Struct, frozen=True, omit_defaults=True):
    """The settings of one person.

    `ignored` has the shown names of the people whom they do not want to hear, by key. `levels` has what they want to
    be told of, by the keys of rooms; `level` holds for all other places. `away` is the text with which they are away;
    it may be empty. `colour` is a name of `COLOURS` or `#rrggbb`, `line` a line about themselves. `tells_seen`: others
    are told how far they have read.
    """

    ignored: Mapping[str, str] = {}
    levels: Mapping[str, Level] = {}
    level: Level = Level.ALL
    away: str | None = None
    colour: str | None = None
    line: str = ""
    tells_seen: bool = True

    def level_of(self, room: str) -> Level:
        """What they want to be told of in the room with this key."""
        return self.levels.get(room, self.level)


NO_SETTINGS: Final = PersonalSettings()


def with_ignored(settings: PersonalSettings, key: str, name: str, limit: int) -> PersonalSettings:
    """The settings with one more person ignored. Raises ChatError (`too_many_ignored`) beyond `limit`."""
    if key not in settings.ignored and len(settings.ignored) >= limit:
        raise ChatError("too_many_ignored", limit=limit)
    return replace(settings, ignored={**settings.ignored, key: name})


def without_ignored(settings: PersonalSettings, key: str) -> PersonalSettings:
    """The settings with that person heard again; they need not have been ignored."""
    return replace(settings, ignored={other: name for other, name in settings.ignored.items() if other != key})


def with_level(settings: PersonalSettings, room: str | None, level: Level, limit: int) -> PersonalSettings:
    """The settings with that level for `room`, by its key, or (None) for all places that have none of their own.

    Beyond `limit` rooms the one that was set first is forgotten.
    """
    if room is None:
        return replace(settings, level=level)
    others = [(key, old) for key, old in settings.levels.items() if key != room]
    return replace(settings, levels=dict([*others, (room, level)][-limit:]))


def colour_of(typed: str) -> str:
    """The colour that somebody typed. Raises ChatError (`bad_colour`)."""
    colour = typed.casefold()
    if colour not in COLOURS and _HEX_COLOUR.fullmatch(colour) is None:
        raise ChatError("bad_colour", names=", ".join(sorted(COLOURS)))
    return colour
