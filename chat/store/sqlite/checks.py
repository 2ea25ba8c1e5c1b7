"""Checks whether a database is undamaged."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from chat.changes import Edited
from chat.personal import PersonalSettings
from chat.room_state import Closed, Settings
from chat.store.interfaces import DamagedError, Progress, StoreError, Summary
from chat.store.kinds import EMPTY, KINDS, MESSAGE, PRUNED
from chat.store.sqlite import blob_copies
from chat.store.sqlite.migrations import known_migrations, migrate
from chat.store.sqlite.rows import ACCOUNT
from chat.store.sqlite.snapshots import copy, schema_of, snapshot
from chat.store.sqlite.states import decoded

_MOST_FAULTS = 20
_ROOMS = (
    "SELECT r.name_key, r.first_seq, r.last_seq, count(m.id), coalesce(min(m.seq), r.first_seq),"
    f" coalesce(max(m.seq), r.last_seq) FROM rooms r LEFT JOIN messages m ON m.room_id = r.id AND m.kind != {PRUNED}"
    " GROUP BY r.id"
)
_KNOWN = ", ".join(str(number) for number in (*KINDS.by_number, *EMPTY))
_UNKNOWN = f"SELECT id, kind FROM messages WHERE kind NOT IN ({_KNOWN})"
_DATA = "SELECT id, CAST(data AS BLOB) FROM messages WHERE data IS NOT NULL"
_STATES = (
    "SELECT r.name_key, r.is_private, r.is_deleted, CAST(s.state AS BLOB) FROM rooms r"
    " LEFT JOIN room_states s ON s.room_id = r.id WHERE s.state IS NOT NULL OR r.is_private OR r.is_deleted"
)
_LOST_MENTIONS = (
    "SELECT t.message_id FROM mentions t LEFT JOIN messages m ON m.id = t.message_id AND m.room_id = t.room_id"
    f" AND m.seq = t.seq AND m.kind = {MESSAGE} WHERE m.id IS NULL LIMIT {_MOST_FAULTS}"
)
_LOST_EDITS = (
    f"SELECT e.id FROM messages e WHERE e.kind = {KINDS.by_event[Edited].number} AND json_valid(e.data) AND NOT EXISTS"
    " (SELECT 1 FROM messages m WHERE m.room_id = e.room_id AND m.seq = json_extract(e.data, '$.of')"
    f" AND m.kind = {MESSAGE}) LIMIT {_MOST_FAULTS}"
)
_SETTINGS = "SELECT name_key, CAST(value AS BLOB) FROM settings"
_TEXTS = (
    "SELECT m.id, CAST(m.body AS BLOB), CAST(m.sender AS BLOB), CAST(m.place AS BLOB), CAST(m.recipient AS BLOB),"
    " CAST(m.nonce AS BLOB) FROM messages m"
)


def verify(file: Path, progress: Progress, *, with_files: bool = True) -> Summary:
    """See `Records.verify`."""
    with _working_copy(file, progress) as connection:
        found = _faults(connection, progress)
        if found:
            raise DamagedError([f"{file}: {fault}" for fault in found[:_MOST_FAULTS]])
        counted = [_count(connection, table) for table in _COUNTED]
        sizes = blob_copies.needed(connection)
    if not with_files:
        return Summary(*counted)

    def look() -> blob_copies.Sizes:
        with snapshot(file, is_alone=True) as connection:
            return blob_copies.needed(connection)

    broken, count = blob_copies.faults(file, look, progress) if sizes else ([], 0)
    if broken:
        raise DamagedError(broken)
    return Summary(*counted)._replace(files=max(count, 0), absent=max(-count, 0))


_COUNTED = (f"messages WHERE kind = {MESSAGE}", "rooms", f"accounts WHERE {ACCOUNT}")


@contextmanager
def _working_copy(file: Path, progress: Progress) -> Iterator[sqlite3.Connection]:
    """A copy to work on: SQLite checks the index of words with a statement that writes."""
    # Beside the database there is mostly more space than in /tmp, which may be a part of the memory.
    beside = file.absolute().parent if os.access(file.absolute().parent, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix=".chat-verify-", dir=beside) as folder:
        target = Path(folder, "chat.db")
        try:
            with snapshot(file, is_alone=True) as source:
                copy(source, target, "reading", progress)
        except sqlite3.DatabaseError as error:
            raise DamagedError([f"{file}: {error}"]) from None
        connection = sqlite3.connect(target, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()


def _faults(connection: sqlite3.Connection, progress: Progress) -> list[str]:
    """The faults, the most basic ones first. A check that needs something that is broken is left out."""
    try:
        rows = connection.execute(f"PRAGMA integrity_check({_MOST_FAULTS})").fetchall()
        if rows != [("ok",)]:
            return [str(row[0]) for row in rows]
        schema_of(connection)
        migrate(connection, Path(connection.execute("PRAGMA database_list").fetchone()[2]), known_migrations())
        logical = [*_dangling(connection), *_gaps(connection), *_unknown(connection), *_disagreeing(connection)]
        return [*logical, *_unreadable(connection, progress), *_misindexed(connection, progress)]
    except StoreError as error:
        return [str(error)]
    except sqlite3.Error as error:
        return [f"cannot be read: {error}"]


def _dangling(connection: sqlite3.Connection) -> Iterator[str]:
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FAULTS):
        yield f"a row of {table} belongs to one of {parent} that is missing"
    newest = connection.execute("SELECT max(id) FROM messages").fetchone()[0] or 0
    if newest > connection.execute("SELECT last_id FROM state").fetchone()[0]:
        yield "there are messages beyond the last one that was counted"


def _gaps(connection: sqlite3.Connection) -> Iterator[str]:
    """Pruning deletes the oldest events and sets `first_seq`. Any other event that is missing was lost."""
    for room, first, last, count, lowest, highest in connection.execute(_ROOMS):
        expected = last - first + 1
        if count != expected:
            yield f"room {room}: has {count} of the {expected} events from {first} to {last}"
        elif (lowest, highest) != (first, last):
            yield f"room {room}: has {count} of the {expected} events from {first} to {last}, but not those"


def _unknown(connection: sqlite3.Connection) -> Iterator[str]:
    for number, kind in connection.execute(_UNKNOWN):
        yield f"message {number} is of the unknown kind {kind}"
    for number, data in connection.execute(_DATA):
        try:
            msgspec.json.decode(data)
        except msgspec.DecodeError:
            yield f"message {number} has no readable data"
    for key, value in connection.execute(_SETTINGS):
        try:
            msgspec.json.decode(value, type=PersonalSettings)
        except msgspec.DecodeError:
            yield f"the settings of {key} cannot be read"


def _disagreeing(connection: sqlite3.Connection) -> Iterator[str]:
    """What is kept beside something else, and does not agree with it."""
    for room, is_private, is_deleted, stored in connection.execute(_STATES):
        try:
            settings = decoded(stored).settings if stored is not None else Settings()
        except (msgspec.MsgspecError, UnicodeDecodeError):
            yield f"room {room}: its state cannot be read"
            continue
        if (is_private, is_deleted) != (settings.private, settings.closed is Closed.DELETED):
            yield f"room {room}: its state says otherwise whether it is private, or closed"
    for (number,) in connection.execute(_LOST_MENTIONS):
        yield f"somebody is named by message {number}, which is missing"
    for (number,) in connection.execute(_LOST_EDITS):
        yield f"message {number} edits one that is missing"


def _unreadable(connection: sqlite3.Connection, progress: Progress) -> Iterator[str]:
    with progress("texts", _count(connection, "messages"), "rows") as advance:
        for number, *texts in connection.execute(_TEXTS):
            advance(1)
            try:
                for text in texts:
                    (text or b"").decode()
            except UnicodeDecodeError:
                yield f"message {number} is no readable text"


def _misindexed(connection: sqlite3.Connection, progress: Progress) -> Iterator[str]:
    with progress("words", 1, "index") as advance:
        try:
            # With rank 1 SQLite compares the index with the texts, word for word.
            connection.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            yield "the index of words does not agree with the messages"
        advance(1)


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
