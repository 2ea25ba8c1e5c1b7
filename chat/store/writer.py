"""Commits drafts to SQLite: everything here runs on the writer's thread, which owns the one writing connection."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chat.errors import ChatError
from chat.events import Message, RoomEvent
from chat.names import fold
from chat.store.folder import DataFolder
from chat.store.interfaces import Commit, Draft, Refusal
from chat.store.migrations import known_migrations, migrate
from chat.store.rows import COLUMNS, kind_of, message_of

# The transaction waits so long for a foreign lock before its drafts are refused; the reactor does not notice.
_LOCK_SECONDS = 15.0
_INSERT = "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INDEX = "INSERT INTO message_fts (rowid, room, body) VALUES (?, ?, ?)"
_CURSOR = (
    "INSERT INTO cursors VALUES (?, ?, ?) ON CONFLICT (user_id, room_id)"
    " DO UPDATE SET delivered_seq = max(delivered_seq, excluded.delivered_seq)"
)

# What one says oneself has arrived, unless something of the other still waits before it.
_OWN_CURSOR = (
    "UPDATE cursors SET delivered_seq = ? WHERE user_id = ? AND room_id = ? AND NOT EXISTS (SELECT 1 FROM messages"
    " WHERE room_id = cursors.room_id AND seq > cursors.delivered_seq AND sender_id != cursors.user_id)"
)

Cursors = Mapping[tuple[str, str], int]


class Queued(NamedTuple):
    """A draft to be written. With a `refusal` there is no room for it, unless it is a repeat, which needs none."""

    draft: Draft
    refusal: ChatError | None = None


class Writer:
    """Writes batches, each in one transaction. `now` gives the time in seconds since the epoch.

    Ids of users and rooms, and the rooms' counters, are kept here: no other connection writes.
    """

    def __init__(self, folder: DataFolder, now: Callable[[], float]) -> None:
        self._folder = folder
        self._now = now
        self._connection = sqlite3.connect(folder.database, timeout=_LOCK_SECONDS, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = OFF")
        migrate(self._connection, folder.database, known_migrations())
        self._forget()

    def lost_messages(self) -> int:
        """How many of the last committed messages the database has lost; their ids are not used again."""
        lost = max(0, self._folder.high_water() - self._last_id)
        if lost:
            self._connection.execute("UPDATE state SET last_id = last_id + ?", (lost,))
            self._forget()
        return lost

    def run(self, sql: str) -> None:
        """Run a statement that answers nothing of interest."""
        self._connection.execute(sql).fetchall()

    def commit(self, drafts: Sequence[Queued], cursors: Cursors) -> Sequence[Commit | Refusal]:
        """Store the drafts, and how far users have received conversations, in one transaction.

        Raises sqlite3.Error where that fails; nothing of the batch is stored then.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            batch = _Batch(self, self._connection, self._now())
            outcomes = [batch.place(queued) for queued in drafts]
            batch.write(cursors)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.rollback()
            self._forget()
            raise
        if self._last_id:
            self._folder.set_high_water(self._last_id)
        return outcomes

    def close(self) -> None:
        """Checkpoint and close. The readers are closed before."""
        self._connection.close()

    def next_id(self) -> int:
        """A new message's id."""
        self._last_id += 1
        return self._last_id

    @property
    def last_id(self) -> int:
        """The newest message's id."""
        return self._last_id

    def user_id(self, key: str) -> int:
        """The id of the user with this key, who is made if need be."""
        if (known := self._users.get(key)) is None:
            self._connection.execute("INSERT INTO users (name_key) VALUES (?) ON CONFLICT DO NOTHING", (key,))
            row = self._connection.execute("SELECT id FROM users WHERE name_key = ?", (key,)).fetchone()
            known = self._users[key] = int(row[0])
        return known

    def room_id(self, event: RoomEvent) -> int:
        """The id of the event's room, which is made if need be."""
        if (known := self._rooms.get(event.room)) is None:
            kind = "direct" if isinstance(event, Message) and event.to is not None else "public"
            insert = "INSERT INTO rooms (name_key, kind, last_seq) VALUES (?, ?, 0) ON CONFLICT DO NOTHING"
            self._connection.execute(insert, (event.room, kind))
            select = "SELECT id, last_seq FROM rooms WHERE name_key = ?"
            known, last_seq = self._connection.execute(select, (event.room,)).fetchone()
            self._rooms[event.room] = known
            self._seqs[known] = last_seq
        return known

    def next_seq(self, room_id: int) -> int:
        """The next place in a room."""
        seq = self._seqs[room_id] = self._seqs[room_id] + 1
        return seq

    def known_room(self, key: str) -> int | None:
        """The id of the room with this key, if there is one."""
        if (known := self._rooms.get(key)) is None:
            row = self._connection.execute("SELECT id FROM rooms WHERE name_key = ?", (key,)).fetchone()
            known = None if row is None else int(row[0])
        return known

    def _forget(self) -> None:
        # After a rollback the database knows better than we do.
        self._users: dict[str, int] = {}
        self._rooms: dict[str, int] = {}
        self._seqs: dict[int, int] = {}
        last_id = int(self._connection.execute("SELECT last_id FROM state").fetchone()[0])
        self._last_id = last_id


