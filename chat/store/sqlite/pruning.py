"""Pruning: deletes messages that no policy keeps, in steps so small that no sender has to wait for one.

The oldest events of a room are deleted first, so that those that stay have no gaps. Seqs and ids are not used again.
A message whose nonce may still be repeated leaves an empty row (`PRUNED`) behind, until nobody can repeat it any more.
"""

import math
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from chat.store.kinds import MESSAGE, PRUNED
from chat.store.sqlite import amending, forgetting
from chat.store.sqlite.indexing import unindex
from chat.store.sqlite.rows import indexed_row

ROWS_AT_ONCE = forgetting.ROWS_AT_ONCE
# The number of rooms that one question looks at: it may have to count the messages of each.
ROOMS_AT_ONCE = forgetting.ROOMS_AT_ONCE
REMEMBERED_SECONDS = forgetting.REMEMBERED_SECONDS
# Rows may be long, and each word of them has to be taken out of the index.
_CHARACTERS_AT_ONCE = 50_000
_MERGED_PAGES = 4
_VACUUMED_PAGES = 100
# A file with no more free pages than this share is not cut: the next messages need them.
_FREE_SHARE = 1 / 16
# The answer of `PRAGMA auto_vacuum` for a file that can give pages back.
_INCREMENTAL = 2

_POLICY = (
    "SELECT p.seconds, p.messages FROM rooms r JOIN retention p ON p.room_key ="
    " coalesce((SELECT room_key FROM retention WHERE room_key = r.name_key), '') WHERE r.id = ?"
)
_OVERDUE = (
    "SELECT r.id, p.seconds, p.messages, r.first_seq, r.last_seq FROM rooms r JOIN retention p ON p.room_key ="
    " coalesce((SELECT room_key FROM retention WHERE room_key = r.name_key), '')"
    " JOIN messages m ON m.room_id = r.id AND m.seq = r.first_seq"
    " WHERE r.id > ? AND r.id <= ? AND (m.sent_at < ? - p.seconds OR r.last_seq - r.first_seq >= p.messages)"
    " AND NOT (r.kind = 'direct' AND EXISTS (SELECT 1 FROM cursors c"
    f" WHERE c.room_id = r.id AND c.delivered_seq < m.seq AND c.user_id != m.sender_id AND m.kind = {MESSAGE}))"
)
_NEWEST = f"SELECT seq FROM messages WHERE room_id = ? AND kind = {MESSAGE} ORDER BY seq DESC LIMIT 1 OFFSET ?"
# The first message that waits in a conversation, for either of the two. It is kept, and so is all after it.
_WAITING = (
    "SELECT min(m.seq) FROM cursors c JOIN rooms r ON r.id = c.room_id CROSS JOIN messages m ON m.room_id = r.id"
    f" AND m.seq > c.delivered_seq AND m.sender_id != c.user_id AND m.kind = {MESSAGE} WHERE r.id = ?"
    " AND r.kind = 'direct'"
)
_OLDEST = (
    "SELECT m.seq, m.id, m.kind, m.sent_at, m.body, m.nonce, m.data FROM rooms r JOIN messages m ON m.room_id = r.id"
    " AND m.seq >= r.first_seq WHERE r.id = ? AND m.seq <= ? ORDER BY m.seq"
)


class Target(NamedTuple):
    """A room that keeps too much. `policy` is how many seconds it keeps, and how many messages."""

    room_id: int
    policy: tuple[float | None, int | None]
    last_seq: int


class Step(NamedTuple):
    """The result of a step: the number of messages that it deleted, and whether there is `more` to do."""

    messages: int = 0
    more: bool = False


# --- questions


def last_room(connection: sqlite3.Connection) -> int:
    """The highest id of a room, or 0 if everything is kept for ever."""
    some = "SELECT 1 FROM retention WHERE seconds IS NOT NULL OR messages IS NOT NULL"
    return int(connection.execute(f"SELECT coalesce(max(id), 0) FROM rooms WHERE EXISTS ({some})").fetchone()[0])


def overdue(connection: sqlite3.Connection, after: int, now: float, looked: dict[int, object]) -> Sequence[Target]:
    """Those of the `ROOMS_AT_ONCE` rooms after the id `after` that may keep too much.

    Events after a target's `last_seq` stay. `looked` is the caller's memory of rooms that had too few messages; they
    are counted again when they change.
    """
    targets = []
    for room_id, seconds, messages, first, last in connection.execute(_OVERDUE, (after, after + ROOMS_AT_ONCE, now)):
        bound = last
        if messages is not None:
            if looked.get(room_id) == (last, messages):
                continue
            row = connection.execute(_NEWEST, (room_id, messages - 1)).fetchone()
            bound = row[0] - 1 if row is not None else 0
            if bound < first:
                looked[room_id] = last, messages
                continue
        targets.append(Target(room_id, (seconds, messages), bound))
    return targets


