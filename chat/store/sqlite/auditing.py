"""The audit log, as the writer's transactions write it."""

import sqlite3
from typing import Final

from chat.changes import Deleted
from chat.events import RoomEvent
from chat.store.audited import entry_of

AUDIT: Final = "INSERT INTO audit (by, what, room_key, whom, why, at) VALUES (?, ?, ?, ?, ?, ?)"
_AUTHOR: Final = (
    "SELECT u.name_key FROM messages m JOIN users u ON u.id = m.sender_id WHERE m.room_id = ? AND m.seq = ?"
)


def audit(connection: sqlite3.Connection, event: RoomEvent, room_id: int) -> None:
    """Note an event of one of the kinds `AUDITED`, if it is a moderator's act. Messages are written before."""
    author = None
    if isinstance(event, Deleted):
        row = connection.execute(_AUTHOR, (room_id, event.of)).fetchone()
        author = None if row is None else str(row[0])
    entry = entry_of(event, author)
    if entry is not None:
        connection.execute(AUDIT, entry[:6])