class _Batch:
    """The rows of one transaction."""

    def __init__(self, writer: Writer, connection: sqlite3.Connection, now: float) -> None:
        self._writer = writer
        self._connection = connection
        self._now = now
        self._messages: list[tuple[object, ...]] = []
        self._texts: list[tuple[int, str, str]] = []
        self._seqs: dict[int, int] = {}
        self._nonces: dict[tuple[int, str], Message] = {}
        self._sent: dict[tuple[int, int], int] = {}

    def place(self, queued: Queued) -> Commit | Refusal:
        """Give the draft its place, and note its rows."""
        draft, event = queued.draft, queued.draft.event
        sender_id = self._writer.user_id(fold(event.sender))
        if isinstance(event, Message) and event.nonce is not None:
            first = self._nonces.get((sender_id, event.nonce)) or self._stored(sender_id, event.nonce)
            if first is not None:
                return Commit(first, draft.origin, repeat=True)
        if queued.refusal is not None:
            return Refusal(draft, queued.refusal)
        room_id = self._writer.room_id(event)
        placed = replace(event, seq=self._writer.next_seq(room_id), sent_at=self._now)
        self._note(placed, room_id, sender_id)
        return Commit(placed, draft.origin, repeat=False)

    def write(self, cursors: Cursors) -> None:
        """Write all rows."""
        execute = self._connection.executemany
        if self._messages:
            execute(_INSERT, self._messages)
            execute(_INDEX, self._texts)
            execute("UPDATE rooms SET last_seq = ? WHERE id = ?", [(seq, room) for room, seq in self._seqs.items()])
            self._connection.execute("UPDATE state SET last_id = ?", (self._writer.last_id,))
        rows = [(user, room, 0) for user, room in self._sent]
        for (user, room), seq in cursors.items():
            if (room_id := self._writer.known_room(room)) is not None:
                rows.append((self._writer.user_id(user), room_id, seq))
        execute(_CURSOR, rows)
        execute(_OWN_CURSOR, [(seq, user, room) for (user, room), seq in self._sent.items() if seq])

    def _note(self, event: RoomEvent, room_id: int, sender_id: int) -> None:
        number = self._writer.next_id()
        text, nonce, to = (event.text, event.nonce, event.to) if isinstance(event, Message) else ("", None, None)
        kind = kind_of(event)
        where, who = (number, room_id, event.seq, kind), (sender_id, event.sender, event.place, to)
        self._messages.append((*where, *who, event.client_id, event.sent_at, text, nonce))
        self._seqs[room_id] = event.seq
        if isinstance(event, Message):
            self._texts.append((number, f"r{room_id}", text))
            if nonce is not None:
                self._nonces[sender_id, nonce] = event
            if to is not None:
                # Nothing that one has said waits for oneself.
                self._sent[sender_id, room_id] = event.seq
                self._sent.setdefault((self._writer.user_id(fold(to)), room_id), 0)

    def _stored(self, sender_id: int, nonce: str) -> Message | None:
        select = (
            f"SELECT {COLUMNS}, r.name_key FROM messages m JOIN rooms r ON r.id = m.room_id"
            " WHERE m.sender_id = ? AND m.nonce = ?"
        )
        row = self._connection.execute(select, (sender_id, nonce)).fetchone()
        return None if row is None else message_of(row[-1], row[:-1])
