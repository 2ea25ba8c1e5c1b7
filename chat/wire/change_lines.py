"""The lines of the text wire for changes of rooms and of messages, without the `server: ` before them."""

from collections.abc import Callable, Mapping
from typing import Final

from chat.changes import (
    Banned,
    Change,
    Deleted,
    Edited,
    Invited,
    Kicked,
    LinkMade,
    Muted,
    OfMessage,
    Pinned,
    Reacted,
    Renamed,
    RoleSet,
    Sanctioned,
    SettingsChanged,
    TopicSet,
    Unbanned,
    Uninvited,
    Unmuted,
    Unpinned,
)
from chat.sanitize import in_one_line
from chat.times import shown_duration

_ROLES: Final = {"owner": "the owner", "moderator": "a moderator", "member": "a member"}


def line_of(event: Change) -> str:
    """The line that tells people of a change."""
    return f"{event.sender} {_SAID[type(event)](event)}"


def _topic(event: TopicSet) -> str:
    return f"set the topic of {event.place}: {event.text}" if event.text else f"cleared the topic of {event.place}"


def _settings(event: SettingsChanged) -> str:
    # That a private room is a group says nothing to its people.
    told = {name: value for name, value in event.settings.items() if name != "group"}
    return ", ".join(_setting(event.place or "", name, value) for name, value in told.items())


def _setting(place: str, name: str, value: object) -> str:
    match name, value:
        case "private", _:
            return f"made {place} {'private' if value else 'public'}"
        case "closed", "":
            return f"opened {place} again"
        case "closed", "deleted":
            return f"deleted {place}"
        case "closed", _:
            return f"closed {place}"
        case (("slow" | "retention" | "edits"), int()) if value:
            return f"set {name} of {place} to {shown_duration(value)}"
        case _:
            return f"set {name} of {place} to {'off' if value in (None, 0) else value}"


def _why(event: Kicked | Sanctioned) -> str:
    return f": {event.reason}" if event.reason else ""


def _how_long(event: Sanctioned) -> str:
    return f" for {shown_duration(event.seconds)}" if event.seconds is not None else ""


def _where(event: OfMessage) -> str:
    return f" in {event.place}" if event.place is not None else ""


def _invited(event: Invited) -> str:
    # Only a link lets people invite themselves.
    if event.name == event.sender:
        return f"used an invitation link to {event.place}"
    return f"invited {event.name} to {event.place}"


def _uninvited(event: Uninvited) -> str:
    if event.name is None:
        return f"ended an invitation link to {event.place}"
    return f"took back the invitation of {event.name} to {event.place}"


def _reacted(event: Reacted) -> str:
    if event.is_undone:
        return f"took back {event.emoji} from #{event.of}{_where(event)}"
    return f"answered #{event.of}{_where(event)} with {event.emoji}"


_SAID: Final[Mapping[type[Change], Callable[..., str]]] = {
    TopicSet: _topic,
    SettingsChanged: _settings,
    Renamed: lambda event: f"renamed {event.place} to {event.name}",
    Invited: _invited,
    Uninvited: _uninvited,
    LinkMade: lambda event: f"made an invitation link to {event.place}",
    RoleSet: lambda event: f"made {event.name} {_ROLES.get(event.role, event.role)} of {event.place}",
    Kicked: lambda event: f"removed {event.name} from {event.place}{_why(event)}",
    Banned: lambda event: f"banned {event.name} from {event.place}{_how_long(event)}{_why(event)}",
    Unbanned: lambda event: f"unbanned {event.name} from {event.place}",
    Muted: lambda event: f"muted {event.name} in {event.place}{_how_long(event)}{_why(event)}",
    Unmuted: lambda event: f"unmuted {event.name} in {event.place}",
    Edited: lambda event: f"changed #{event.of}{_where(event)}: {in_one_line(event.text)}",
    Deleted: lambda event: f"deleted #{event.of}{_where(event)}",
    Reacted: _reacted,
    Pinned: lambda event: f"pinned #{event.of}{_where(event)}",
    Unpinned: lambda event: f"unpinned #{event.of}{_where(event)}",
}
