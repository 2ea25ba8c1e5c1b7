"""What a store in memory keeps for moderators and operators."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from twisted.internet.defer import Deferred, fail, succeed

from chat.errors import ChatError
from chat.events import Message
from chat.names import fold
from chat.store.interfaces import AuditEntry, HeldMessage, OpenReport, Report, ServerSettings

# More entries are not worth the memory: the log of a store in memory ends with its process.
_MOST_ENTRIES: Final = 10_000
Now = Callable[[], float]


class MemoryAudit:
    """An `AuditStore` of the last entries. `keeps` is for how many seconds they are kept."""

    def __init__(self, now: Now, keeps: Callable[[], float]) -> None:
        self._now = now
        self._keeps = keeps
        self._entries: list[AuditEntry] = []
        self._count = 0

    def add(self, entry: AuditEntry) -> None:
        """Keep an entry."""
        self._count += 1
        now = self._now()
        self._entries.append(entry._replace(number=self._count, at=entry.at or now))
        first = now - self._keeps()
        self._entries = [each for each in self._entries[-_MOST_ENTRIES:] if each.at >= first]

    def note(self, entry: AuditEntry) -> Deferred[None]:
        self.add(entry)
        return succeed(None)

    def entries(self, room: str | None, before: int | None, limit: int) -> Deferred[Sequence[AuditEntry]]:
        first = self._now() - self._keeps()
        found = [
            each
            for each in reversed(self._entries)
            if room in (None, each.room) and (before is None or each.number < before) and each.at >= first
        ]
        return succeed(found[:limit])


class MemoryReports:
    """A `ReportStore`. `find` gives the message of a room with that seq."""

    def __init__(self, now: Now, find: Callable[[str, int], Message | None]) -> None:
        self._now = now
        self._find = find
        self._reports: dict[int, Report] = {}
        self._count = 0

    def add(self, report: Report, most: int) -> Deferred[int]:
        for number, each in self._reports.items():
            if (each.by, each.room, each.seq, each.said_at) == (report.by, report.room, report.seq, report.said_at):
                return succeed(number)
        if len(self._reports) >= most:
            return fail(ChatError("too_many_reports"))
        self._count += 1
        self._reports[self._count] = report._replace(number=self._count, at=self._now())
        return succeed(self._count)

    def open(self, limit: int) -> Deferred[Sequence[OpenReport]]:
        return succeed([self._open(report) for report in list(self._reports.values())[:limit]])

    def close(self, number: int) -> Deferred[bool]:
        return succeed(self._reports.pop(number, None) is not None)

    def _open(self, report: Report) -> OpenReport:
        message = self._find(report.room, report.seq)
        if message is None or message.sent_at != report.said_at:
            return OpenReport(report)
        return OpenReport(report, message.sender, message.text)


class MemoryHeld:
    """A `HeldStore`."""

    def __init__(self, now: Now, keeps: float) -> None:
        self._now = now
        self._keeps = keeps
        self._held: dict[int, HeldMessage] = {}
        self._count = 0

    def hold(self, held: HeldMessage, most: int, most_each: int) -> Deferred[int]:
        first = self._now() - self._keeps
        self._held = {number: each for number, each in self._held.items() if each.at >= first}
        own = sum(each.holder == held.holder for each in self._held.values())
        if len(self._held) >= most or own >= most_each:
            return fail(ChatError("too_many_held"))
        self._count += 1
        self._held[self._count] = held._replace(number=self._count, at=self._now())
        return succeed(self._count)

    def waiting(self, room: str, limit: int) -> Deferred[Sequence[HeldMessage]]:
        return succeed([each for each in self._held.values() if each.message.room == room][:limit])

    def find(self, number: int) -> Deferred[HeldMessage | None]:
        return succeed(self._held.get(number))

    def take(self, number: int) -> Deferred[bool]:
        return succeed(self._held.pop(number, None) is not None)

    def forget(self, user: str) -> None:
        """Forget the messages of an account that is deleted."""
        self._held = {
            number: each
            for number, each in self._held.items()
            if each.since is None or fold(each.message.sender) != user
        }

    def forget_room(self, room: str) -> None:
        """Forget the messages of a room that is gone: a later one of its name is somebody else's."""
        self._held = {number: each for number, each in self._held.items() if each.message.room != room}


class MemorySettings:
    """A `SettingsStore`."""

    def __init__(self) -> None:
        self.current = ServerSettings()
        self._changed: Callable[[ServerSettings], None] = lambda _: None

    def watch(self, changed: Callable[[ServerSettings], None]) -> None:
        self._changed = changed

    def change(self, name: str, value: str | float | bool | None) -> Deferred[None]:
        self.current = msgspec.structs.replace(self.current, **{name: value})
        self._changed(self.current)
        return succeed(None)


class MemoryModeration:
    """A `ModerationStore`. `audit_seconds` and `held_seconds` say how long entries and held messages are kept."""

    def __init__(
        self, now: Now, find: Callable[[str, int], Message | None], audit_seconds: float, held_seconds: float
    ) -> None:
        self.settings = MemorySettings()
        self.audit = MemoryAudit(now, lambda: self.settings.current.audit_seconds or audit_seconds)
        self.reports = MemoryReports(now, find)
        self.held = MemoryHeld(now, held_seconds)
