"""Commits drafts to SQLite: everything here runs on the writer's thread, which owns the one writing connection."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

from twisted.logger import Logger

from chat.events import Left, Message, RoomEvent
from chat.limits import Limits
from chat.store.buckets import bucket_of
from chat.store.interfaces import Commit, Refusal, StoreError
from chat.store.makers import Makers
from chat.store.sqlite.checkpoints import Checkpoints, check_whole
from chat.store.sqlite.faults import MisplacedError, breaks
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.migrations import known_migrations, migrate
from chat.store.sqlite.seeking import BLOCK, note_times
from chat.store.sqlite.transaction import Cursors, Queued, Transaction

R = TypeVar("R")

log = Logger(namespace="chat.store")

# The transaction waits so long for a foreign lock before its drafts are refused; the reactor does not notice.
_LOCK_SECONDS = 15.0
# So many ids of users, of rooms, and names are kept at hand: some megabytes. Names come and go without end.
_KEPT_IDS = 50_000
_NOTED_SECONDS = 60.0
# Sets a life of the journal that no other one has.
NEW_LIFE = "life = lower(hex(randomblob(4)))"


class Writer:
    """Writes batches, each in one transaction. `now` gives the time in seconds since the epoch, `makers` count rooms.

    Ids of users and rooms, and the rooms' counters, are kept here: no other connection writes.
    """

    def __init__(self, folder: DataFolder, now: Callable[[], float], makers: Makers | None = None) -> None:
        self._folder = folder
        self._now = now
        self._makers = makers or Makers(Limits(), now)
        self._is_sound = True
        # A block of ids, and the times between which its messages were said, as far as is noted.
        self._noted = (-1, 0.0, 0.0)
        self._connection = folder.connect(timeout=_LOCK_SECONDS)
        try:
            self._prepare()
            folder.note_log()
        except BaseException:
            folder.disconnect(self._connection)
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
        self._checkpoints = Checkpoints(self._connection, self._folder.database, self._folder.log)
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

        Raises sqlite3.Error where that fails, MisplacedError where a file is not in its place; nothing of the batch
        is stored then.
        """
        self._check_place()
        if len(self._users) > _KEPT_IDS or len(self._rooms) > _KEPT_IDS:
            self._forget()
        self._makers.begin()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            batch = Transaction(self, self._connection, self._now())
            outcomes = [batch.place(queued) for queued in drafts]
            batch.write(cursors)
            self._connection.execute("COMMIT")
        except BaseException:
            self._makers.undo()
            self._roll_back()
            raise
        if self._folder.misplaced():
            # It was moved meanwhile: what is going to be acknowledged must not be in it alone.
            self._checkpoints.empty_log()
        self._note_high_water()
        return outcomes

    def checkpoint(self) -> None:
        """Called after what was committed has been told. Raises nothing; where it failed, `is_sound` may say so."""
        try:
            if not self._folder.misplaced():
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
            if self._folder.misplaced():
                # By itself SQLite would leave its log to whatever stands in the place of the database.
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._folder.disconnect(self._connection)

    def _check_place(self) -> None:
        """Raise MisplacedError where a file was moved."""
        misplaced = self._folder.misplaced()
        if not misplaced:
            return
        if self._folder.is_database_in_place:
            # Another process would not find the log. What is in it is saved now, in case this one is killed.
            self._checkpoints.empty_log()
        raise MisplacedError(misplaced)

    def next_id(self) -> int:
        """A new message's id."""
        self._last_id += 1
        return self._last_id

    @property
    def last_id(self) -> int:
        """The newest message's id."""
        return self._last_id

    def user_id(self, key: str) -> int:
        """The id of the user with this key, who says something; who is made if need be."""
        if (known := self._users.get(key)) is None:
            insert = "INSERT INTO users (name_key, was_here) VALUES (?, 1) ON CONFLICT DO UPDATE SET was_here = 1"
            self._connection.execute(insert, (key,))
            row = self._connection.execute("SELECT id FROM users WHERE name_key = ?", (key,)).fetchone()
            known = self._users[key] = int(row[0])
        return known

    def recipient(self, key: str) -> tuple[int, bool]:
        """The id of the user with this key, who is made if need be, and whether they have ever been here."""
        if (known := self._users.get(key)) is not None:
            return known, True
        insert = "INSERT INTO users (name_key, was_here) VALUES (?, 0) ON CONFLICT DO NOTHING"
        self._connection.execute(insert, (key,))
        row = self._connection.execute("SELECT id, was_here FROM users WHERE name_key = ?", (key,)).fetchone()
        return int(row[0]), bool(row[1])

    def room_id(self, event: RoomEvent, holder: str) -> int:
        """The id of the event's room, which `holder` makes if need be. Raises ChatError (`room_share_full`)."""
        if (known := self._rooms.get(event.room)) is None:
            select = "SELECT id, last_seq FROM rooms WHERE name_key = ?"
            row = self._connection.execute(select, (event.room,)).fetchone()
            known, last_seq = row or self._new_room(event, holder)
            self._rooms[event.room] = known
            self._seqs[known] = last_seq
        return known

    def _new_room(self, event: RoomEvent, holder: str) -> tuple[int, int]:
        """A new room's id, and the last place that it had when it was forgotten."""
        # Whoever leaves is never refused.
        self._makers.make("" if isinstance(event, Left) else holder)
        kind = "direct" if isinstance(event, Message) and event.to is not None else "public"
        select = "SELECT last_seq FROM forgotten_rooms WHERE bucket = ?"
        row = self._connection.execute(select, (bucket_of(event.room),)).fetchone()
        last_seq = row[0] if row is not None else 0
        insert = "INSERT INTO rooms (name_key, kind, last_seq, name, first_seq) VALUES (?, ?, ?, ?, ?) RETURNING id"
        values = event.room, kind, last_seq, event.place or event.room, last_seq + 1
        return int(self._connection.execute(insert, values).fetchone()[0]), last_seq

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
        self._check_place()
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
