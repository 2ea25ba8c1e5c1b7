"""The log of an SQLite database (WAL): when it is written into the database, and what to think of one that was cut."""

import sqlite3
from pathlib import Path

from chat.store.interfaces import StoreError

# For less, in the log or to be given back, it is not worth the syncs.
_LOG_BYTES = 4 * 1024 * 1024


class Checkpoints:
    """Writes the log into the database when it has become long, and empties the log's file.

    It also does so when the database has become much smaller than its file: SQLite cuts the file only then.

    SQLite by itself leaves old pages in the log until new ones overwrite them. If the disk or a copy cuts the end off
    such a log, older pages replace newer ones, and the database is damaged. A log that is emptied holds only pages
    that the database has not. If its end is cut off, some messages are missing, and nothing else is wrong.
    """

    def __init__(self, connection: sqlite3.Connection, database: Path, log: Path) -> None:
        self._connection = connection
        self._database = database
        self._log = log
        self._longest = _LOG_BYTES
        self._page_bytes = int(connection.execute("PRAGMA page_size").fetchone()[0])
        connection.execute("PRAGMA wal_autocheckpoint = 0")

    def make(self) -> None:
        """Make a checkpoint if it is time. It does not wait for readers: if one prevents it, it is tried later."""
        # After a checkpoint that readers prevented the log has to grow first: else each batch would try again.
        is_shrinkable = self._longest == _LOG_BYTES and self._surplus() >= _LOG_BYTES
        if self._size() < self._longest and not is_shrinkable:
            return
        self._longest = _LOG_BYTES if self.empty_log() else self._size() + _LOG_BYTES

    def empty_log(self) -> bool:
        """Write the log into the database, and empty the log's file; returns False if a reader prevented it."""
        patience = self._connection.execute("PRAGMA busy_timeout").fetchone()[0]
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            is_busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error:
            # The disk is full: all is in the log, and stays there. As soon as this succeeds there is more room.
            is_busy = False
        finally:
            # This may raise, too: then the connection is good for nothing.
            self._connection.execute(f"PRAGMA busy_timeout = {patience}")
        return not is_busy

    def _surplus(self) -> int:
        """The number of bytes by which the file is longer than its pages."""
        pages = int(self._connection.execute("PRAGMA page_count").fetchone()[0])
        return _size_of(self._database) - pages * self._page_bytes

    def _size(self) -> int:
        return _size_of(self._log)


def _size_of(file: Path) -> int:
    """In bytes; 0 where it cannot be asked, so that a checkpoint is left for later."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def check_whole(connection: sqlite3.Connection, database: Path) -> None:
    """Raises StoreError where a database is damaged, sqlite3.Error where it is past checking. Reads all of it."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(f"{database} is damaged, and has to be restored from a backup: {found}")
    connection.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)")
