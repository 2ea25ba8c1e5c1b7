"""The last events of a store in memory: messages as they are now, and the changes between them."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from chat.changes import Change, Deleted, Edited, OfMessage, Reacted
from chat.errors import ChatError
from chat.events import Message, RoomEvent
from chat.reactions import reacted

# An event with its place among all events.
Numbered = tuple[int, RoomEvent]


class Kept:
    """Keeps the last `most` messages and changes."""

    def __init__(self, most: int) -> None:
        self.events: deque[Numbered] = deque(maxlen=most)

    def add(self, number: int, event: Message | Change) -> None:
        """Keep a new event."""
        self.events.append((number, event))

    def messages(self) -> Iterator[tuple[int, Message]]:
        """All messages, the newest first."""
        return ((number, event) for number, event in reversed(self.events) if isinstance(event, Message))

    def last(self, room: str, count: int, after: int) -> Sequence[Message]:
        """The last messages of a room behind a seq, the oldest first."""
        found = (event for _, event in self.messages() if event.room == room and event.seq > after)
        return list(islice(found, count))[::-1]

    def find(self, room: str, seq: int) -> Message | None:
        """The message at a place."""
        return next((event for _, event in self.messages() if (event.room, event.seq) == (room, seq)), None)

    def put(self, message: Message) -> None:
        """Keep the message as it is now."""
        for index, (number, event) in enumerate(self.events):
            if event.room == message.room and event.seq == message.seq:
                self.events[index] = number, message

    def drop(self, places: Collection[tuple[str, int]]) -> None:
        """Drop the events at these places, and the edits of the messages there."""
        left = (each for each in self.events if place_of(each[1]) not in places)
        self.events = deque((each for each in left if not _is_edit(each[1], places)), maxlen=self.events.maxlen)

    def drop_edits(self, room: str, seq: int) -> None:
        """Drop the edits of a message: their texts are not said any more."""
        left = [each for each in self.events if not _is_edit(each[1], {(room, seq)})]
        self.events = deque(left, maxlen=self.events.maxlen)

    def drop_room(self, room: str) -> None:
        """Drop all events of a room."""
        self.events = deque((each for each in self.events if each[1].room != room), maxlen=self.events.maxlen)

    def rename(self, old: str, new: str) -> None:
        """The room has another key."""
        for index, (number, event) in enumerate(self.events):
            if event.room == old:
                self.events[index] = number, replace(event, room=new)


def place_of(event: RoomEvent) -> tuple[str, int]:
    """The room and the seq of an event."""
    return event.room, event.seq


def amended(message: Message | None, event: OfMessage) -> Message | None:
    """The message after `event`; None if it was deleted. Raises ChatError (`no_such_message`, `too_many_reactions`)."""
    if message is None:
        raise ChatError("no_such_message", seq=event.of)
    if isinstance(event, Edited):
        return replace(message, text=event.text, mentions=event.mentions, edited=True)
    if isinstance(event, Reacted):
        return replace(message, reactions=reacted(message.reactions, event))
    return None if isinstance(event, Deleted) else message


def _is_edit(event: RoomEvent, places: Collection[tuple[str, int]]) -> bool:
    return isinstance(event, Edited) and (event.room, event.of) in places
