"""The table of powers: who may use each command that changes a room or a message, and on whom."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chat.room_state import Role


class Power(NamedTuple):
    """What one command takes: the `least` role in the room. Operators count as moderators of every room that
    they may see.

    `on_lower`: it is used on a person, whose role must be lower. `in_archive`: it may be used in an archived room, too.
    `needs_owner`: it is for rooms that an account has made; in others only operators may use it.
    """

    least: Role
    on_lower: bool = False
    in_archive: bool = False
    needs_owner: bool = True


_MODERATOR = Power(Role.MODERATOR)
_ON_OTHERS = Power(Role.MODERATOR, on_lower=True)
_OWNER = Power(Role.OWNER, in_archive=True)
# What everybody may do who may speak in the room.
_SPEAKER = Power(Role.GUEST, needs_owner=False)

# By the names of the commands. A setting of a room is named after its field in `chat.room_state.Settings`.
POWERS: Final[Mapping[str, Power]] = {
    "topic": _MODERATOR,
    "private": _OWNER,
    "public": _OWNER,
    "speak": _MODERATOR,
    "slow": _MODERATOR,
    "history": _OWNER,
    "retention": _OWNER,
    "edits": _OWNER,
    "rename": _OWNER,
    "close": _OWNER,
    "owner": _OWNER,
    "invite": _MODERATOR,
    "uninvite": _ON_OTHERS,
    "kick": _ON_OTHERS,
    "ban": _ON_OTHERS,
    "unban": _MODERATOR,
    "bans": _MODERATOR,
    "mute": _ON_OTHERS,
    "unmute": _ON_OTHERS,
    "role": Power(Role.OWNER, on_lower=True),
    "audit": Power(Role.MODERATOR, in_archive=True),
    # Messages that wait for a moderator. Whoever decides about one must be a moderator of its room.
    "held": Power(Role.MODERATOR, in_archive=True),
    "edit": _SPEAKER,
    "delete": _SPEAKER,
    "react": _SPEAKER,
    "unreact": _SPEAKER,
    # Messages of others.
    "delete others": _MODERATOR,
    "pin": _MODERATOR,
    "unpin": _MODERATOR,
}
