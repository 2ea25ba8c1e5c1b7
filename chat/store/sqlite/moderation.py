"""What a store on SQLite keeps for moderators and operators."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.events import Message
from chat.limits import Limits
from chat.names import fold
from chat.store.interfaces import AuditEntry, HeldMessage, OpenReport, Report, ServerSettings
from chat.store.kinds import MESSAGE
from chat.store.sqlite.access import Access
from chat.store.sqlite.amending import LEAVES_TRACES
from chat.store.sqlite.auditing import AUDIT
from chat.store.sqlite.faults import refuse

_REPORT = "by, room_key, place, seq, said_at, why, at"
_HELD = "SELECT message, holder, since, at, id FROM held_messages WHERE"
# The message that a report is about: with another time it is another one, of a room that was made anew.
_OPEN = (
    "SELECT p.by, p.room_key, p.place, p.seq, p.said_at, p.why, p.at, p.id, m.sender, m.body FROM reports p"
    " LEFT JOIN rooms r ON r.name_key = p.room_key LEFT JOIN messages m ON m.room_id = r.id AND m.seq = p.seq"
    f" AND m.kind = {MESSAGE} AND m.sent_at = p.said_at ORDER BY p.id LIMIT ?"
)
Now = Callable[[], float]


class SqliteAudit:
    """See `AuditStore`."""

    def __init__(self, access: Access, now: Now) -> None:
        self._access = access
        self._now = now

    def note(self, entry: AuditEntry) -> Deferred[None]:
        values = (*entry[:5], entry.at or self._now())

        def change(connection: sqlite3.Connection) -> None:
            connection.execute(AUDIT, values)

        return self._access.transact(change)

    def entries(self, room: str | None, before: int | None, limit: int) -> Deferred[Sequence[AuditEntry]]:
        conditions = [*(["room_key = ?"] if room is not None else []), *(["id < ?"] if before is not None else [])]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        select = f"SELECT by, what, room_key, whom, why, at, id FROM audit {where} ORDER BY id DESC LIMIT ?"
        values = [value for value in (room, before) if value is not None]

        def question(connection: sqlite3.Connection) -> Sequence[AuditEntry]:
            return [AuditEntry(*row) for row in connection.execute(select, (*values, limit))]

        return self._access.read(question)


class SqliteReports:
    """See `ReportStore`."""

    def __init__(self, access: Access, now: Now) -> None:
        self._access = access
        self._now = now

    def add(self, report: Report, most: int) -> Deferred[int]:
        report = report._replace(at=self._now())

        def change(connection: sqlite3.Connection) -> int:
            same = "SELECT id FROM reports WHERE by = ? AND room_key = ? AND seq = ? AND said_at = ?"
            found = connection.execute(same, (report.by, report.room, report.seq, report.said_at)).fetchone()
            if found is not None:
                return int(found[0])
            if connection.execute("SELECT count(*) FROM reports").fetchone()[0] >= most:
                raise ChatError("too_many_reports")
            insert = f"INSERT INTO reports ({_REPORT}) VALUES (?, ?, ?, ?, ?, ?, ?)"
            return int(connection.execute(insert, report[:7]).lastrowid or 0)

        return self._access.transact(change)

    def open(self, limit: int) -> Deferred[Sequence[OpenReport]]:
        def question(connection: sqlite3.Connection) -> Sequence[OpenReport]:
            return [OpenReport(Report(*row[:8]), *row[8:]) for row in connection.execute(_OPEN, (limit,))]

        return self._access.read(question)

    def close(self, number: int) -> Deferred[bool]:
        return _delete(self._access, "reports", number)


class SqliteHeld:
    """See `HeldStore`. `leaves_traces` is called when the text of a message that is held no more may be in the log."""

    def __init__(self, access: Access, now: Now, leaves_traces: Callable[[], None]) -> None:
        self._access = access
        self._now = now
        self._leaves_traces = leaves_traces

    def hold(self, held: HeldMessage, most: int, most_each: int) -> Deferred[int]:
        message, now = held.message, self._now()

        def change(connection: sqlite3.Connection) -> int:
            count = "SELECT count(*), coalesce(sum(holder = ?), 0) FROM held_messages"
            total, own = connection.execute(count, (held.holder,)).fetchone()
            if total >= most or own >= most_each:
                raise ChatError("too_many_held")
            insert = (
                "INSERT INTO held_messages (at, room_key, sender_key, holder, since, message) VALUES (?, ?, ?, ?, ?, ?)"
            )
            text = msgspec.json.encode(message).decode()
            values = now, message.room, fold(message.sender), held.holder, held.since, text
            return int(connection.execute(insert, values).lastrowid or 0)

        return self._access.transact(change)

    def waiting(self, room: str, limit: int) -> Deferred[Sequence[HeldMessage]]:
        return self._access.read(lambda connection: _held(connection, "room_key = ? ORDER BY id LIMIT ?", room, limit))

    def find(self, number: int) -> Deferred[HeldMessage | None]:
        return self._access.read(lambda connection: next(iter(_held(connection, "id = ?", number)), None))

    def take(self, number: int) -> Deferred[bool]:
        def change(connection: sqlite3.Connection) -> bool:
            connection.execute(LEAVES_TRACES)
            return connection.execute("DELETE FROM held_messages WHERE id = ?", (number,)).rowcount > 0

        def taken(is_taken: bool) -> bool:
            self._leaves_traces()
            return is_taken

        return self._access.transact(change).addCallback(taken)


class SqliteSettings:
    """See `SettingsStore`."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self.current = ServerSettings()
        self._changed: Callable[[ServerSettings], None] = lambda _: None

    def watch(self, changed: Callable[[ServerSettings], None]) -> None:
        self._changed = changed

    def load(self, rows: Sequence[tuple[str, str]]) -> None:
        """Take over what was kept: the rows of the table."""
        self.current = msgspec.convert({name: msgspec.json.decode(value) for name, value in rows}, ServerSettings)
        self._changed(self.current)

    def change(self, name: str, value: str | float | bool | None) -> Deferred[None]:
        text = msgspec.json.encode(value).decode()

        def change(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO server_settings (name, value) VALUES (?, ?)", (name, text))

        def changed(_: None) -> None:
            values: Mapping[str, Any] = {name: value}
            self.current = replace(self.current, **values)
            self._changed(self.current)

        return self._access.transact(change).addCallback(changed).addErrback(refuse)


class SqliteModeration:
    """See `ModerationStore`."""

    def __init__(self, access: Access, limits: Limits, now: Now, leaves_traces: Callable[[], None]) -> None:
        self._access = access
        self._limits = limits
        self._leaves_traces = leaves_traces
        self._now = now
        self.audit = SqliteAudit(access, now)
        self.reports = SqliteReports(access, now)
        self.held = SqliteHeld(access, now, leaves_traces)
        self.settings = SqliteSettings(access)

    def prune(self) -> Deferred[None]:
        """Forget the entries, and the held messages, that are too old."""
        now = self._now()
        audit_seconds = self.settings.current.audit_seconds or self._limits.audit_seconds
        old = [("audit", now - audit_seconds), ("held_messages", now - self._limits.held_seconds)]

        def has_old(connection: sqlite3.Connection) -> bool:
            return any(
                connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE at < ?)", (first,)).fetchone()[0]
                for table, first in old
            )

        def change(connection: sqlite3.Connection) -> None:
            connection.execute(LEAVES_TRACES)
            for table, first in old:
                connection.execute(f"DELETE FROM {table} WHERE at < ?", (first,))

        def forget(is_due: bool) -> Deferred[None] | None:
            return self._access.transact(change).addCallback(lambda _: self._leaves_traces()) if is_due else None

        return self._access.read(has_old).addCallback(forget)


def settings_rows(connection: sqlite3.Connection) -> Sequence[tuple[str, str]]:
    """The rows of the settings."""
    return connection.execute("SELECT name, value FROM server_settings").fetchall()


def _held(connection: sqlite3.Connection, condition: str, *values: object) -> Sequence[HeldMessage]:
    rows = connection.execute(f"{_HELD} {condition}", values)
    return [HeldMessage(msgspec.json.decode(message, type=Message), *rest) for message, *rest in rows]


def _delete(access: Access, table: str, number: int) -> Deferred[bool]:
    delete = f"DELETE FROM {table} WHERE id = ?"
    return access.transact(lambda connection: connection.execute(delete, (number,)).rowcount > 0)
