"""Questions to SQLite: everything here runs on the reader's thread, on a connection that cannot write."""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from chat.events import MOST_COUNTED, MOST_SHOWN, Head, Message, RoomEvent
from chat.names import other_of
from chat.store.buckets import bucket_of
from chat.store.interfaces import Page, Query, Span
from chat.store.kinds import AMENDING, MESSAGE, TOLD
from chat.store.mailboxes import Stored
from chat.store.shown_names import shown_name
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.rows import ACCOUNT, COLUMNS, Row, event_of, message_of
from chat.store.sqlite.seeking import Seeking

# CROSS JOIN makes SQLite go from cursors to messages: the cost is that of the waiting messages, not of all messages.
_MESSAGES = " CROSS JOIN messages m ON m.room_id = r.id AND m.seq > c.delivered_seq"
_WAITS = f" r.kind = 'direct' AND r.last_seq > c.delivered_seq AND m.sender_id != c.user_id AND m.kind = {MESSAGE}"
_MISSED = (
    " FROM users u CROSS JOIN cursors c ON c.user_id = u.id CROSS JOIN rooms r ON r.id = c.room_id"
    f"{_MESSAGES} WHERE{_WAITS}"
)
# All waiting messages. `may_wait` restricts this to the conversations in which some may wait.
WAITING = (
    " FROM rooms r INDEXED BY rooms_waiting CROSS JOIN cursors c ON c.room_id = r.id"
    f"{_MESSAGES} JOIN users u ON u.id = c.user_id JOIN users s ON s.id = m.sender_id LEFT JOIN accounts a"
    " ON a.name_key = s.name_key AND a.password_hash IS NOT NULL AND a.since_id < m.id"
    f" WHERE r.may_wait = 1 AND{_WAITS}"
)
_STORED = (
    "SELECT u.name_key, r.name_key, m.seq, m.sent_at, length(CAST(m.body AS BLOB)), s.name_key, a.name_key IS NOT NULL"
    f"{WAITING} ORDER BY m.id"
)
# The people whose messages are not unread: any number of keys, as JSON.
_UNWANTED = "(SELECT w.id FROM users w WHERE w.name_key IN (SELECT value FROM json_each(?)))"
# In a conversation everything has arrived up to the first message that waits.
_HEADS = (
    "SELECT r.name_key, r.name, r.kind, r.last_seq, CASE r.kind WHEN 'public' THEN c.delivered_seq ELSE coalesce("
    "(SELECT m.seq - 1 FROM messages m WHERE m.room_id = r.id AND m.seq > c.delivered_seq AND m.sender_id != u.id"
    f" AND m.kind = {MESSAGE} ORDER BY m.seq LIMIT 1), r.last_seq) END, c.read_seq,"
    # A conversation from before the account counts as read, except for messages that wait.
    " (SELECT count(*) FROM (SELECT 1 FROM messages m INDEXED BY messages_said WHERE m.room_id = r.id"
    f" AND m.seq > max(c.read_seq, c.from_seq) AND m.kind = {MESSAGE} AND m.sender_id != u.id"
    " AND (r.kind = 'public' OR m.seq > c.delivered_seq"
    " OR m.id > coalesce((SELECT a.since_id FROM accounts a WHERE a.name_key = u.name_key), 0))"
    f" AND m.sender_id NOT IN {_UNWANTED} LIMIT ?)),"
    " (SELECT count(*) FROM (SELECT 1 FROM mentions t WHERE t.user_id = u.id AND t.room_id = r.id"
    " AND t.seq > max(c.read_seq, c.from_seq)"
    f" AND (SELECT m.sender_id FROM messages m WHERE m.id = t.message_id) NOT IN {_UNWANTED} LIMIT ?)),"
    # The latest message. In a conversation from before the account: one that waits.
    " (SELECT m.id FROM messages m INDEXED BY messages_said WHERE m.room_id = r.id"
    f" AND m.kind = {MESSAGE} AND m.sender_id NOT IN {_UNWANTED}"
    " AND (r.kind = 'public' OR (m.seq > c.delivered_seq AND m.sender_id != u.id)"
    " OR m.id > coalesce((SELECT a.since_id FROM accounts a WHERE a.name_key = u.name_key), 0))"
    " ORDER BY m.seq DESC LIMIT 1)"
    " FROM users u JOIN cursors c ON c.user_id = u.id JOIN rooms r ON r.id = c.room_id WHERE u.name_key = ?"
    # A conversation from before the account belongs to the earlier owner of the name, except for messages that wait.
    " AND (r.kind = 'public' OR coalesce((SELECT m.id FROM messages m WHERE m.room_id = r.id AND m.seq = r.last_seq)"
    " > (SELECT a.since_id FROM accounts a WHERE a.name_key = u.name_key), 1) OR EXISTS (SELECT 1 FROM messages m"
    f" WHERE m.room_id = r.id AND m.seq > c.delivered_seq AND m.sender_id != u.id AND m.kind = {MESSAGE}))"
    " ORDER BY r.id"
)
# Messages by their ids, with the beginnings of their texts. The ids are JSON: there may be any number.
_BEGINNINGS = (
    f"SELECT m.id, {COLUMNS.replace('m.body', 'substr(m.body, 1, ?)')} FROM json_each(?) j JOIN messages m"
    f" ON m.id = j.value WHERE m.kind = {MESSAGE}"
)
# The names of accounts as they are shown, by their keys, which are JSON.
_SHOWN_NAMES = f"SELECT name_key, name FROM accounts WHERE name_key IN (SELECT value FROM json_each(?)) AND {ACCOUNT}"
# Whatever a question for history shows, without and with the changes of messages.
_SHOWN = ", ".join(map(str, (MESSAGE, *TOLD)))
_SHOWN_AMENDED = ", ".join(map(str, (MESSAGE, *TOLD, *AMENDING)))
_SELECT = f"SELECT {COLUMNS}, r.name_key, m.id"

