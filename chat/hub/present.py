"""Keeps what was read from the store up to date, until it is shown: messages change meanwhile."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakSet

from msgspec.structs import replace

from chat.changes import Change, Deleted, Edited, OfMessage, Reacted
from chat.errors import ChatError
from chat.events import Message, RoomEvent
from chat.reactions import reacted

EventT = TypeVar("EventT", bound=RoomEvent)
# Of two changes with the same mark only the later one counts.
_Mark = tuple[str, str, str]


class Reading:
    """One question to the store, from before it is asked until its answer is shown.

    Its session may have been told since of changes that the answer does not have. So `present` comes right before the
    answer is delivered.
    """

    def __init__(self) -> None:
        # By the room and the seq of the message, and by mark.
        self._changes: dict[tuple[str, int], dict[_Mark, OfMessage]] = {}

    def note(self, change: OfMessage) -> None:
        """The change was told."""
        changes = self._changes.setdefault((change.room, change.of), {})
        mark = _mark_of(change)
        # The order of the last ones.
        changes.pop(mark, None)
        changes[mark] = change

    def present(self, events: Sequence[EventT]) -> Sequence[EventT]:
        """`events` as they are now: without messages that were deleted, and without changes that were undone since."""
        if not self._changes:
            return events
        found = (self._present(event) for event in events)
        return [event for event in found if event is not None]

    def _present(self, event: EventT) -> EventT | None:
        if isinstance(event, Message):
            changes = self._changes.get((event.room, event.seq), {})
            return _changed(event, changes.values()) if changes else event
        if isinstance(event, OfMessage):
            changes = self._changes.get((event.room, event.of), {})
            is_gone = any(isinstance(change, Deleted) for change in changes.values())
            return None if is_gone or _mark_of(event) in changes else event
        return event


class Present:
    """The readings that go on. `Delivery` notes the changes of messages that it tells of."""

    def __init__(self) -> None:
        # A peer that is lost takes no more, so nobody ends its reading.
        self._readings = WeakSet[Reading]()

    def reading(self) -> Reading:
        """A question is about to be asked. The reading goes on for as long as the caller keeps it."""
        reading = Reading()
        self._readings.add(reading)
        return reading

    def changed(self, change: Change) -> None:
        """A change is being told."""
        if isinstance(change, OfMessage):
            for reading in self._readings:
                reading.note(change)


def _mark_of(change: OfMessage) -> _Mark:
    if isinstance(change, Reacted):
        return "reacted", change.sender, change.emoji
    # A pin that was taken away is the same as none.
    return ("edited" if isinstance(change, Edited) else "deleted" if isinstance(change, Deleted) else "pinned"), "", ""


def _changed(event: EventT, changes: Iterable[OfMessage]) -> EventT | None:
    """The message after these changes; None if it was deleted."""
    parts: dict[str, Any] = {"reactions": getattr(event, "reactions", None)}
    for change in changes:
        if isinstance(change, Deleted):
            return None
        if isinstance(change, Edited):
            parts.update(text=change.text, mentions=change.mentions, edited=True)
        elif isinstance(change, Reacted):
            # Where the answer is older than a reaction that was taken back, there may be one too many.
            with suppress(ChatError):
                parts["reactions"] = reacted(parts["reactions"], change)
    return replace(event, **parts)
