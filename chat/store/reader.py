"""Questions to SQLite: everything here runs on the reader's thread, on a connection that cannot write."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from chat.events import Message
from chat.store.rows import COLUMNS, message_of

_WAITING = (
    " FROM cursors c JOIN users u ON u.id = c.user_id JOIN rooms r ON r.id = c.room_id"
    " JOIN messages m ON m.room_id = r.id AND m.seq > c.delivered_seq"
    " WHERE r.kind = 'direct' AND r.last_seq > c.delivered_seq AND m.sender_id != c.user_id"
)


class Reader:
    """Answers from what is committed."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database, isolation_level=None)
        self._connection.execute("PRAGMA query_only = ON")
        # SQLite before 3.51.3 may damage the log where two connections checkpoint: only the writer does.
        self._connection.execute("PRAGMA wal_autocheckpoint = 0")

    def missed(self, user: str, limit: int) -> Sequence[Message]:
        """See `MessageStore.missed`."""
        select = f"SELECT {COLUMNS}, r.name_key {_WAITING} AND u.name_key = ? ORDER BY m.id LIMIT ?"
        return [message_of(row[-1], row[:-1]) for row in self._connection.execute(select, (user, limit))]

    def waiting(self) -> Mapping[tuple[str, str], Sequence[tuple[int, int]]]:
        """What waits for whom: (user, room) to the seq and the size in bytes of each message."""
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        select = f"SELECT u.name_key, r.name_key, m.seq, length(CAST(m.body AS BLOB)) {_WAITING} ORDER BY m.id"
        for user, room, seq, size in self._connection.execute(select):
            found.setdefault((user, room), []).append((seq, size))
        return found

    def rooms(self) -> set[str]:
        """The keys of all rooms."""
        return {row[0] for row in self._connection.execute("SELECT name_key FROM rooms")}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
