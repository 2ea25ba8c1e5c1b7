"""Writes the events of a public room as the lines of `chat.store.room_file`."""

import sqlite3
from typing import BinaryIO

import msgspec

from chat.events import Message, RoomEvent
from chat.limits import Limits
from chat.names import fold, parse_name
from chat.store.interfaces import Progress, StoreError
from chat.store.kinds import EMPTY, KINDS
from chat.store.room_file import FORMAT, VERSION, Entry, Header
from chat.store.sqlite.rows import COLUMNS, data_of, event_of

_ROOM = "SELECT id, name_key, name, last_seq - first_seq + 1 FROM rooms WHERE name_key = ? AND kind = 'public'"
_SELECT = (
    f"SELECT {COLUMNS}, u.name_key FROM messages m JOIN users u ON u.id = m.sender_id"
    f" WHERE m.room_id = ? AND m.kind NOT IN ({', '.join(map(str, EMPTY))}) ORDER BY m.seq"
)


def export(connection: sqlite3.Connection, raw: str, target: BinaryIO, progress: Progress) -> int:
    """See `Records.export`."""
    name = parse_name(raw, Limits().room_characters, "bad_room")
    found = connection.execute(_ROOM, (name.key,)).fetchone()
    if found is None:
        raise StoreError(f"there is no room {name.shown}")
    room_id, key, shown_name, total = found
    target.write(msgspec.json.encode(Header(FORMAT, VERSION, key, shown_name)) + b"\n")
    deleted = _Deleted()
    with progress("export", total, "events") as advance:
        for *row, sender in connection.execute(_SELECT, (room_id,)):
            target.write(msgspec.json.encode(deleted.entry(event_of(key, row), sender)) + b"\n")
            advance(1)
    return int(total)


class _Deleted:
    """Numbers the senders whose account was deleted, in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def entry(self, event: RoomEvent, sender: str) -> Entry:
        """The entry for an event; `sender` is the key that its sender has now."""
        kind = KINDS.by_event[type(event)]
        entry = Entry(kind.name, event.seq, event.sender, event.sent_at, event.place, event.client_id)
        if isinstance(event, Message):
            entry.text, entry.nonce = event.text, event.nonce
        entry.data = data_of(event)
        if sender != fold(event.sender):
            entry.deleted = self._numbers.setdefault(sender, len(self._numbers) + 1)
        return entry
