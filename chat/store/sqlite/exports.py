"""Writes the events of a room as the lines of `chat.store.room_file`."""

import sqlite3
from typing import BinaryIO, Protocol

import msgspec

from chat.events import Message, RoomEvent
from chat.limits import Limits
from chat.names import fold, parse_name
from chat.store.interfaces import Progress, StoreError
from chat.store.kinds import KINDS, PRUNED, TAKEN_BACK
from chat.store.room_file import FORMAT, GONE, VERSION, Entry, Header, without_address, without_addresses
from chat.store.sqlite.rows import COLUMNS, data_of, event_of
from chat.store.sqlite.states import decoded

_ROOM = (
    "SELECT r.id, r.name_key, r.name, r.last_seq - r.first_seq + 1, r.is_private, s.state FROM rooms r"
    " LEFT JOIN room_states s ON s.room_id = r.id WHERE r.name_key = ? AND r.kind = 'public' AND r.is_deleted = 0"
)
_SELECT = (
    f"SELECT {COLUMNS}, u.name_key FROM messages m JOIN users u ON u.id = m.sender_id"
    f" WHERE m.room_id = ? AND m.kind != {PRUNED} ORDER BY m.seq"
)


class FileSink(Protocol):
    """Takes the bytes of exported files."""

    def take(self, id: str, sha256: str) -> None:
        """Take the file with that id, and those bytes."""


_FILES = "SELECT f.id, f.sha256 FROM messages m JOIN files f ON f.message_id = m.id WHERE m.room_id = ?"


def export(
    connection: sqlite3.Connection,
    raw: str,
    target: BinaryIO,
    progress: Progress,
    *,
    private: bool,
    files: FileSink | None,
) -> int:
    """See `Records.export`. The files go to `files`."""
    name = parse_name(raw, Limits().room_characters, "bad_room")
    found = connection.execute(_ROOM, (name.key,)).fetchone()
    if found is None:
        raise StoreError(f"there is no room {name.shown}")
    room_id, key, shown_name, total, is_private, stored = found
    if is_private and not private:
        raise StoreError(f"{shown_name} is private; with --private it is exported all the same")
    header = Header(FORMAT, VERSION, key, shown_name)
    if stored is not None:
        state = without_addresses(decoded(stored))
        header.founder = state.made_by or None
        header.state = state if is_private else None
    target.write(msgspec.json.encode(header) + b"\n")
    deleted = _Deleted()
    with progress("export", total, "events") as advance:
        for *row, sender in connection.execute(_SELECT, (room_id,)):
            entry = deleted.entry(event_of(key, row), sender)
            if row[1] == TAKEN_BACK:
                entry.kind, entry.text, entry.nonce = GONE, None, None
            target.write(msgspec.json.encode(entry) + b"\n")
            advance(1)
    if files is not None:
        for id, sha256 in connection.execute(_FILES, (room_id,)):
            files.take(id, sha256)
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
        data = data_of(event)
        entry.data = None if data is None else without_address(data)
        if sender != fold(event.sender):
            entry.deleted = self._numbers.setdefault(sender, len(self._numbers) + 1)
        return entry
