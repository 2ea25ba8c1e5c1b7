"""Events, accounts and tokens as rows of their tables, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chat.events import AccessToken, Message, RoomEvent
from chat.store.kinds import EMPTY, KINDS, MESSAGE

COLUMNS = "m.seq, m.kind, m.sender, m.place, m.recipient, m.client_id, m.sent_at, m.body, m.nonce, m.data"
INSERT = (
    "INSERT INTO messages (id, room_id, seq, kind, sender_id, sender, place, recipient, client_id, sent_at, body,"
    " nonce, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# The condition that a row of the table of accounts is an account, and not only a held name.
ACCOUNT = "password_hash IS NOT NULL"
ACCOUNT_COLUMNS = "name_key, name, password_hash, created_at, since_id, held_until"
ACCESS_TOKEN_COLUMNS = "handle, name_key, rooms, created_at"

Row = tuple[int, int, str, str | None, str | None, int | None, float, str, str | None, str | None]


def row_of(number: int, room_id: int, sender_id: int, event: RoomEvent) -> Sequence[object]:
    """The values for `INSERT`: the event with the id `number`, in this room, from this sender."""
    kind = KINDS.by_event[type(event)]
    text, nonce, to = (event.text, event.nonce, event.to) if isinstance(event, Message) else ("", None, None)
    data = msgspec.json.encode(data_of(event)).decode() if kind.data else None
    where, who = (number, room_id, event.seq, kind.number), (sender_id, event.sender, event.place, to)
    return *where, *who, event.client_id, event.sent_at, text, nonce, data


def event_of(room: str, row: Row) -> RoomEvent:
    """The event in a row of `COLUMNS`, in the room with the key `room`. An empty row is an empty message."""
    seq, number, sender, place, to, client_id, sent_at, body, nonce, data = row
    kind = KINDS.by_number[MESSAGE if number in EMPTY else number]
    fields: dict[str, Any] = {
        "room": room,
        "place": place,
        "sender": sender,
        "client_id": client_id,
        "seq": seq,
        "sent_at": sent_at,
    }
    if kind.number == MESSAGE:
        fields.update(text=body, to=to, nonce=nonce)
    if data is None:
        return kind.event(**fields)
    return msgspec.convert({**fields, **msgspec.json.decode(data)}, kind.event)


def message_of(room: str, row: Row) -> Message:
    """The message in a row. Only for rows of messages."""
    event = event_of(room, row)
    assert isinstance(event, Message)
    return event


def data_of(event: RoomEvent) -> Mapping[str, Any] | None:
    """The value of the column `data` for an event, as builtin types; None if its kind has no data."""
    fields = KINDS.by_event[type(event)].data
    return {field: msgspec.to_builtins(getattr(event, field)) for field in fields} if fields else None


def access_token_of(row: Sequence[Any]) -> AccessToken:
    """The access token in a row of `ACCESS_TOKEN_COLUMNS`."""
    handle, user, rooms, created_at = row
    return AccessToken(handle, user, rooms.split(" "), created_at)
