"""The changes of rooms and of messages on the NDJSON wire: the object of `schema` for each of them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

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
from chat.events import RoomEvent
from chat.times import timestamp_of
from chat.wire import schema


def _push(kind: Callable[..., schema.Push], parts: Callable[[Any], Mapping[str, object]]) -> Callable[..., schema.Push]:
    """A function that makes a push of this `kind`, with what the event says beside who made the change, and when."""

    def make(event: Change, *, past: bool = False) -> schema.Push:
        timestamp = timestamp_of(event.sent_at)
        return kind(
            room=event.place, seq=event.seq, sender=event.sender, timestamp=timestamp, past=past, **parts(event)
        )

    return make


def _of(event: OfMessage) -> Mapping[str, object]:
    return {"of": event.of, "to": event.to}


def _sanction(event: Sanctioned) -> Mapping[str, object]:
    until = None if event.until is None else timestamp_of(event.until)
    return {"name": event.name, "seconds": event.seconds, "until": until, "reason": event.reason or None}


def _name(event: Any) -> Mapping[str, object]:
    return {"name": event.name}


CHANGED: Final[Mapping[type[RoomEvent], Callable[..., schema.Push]]] = {
    TopicSet: _push(schema.Topic, lambda event: {"text": event.text}),
    SettingsChanged: _push(schema.Settings, lambda event: {"settings": dict(event.settings)}),
    Renamed: _push(schema.Renamed, _name),
    Invited: _push(schema.Invited, _name),
    Uninvited: _push(schema.Uninvited, _name),
    LinkMade: _push(schema.LinkMade, lambda event: {"uses": event.uses}),
    RoleSet: _push(schema.RoleSet, lambda event: {"name": event.name, "role": event.role}),
    Kicked: _push(schema.Kicked, lambda event: {"name": event.name, "reason": event.reason or None}),
    Banned: _push(schema.Banned, _sanction),
    Unbanned: _push(schema.Unbanned, _name),
    Muted: _push(schema.Muted, _sanction),
    Unmuted: _push(schema.Unmuted, _name),
    Edited: _push(
        schema.Edited, lambda event: {**_of(event), "text": event.text, "mentions": list(event.mentions) or None}
    ),
    Deleted: _push(schema.Deleted, _of),
    Reacted: _push(schema.Reacted, lambda event: {**_of(event), "emoji": event.emoji, "undo": event.is_undone}),
    Pinned: _push(schema.Pinned, _of),
    Unpinned: _push(schema.Unpinned, _of),
}


_EVENTS: Final[Mapping[type[schema.Push], type[Change]]] = {
    schema.Topic: TopicSet,
    schema.Settings: SettingsChanged,
    schema.Renamed: Renamed,
    schema.Invited: Invited,
    schema.Uninvited: Uninvited,
    schema.LinkMade: LinkMade,
    schema.RoleSet: RoleSet,
    schema.Kicked: Kicked,
    schema.Banned: Banned,
    schema.Unbanned: Unbanned,
    schema.Muted: Muted,
    schema.Unmuted: Unmuted,
    schema.Edited: Edited,
    schema.Deleted: Deleted,
    schema.Reacted: Reacted,
    schema.Pinned: Pinned,
    schema.Unpinned: Unpinned,
}
# The names of fields here and in events, if they differ. What only the server knows is missing here.
_FIELDS: Final = {"room": "place", "undo": "is_undone"}
_UNSAID: Final = {"room": "", "target": "", "link": ""}


def event_of(push: schema.AnyChange) -> Change:
    """The event that a push tells of, as far as it says: the client's half of this wire."""
    kind = _EVENTS[type(push)]
    told = {_FIELDS.get(name, name): value for name, value in msgspec.structs.asdict(push).items()}
    known = {"place": None, **_UNSAID, **{name: value for name, value in told.items() if value is not None}}
    return kind(**{each.name: known[each.name] for each in msgspec.structs.fields(kind) if each.name in known})
