"""The log of an SQLite database (WAL): when it is written into the database, and how to check one that was cut."""

import sqlite3
from pathlib import Path

from chat.store.interfaces import StoreError

# With fewer bytes, in the log or to be given back, a checkpoint is not worth its syncs.
_LOG_BYTES = 4 * 1024 * 1024


class Checkpoints:
    """Writes the log into the database when it has become long, and empties the log's file.

    It also does so when the database has become much smaller than its file: SQLite cuts the file only then.

    SQLite by itself leaves old pages in the log until new ones overwrite them. If the disk or a copy cuts the end off
    such a log, older pages replace newer ones, and the database is damaged. A log that is emptied holds only pages
    that the database does not have yet. If its end is cut off, some messages are missing, and nothing else is wrong.
    """

    def __init__(self, connection: sqlite3.Connection, database: Path, log: Path) -> None:
        self._connection = connection
        self._database = database
        self._log = log
        self._longest = _LOG_BYTES
        self._may_shrink = True
        self._page_bytes = int(connection.execute("PRAGMA page_size").fetchone()[0])
        connection.execute("PRAGMA wal_autocheckpoint = 0")

    def note_shrunk(self) -> None:
        """The database may have become smaller."""
        self._may_shrink = True

    def are_due(self) -> bool:
        """Whether it is time for one."""
        return self._size() >= self._longest or (self._may_shrink and self._is_shrinkable())

    def make(self) -> None:
        """Make a checkpoint. It does not wait for readers: if one prevents it, it tries later."""
        self._longest = _LOG_BYTES if self.empty_log() else self._size() + _LOG_BYTES

    def empty_log(self) -> bool:
        """Write the log into the database, and empty the log's file; returns False if a reader prevented it."""
        patience = self._connection.execute("PRAGMA busy_timeout").fetchone()[0]
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            is_busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error:
            # The disk is full. Everything stays in the log until a later checkpoint succeeds, which frees space.
            is_busy = False
        finally:
            # This may raise, too: then the connection has broken.
            self._connection.execute(f"PRAGMA busy_timeout = {patience}")
        return not is_busy

    def _is_shrinkable(self) -> bool:
        # If readers prevented the last checkpoint the log has to grow first: else each batch would try again.
        found = self._longest == _LOG_BYTES and self._surplus() >= _LOG_BYTES
        self._may_shrink = found or self._longest != _LOG_BYTES
        return found

    def _surplus(self) -> int:
        """The number of bytes by which the file is longer than its pages."""
        pages = int(self._connection.execute("PRAGMA page_count").fetchone()[0])
        return _size_of(self._database) - pages * self._page_bytes

    def _size(self) -> int:
        return _size_of(self._log)


def _size_of(file: Path) -> int:
    """The size in bytes; 0 if it is unknown, so that the checkpoint is put off."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def check_whole(connection: sqlite3.Connection, database: Path) -> None:
    """Raises StoreError if a database is damaged, sqlite3.Error if it cannot even be checked. Reads all of it."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(f"{database} is damaged, and has to be restored from a backup: {found}")
    connection.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)")
