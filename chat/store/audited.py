"""Which events of rooms are noted in the audit log, and as what: never what was said."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from chat.changes import (
    Banned,
    Deleted,
    Invited,
    Kicked,
    LinkMade,
    Muted,
    Pinned,
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
from chat.events import RoomEvent
from chat.names import fold
from chat.store.interfaces import AuditEntry
from chat.times import shown_duration

# What was done, to whom, and why.
_Noted = tuple[str, str, str]


def _sanctioned(what: str) -> Callable[[Sanctioned], _Noted]:
    def noted(event: Sanctioned) -> _Noted:
        how_long = f" for {shown_duration(event.seconds)}" if event.seconds is not None else ""
        return what + how_long, event.name, event.reason

    return noted


def _settings(event: SettingsChanged) -> _Noted:
    return ", ".join(f"{name} {_value(value)}" for name, value in event.settings.items()), "", ""


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "default" if value is None else str(value) or "open"


def _uninvited(event: Uninvited) -> _Noted:
    return ("uninvite", event.name, "") if event.name is not None else ("end link", "", "")


_ENTRIES: Final[Mapping[type[RoomEvent], Callable[[Any], _Noted]]] = {
    TopicSet: lambda event: ("topic", "", ""),
    SettingsChanged: _settings,
    Renamed: lambda event: (f"rename to {event.name}", "", ""),
    Invited: lambda event: ("invite" if event.link is None else "enter by link", event.name, ""),
    Uninvited: _uninvited,
    LinkMade: lambda event: ("invite link", "", ""),
    RoleSet: lambda event: (f"role {event.role}", event.name, ""),
    Kicked: lambda event: ("kick", event.name, event.reason),
    Banned: _sanctioned("ban"),
    Unbanned: lambda event: ("unban", event.name, ""),
    Muted: _sanctioned("mute"),
    Unmuted: lambda event: ("unmute", event.name, ""),
    Deleted: lambda event: (f"delete #{event.of}", "", ""),
    Pinned: lambda event: (f"pin #{event.of}", "", ""),
    Unpinned: lambda event: (f"unpin #{event.of}", "", ""),
}
# The kinds of events that may be noted: `entry_of` says which of them are.
AUDITED: Final = frozenset(_ENTRIES)


def entry_of(event: RoomEvent, author: str | None) -> AuditEntry | None:
    """The entry for an event of one of the kinds `AUDITED`; None in a conversation, and for what concerns oneself.

    `author` is whoever said the message that a `Deleted` points to, None if that is not known.
    """
    if event.place is None or (isinstance(event, Deleted) and author in (None, fold(event.sender))):
        return None
    what, whom, why = _ENTRIES[type(event)](event)
    return AuditEntry(event.sender, what, event.room, whom or author or "", why, event.sent_at)
