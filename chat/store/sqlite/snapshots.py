"""Consistent views of a database that a server may be using, and copies of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chat.store.files import sync
from chat.store.interfaces import Progress, StoreError
from chat.store.sqlite.migrations import known_migrations

_PAGES_AT_ONCE = 1000


@contextmanager
def snapshot(database: Path, *, is_alone: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that reads the database as it is now, whatever a server writes meanwhile, and changes nothing.

    `is_alone`: no server uses it, so that it may be on a read-only disk. Raises StoreError if there is none.
    """
    refuse_missing(database)
    is_plain = is_alone and not any(Path(f"{database}{suffix}").exists() for suffix in ("-wal", "-journal"))
    uri = f"{database.absolute().as_uri()}?mode=ro{'&immutable=1' if is_plain else ''}"
    connection = None
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
        # Only the server checkpoints; see `chat.store.sqlite.reader`.
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("BEGIN")
        # A transaction begins with its first question.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise StoreError(f"cannot read {database}: {error}") from None
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def current_snapshot(folder: Path) -> Iterator[sqlite3.Connection]:
    """A snapshot of a data folder's database, which must have the schema of this program."""
    with snapshot(folder / "chat.db") as connection:
        if (version := schema_of(connection)) < known_migrations()[-1].number:
            raise StoreError(f"{folder} was last used by an older version (schema {version}); start the server once")
        yield connection


def schema_of(connection: sqlite3.Connection) -> int:
    """The schema of a database. Raises StoreError if it is none of ours, or of a newer program."""
    version, newest = int(connection.execute("PRAGMA user_version").fetchone()[0]), known_migrations()[-1].number
    if version > newest:
        raise StoreError(f"it was written by a newer version (schema {version}, this one knows {newest})")
    if not version:
        raise StoreError("it is no database of a chat server")
    return version


def copy(source: sqlite3.Connection, target: Path, what: str, progress: Progress) -> None:
    """Copy the snapshot `source` into the file `target`, which is complete without a log beside it.

    `what` is the name of the task that `progress` shows.
    """
    connection = sqlite3.connect(target, isolation_level=None)
    try:
        # Half a copy is of no use: it is synced as a whole at the end.
        connection.execute("PRAGMA synchronous = OFF")
        with progress(what, int(source.execute("PRAGMA page_count").fetchone()[0]), "pages") as advance:
            done = 0

            def show(_: int, remaining: int, total: int) -> None:
                nonlocal done
                advance(total - remaining - done)
                done = total - remaining

            source.backup(connection, pages=_PAGES_AT_ONCE, progress=show)
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    finally:
        connection.close()
    sync(target)


def refuse_missing(database: Path) -> None:
    """Raise StoreError if there is no database: a mistyped folder must not become a new one."""
    if not database.is_file():
        raise StoreError(f"there is no database {database}")
