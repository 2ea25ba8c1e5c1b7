"""Events as rows of the table of messages, and back."""

from collections.abc import Sequence

from chat.events import Joined, Left, Message, RoomEvent

_KINDS: Sequence[type[RoomEvent]] = (Message, Joined, Left)
MESSAGE = 0
# A message of which nothing is left but its place and its nonce: it answers its repeats, and nothing else finds it.
PRUNED = 3
# The same, of a message that was taken back, or that expired: it stands among others, and its place stays.
TAKEN_BACK = 4
COLUMNS = "m.seq, m.kind, m.sender, m.place, m.recipient, m.client_id, m.sent_at, m.body, m.nonce"

Row = tuple[int, int, str, str | None, str | None, int | None, float, str, str | None]


def kind_of(event: RoomEvent) -> int:
    """The number that stands for the event's class."""
    return _KINDS.index(type(event))


def event_of(room: str, row: Row) -> RoomEvent:
    """The event that a row of `COLUMNS` in the room with the key `room` holds."""
    seq, kind, sender, place, recipient, client_id, sent_at, body, nonce = row
    if kind in (MESSAGE, PRUNED, TAKEN_BACK):
        return Message(
            room=room,
            place=place,
            sender=sender,
            client_id=client_id,
            seq=seq,
            sent_at=sent_at,
            text=body,
            to=recipient,
            nonce=nonce,
        )
    return _KINDS[kind](room=room, place=place, sender=sender, client_id=client_id, seq=seq, sent_at=sent_at)


def message_of(room: str, row: Row) -> Message:
    """The message that a row holds. Only for rows that are known to be messages."""
    event = event_of(room, row)
    assert isinstance(event, Message)
    return event
