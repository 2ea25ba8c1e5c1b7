"""Database files: one consistent view of a file that is in use, copies of it, and files that appear whole."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chat.admin.errors import AdminError
from chat.admin.progress import bar
from chat.store.interfaces import StoreError
from chat.store.sqlite.migrations import known_migrations

_PAGES_AT_ONCE = 1000


@contextmanager
def snapshot(database: Path, *, is_alone: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that reads the database as it is now, whatever a server writes meanwhile, and changes nothing.

    `is_alone`: it is nobody's, so that it may stand where nothing can be written. Raises AdminError where there is
    no such database.
    """
    if not database.is_file():
        raise AdminError(f"there is no database {database}")
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
        raise AdminError(f"cannot read {database}: {error}") from None
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def current_snapshot(folder: Path) -> Iterator[sqlite3.Connection]:
    """A snapshot of a data folder's database, which must have the schema of this program."""
    with snapshot(folder / "chat.db") as connection:
        if (version := schema_of(connection)) < known_migrations()[-1].number:
            raise AdminError(f"{folder} was last used by an older version (schema {version}); start the server once")
        yield connection


def schema_of(connection: sqlite3.Connection) -> int:
    """The schema that a database has. Raises AdminError where that is none of ours, or of a newer program."""
    version, newest = int(connection.execute("PRAGMA user_version").fetchone()[0]), known_migrations()[-1].number
    if version > newest:
        raise AdminError(f"it was written by a newer version (schema {version}, this one knows {newest})")
    if not version:
        raise AdminError("it is no database of a chat server")
    return version


def copy(source: sqlite3.Connection, target: Path, what: str) -> None:
    """Copy the snapshot `source` into the file `target`, which needs no other file beside it then."""
    connection = sqlite3.connect(target, isolation_level=None)
    try:
        # Nobody needs a half of it: it is synced as a whole at the end.
        connection.execute("PRAGMA synchronous = OFF")
        with bar(what, int(source.execute("PRAGMA page_count").fetchone()[0]), "pages") as shown:

            def progress(_: int, remaining: int, total: int) -> None:
                shown.update(total - remaining - shown.n)

            source.backup(connection, pages=_PAGES_AT_ONCE, progress=progress)
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    finally:
        connection.close()
    sync(target)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file to be written, which becomes `path` when all went well; only its owner may read it.

    Until then it is `path` with `.part` behind it, and nothing at all where it did not go well. Raises AdminError
    where there is a file already.
    """
    refuse_existing(path)
    with part_of(path) as part:
        yield part
        sync(part)
        refuse_existing(path)
        put(part, path)


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """An empty file beside `path`, for its owner alone, which is gone at the end unless it was `put` somewhere."""
    part = path.with_name(f"{path.name}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        raise AdminError(f"{part} is being written, or was left when that was interrupted: then delete it") from None
    except OSError as error:
        raise AdminError(f"cannot write {part}: {error.strerror}") from None
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def put(part: Path, path: Path) -> None:
    """Give `part` the name `path`; also after a power cut it has either the one or the other."""
    part.rename(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_existing(path: Path) -> None:
    """Raises AdminError where there is something at `path`."""
    if path.exists() or path.is_symlink():
        raise AdminError(f"{path} exists already")


def refuse_missing(folder: Path) -> None:
    """Raises AdminError where the data folder has no database yet: a slip of the finger shall make no new one."""
    if not (folder / "chat.db").is_file():
        raise AdminError(f"there is no database {folder / 'chat.db'}")


@contextmanager
def plainly() -> Iterator[None]:
    """What stores and files complain about within becomes an AdminError."""
    try:
        yield
    except StoreError as error:
        raise AdminError(str(error)) from None
    except sqlite3.Error as error:
        raise AdminError(f"SQLite could not go on: {error}") from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise AdminError(f"{error.filename or 'the system'}: {error.strerror or error}") from None
