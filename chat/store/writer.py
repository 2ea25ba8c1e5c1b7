"""Commits drafts to SQLite: everything here runs on the writer's thread, which owns the one writing connection."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from msgspec.structs import replace
from twisted.logger import Logger

from chat.errors import ChatError
from chat.events import Joined, Message, RoomEvent
from chat.names import fold
from chat.store.checkpoints import Checkpoints, check_whole
from chat.store.faults import breaks
from chat.store.folder import DataFolder
from chat.store.interfaces import Commit, Draft, Refusal, StoreError
from chat.store.migrations import known_migrations, migrate
from chat.store.rows import COLUMNS, MESSAGE, kind_of, message_of
from chat.store.seeking import BLOCK, note_times
from chat.store.words import indexed

R = TypeVar("R")

log = Logger(namespace="chat.store")

# The transaction waits so long for a foreign lock before its drafts are refused; the reactor does not notice.
_LOCK_SECONDS = 15.0
# So many ids of users, of rooms, and names are kept at hand: some megabytes. Names come and go without end.
_KEPT_IDS = 50_000
_NOTED_SECONDS = 60.0
INSERT = "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INDEX = "INSERT INTO message_fts (rowid, room, body) VALUES (?, ?, ?)"
# Sets a life of the journal that no other one has.
NEW_LIFE = "life = lower(hex(randomblob(4)))"
_BELONG = "INSERT INTO cursors (user_id, room_id, delivered_seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_CURSOR = (
    "UPDATE cursors SET delivered_seq = CASE WHEN delivered_seq >= ? THEN max(delivered_seq, ?) ELSE delivered_seq END,"
    " read_seq = max(read_seq, ?) FROM rooms r, users u"
    " WHERE r.id = room_id AND u.id = user_id AND u.name_key = ? AND r.name_key = ?"
)
_RECALL = (
    f"SELECT {COLUMNS} FROM messages m WHERE m.room_id = ? AND m.kind = {MESSAGE} AND m.seq < ?"
    " ORDER BY m.seq DESC LIMIT ?"
)

# What one says oneself has arrived, unless something of the other still waits before it.
_OWN_CURSOR = (
    "UPDATE cursors SET delivered_seq = ? WHERE user_id = ? AND room_id = ? AND NOT EXISTS (SELECT 1 FROM messages"
    " WHERE room_id = cursors.room_id AND seq > cursors.delivered_seq AND sender_id != cursors.user_id)"
)


class Cursor(NamedTuple):
    """What has arrived of a room: all that is after `after`, up to `delivered`; and how far it was `read`."""

    delivered: int
    read: int = 0
    after: int = 0

    def and_also(self, other: "Cursor") -> "Cursor":
        """Both. Where something may be missing between the two, the first part counts; the other is noted again."""
        read = max(self.read, other.read)
        if max(self.after, other.after) > min(self.delivered, other.delivered):
            return min(self, other, key=_after)._replace(read=read)
        return Cursor(max(self.delivered, other.delivered), read, min(self.after, other.after))


def _after(cursor: Cursor) -> int:
    return cursor.after


# By user and room.
Cursors = Mapping[tuple[str, str], Cursor]


class Queued(NamedTuple):
    """A draft to be written. With a `refusal` there is no room for it, unless it is a repeat, which needs none.

    `makes_room`: it is the first one of its room.
    """

    draft: Draft
    refusal: ChatError | None = None
    makes_room: bool = False


class Writer:
    """Writes batches, each in one transaction. `now` gives the time in seconds since the epoch.

    Ids of users and rooms, and the rooms' counters, are kept here: no other connection writes.
    """

    def __init__(self, folder: DataFolder, now: Callable[[], float]) -> None:
        self._folder = folder
        self._now = now
        self._is_sound = True
        # A block of ids, and the times between which its messages were said, as far as is noted.
        self._noted = (-1, 0.0, 0.0)
        self._connection = folder.connect(timeout=_LOCK_SECONDS)
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    @property
    def is_sound(self) -> bool:
        """See `Resource.is_sound`."""
        return self._is_sound and not self._connection.in_transaction

    def _prepare(self) -> None:
        if not self._connection.execute("PRAGMA page_count").fetchone()[0]:
            # Only a file that began so can give back the space of what is pruned.
            self._connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = OFF")
        self._checkpoints = Checkpoints(self._connection, self._folder.database)
        migrate(self._connection, self._folder.database, known_migrations())
        self._forget()

    def lost_messages(self) -> int:
        """How many of the last committed messages the database has lost; their ids are not used again.

        Then another life of the journal begins.
        Raises StoreError, or sqlite3.Error, where there is more wrong with it than that.
        """
        lost = max(0, self._folder.high_water() - self._last_id)
        if lost:
            check_whole(self._connection, self._folder.database)
            self._connection.execute(f"UPDATE state SET last_id = last_id + ?, {NEW_LIFE}", (lost,))
            self._forget()
        return lost

    def life(self) -> str:
        """See `MessageStore.life`."""
        return str(self._connection.execute("SELECT life FROM state").fetchone()[0])

    def check_complete(self) -> None:
        """Raises StoreError where messages are missing that were committed before."""
        if self._folder.high_water() > self._last_id:
            raise StoreError("messages that were stored are missing from the database; start again")

    def run(self, sql: str) -> None:
        """Run a statement that answers nothing of interest, outside of a transaction."""
        # `execute` would not see one through to its end that works in many steps, such as incremental_vacuum.
        self._connection.executescript(sql)

    def commit(self, drafts: Sequence[Queued], cursors: Cursors) -> Sequence[Commit | Refusal]:
        """Store the drafts, and how far users have received conversations, in one transaction.

        Raises sqlite3.Error where that fails, MisplacedError where the file is not in its place; nothing of the batch
        is stored then.
        """
        self._folder.check_place()
        if len(self._users) > _KEPT_IDS or len(self._rooms) > _KEPT_IDS:
            self._forget()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            batch = _Batch(self, self._connection, self._now())
            outcomes = [batch.place(queued) for queued in drafts]
            batch.write(cursors)
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        self._note_high_water()
        return outcomes

    def checkpoint(self) -> None:
        """Called after what was committed has been told. Raises nothing; where it failed, `is_sound` may say so."""
        try:
            if self._folder.is_in_place:
                self._checkpoints.make()
        except Exception as error:
            log.error("could not write the log into the database: {error}", error=error)
            self._is_sound = self._is_sound and not breaks(error)

    def probe(self) -> None:
        """Write something that changes nothing. Raises as `commit` does."""
        self.commit((), {})

    def close(self) -> None:
        """Checkpoint and close. The readers are closed before."""
        try:
            if not self._folder.is_in_place:
                # By itself SQLite would leave its log to whatever stands in the place of the database.
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
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
            insert = "INSERT INTO rooms (name_key, kind, last_seq, name) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING"
            self._connection.execute(insert, (event.room, kind, event.place or event.room))
            select = "SELECT id, last_seq FROM rooms WHERE name_key = ?"
            known, last_seq = self._connection.execute(select, (event.room,)).fetchone()
            self._rooms[event.room] = known
            self._seqs[known] = last_seq
        return known

    def next_seq(self, room_id: int) -> int:
        """The next place in a room."""
        seq = self._seqs[room_id] = self._seqs[room_id] + 1
        return seq

    def note_times(self, first_id: int, now: float) -> None:
        """Messages from `first_id` on are written, that are said now."""
        block, earliest, latest = self._noted
        if block != first_id // BLOCK or block != self._last_id // BLOCK or not earliest <= now <= latest:
            # For a minute ahead: it is not worth a statement for each batch.
            note_times(self._connection, first_id, self._last_id, now, now + _NOTED_SECONDS)
            self._noted = self._last_id // BLOCK, now, now + _NOTED_SECONDS

    def is_held(self, key: str) -> bool:
        """Whether the name was deleted lately."""
        if (until := self._held.get(key)) is None:
            if len(self._held) > _KEPT_IDS:
                self._held.clear()
            row = self._connection.execute("SELECT held_until FROM accounts WHERE name_key = ?", (key,)).fetchone()
            until = self._held[key] = row[0] or 0.0 if row is not None else 0.0
        return until > self._now()

    def transact(self, change: Callable[[sqlite3.Connection], R]) -> R:
        """Make a change of another kind than `commit`, in a transaction of its own. Raises as that does."""
        self._folder.check_place()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = change(self._connection)
            # It counts like a message: if it is lost, that is noticed.
            self._connection.execute("UPDATE state SET last_id = last_id + 1")
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        try:
            self._forget()
        except sqlite3.Error as error:
            # It is committed all the same.
            log.error("could not read how far the database has come: {error}", error=error)
            self._is_sound = False
            return result
        self._note_high_water()
        self.checkpoint()
        return result

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.rollback()
        self._forget()

    def _note_high_water(self) -> None:
        try:
            self._folder.set_high_water(self._last_id)
        except OSError as error:
            # It is committed all the same. If it were lost again now, that might not be noticed.
            log.error("could not note how far the database has come: {error}", error=error)

    def _forget(self) -> None:
        # The database knows better than we do; and what has grown too large is read again as it is needed.
        self._users: dict[str, int] = {}
        self._rooms: dict[str, int] = {}
        self._seqs: dict[int, int] = {}
        last_id = int(self._connection.execute("SELECT last_id FROM state").fetchone()[0])
        self._last_id = last_id
        # Until when a name is held; 0 where it is not.
        self._held: dict[str, float] = {}
        self._noted = -1, 0.0, 0.0


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
        self._moves: list[tuple[int, int, int, bool]] = []
        self._said: dict[int, list[Message]] = {}

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
        if isinstance(event, Message) and event.to is not None and self._writer.is_held(fold(event.to)):
            return Refusal(draft, ChatError("name_held", name=event.to))
        room_id = self._writer.room_id(event)
        placed = replace(event, seq=self._writer.next_seq(room_id), sent_at=self._now)
        self._note(placed, room_id, sender_id)
        if draft.belongs and not isinstance(placed, Message):
            self._moves.append((sender_id, room_id, placed.seq, isinstance(placed, Joined)))
        return Commit(
            placed, draft.origin, False, self._recalled(placed, room_id, draft.recall) if draft.recall else ()
        )

    def write(self, cursors: Cursors) -> None:
        """Write all rows."""
        execute = self._connection.executemany
        # They are about what was told before: who comes in by one of these drafts had nothing to acknowledge yet.
        rows = [(each.after, max(each.delivered, each.read), each.read, *whose) for whose, each in cursors.items()]
        execute(_CURSOR, rows)
        if self._messages:
            execute(INSERT, self._messages)
            execute(INDEX, self._texts)
            last_id = self._writer.last_id
            self._writer.note_times(last_id - len(self._messages) + 1, self._now)
            execute("UPDATE rooms SET last_seq = ? WHERE id = ?", [(seq, room) for room, seq in self._seqs.items()])
            self._connection.execute("UPDATE state SET last_id = ?", (last_id,))
        execute(_BELONG, [(user, room, 0) for user, room in self._sent])
        for user, room, seq, joins in self._moves:
            sql = _BELONG if joins else "DELETE FROM cursors WHERE user_id = ? AND room_id = ? AND ? > 0"
            self._connection.execute(sql, (user, room, seq))
        execute(_OWN_CURSOR, [(seq, user, room) for (user, room), seq in self._sent.items() if seq])

    def _note(self, event: RoomEvent, room_id: int, sender_id: int) -> None:
        number = self._writer.next_id()
        text, nonce, to = (event.text, event.nonce, event.to) if isinstance(event, Message) else ("", None, None)
        kind = kind_of(event)
        where, who = (number, room_id, event.seq, kind), (sender_id, event.sender, event.place, to)
        self._messages.append((*where, *who, event.client_id, event.sent_at, text, nonce))
        self._seqs[room_id] = event.seq
        if isinstance(event, Message):
            self._texts.append((number, f"r{room_id}", indexed(text)))
            self._said.setdefault(room_id, []).append(event)
            if nonce is not None:
                self._nonces[sender_id, nonce] = event
            if to is not None:
                # Nothing that one has said waits for oneself.
                self._sent[sender_id, room_id] = event.seq
                self._sent.setdefault((self._writer.user_id(fold(to)), room_id), 0)

    def _recalled(self, event: RoomEvent, room_id: int, count: int) -> Sequence[Message]:
        """The messages before `event`, those of this batch included, which are not in the table yet."""
        pending = [message for message in self._said.get(room_id, ()) if message.seq < event.seq]
        rows = self._connection.execute(_RECALL, (room_id, event.seq, count)).fetchall()
        return [*(message_of(event.room, row) for row in reversed(rows)), *pending][-count:]

    def _stored(self, sender_id: int, nonce: str) -> Message | None:
        select = (
            f"SELECT {COLUMNS}, r.name_key FROM messages m JOIN rooms r ON r.id = m.room_id"
            " WHERE m.sender_id = ? AND m.nonce = ?"
        )
        row = self._connection.execute(select, (sender_id, nonce)).fetchone()
        return None if row is None else message_of(row[-1], row[:-1])
