"""The kinds of events that a store keeps: their numbers on disk, their names in exports, and their data."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

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
# A new kind of event gets the next number from FIRST_FREE on. Numbers from 5 to 15 are for more kinds of empty rows.
FIRST_FREE = 16
KINDS = EventKinds(
    (
        EventKind(MESSAGE, "message", Message),
        EventKind(1, "joined", Joined),
        EventKind(2, "left", Left),
    )
)
