"""The log of an SQLite database (WAL): when it is written into the database, and what to think of one that was cut."""

import sqlite3
from pathlib import Path

from chat.store.interfaces import StoreError

# For less, in the log or to be given back, it is not worth the syncs.
_LOG_BYTES = 4 * 1024 * 1024


class Checkpoints:
    """Writes the log into the database when it has become long, and empties its file.

    So, too, when the database has become much smaller than its file, which is cut only then.

    SQLite by itself leaves in the file what is in the database already, until something new takes its place. If such
    a log loses its end, to a disk or in a copy, then older pages come back on top of newer ones, and the database is
    damaged. Of a log that holds only what the database has not, always a beginning is left: some messages are missing,
    and nothing else.
    """

    def __init__(self, connection: sqlite3.Connection, database: Path, log: Path) -> None:
        self._connection = connection
        self._database = database
        self._log = log
        self._longest = _LOG_BYTES
        self._page_bytes = int(connection.execute("PRAGMA page_size").fetchone()[0])
        connection.execute("PRAGMA wal_autocheckpoint = 0")

    def make(self) -> None:
        """Make a checkpoint if it is time. Somebody who reads just now is not waited for: then it is tried later."""
        # After one that was in vain the log has to grow first: else each batch would try again.
        is_shrinkable = self._longest == _LOG_BYTES and self._surplus() >= _LOG_BYTES
        if self._size() < self._longest and not is_shrinkable:
            return
        self._longest = _LOG_BYTES if self.empty_log() else self._size() + _LOG_BYTES

    def empty_log(self) -> bool:
        """Write the log into the database, and empty its file; False where somebody who reads kept it from that."""
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
        """By so many bytes the file is longer than what is in it."""
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
