"""The files of a store on SQLite: what is known of them. Triggers of the schema drop those whose messages go."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec.structs import replace
from twisted.internet.defer import Deferred

from chat.store.interfaces import Dropped, FilePick, Needed, Owner, Quota, Said, StoredFile, Usage, Whole
from chat.store.quotas import Held, check_quota
from chat.store.sqlite.access import Access

_COLUMNS: Final = (
    "f.id, f.secret, f.owner, f.guest, f.request, coalesce(r.name_key, f.room_key), f.name, f.size, f.made_at, f.until,"
    " f.media_type, f.sha256, f.width, f.height, f.key, f.whole_at, m.seq, m.id, m.sent_at"
)
# A conversation of an account that was deleted has another key than when the file was sent.
_SELECT: Final = (
    f"SELECT {_COLUMNS} FROM files f LEFT JOIN messages m ON m.id = f.message_id LEFT JOIN rooms r ON r.id = m.room_id"
)
ADD_FILE: Final = (
    "INSERT INTO files (id, secret, owner, guest, request, room_key, name, size, made_at, until, media_type, sha256,"
    " width, height, key, whole_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SAME: Final = (
    f"{_SELECT} WHERE f.owner = ? AND f.guest = ? AND f.request = ? AND f.room_key = ? AND f.name = ? AND f.size = ?"
    " AND f.message_id IS NULL"
)
_OLD: Final = (
    "SELECT id, message_id FROM files WHERE until <= ? UNION SELECT id, message_id FROM files WHERE message_id IS NULL"
    " AND CASE WHEN whole_at IS NULL THEN made_at < ? ELSE whole_at < ? END LIMIT ?"
)
# Because the id is set, too, SQLite writes the row anew.
EXPIRE: Final = (
    "UPDATE messages SET id = id, data = json_set(data, '$.file.expired', json('true'), '$.file.until',"
    " min(json_extract(data, '$.file.until'), ?)) WHERE id = ?"
)
_PICKED: Final = (
    "SELECT f.id, f.message_id FROM files f LEFT JOIN messages m ON m.id = f.message_id"
    " LEFT JOIN rooms r ON r.id = m.room_id WHERE (? IS NULL OR f.id = ?)"
    " AND (? IS NULL OR coalesce(r.name_key, f.room_key) = ?) AND (? IS NULL OR f.owner = ? OR f.guest = ?) LIMIT ?"
)
_DROPPED: Final = (
    "SELECT d.id, d.sha256 IS NULL, CASE WHEN EXISTS (SELECT 1 FROM files f WHERE f.sha256 = d.sha256"
    " AND f.whole_at IS NOT NULL) THEN NULL ELSE d.sha256 END FROM dropped_files d ORDER BY d.id LIMIT ?"
)
_USAGE: Final = "SELECT count(*), coalesce(sum(size), 0) FROM files"


class SqliteFiles:
    """See `FileStore`."""

    def __init__(self, access: Access, now: Callable[[], float]) -> None:
        self._access = access
        self._now = now

    def add(self, file: StoredFile, quota: Quota) -> Deferred[StoredFile]:
        def change(connection: sqlite3.Connection) -> StoredFile:
            if (earlier := _same(connection, file)) is not None:
                connection.execute("UPDATE files SET secret = ? WHERE id = ?", (file.secret, earlier.id))
                return replace(earlier, secret=file.secret)
            check_quota(file.size, _held(connection, file.owner.holder), quota)
            connection.execute(ADD_FILE, row_of_file(file))
            return file

        return self._access.transact(change)

    def find(self, id: str) -> Deferred[StoredFile | None]:
        return self._access.read(lambda connection: _one(connection, f"{_SELECT} WHERE f.id = ?", id))

    def find_upload(self, secret: bytes) -> Deferred[StoredFile | None]:
        return self._access.read(lambda connection: _one(connection, f"{_SELECT} WHERE f.secret = ?", secret))

    def make_whole(self, id: str, whole: Whole) -> Deferred[StoredFile | None]:
        now = self._now()

        def change(connection: sqlite3.Connection) -> StoredFile | None:
            update = "UPDATE files SET sha256 = ?, media_type = ?, width = ?, height = ?, whole_at = ? WHERE id = ?"
            if connection.execute(update, (*whole, now, id)).rowcount == 0:
                connection.execute("INSERT OR REPLACE INTO dropped_files VALUES (?, ?)", (id, whole.sha256))
            return _one(connection, f"{_SELECT} WHERE f.id = ?", id)

        return self._access.transact(change)

    def drop(self, ids: Sequence[str]) -> Deferred[None]:
        def change(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM files WHERE id = ? AND message_id IS NULL", [(each,) for each in ids])

        return self._access.transact(change)

    def drop_old(self, unsaid_before: float, partial_before: float, limit: int) -> Deferred[int]:
        values = self._now(), partial_before, unsaid_before

        def change(connection: sqlite3.Connection) -> int:
            return _expire(connection, connection.execute(_OLD, (*values, limit)).fetchall(), values[0])

        def drop(has_old: bool) -> "Deferred[int] | int":
            return self._access.transact(change) if has_old else 0

        # Mostly there is none: then nothing is written.
        asked = self._access.read(lambda connection: connection.execute(_OLD, (*values, 1)).fetchone() is not None)
        return asked.addCallback(drop)

    def expire(self, pick: FilePick, limit: int) -> Deferred[int]:
        now = self._now()

        def change(connection: sqlite3.Connection) -> int:
            id, room, sender = pick
            found = connection.execute(_PICKED, (id, id, room, room, sender, sender, sender, limit))
            return _expire(connection, found.fetchall(), now)

        return self._access.transact(change)

    def dropped(self, limit: int) -> Deferred[Sequence[Dropped]]:
        def question(connection: sqlite3.Connection) -> Sequence[Dropped]:
            rows = connection.execute(_DROPPED, (limit,))
            return [Dropped(id, bool(is_partial), sha256) for id, is_partial, sha256 in rows]

        return self._access.read(question)

    def forget_dropped(self, ids: Sequence[str]) -> Deferred[None]:
        def change(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM dropped_files WHERE id = ?", [(each,) for each in ids])

        return self._access.transact(change)

    def needed(self) -> Deferred[Needed]:
        def question(connection: sqlite3.Connection) -> Needed:
            uploads = connection.execute("SELECT id FROM files WHERE whole_at IS NULL")
            blobs = connection.execute("SELECT DISTINCT sha256 FROM files WHERE whole_at IS NOT NULL")
            return Needed({id for (id,) in uploads}, {sha256 for (sha256,) in blobs})

        return self._access.read(question)

    def usage(self, holder: str | None = None) -> Deferred[Usage]:
        return self._access.read(lambda connection: _usage(connection, holder))


def _expire(connection: sqlite3.Connection, found: Sequence[tuple[str, int | None]], now: float) -> int:
    """Forget files, by their ids and the rows of their messages, which say from now on that they have expired."""
    connection.executemany(EXPIRE, [(now, message) for _, message in found if message is not None])
    connection.executemany("DELETE FROM files WHERE id = ?", [(id,) for id, _ in found])
    return len(found)


def _same(connection: sqlite3.Connection, file: StoredFile) -> StoredFile | None:
    """The file that was asked for with the same request before."""
    return _one(connection, _SAME, *file.owner, file.request, file.room, file.name, file.size)


def _one(connection: sqlite3.Connection, select: str, *values: object) -> StoredFile | None:
    row = connection.execute(select, values).fetchone()
    return None if row is None else _file_of(row)


def _file_of(row: Sequence[Any]) -> StoredFile:
    id, secret, holder, guest, request, room, name, size, made_at, until, *rest = row
    media_type, sha256, width, height, key, whole_at, seq, number, said_at = rest
    return StoredFile(
        id=id,
        secret=secret,
        owner=Owner(holder, guest),
        request=request,
        room=room,
        name=name,
        size=size,
        made_at=made_at,
        until=until,
        media_type=media_type,
        sha256=sha256,
        width=width,
        height=height,
        key=key,
        said=None if seq is None else Said(seq, number, said_at),
        whole_at=whole_at,
    )


def row_of_file(file: StoredFile) -> Sequence[object]:
    """The values of `ADD_FILE` for a file."""
    sent = file.id, file.secret, *file.owner, file.request, file.room, file.name, file.size, file.made_at, file.until
    return *sent, file.media_type, file.sha256, file.width, file.height, file.key, file.whole_at


def _held(connection: sqlite3.Connection, holder: str) -> Held:
    count = "SELECT count(*), coalesce(sum(owner = ?), 0) FROM files WHERE message_id IS NULL AND whole_at IS NULL"
    uploads, own = connection.execute(count, (holder,)).fetchone()
    return Held(_usage(connection, holder), _usage(connection, None), own, uploads)


def _usage(connection: sqlite3.Connection, holder: str | None) -> Usage:
    if holder is None:
        return Usage(*connection.execute(_USAGE).fetchone())
    return Usage(*connection.execute(f"{_USAGE} WHERE owner = ?", (holder,)).fetchone())