# Whatever somebody has said, and their conversations: no index has it, so that few ids are looked through at a time.
_OWN_IDS = 10_000
_OWN = (
    f"{_SELECT} FROM messages m JOIN rooms r ON r.id = m.room_id WHERE m.id > ? AND m.id <= ? AND m.kind = {MESSAGE}"
    " AND (m.sender_id = (SELECT id FROM users WHERE name_key = ?) OR (r.kind = 'direct' AND r.id IN"
    " (SELECT c.room_id FROM cursors c JOIN users u ON u.id = c.user_id WHERE u.name_key = ?))) ORDER BY m.id LIMIT ?"
)


class Reader:
    """Answers from committed data. A search takes up to about `search_seconds`, by the clock `seconds`."""

    def __init__(
        self, folder: DataFolder, search_seconds: float = 1.0, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._connection = folder.connect()
        try:
            self._connection.execute("PRAGMA query_only = ON")
            # SQLite before 3.51.3 may damage the log if two connections checkpoint: only the writer does.
            self._connection.execute("PRAGMA wal_autocheckpoint = 0")
        except BaseException:
            folder.disconnect(self._connection)
            raise
        self._seeking = Seeking(self._connection, search_seconds, seconds)

    @property
    def is_sound(self) -> bool:
        """See `Resource.is_sound`."""
        return not self._connection.in_transaction

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for questions about other things than messages."""
        return self._connection

    def missed(self, user: str, limit: int, after: int) -> Page[Message]:
        """See `MessageStore.missed`."""
        select = f"{_SELECT} {_MISSED} AND u.name_key = ? AND m.id > ? ORDER BY m.id LIMIT ?"
        return self._page(select, (user, after, limit + 1), limit)

    def waiting(self) -> Sequence[Stored]:
        """All waiting messages, in the order of their commits."""
        rows = map(Stored._make, self._connection.execute(_STORED))
        # SQLite has no truth values.
        return [row._replace(by_account=bool(row.by_account)) for row in rows]

    def rooms(self) -> int:
        """How many rooms and conversations there are."""
        return int(self._connection.execute("SELECT count(*) FROM rooms").fetchone()[0])

    def reached(self, room: str) -> int:
        """See `MessageStore.reached`."""
        before = "SELECT last_seq FROM forgotten_rooms WHERE bucket = ?"
        select = f"SELECT coalesce((SELECT last_seq FROM rooms WHERE name_key = ?), ({before}), 0)"
        return int(self._connection.execute(select, (room, bucket_of(room))).fetchone()[0])

    def heads(self, user: str, without: Sequence[str] = ()) -> Sequence[Head]:
        """See `MessageStore.heads`."""
        unwanted = json.dumps(without)
        values = unwanted, MOST_COUNTED, unwanted, MOST_COUNTED, unwanted, user
        found = self._connection.execute(_HEADS, values).fetchall()
        ids = json.dumps([row[-1] for row in found if row[-1] is not None])
        said = {row[0]: row[1:] for row in self._connection.execute(_BEGINNINGS, (MOST_SHOWN + 1, ids))}
        others = [other for row in found if (other := other_of(row[0], user)) is not None]
        names = dict(self._connection.execute(_SHOWN_NAMES, (json.dumps(others),)).fetchall()) if others else {}
        return [_head(user, row[:-1], said.get(row[-1]), names) for row in found]

    def history(self, room: str, span: Span) -> Page[RoomEvent]:
        """See `MessageStore.history`."""
        select = (
            f"{_SELECT} FROM rooms r JOIN messages m ON m.room_id = r.id AND m.seq > ? AND m.seq < ?"
            f" WHERE r.name_key = ? AND m.kind IN ({_SHOWN_AMENDED if span.amendments else _SHOWN}) AND m.id > ?"
            f" ORDER BY m.seq {'DESC' if span.newest else 'ASC'} LIMIT ?"
        )
        before = span.before if span.before is not None else 2**62
        page: Page[RoomEvent] = self._page(select, (span.after, before, room, span.since, span.limit + 1), span.limit)
        return page._replace(events=page.events[::-1]) if span.newest else page

    def own(self, user: str, after: int, limit: int) -> Page[Message]:
        """See `MessageStore.own`. It looks through `_OWN_IDS` messages at a time."""
        rows = self._connection.execute(_OWN, (after, after + _OWN_IDS, user, user, limit)).fetchall()
        end = rows[-1][-1] if len(rows) == limit else after + _OWN_IDS
        last = self._connection.execute("SELECT coalesce(max(id), 0) FROM messages").fetchone()[0]
        return Page([message_of(row[-2], row[:-2]) for row in rows], end < last, end)

    def search(self, query: Query) -> Page[Message]:
        """See `MessageStore.search`."""
        return self._seeking.search(query)

    def _page(self, select: str, arguments: Sequence[object], limit: int) -> Page[Any]:
        rows = self._connection.execute(select, arguments).fetchall()
        page = rows[:limit]
        return Page([event_of(row[-2], row[:-2]) for row in page], len(rows) > limit, page[-1][-1] if page else 0)

    def close(self) -> None:
        """Close the connection."""
        self._folder.disconnect(self._connection)


def _head(user: str, row: Sequence[Any], latest: Row | None, names: Mapping[str, str]) -> Head:
    """The head in a row of `_HEADS`, and the row of its latest message. `names` are those of accounts, by keys."""
    room, name, kind, *places = row
    message, other = None if latest is None else message_of(room, latest), other_of(room, user)
    if other is not None:
        name = names.get(other) or shown_name(other, message)
    head = Head(room, name, kind == "direct", *places)
    return head if message is None else replace(head, latest=message)
