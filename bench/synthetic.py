"""Large databases, made fast: SQL writes the rows that the store would have written for the same events.

`tests/bench/test_scale.py` has the store write them, and compares the tables.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import msgspec

from bench.corpus import Shape, Vocabulary, prepare, room_of
from bench.progress import progress
from chat.events import Joined, Message
from chat.names import fold
from chat.room_state import next_state
from chat.store.kinds import MESSAGE
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.rows import ACCOUNT_COLUMNS, COLUMNS, INSERT, row_of
from chat.store.sqlite.seeking import BLOCK, note_times
from chat.store.sqlite.writer import Writer

# The store itself writes this many messages; a longer journal has copies of them.
PERIOD = 100_000
# This many rooms have the same owner.
ROOMS_EACH = 10
_ROOMS_AT_ONCE = 10_000
_MADE_AT = 1.75e9
# As long as the hash of a password; nobody can log in with it.
_HASH = "synthetic".ljust(90, ".")
# Half a database is of no use, so that nothing needs to be safe meanwhile.
_FAST = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -1000000")
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE name IN ('messages_nonce', 'messages_said')"
_SAID = (
    f"CREATE TEMP TABLE said AS SELECT room_id, count(*) AS count FROM messages WHERE kind = {MESSAGE} GROUP BY room_id"
)
_PERIOD = (
    "CREATE TEMP TABLE period AS SELECT m.*, s.count FROM messages m JOIN said s USING (room_id)"
    f" WHERE kind = {MESSAGE} ORDER BY m.id"
)
# ?1: the number of the copy; ?2: how many messages one has; ?3: how many seconds it takes.
_COPY = (
    f"INSERT INTO messages (id, room_id, sender_id, {COLUMNS.replace('m.', '')}) SELECT id + ?1 * ?2, room_id,"
    " sender_id, seq + ?1 * count, kind, sender, place, recipient, client_id, sent_at + ?1 * ?3, body,"
    " 'int:' || ?1 || substr(nonce, 5), data FROM period"
)
# All texts are in ASCII: the store indexes them as they are.
_INDEX_COPY = "INSERT INTO message_fts (rowid, room, body) SELECT id + ?1 * ?2, 'r' || room_id, body FROM period"
_ROOMS = "UPDATE rooms SET last_seq = last_seq + ? * s.count FROM said s WHERE s.room_id = id"
# The same number of messages waits, now among the last copies.
_ARRIVED = (
    "UPDATE cursors SET delivered_seq = delivered_seq + ? * s.count FROM said s, rooms r"
    " WHERE s.room_id = cursors.room_id AND r.id = s.room_id AND r.kind = 'direct'"
)


def make_journal(folder: Path, shape: Shape) -> int:
    """Make a journal of about as many messages as `shape` says; returns how many there are.

    More than `PERIOD` messages are that many, again and again.
    """
    times = shape.messages // PERIOD
    if times <= 1:
        prepare(folder, shape)
        return shape.messages
    prepare(folder, msgspec.structs.replace(shape, messages=PERIOD))
    with rows_of(folder) as connection:
        lengthen(connection, times)
    # It is no corpus any more.
    (folder / "corpus.json").unlink()
    return times * PERIOD


def lengthen(connection: sqlite3.Connection, times: int) -> None:
    """Make a journal's messages `times` as many. All other events come before the first of them."""
    connection.execute(_SAID)
    connection.execute(_PERIOD)
    times_of = connection.execute("SELECT id, sent_at FROM period ORDER BY rowid").fetchall()
    count, seconds = len(times_of), times_of[-1][1] - times_of[0][1] + 30.0
    indexes = connection.execute(_INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    with progress("messages", times * count) as bar:
        for copy in range(1, times):
            connection.execute(_COPY, (copy, count, seconds))
            connection.execute(_INDEX_COPY, (copy, count))
            _note_times(connection, [(number + copy * count, at + copy * seconds) for number, at in times_of])
            bar.update(count)
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute(_ROOMS, (times - 1,))
    connection.execute(_ARRIVED, (times - 1,))


def make_rooms(folder: Path, count: int) -> None:
    """Make an empty folder's database one of so many rooms: room0, room1 … Ten each are owned by owner0, owner1 …

    In each its owner has said something.
    """
    text = Vocabulary(Random(1)).text
    with rows_of(folder) as connection, progress("rooms", count) as bar:
        for first in range(0, count, _ROOMS_AT_ONCE):
            numbers = range(first, min(first + _ROOMS_AT_ONCE, count))
            _write_rooms(connection, numbers, [text() for _ in numbers])
            bar.update(len(numbers))


def _write_rooms(connection: sqlite3.Connection, numbers: Sequence[int], texts: Sequence[str]) -> None:
    write = connection.executemany
    events: list[Sequence[object]] = []
    states: list[tuple[int, str]] = []
    for number, text in zip(numbers, texts, strict=True):
        room, owner, room_id, owner_id = room_of(number), owner_of(number), number + 1, number // ROOMS_EACH + 1
        joined = Joined(room=room, place=room, sender=owner, seq=1, sent_at=_MADE_AT)
        said = Message(room=room, place=room, sender=owner, text=text, seq=2, sent_at=_MADE_AT)
        state = next_state(None, joined, is_new=True, belongs=True)
        events += [row_of(2 * number + 1, room_id, owner_id, joined), row_of(2 * number + 2, room_id, owner_id, said)]
        states.append((room_id, msgspec.json.encode(state).decode()))
    write(
        "INSERT OR IGNORE INTO users (id, name_key) VALUES (?, ?)",
        [(number // ROOMS_EACH + 1, owner_of(number)) for number in numbers],
    )
    write(
        "INSERT INTO rooms (id, name_key, kind, last_seq, name, has_messages) VALUES (?1, ?2, 'public', 2, ?2, 1)",
        [(number + 1, room_of(number)) for number in numbers],
    )
    write("INSERT INTO room_states VALUES (?, ?)", states)
    write(
        "INSERT INTO cursors (user_id, room_id, delivered_seq, from_seq) VALUES (?, ?, 1, 1)",
        [(number // ROOMS_EACH + 1, number + 1) for number in numbers],
    )
    write(INSERT, events)
    write(
        "INSERT INTO message_fts (rowid, room, body) VALUES (?, ?, ?)",
        [(2 * number + 2, f"r{number + 1}", text) for number, text in zip(numbers, texts, strict=True)],
    )
    _note_times(connection, [(2 * number + 2, _MADE_AT) for number in numbers])


def owner_of(number: int) -> str:
    """The owner of a room, by the room's number."""
    return f"owner{number // ROOMS_EACH}"


def make_accounts(folder: Path, count: int) -> None:
    """Have so many accounts in a data folder's database: Owner0, Owner1 …"""
    names = (f"Owner{number}" for number in range(count))
    insert = f"INSERT INTO accounts ({ACCOUNT_COLUMNS}) VALUES (?, ?, ?, ?, 0, NULL)"
    with rows_of(folder) as connection:
        connection.executemany(insert, ((fold(name), name, _HASH, _MADE_AT) for name in names))


@contextmanager
def rows_of(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database of a data folder, to write rows, in a transaction. If the body fails, the database is broken."""
    data = DataFolder(folder)
    data.open()
    try:
        # It brings a new database to the schema of this program.
        Writer(data, lambda: _MADE_AT).close()
        connection = sqlite3.connect(data.database, isolation_level=None)
        for setting in _FAST:
            connection.execute(f"PRAGMA {setting}").fetchall()
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        data.set_high_water(connection.execute("SELECT last_id FROM state").fetchone()[0])
        connection.close()
    finally:
        data.close()


def _note_times(connection: sqlite3.Connection, messages: Sequence[tuple[int, float]]) -> None:
    """The messages with these ids are written, which were said at these times; both rise."""
    at: dict[int, list[float]] = {}
    for number, said_at in messages:
        at.setdefault(number // BLOCK, []).append(said_at)
    for block, times in at.items():
        note_times(connection, block * BLOCK, block * BLOCK, times[0], times[-1])
    last_id = messages[-1][0]
    connection.execute("UPDATE state SET last_id = ?1, indexed_id = ?1", (last_id,))
