"""Lists the contents of a database for its operator: each function is one question to a snapshot."""

import sqlite3
from collections.abc import Sequence

from chat.events import AccessToken
from chat.limits import Limits
from chat.names import fold, parse_known_name, parse_name
from chat.store.interfaces import (
    Account,
    FileQuery,
    HeldFiles,
    KeptFile,
    KeptRoom,
    Mailbox,
    RetentionPolicy,
    RoomPolicy,
    Usage,
)
from chat.store.sqlite.reader import WAITING
from chat.store.sqlite.rows import ACCOUNT, ACCOUNT_COLUMNS, access_token_of

_ACCOUNTS = f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE held_until IS NULL OR held_until > ? ORDER BY name_key"
_TOKENS = (
    "SELECT t.handle, t.name_key, t.rooms, t.created_at, a.name FROM access_tokens t JOIN accounts a USING (name_key)"
    " ORDER BY t.name_key, t.created_at, t.handle"
)
_POLICIES = (
    "SELECT p.room_key, coalesce(r.name, p.room_key), p.seconds, p.messages FROM retention p"
    " LEFT JOIN rooms r ON r.name_key = p.room_key ORDER BY p.room_key"
)
_ROOMS = (
    "SELECT r.name_key, r.name, r.kind = 'direct', r.last_seq - r.first_seq + 1,"
    " (SELECT count(*) FROM cursors c WHERE c.room_id = r.id),"
    " (SELECT m.sent_at FROM messages m WHERE m.room_id = r.id AND m.seq = r.last_seq)"
    " FROM rooms r WHERE r.name_key > ? ORDER BY r.name_key LIMIT ?"
)
_FILES = (
    "SELECT f.id, f.name, f.size, coalesce(r.name, r.name_key, n.name, f.room_key),"
    " coalesce(m.sender, nullif(f.guest, ''), f.owner), f.made_at, f.until, f.whole_at IS NOT NULL, m.id IS NOT NULL"
    " FROM files f LEFT JOIN messages m ON m.id = f.message_id LEFT JOIN rooms r ON r.id = m.room_id"
    " LEFT JOIN rooms n ON n.name_key = f.room_key"
    " WHERE (? IS NULL OR coalesce(r.name_key, f.room_key) = ?) AND (? IS NULL OR f.owner = ? OR f.guest = ?)"
    " AND (? IS NULL OR (f.{order}, f.id) < (SELECT {order}, id FROM files WHERE id = ?))"
    " ORDER BY f.{order} DESC, f.id DESC LIMIT ?"
)
_HOLDERS = (
    "SELECT owner, guest, count(*), sum(size) FROM files GROUP BY owner, guest ORDER BY 4 DESC, owner, guest LIMIT ?"
)
_ON_DISK = (
    "SELECT count(*), coalesce(sum(size), 0) FROM"
    " (SELECT max(size) AS size FROM files WHERE whole_at IS NOT NULL GROUP BY sha256)"
)
_KNOWN = (
    "SELECT sha256 FROM files WHERE whole_at IS NOT NULL UNION"
    " SELECT sha256 FROM dropped_files WHERE sha256 IS NOT NULL"
)
_MAILBOXES = (
    "SELECT u.name_key, count(*), sum(length(CAST(m.body AS BLOB))), min(m.sent_at),"
    f" EXISTS (SELECT 1 FROM accounts o WHERE o.name_key = u.name_key AND {ACCOUNT}) {WAITING}"
    " GROUP BY u.id ORDER BY 3 DESC, 1 LIMIT ?"
)


def accounts(connection: sqlite3.Connection, now: float) -> Sequence[Account]:
    """See `Records.accounts`."""
    return [Account(*row) for row in connection.execute(_ACCOUNTS, (now,))]


def access_tokens(connection: sqlite3.Connection) -> Sequence[tuple[AccessToken, str]]:
    """See `Records.access_tokens`."""
    return [(access_token_of(row[:-1]), row[-1]) for row in connection.execute(_TOKENS)]


def policies(connection: sqlite3.Connection) -> Sequence[RoomPolicy]:
    """See `Records.policies`."""
    return [RoomPolicy(key, name, RetentionPolicy(*policy)) for key, name, *policy in connection.execute(_POLICIES)]


def rooms(connection: sqlite3.Connection, limit: int, after: str) -> Sequence[KeptRoom]:
    """See `Records.rooms`."""
    # No key is longer than a conversation's.
    key = fold(after[: 2 * Limits().room_characters])
    found = connection.execute(_ROOMS, (key, limit))
    return [KeptRoom(key, name, bool(direct), *figures) for key, name, direct, *figures in found]


def files(connection: sqlite3.Connection, query: FileQuery) -> Sequence[KeptFile]:
    """See `Records.files`."""
    limits = Limits()
    room = None if query.room is None else parse_name(query.room, limits.room_characters, "bad_room").key
    sender = None if query.sender is None else parse_known_name(query.sender, limits.name_characters).key
    after, order = query.after, "made_at" if query.is_newest_first else "size"
    asked = _FILES.format(order=order)
    found = connection.execute(asked, (room, room, sender, sender, sender, after, after, query.limit))
    return [KeptFile(*row) for row in found]


def file_holders(connection: sqlite3.Connection, limit: int) -> tuple[Sequence[HeldFiles], Usage, Usage]:
    """See `Records.file_holders`."""
    holders = [
        HeldFiles(guest or owner, bool(guest), Usage(count, size))
        for owner, guest, count, size in connection.execute(_HOLDERS, (limit,))
    ]
    every = Usage(*connection.execute("SELECT count(*), coalesce(sum(size), 0) FROM files").fetchone())
    return holders, every, Usage(*connection.execute(_ON_DISK).fetchone())


def known_sums(connection: sqlite3.Connection) -> set[str]:
    """The SHA-256 of all whole files, and of those that were forgotten, and will be deleted soon."""
    return {sha256 for (sha256,) in connection.execute(_KNOWN)}


def mailboxes(connection: sqlite3.Connection, limit: int) -> Sequence[Mailbox]:
    """See `Records.mailboxes`."""
    found = connection.execute(_MAILBOXES, (limit,))
    return [Mailbox(user, count, size, oldest, bool(known)) for user, count, size, oldest, known in found]
