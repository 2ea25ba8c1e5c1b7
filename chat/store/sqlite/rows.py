"""Events, accounts and tokens as rows of their tables, and back."""

from collections.abc import Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Final

import msgspec
from twisted.logger import Logger

from chat.events import AccessToken, Message, RoomEvent
from chat.personal import NO_SETTINGS, PersonalSettings
from chat.store.kinds import EMPTY, KINDS, MESSAGE, EventKind
from chat.store.words import indexed, searchable

log = Logger(namespace="chat.store")

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
    data = data_of(event)
    stored = None if data is None else msgspec.json.encode(data).decode()
    where, who = (number, room_id, event.seq, kind.number), (sender_id, event.sender, event.place, to)
    return *where, *who, event.client_id, event.sent_at, text, nonce, stored


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


def said_in(row: Sequence[Any]) -> str:
    """All that a search may find of the message in a row that begins with `COLUMNS`."""
    return _searchable(row[7], row[9])


def indexed_row(body: str, data: str | None) -> str:
    """What the index of words has of a message, by its text and its column `data`."""
    return indexed(_searchable(body, data))


def _searchable(body: str, data: str | None) -> str:
    found = None if data is None or '"file"' not in data else msgspec.json.decode(data)
    return searchable(body, name_in(found or {}))


def name_in(data: Mapping[str, Any]) -> str | None:
    """The name of a message's file, by its data; None if it has none."""
    return None if (file := data.get("file")) is None else str(file["name"])


def message_of(room: str, row: Row) -> Message:
    """The message in a row. Only for rows of messages."""
    event = event_of(room, row)
    assert isinstance(event, Message)
    return event


def data_of(event: RoomEvent) -> Mapping[str, Any] | None:
    """The value of the column `data` for an event, as builtin types: the fields that differ from their defaults.

    None where there are none: most messages have none.
    """
    if type(event) is Message and _data_of_message(event) == _USUAL_OF_MESSAGE:
        return None
    found: dict[str, Any] = {}
    for field, usual in _usual_data(KINDS.by_event[type(event)]):
        value = getattr(event, field)
        if value != usual:
            found[field] = msgspec.to_builtins(value)
    return found or None


@cache
def _usual_data(kind: EventKind) -> Sequence[tuple[str, object]]:
    """The fields that are the data of a kind, with their defaults."""
    return [
        (each.name, each.default if each.default_factory is msgspec.NODEFAULT else each.default_factory())
        for each in msgspec.structs.fields(kind.event)
        if each.name in kind.data
    ]


# All data of a message at once: most messages have the usual ones.
_data_of_message: Final = attrgetter(*KINDS.by_number[MESSAGE].data)
_USUAL_OF_MESSAGE: Final = _data_of_message(Message(room="", place=None, sender="", text=""))


def access_token_of(row: Sequence[Any]) -> AccessToken:
    """The access token in a row of `ACCESS_TOKEN_COLUMNS`."""
    handle, user, rooms, created_at = row
    return AccessToken(handle, user, rooms.split(" "), created_at)


def settings_of(value: str) -> PersonalSettings:
    """The settings in a row. What cannot be read counts as the usual ones, so that nobody is kept out."""
    try:
        return msgspec.json.decode(value, type=PersonalSettings)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        log.error("could not read the settings of an account: {error}", error=error)
        return NO_SETTINGS
