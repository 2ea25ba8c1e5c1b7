"""Makes backups of a server's database, and puts them back."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from chat.store.files import new_file, part_of, put, refuse_existing, sync
from chat.store.interfaces import Backup, Progress, Restored, StoreError, Usage
from chat.store.sqlite import blob_copies
from chat.store.sqlite.blob_copies import folder_of
from chat.store.sqlite.checks import verify
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.indexing import index_copy
from chat.store.sqlite.scrubbing import scrub_copy
from chat.store.sqlite.snapshots import copy, refuse_missing, schema_of, snapshot
from chat.store.sqlite.writer import NEW_LIFE


def backup(folder: Path, file: Path, progress: Progress) -> Backup:
    """See `Records.backup`."""
    refuse_existing(file)
    refuse_existing(folder_of(file))
    refuse_missing(folder / "chat.db")
    with new_file(file) as part:
        with snapshot(folder / "chat.db") as source:
            schema_of(source)
            copy(source, part, "backup", progress)
        _finish(part)
        sizes = _needed(part)
        # A server may go on, and delete files: the copy knows them still, so it is to say that they are gone.
        missing = blob_copies.take(folder, folder_of(file), sizes, progress)
        lost = blob_copies.expire(part, missing) if missing else 0
        size = part.stat().st_size
    taken = [bytes for digest, bytes in sizes.items() if digest not in set(missing)]
    return Backup(size, Usage(len(taken), sum(taken)), folder_of(file), lost)


def restore(folder: Path, file: Path, now: datetime, progress: Progress) -> Restored:
    """See `Records.restore`. The old database is kept as `chat.db.before-restore-` and the time."""
    data = DataFolder(folder)
    # If the folder is new, the backup is verified before: a damaged one makes no folder.
    summary = None if folder.exists() else verify(file, progress, with_files=False)
    data.open()
    try:
        summary = summary or verify(file, progress, with_files=False)
        with part_of(data.database) as part:
            with snapshot(file, is_alone=True) as source:
                copy(source, part, "restore", progress)
            _begin_new_life(part)
            before = _before(data.database, now)
            is_aside = before is not None and blob_copies.set_aside(folder, folder_of(before))
            # The server deletes what it does not need: files that are brought, and never used, are not left over.
            try:
                missing = blob_copies.bring_back(file, folder, _needed(part), progress)
            except BaseException:
                if before is not None and is_aside:
                    shutil.rmtree(folder_of(before))
                raise
            lost = blob_copies.expire(part, missing) if missing else 0
            if before is not None:
                _set_aside(data.database, before)
            # Ids above this one are used again: they belonged to the database that was replaced.
            data.set_high_water(_last_id(part))
            put(part, data.database)
    finally:
        data.close()
    return Restored(summary, before, folder_of(before) if before is not None and is_aside else None, lost)


def _finish(database: Path) -> None:
    """Bring the index of words up to date, which the server does later: what is new, and what was deleted."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        # A backup has no file beside it.
        connection.execute("PRAGMA journal_mode = MEMORY").fetchone()
        index_copy(connection)
        scrub_copy(connection)
    sync(database)


def _needed(database: Path) -> blob_copies.Sizes:
    with snapshot(database, is_alone=True) as connection:
        return blob_copies.needed(connection)


def _before(database: Path, now: datetime) -> Path | None:
    """The name of the earlier database from now on; None if there is none."""
    if not database.exists():
        return None
    before = database.with_name(f"{database.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    refuse_existing(before)
    return before


def _set_aside(database: Path, before: Path) -> None:
    """Give the database a second name. Then renaming the new one to the first name replaces it in one step."""
    _checkpoint(database)
    # A log that could not be written into its database is renamed with it. SQLite would write a log that stayed behind
    # into the next database of that name.
    for suffix in ("-wal", "-journal"):
        log = Path(f"{database}{suffix}")
        if log.exists():
            log.rename(f"{before}{suffix}")
    Path(f"{database}-shm").unlink(missing_ok=True)
    before.hardlink_to(database)


def _checkpoint(database: Path) -> None:
    """Write the log into its database, unless that is damaged: then SQLite would delete the log."""
    try:
        with snapshot(database) as connection:
            connection.execute("SELECT last_id FROM state").fetchone()
    except (sqlite3.Error, StoreError):
        return
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _begin_new_life(database: Path) -> None:
    """Messages that came after the backup are lost, and others will get their seqs: begin a new life."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        # A database of an earlier schema gets a life when it is opened.
        if any(column[1] == "life" for column in connection.execute("PRAGMA table_info(state)")):
            connection.execute(f"UPDATE state SET {NEW_LIFE}")
    sync(database)


def _last_id(database: Path) -> int:
    with snapshot(database, is_alone=True) as connection:
        try:
            return int(connection.execute("SELECT last_id FROM state").fetchone()[0])
        except sqlite3.Error as error:
            raise StoreError(f"cannot read {database}: {error}") from None