def has_remains(connection: sqlite3.Connection, now: float) -> bool:
    """Whether there is something to `forget`."""
    select = f"SELECT EXISTS (SELECT 1 FROM messages WHERE kind = {PRUNED} AND sent_at <= ?)"
    return bool(connection.execute(select, (now - REMEMBERED_SECONDS,)).fetchone()[0])


def index_size(connection: sqlite3.Connection) -> int:
    """How many messages the index of words has."""
    return int(connection.execute("SELECT count(*) FROM message_fts_docsize").fetchone()[0])


# --- steps, each within a transaction


class _Row(NamedTuple):
    seq: int
    id: int
    kind: int
    sent_at: float
    body: str
    nonce: str | None
    data: str | None


def prune(connection: sqlite3.Connection, target: Target, now: float) -> Step:
    """Take out the oldest of a room's events, unless its policy has changed meanwhile."""
    room_id, policy, bound = target
    if connection.execute(_POLICY, (room_id,)).fetchone() != policy:
        return Step()
    waiting = connection.execute(_WAITING, (room_id,)).fetchone()[0]
    bound = bound if waiting is None else min(bound, waiting - 1)
    rows, more = _oldest(connection, room_id, bound, math.inf if policy[0] is None else now - policy[0])
    if rows:
        _take_out(connection, room_id, rows, now)
    return Step(sum(row.kind == MESSAGE for row in rows), more)


def _oldest(connection: sqlite3.Connection, room_id: int, bound: int, before: float) -> tuple[Sequence[_Row], bool]:
    """The first rows of a room from `before` a time, as many as fit into a step, and whether there are more."""
    rows: list[_Row] = []
    size = 0
    for row in map(_Row._make, connection.execute(_OLDEST, (room_id, bound))):
        if row.sent_at >= before:
            break
        size += len(row.body)
        if len(rows) == ROWS_AT_ONCE or (size > _CHARACTERS_AT_ONCE and rows):
            return rows, True
        rows.append(row)
    return rows, False


def _take_out(connection: sqlite3.Connection, room_id: int, rows: Sequence[_Row], now: float) -> None:
    # The index needs the words again to delete them: it does not keep the texts.
    texts = [(row.id, f"r{room_id}", indexed_row(row.body, row.data)) for row in rows if row.kind == MESSAGE]
    unindex(connection, texts)
    connection.executemany(amending.UNMENTION, [(number,) for number, *_ in texts])
    edited = [row.seq for row in rows if row.kind == MESSAGE and row.data is not None]
    amending.empty_edits(connection, room_id, edited)
    repeatable = {row.id for row in rows if row.nonce is not None and row.sent_at > now - REMEMBERED_SECONDS}
    # Because the id is set, too, SQLite writes the row anew: a row that only shrinks would leave text in its page.
    empty = f"UPDATE messages SET id = id, kind = {PRUNED}, body = '', data = NULL WHERE id = ?"
    connection.executemany(empty, [(row.id,) for row in rows if row.id in repeatable])
    connection.executemany("DELETE FROM messages WHERE id = ?", [(row.id,) for row in rows if row.id not in repeatable])
    # Once the last event is deleted, no message is left.
    kept = "CASE WHEN last_seq > ? THEN has_messages ELSE 0 END"
    update = f"UPDATE rooms SET first_seq = ?, has_messages = {kept} WHERE id = ?"
    connection.execute(update, (rows[-1].seq + 1, rows[-1].seq, room_id))


def forget(connection: sqlite3.Connection, now: float) -> Step:
    """Delete the empty rows of pruned messages that nobody can repeat any more."""
    old = f"SELECT id FROM messages WHERE kind = {PRUNED} AND sent_at <= ? LIMIT {ROWS_AT_ONCE}"
    delete = f"DELETE FROM messages WHERE id IN ({old})"
    return Step(more=connection.execute(delete, (now - REMEMBERED_SECONDS,)).rowcount == ROWS_AT_ONCE)


def merge(connection: sqlite3.Connection, *, is_first: bool) -> Step:
    """Merge some parts of the index of words. Until then it keeps entries of deleted messages."""
    before = connection.total_changes
    pages = -_MERGED_PAGES if is_first else _MERGED_PAGES
    connection.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('merge', ?)", (pages,))
    # The statement itself is one change.
    return Step(more=connection.total_changes - before > 1)


def spare_pages(connection: sqlite3.Connection) -> int:
    """How many pages the file can give back in one step: none if it has few to spare."""
    asked = ("freelist_count", "page_count", "auto_vacuum")
    free, total, kind = (int(connection.execute(f"PRAGMA {what}").fetchone()[0]) for what in asked)
    return min(free, _VACUUMED_PAGES) if kind == _INCREMENTAL and free > total * _FREE_SHARE else 0
