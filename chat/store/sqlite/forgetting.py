"""Deletes rooms and messages in SQLite. Each function is a question, or a step in a transaction of the writer's."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from chat.store.buckets import bucket_of
from chat.store.kinds import MESSAGE
from chat.store.sqlite.amending import EMPTY_ROW, HAS_MESSAGES, LEAVES_TRACES, UNMENTION, empty_edits
from chat.store.sqlite.indexing import unindex
from chat.store.sqlite.rows import indexed_row

# For this long a message that is sent again is recognised.
REMEMBERED_SECONDS = 7 * 86400.0
ROOMS_AT_ONCE = 200
# A transaction writes no more rows than this.
ROWS_AT_ONCE = 500
# Each word of a text has to be taken out of the index.
_TEXTS_AT_ONCE = 100
# A start looks through fewer marks in some milliseconds.
_MARKS = 1000
_MARKED = "SELECT id FROM rooms WHERE may_wait = 1 LIMIT ?"
# The condition that something waits in the conversation r.
_WAITS = (
    "EXISTS (SELECT 1 FROM cursors c JOIN messages m ON m.room_id = c.room_id AND m.seq > c.delivered_seq"
    f" WHERE c.room_id = r.id AND m.sender_id != c.user_id AND m.kind = {MESSAGE})"
)
# A room is kept while somebody belongs to it, or it has a state; a conversation, while it has messages.
_EMPTY = (
    "r.has_messages = 0 AND (r.kind = 'direct' OR NOT (EXISTS (SELECT 1 FROM cursors c WHERE c.room_id = r.id)"
    " OR EXISTS (SELECT 1 FROM room_states s WHERE s.room_id = r.id)))"
    # Rows that recognise repeats are below the first seq; in a conversation, whose messages are taken out, also above.
    " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.room_id = r.id AND m.sent_at > ? AND m.nonce IS NOT NULL"
    " AND m.seq < CASE r.kind WHEN 'direct' THEN r.last_seq + 1 ELSE r.first_seq END)"
)


class EmptyRoom(NamedTuple):
    """A room that may be forgotten, unless events came after `last_seq`."""

    id: int
    key: str
    last_seq: int


class Forgotten(NamedTuple):
    """The result of a step: `rooms` were deleted, and the rooms in `left` need more steps."""

    rooms: Sequence[EmptyRoom]
    left: Sequence[EmptyRoom]


def empty_rooms(connection: sqlite3.Connection, after: int, now: float) -> Sequence[EmptyRoom]:
    """The next rooms after the id `after` that may be forgotten, if nobody is in them."""
    select = f"SELECT r.id, r.name_key, r.last_seq FROM rooms r WHERE r.id > ? AND {_EMPTY} ORDER BY r.id LIMIT ?"
    rows = connection.execute(select, (after, now - REMEMBERED_SECONDS, ROOMS_AT_ONCE))
    return [EmptyRoom(*row) for row in rows]


def forget_rooms(connection: sqlite3.Connection, rooms: Sequence[EmptyRoom], now: float) -> Forgotten:
    """Delete the first of `rooms`, those that are still empty, in one step."""
    budget = ROWS_AT_ONCE
    gone: list[EmptyRoom] = []
    for at, room in enumerate(rooms):
        condition = f"r.id = ? AND r.name_key = ? AND r.last_seq = ? AND {_EMPTY}"
        if connection.execute(f"SELECT 1 FROM rooms r WHERE {condition}", (*room, now - REMEMBERED_SECONDS)).fetchone():
            budget -= 1 + _delete_events(connection, room, budget)
            if budget <= 0:
                return Forgotten(gone, rooms[at:])
            _delete_room(connection, room)
            gone.append(room)
    return Forgotten(gone, ())


def take_out(connection: sqlite3.Connection, places: Sequence[tuple[str, int]]) -> Sequence[str]:
    """Empty the rows of these messages, by room and seq; returns the names of their recipients."""
    names, touched = [], set()
    for room, seq in places:
        row = connection.execute(
            "SELECT m.id, r.id, m.body, m.data, m.recipient FROM rooms r JOIN messages m ON m.room_id = r.id"
            f" AND m.seq = ? WHERE r.name_key = ? AND m.kind = {MESSAGE}",
            (seq, room),
        ).fetchone()
        if row is not None:
            number, room_id, body, data, name = row
            empty_edits(connection, room_id, [seq])
            unindex(connection, [(number, f"r{room_id}", indexed_row(body, data))])
            connection.execute(UNMENTION, (number,))
            connection.execute(EMPTY_ROW, (number,))
            touched.add(room_id)
            names.append(name)
    connection.executemany(HAS_MESSAGES, [(each,) for each in touched])
    return names


def deleted_rooms(connection: sqlite3.Connection, after: int) -> Sequence[EmptyRoom]:
    """The next rooms after the id `after` that are closed for good."""
    select = "SELECT id, name_key, last_seq FROM rooms WHERE is_deleted = 1 AND id > ? ORDER BY id LIMIT ?"
    return [EmptyRoom(*row) for row in connection.execute(select, (after, ROOMS_AT_ONCE))]


def delete_room(connection: sqlite3.Connection, room: EmptyRoom) -> bool:
    """One step of deleting such a room with all that is in it; returns whether it is gone."""
    found = connection.execute(
        "SELECT last_seq FROM rooms WHERE id = ? AND name_key = ? AND is_deleted = 1", (room.id, room.key)
    ).fetchone()
    if found is None:
        return True
    select = "SELECT id, kind, body, data FROM messages WHERE room_id = ? ORDER BY seq LIMIT ?"
    rows = connection.execute(select, (room.id, _TEXTS_AT_ONCE)).fetchall()
    texts = [(number, f"r{room.id}", indexed_row(body, data)) for number, kind, body, data in rows if kind == MESSAGE]
    unindex(connection, texts)
    connection.executemany(UNMENTION, [(number,) for number, *_ in texts])
    _delete_events(connection, room, _TEXTS_AT_ONCE)
    connection.execute(LEAVES_TRACES)
    if len(rows) == _TEXTS_AT_ONCE:
        return False
    connection.execute("DELETE FROM retention WHERE room_key = ?", (room.key,))
    _delete_room(connection, room._replace(last_seq=found[0]))
    return True


def has_marks(connection: sqlite3.Connection) -> bool:
    """Whether enough conversations are marked to make the next start slow."""
    return len(connection.execute(_MARKED, (_MARKS,)).fetchall()) == _MARKS


def clear_marks(connection: sqlite3.Connection, after: int) -> int:
    """Take the mark off some conversations after the id `after` in which nothing waits.

    Returns the id to go on after, or 0 at the end.
    """
    select = "SELECT id FROM rooms WHERE may_wait = 1 AND id > ? ORDER BY id LIMIT ?"
    found = [row[0] for row in connection.execute(select, (after, ROWS_AT_ONCE))]
    clear = f"UPDATE rooms AS r SET may_wait = 0 WHERE r.id = ? AND NOT {_WAITS}"
    connection.executemany(clear, [(each,) for each in found])
    return found[-1] if len(found) == ROWS_AT_ONCE else 0


def _delete_events(connection: sqlite3.Connection, room: EmptyRoom, most: int) -> int:
    """Delete up to `most` of a room's first events. Returns their number."""
    select = "SELECT id, seq FROM messages WHERE room_id = ? ORDER BY seq LIMIT ?"
    rows = connection.execute(select, (room.id, most)).fetchall()
    connection.executemany("DELETE FROM messages WHERE id = ?", [(number,) for number, _ in rows])
    if rows:
        connection.execute("UPDATE rooms SET first_seq = ? WHERE id = ?", (rows[-1][1] + 1, room.id))
    return len(rows)


def _delete_room(connection: sqlite3.Connection, room: EmptyRoom) -> None:
    users = connection.execute("SELECT user_id FROM cursors WHERE room_id = ?", (room.id,)).fetchall()
    connection.executemany(
        "DELETE FROM cursors WHERE user_id = ? AND room_id = ?", [(*user, room.id) for user in users]
    )
    connection.execute("DELETE FROM room_states WHERE room_id = ?", (room.id,))
    # A later room of this name is somebody else's.
    connection.execute("DELETE FROM held_messages WHERE room_key = ?", (room.key,))
    unused = "was_here = 0 AND NOT EXISTS (SELECT 1 FROM cursors WHERE user_id = users.id)"
    unused += " AND NOT EXISTS (SELECT 1 FROM mentions WHERE user_id = users.id)"
    connection.executemany(f"DELETE FROM users WHERE id = ? AND {unused}", users)
    connection.execute("DELETE FROM rooms WHERE id = ?", (room.id,))
    connection.execute(
        "INSERT INTO forgotten_rooms VALUES (?, ?) ON CONFLICT (bucket) DO UPDATE SET last_seq = max(last_seq, ?)",
        (bucket_of(room.key), room.last_seq, room.last_seq),
    )
