"""Commits drafts to SQLite: everything here runs on the writer's thread, which owns the one writing connection."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

from twisted.logger import Logger

from chat.limits import Limits
from chat.store.interfaces import Commit, Refusal, StoreError
from chat.store.makers import Makers
from chat.store.sqlite.checkpoints import Checkpoints, check_whole
from chat.store.sqlite.faults import MisplacedError, breaks
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.indexing import INDEXED, index_to
from chat.store.sqlite.migrations import known_migrations, migrate
from chat.store.sqlite.numbers import Numbers
from chat.store.sqlite.transaction import Cursors, Queued, Transaction

R = TypeVar("R")

log = Logger(namespace="chat.store")

# A transaction waits this long for another process's lock. Then its drafts are refused. The reactor does not wait.
_LOCK_SECONDS = 15.0
# Gives the journal a new life, with a random name.
NEW_LIFE = "life = lower(hex(randomblob(4)))"


class Writer:
    """Writes batches, each in one transaction. `now` gives the time in seconds since the epoch; `makers` counts rooms.

    `numbers` has the ids of users and rooms. Not more than `unindexed` messages, and those of a batch, wait for the
    index of words.
    """

    def __init__(
        self,
        folder: DataFolder,
        now: Callable[[], float],
        makers: Makers | None = None,
        unindexed: int = Limits().unindexed_messages,
    ) -> None:
        self._folder = folder
        self._unindexed = unindexed
        self._now = now
        self._makers = makers or Makers(Limits(), now)
        self._is_sound = True
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
            # Only a file that was made with this setting can give back the space of pruned messages.
            self._connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = OFF")
        # What was deleted is overwritten. Most builds of SQLite do so anyway.
        self._connection.execute("PRAGMA secure_delete = ON")
        self._checkpoints = Checkpoints(self._connection, self._folder.database, self._folder.log)
        migrate(self._connection, self._folder.database, known_migrations())
        self.numbers = Numbers(self._connection, self._now, self._makers)
        [self._indexed_id] = self._connection.execute(INDEXED).fetchone()
        self._index_at = self._indexed_id + self._unindexed

    def lost_messages(self) -> int:
        """How many of the last committed messages the database has lost; their ids are not used again.

        If there are some, a new life of the journal begins. Raises StoreError, or sqlite3.Error, if more is wrong.
        """
        lost = max(0, self._folder.high_water() - self.numbers.last_id)
        if lost:
            check_whole(self._connection, self._folder.database)
            self._connection.execute(f"UPDATE state SET last_id = last_id + ?, {NEW_LIFE}", (lost,))
            self.numbers.forget()
        return lost

    def life(self) -> str:
        """See `MessageStore.life`."""
        return str(self._connection.execute("SELECT life FROM state").fetchone()[0])

    def check_complete(self) -> None:
        """Raises StoreError if messages are missing that were committed before."""
        if self._folder.high_water() > self.numbers.last_id:
            raise StoreError("messages that were stored are missing from the database; start again")

    def run(self, sql: str) -> None:
        """Run a statement outside of a transaction, without a result."""
        # `execute` would stop before the end of a statement that works in many steps, such as incremental_vacuum.
        self._connection.executescript(sql)
        self._checkpoints.note_shrunk()

    def commit(self, drafts: Sequence[Queued], cursors: Cursors) -> Sequence[Commit | Refusal]:
        """Store the drafts and the cursors in one transaction.

        Raises sqlite3.Error if that fails, MisplacedError if a file is not in its place. Then nothing of the batch is
        stored.
        """
        self._check_place()
        self.numbers.trim()
        self._makers.begin()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            batch = Transaction(self.numbers, self._connection, self._now(), cursors)
            outcomes = [batch.place(queued) for queued in drafts]
            batch.write()
            self._connection.execute("COMMIT")
        except BaseException:
            self._makers.undo()
            self._roll_back()
            raise
        if self._folder.misplaced():
            # A file was moved during the commit. Acknowledged messages must not be only in a log that may be lost.
            self._checkpoints.empty_log()
        self._note_high_water()
        return outcomes

    def tidy(self) -> None:
        """Called after the sink got a commit: do what is due, which nobody waits for. Never raises, as `checkpoint`."""
        if self.numbers.last_id >= self._index_at:
            self.index()
        self.checkpoint()

    def index(self) -> None:
        """Bring the index of words up to the last message. Never raises, as `checkpoint`."""
        last_id = self.numbers.last_id
        # After an error, too: not each batch is to try again.
        self._index_at = last_id + self._unindexed
        if last_id <= self._indexed_id or self._folder.misplaced():
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            index_to(self._connection, last_id)
            self._connection.execute("COMMIT")
            self._indexed_id = last_id
        except Exception as error:
            log.error("could not write the index of words: {error}", error=error)
            self._is_sound = self._is_sound and not breaks(error)
            if self._connection.in_transaction:
                self._connection.rollback()

    def checkpoint(self) -> None:
        """Write the log into the database, if it is time. Never raises; after an error `is_sound` may be False."""
        try:
            if self._checkpoints.are_due() and not self._folder.misplaced():
                self._checkpoints.make()
        except Exception as error:
            log.error("could not write the log into the database: {error}", error=error)
            self._is_sound = self._is_sound and not breaks(error)

    def empty_log(self) -> bool:
        """Write the log into the database now; returns False if a reader or a moved file prevented it."""
        return not self._folder.misplaced() and self._checkpoints.empty_log()

    def probe(self) -> None:
        """Commit an empty batch, to find out whether that is possible. Raises as `commit` does."""
        self.commit((), {})

    def close(self) -> None:
        """Checkpoint and close. The readers are closed before."""
        try:
            if self._folder.misplaced():
                # Otherwise the log would belong to the file that now has the database's name.
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._folder.disconnect(self._connection)

    def _check_place(self) -> None:
        """Raise MisplacedError if a file was moved."""
        misplaced = self._folder.misplaced()
        if not misplaced:
            return
        if self._folder.is_database_in_place:
            # Another process would not find the log. What is in it is saved now, in case this one is killed.
            self._checkpoints.empty_log()
        raise MisplacedError(misplaced)

    def transact(self, change: Callable[[sqlite3.Connection], R]) -> R:
        """Make a change of another kind than `commit`, in a transaction of its own. Raises as that does."""
        self._check_place()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = change(self._connection)
            # It takes an id like a message, so that its loss is noticed.
            self._connection.execute("UPDATE state SET last_id = last_id + 1")
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        try:
            self.numbers.forget()
        except sqlite3.Error as error:
            # The change is committed all the same.
            log.error("could not read how far the database has come: {error}", error=error)
            self._is_sound = False
            return result
        self._note_high_water()
        self.checkpoint()
        return result

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.rollback()
        self.numbers.forget()

    def _note_high_water(self) -> None:
        try:
            self._folder.set_high_water(self.numbers.last_id)
        except OSError as error:
            # The batch is committed all the same. If it were lost now, nobody might notice.
            log.error("could not note how far the database has come: {error}", error=error)
