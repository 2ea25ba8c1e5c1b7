"""What a store keeps for moderators and operators: the audit log, reports, held messages, settings of the server."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct
from twisted.internet.defer import Deferred

from chat.events import Message


class AuditEntry(NamedTuple):
    """Something that a moderator or an operator did: `by` did `what` to `whom` in `room` (a key), for the reason `why`.

    `room` is "" for an act on the whole server. The store sets `number` and, where it is 0, `at` (seconds since the
    epoch).
    """

    by: str
    what: str
    room: str = ""
    whom: str = ""
    why: str = ""
    at: float = 0.0
    number: int = 0


class Report(NamedTuple):
    """`by` put the message `seq` of `room` (a key), which was said at `said_at`, before the operators.

    `place` is the shown name of the room, None for a conversation. The store sets `number` and `at`.
    """

    by: str
    room: str
    place: str | None
    seq: int
    said_at: float
    why: str = ""
    at: float = 0.0
    number: int = 0


class OpenReport(NamedTuple):
    """A report, with the message as it is now: `text` is None where it is not there any more."""

    report: Report
    sender: str | None = None
    text: str | None = None


class HeldMessage(NamedTuple):
    """A message that waits for a moderator. `holder` as in `Draft`; `since` is that of the sender's account, if any.

    The store sets `number` and `at`.
    """

    message: Message
    holder: str
    since: int | None
    at: float = 0.0
    number: int = 0


class ServerSettings(Struct, frozen=True):
    """The settings of the whole server that change while it runs.

    `lockdown`: nobody without an account comes in, and nobody makes one. `words` is the text of the word list
    (`chat.word_list`). `audit_seconds`: how long the audit log is kept; None is the limit of the same name.
    """

    lockdown: bool = False
    words: str = ""
    audit_seconds: float | None = None


class AuditStore(Protocol):
    """The audit log. Acts that are events of a room are noted with the event itself, in the same transaction."""

    def note(self, entry: AuditEntry) -> Deferred[None]:
        """Keep an act that is no event of a room."""

    def entries(self, room: str | None, before: int | None, limit: int) -> Deferred[Sequence[AuditEntry]]:
        """Up to `limit` entries of a room (None: all entries) with a number under `before`, the newest first."""


class ReportStore(Protocol):
    """Open reports."""

    def add(self, report: Report, most: int) -> Deferred[int]:
        """Keep a report; fires with its number. The same person's report of the same message is the earlier one.

        Fails with ChatError (`too_many_reports`) where `most` are open.
        """

    def open(self, limit: int) -> Deferred[Sequence[OpenReport]]:
        """The oldest `limit` reports that are not closed."""

    def close(self, number: int) -> Deferred[bool]:
        """Forget a report. Fires with whether it was there."""


class HeldStore(Protocol):
    """Messages that wait for a moderator. Those of a deleted account, or of a room that is gone, are forgotten."""

    def hold(self, held: HeldMessage, most: int, most_each: int) -> Deferred[int]:
        """Keep a message; fires with its number.

        Fails with ChatError (`too_many_held`) where `most` wait, or `most_each` of the same holder.
        """

    def waiting(self, room: str, limit: int) -> Deferred[Sequence[HeldMessage]]:
        """The oldest `limit` messages that wait in a room (its key)."""

    def find(self, number: int) -> Deferred[HeldMessage | None]:
        """The message with that number."""

    def take(self, number: int) -> Deferred[bool]:
        """Forget a message: only one caller gets True."""


class SettingsStore(Protocol):
    """The settings of the server."""

    @property
    def current(self) -> ServerSettings:
        """The settings as they are now."""

    def watch(self, changed: Callable[[ServerSettings], None]) -> None:
        """Have `changed` called on the reactor's thread with the settings: when the store starts, and at each change.

        Called at most once, before the store starts.
        """

    def change(self, name: str, value: str | float | bool | None) -> Deferred[None]:
        """Give the setting called `name` another value."""


class ModerationStore(Protocol):
    """All of it."""

    @property
    def audit(self) -> AuditStore:
        """The audit log."""

    @property
    def reports(self) -> ReportStore:
        """The open reports."""

    @property
    def held(self) -> HeldStore:
        """The messages that wait for a moderator."""

    @property
    def settings(self) -> SettingsStore:
        """The settings of the server."""
