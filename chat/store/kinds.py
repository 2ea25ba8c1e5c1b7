"""The kinds of events that a store keeps: their numbers on disk, their names in exports, and their data."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

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
    SettingsChanged,
    TopicSet,
    Unbanned,
    Uninvited,
    Unmuted,
    Unpinned,
)
from chat.events import Joined, Left, Message, RoomEvent


class EventKind(NamedTuple):
    """One kind of events. Its `number` is on disk and never changes; its `name` is in exported files.

    `data` names the fields of `event` that are kept as JSON. The fields of `RoomEvent` and `Message` are not among
    them: those have columns of their own.
    """

    number: int
    name: str
    event: type[RoomEvent]
    data: Sequence[str] = ()


class EventKinds:
    """A table of kinds. An unknown event, number or name raises KeyError."""

    def __init__(self, kinds: Iterable[EventKind]) -> None:
        self.all = tuple(kinds)
        self.by_event = {kind.event: kind for kind in self.all}
        self.by_number = {kind.number: kind for kind in self.all}
        self.by_name = {kind.name: kind for kind in self.all}


MESSAGE = 0
# A pruned message: only its seq and its nonce are left, by which a repeat is recognised. Nothing else finds it. Its seq
# is below the first seq of its room.
PRUNED = 3
# A message that was taken back, or that expired. It stands among others, and keeps its seq.
TAKEN_BACK = 4
EMPTY = (PRUNED, TAKEN_BACK)
# A new kind of event gets the next number. Numbers from 5 to 15 are for more kinds of empty rows.
KINDS = EventKinds(
    (
        EventKind(MESSAGE, "message", Message, ("answers", "answered", "mentions", "edited", "reactions", "file")),
        EventKind(1, "joined", Joined),
        EventKind(2, "left", Left),
        EventKind(16, "topic", TopicSet, ("text",)),
        EventKind(17, "settings", SettingsChanged, ("settings",)),
        EventKind(18, "renamed", Renamed, ("name",)),
        EventKind(19, "invited", Invited, ("name", "is_guest", "link")),
        EventKind(20, "uninvited", Uninvited, ("name", "link")),
        EventKind(21, "link", LinkMade, ("link", "uses", "until")),
        EventKind(22, "role", RoleSet, ("name", "role")),
        EventKind(23, "kicked", Kicked, ("name", "reason")),
        EventKind(24, "banned", Banned, ("name", "target", "until", "seconds", "reason")),
        EventKind(25, "unbanned", Unbanned, ("name", "target")),
        EventKind(26, "muted", Muted, ("name", "target", "until", "seconds", "reason")),
        EventKind(27, "unmuted", Unmuted, ("name", "target")),
        EventKind(28, "edited", Edited, ("of", "to", "text", "mentions")),
        EventKind(29, "deleted", Deleted, ("of", "to")),
        EventKind(30, "reacted", Reacted, ("of", "to", "emoji", "is_undone")),
        EventKind(31, "pinned", Pinned, ("of", "to")),
        EventKind(32, "unpinned", Unpinned, ("of", "to")),
    )
)
# Kinds that only whoever catches up gets (`Span.amendments`): messages are shown as they are now.
AMENDING = tuple(kind.number for kind in KINDS.all if issubclass(kind.event, OfMessage))
# Kinds that history shows between the messages.
TOLD = tuple(
    kind.number for kind in KINDS.all if issubclass(kind.event, Change) and not issubclass(kind.event, OfMessage)
)
AMENDING = tuple(kind.number for kind in KINDS.all if issubclass(kind.event, OfMessage))
