"""Searches for words in SQLite, some messages at a time: an answer comes soon, and tells how far the search went."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from chat.events import Message
from chat.store.interfaces import Page, Query
from chat.store.kinds import MESSAGE
from chat.store.sqlite.rows import COLUMNS, message_of, said_in
from chat.store.words import Phrase, holds, phrases_of

# The table `spans` has one row for each block of this many ids.
BLOCK: Final = 4096
# No message is this many seconds before or after the epoch.
_EVER: Final = 1e300
# The number of ids that one statement looks through: the first time, the least, and the most.
_FIRST_IDS: Final = 1024
_LEAST_IDS: Final = 64
_MOST_IDS: Final = 16_384
# In seconds. After a quicker statement the next one looks through twice as many ids, after a slower one half as many.
_QUICK: Final = 0.002
_SLOW: Final = 0.01

# By the key of a private room, the seq behind which somebody sees it.
_OWN = "m.seq > coalesce((SELECT value FROM json_each(?) WHERE key = r.name_key), 9e18)"
_VISIBLE = (
    f"((r.kind = 'public' AND (r.is_private = 0 OR {_OWN})) OR (m.id > ? AND r.id IN"
    " (SELECT c.room_id FROM cursors c JOIN users u ON u.id = c.user_id WHERE u.name_key = ?)"
    " AND r.kind = 'direct'))"
)
_FOUND = (
    f"SELECT {COLUMNS}, r.name_key, m.id FROM message_fts f JOIN messages m ON m.id = f.rowid"
    " JOIN rooms r ON r.id = m.room_id WHERE message_fts MATCH ? AND f.rowid >= ? AND f.rowid < ?"
)
# How far the index has come, and the messages.
_REACHED = "SELECT indexed_id, last_id FROM state"
# What the index does not have yet is read by its ids, and looked through by `holds`. Left to itself SQLite would read
# all that was ever said in the room of the search.
_READ = (
    f"SELECT {COLUMNS}, r.name_key, m.id FROM messages m NOT INDEXED CROSS JOIN rooms r ON r.id = m.room_id"
    f" WHERE m.kind = {MESSAGE} AND m.id >= ? AND m.id < ?"
)
# Without words, all messages that name somebody.
_NAMING = (
    f"SELECT {COLUMNS}, r.name_key, m.id FROM mentions f JOIN messages m ON m.id = f.message_id"
    " JOIN rooms r ON r.id = m.room_id WHERE f.user_id = (SELECT id FROM users WHERE name_key = ?)"
    " AND f.message_id >= ? AND f.message_id < ?"
)
_OPTIONAL = (
    ("m.sender_id = (SELECT id FROM users WHERE name_key = ?)", "sender"),
    ("m.sent_at >= ?", "after"),
    ("m.sent_at < ?", "before"),
)
_NAMED = (
    "EXISTS (SELECT 1 FROM mentions t WHERE t.message_id = m.id"
    " AND t.user_id = (SELECT id FROM users WHERE name_key = ?))",
    "mentions",
)
_IN_ROOM = "r.name_key = ?", "room"
# No id is as high.
_NO_ID: Final = 2**62
_BLOCKS = "SELECT block FROM spans WHERE latest >= ? AND earliest < ? AND block <= ? ORDER BY block DESC"
_NOTE = (
    "INSERT INTO spans VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
    " earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)"
)


def note_times(connection: sqlite3.Connection, first_id: int, last_id: int, earliest: float, latest: float) -> None:
    """Note that messages with these ids are written, which were sent between these times."""
    for block in range(first_id // BLOCK, last_id // BLOCK + 1):
        connection.execute(_NOTE, (block, earliest, latest))


class _Ids(NamedTuple):
    """Ids from `first` up to, but not including, `end`."""

    first: int
    end: int


class _Look(NamedTuple):
    """A statement that looks through some ids, which are values between `before` and `after`; the last is a limit.

    With `phrases` it gives messages that may have other words.
    """

    sql: str
    before: Sequence[object]
    after: Sequence[object]
    phrases: Sequence[Phrase] = ()


class Seeking:
    """Searches on a connection that only reads. Each search takes about `budget` seconds, by the clock `seconds`."""

    def __init__(self, connection: sqlite3.Connection, budget: float, seconds: Callable[[], float]) -> None:
        self._connection = connection
        self._budget = budget
        self._seconds = seconds

    def search(self, query: Query) -> Page[Message]:
        """See `MessageStore.search`."""
        looks = self._looks(query)
        found: list[tuple[Any, ...]] = []
        deadline = self._seconds() + self._budget
        for ids, look in self._windows(query, looks):
            found += self._found(look, ids, query.limit + 1 - len(found))
            if len(found) > query.limit:
                return Page(_messages(found[:-1]), True, found[-2][-1] if query.limit else 0)
            if self._seconds() >= deadline and (rest := self._first_before(ids.first, query)) is not None:
                return Page(_messages(found), True, *rest)
        return Page(_messages(found))

    def _looks(self, query: Query) -> Mapping[int, _Look]:
        """How to look through the ids up to each of these ends, the highest first. Empty if nothing can match."""
        if not query.words:
            return {_NO_ID: self._look(query, _NAMING, "f.message_id", (*_OPTIONAL, _IN_ROOM), (query.mentions,))}
        phrases = [*dict.fromkeys(each for typed in query.words for each in phrases_of(typed))]
        # Before anything else: what is indexed meanwhile is read, and not missed.
        indexed, last = self._connection.execute(_REACHED).fetchone()
        match = self._match(query, phrases)
        if match is None:
            return {}
        seeking = self._look(query, _FOUND, "f.rowid", (*_OPTIONAL, _NAMED), (match,))
        if indexed >= last:
            return {_NO_ID: seeking}
        reading = self._look(query, _READ, "m.id", (*_OPTIONAL, _NAMED, _IN_ROOM), ())
        return {_NO_ID: reading._replace(phrases=phrases), indexed + 1: seeking}

    def _found(self, look: _Look, ids: _Ids, wanted: int) -> Sequence[tuple[Any, ...]]:
        """The rows of the newest `wanted` messages with these ids."""
        limit = -1 if look.phrases else wanted
        rows = self._connection.execute(look.sql, (*look.before, *ids, *look.after, limit))
        if not look.phrases:
            return rows.fetchall()
        return [*islice((row for row in rows if holds(said_in(row), look.phrases)), wanted)]

    def _match(self, query: Query, phrases: Sequence[Phrase]) -> str | None:
        """The query for the index of words; None if nothing can match."""
        if not phrases:
            return None
        body = " ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
        if query.room is None:
            return f"body : ({body})"
        row = self._connection.execute("SELECT id FROM rooms WHERE name_key = ?", (query.room,)).fetchone()
        # The room is a word of the index: a common word in a quiet room stays fast.
        return f'room : "r{row[0]}" AND body : ({body})' if row is not None else None

    def _look(
        self, query: Query, source: str, number: str, optional: Sequence[tuple[str, str]], before: Sequence[object]
    ) -> _Look:
        """The statement that asks `source`, where ids are called `number`, for what the query says beside its words."""
        conditions: list[str] = [_VISIBLE]
        values: list[object] = [json.dumps(dict(query.own)), query.since, query.user or ""]
        for condition, field in optional:
            if (value := getattr(query, field)) is not None:
                conditions.append(condition)
                values.append(value)
        if query.rooms is not None:
            conditions.append(f"r.name_key IN ({', '.join('?' * len(query.rooms))})")
            values += query.rooms
        return _Look(f"{source} AND {' AND '.join(conditions)} ORDER BY {number} DESC LIMIT ?", before, values)

    def _windows(self, query: Query, looks: Mapping[int, _Look]) -> Iterator[tuple[_Ids, _Look]]:
        """The ids to look through, and how, the newest first: few at a time, more if that is quick."""
        size = _FIRST_IDS
        for ids in self._eligible(query) if looks else ():
            end = ids.end
            while end > ids.first:
                edge = max((each for each in looks if each < end), default=0)
                first = max(ids.first, end - size, edge)
                begun = self._seconds()
                yield _Ids(first, end), looks[min(each for each in looks if each >= end)]
                took = self._seconds() - begun
                if took < _QUICK:
                    size = min(2 * size, _MOST_IDS)
                elif took > _SLOW:
                    size = max(size // 2, _LEAST_IDS)
                end = first

    def _eligible(self, query: Query) -> Iterator[_Ids]:
        """All ids of messages that may be from the time of the query, the newest first; neighbours in one piece."""
        end = query.next or _NO_ID
        piece: _Ids | None = None
        for block in self._blocks(query, end):
            ids = _Ids(block * BLOCK, min((block + 1) * BLOCK, end))
            if piece is not None and ids.end == piece.first:
                piece = _Ids(ids.first, piece.end)
                continue
            if piece is not None:
                yield piece
            piece = ids
        if piece is not None:
            yield piece

    def _blocks(self, query: Query, end: int) -> Iterator[int]:
        after = query.after if query.after is not None else -_EVER
        before = query.before if query.before is not None else _EVER
        rows = self._connection.execute(_BLOCKS, (after, before, (end - 1) // BLOCK)).fetchall()
        return (row[0] for row in rows)

    def _first_before(self, end: int, query: Query) -> tuple[int, float] | None:
        """The id before which the next search goes on, and its message's time; None if nothing is left to look at."""
        if next(self._eligible(query._replace(next=end)), None) is None or not end:
            return None
        select = "SELECT sent_at FROM messages WHERE id >= ? ORDER BY id LIMIT 1"
        row = self._connection.execute(select, (end,)).fetchone()
        return end, row[0] if row is not None else 0.0


def _messages(rows: Sequence[tuple[Any, ...]]) -> Sequence[Message]:
    return [message_of(row[-2], row[:-2]) for row in rows]
