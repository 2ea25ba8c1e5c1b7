"""A store on one SQLite file. One thread writes, and commits everything that gathered meanwhile; two threads read."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from chat.changes import Deleted, Edited
from chat.errors import ChatError
from chat.events import Head, Left, Message, RoomEvent
from chat.limits import Limits
from chat.room_state import RoomState
from chat.store.interfaces import (
    Author,
    Commit,
    Draft,
    Holdings,
    Page,
    Query,
    Refusal,
    Sink,
    Span,
    StoreError,
    StoreState,
    TakenBack,
    batch_histograms,
)
from chat.store.mailbox_shares import Held
from chat.store.mailboxes import Waiting
from chat.store.sqlite.access import Access
from chat.store.sqlite.accounts import Move, SqliteAccounts
from chat.store.sqlite.batches import Batches
from chat.store.sqlite.faults import code_of, refuse
from chat.store.sqlite.files import SqliteFiles
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.maintenance import SqliteMaintenance
from chat.store.sqlite.moderation import SqliteModeration, settings_rows
from chat.store.sqlite.reader import Reader
from chat.store.sqlite.scrubbing import Scrubbing, has_traces
from chat.store.sqlite.states import states
from chat.store.sqlite.transaction import Cursor, Cursors, Queued
from chat.store.sqlite.waiting import SqliteWaiting
from chat.store.sqlite.worker import InReactor
from chat.store.sqlite.workers import Workers
from chat.store.sqlite.writer import Writer

R = TypeVar("R")

log = Logger(namespace="chat.store")

# Cursors are written with the next batch of messages, or after this many seconds: one commit for each would be waste.
_CURSOR_SECONDS = 0.1
# More events than any room has: the database reads it as the room's last seq.
_ALL = 2**62


class SqliteStore:
    """A `Store` whose commits are durable: they are on the disk before the sink gets them.

    While one batch is being written the next one gathers (group commit). `in_reactor` and `clock` are the reactor's.
    `lost_messages` is the number of stored messages that the database had lost when it was opened: 0, unless its files
    were damaged.
    """

    def __init__(
        self, folder: DataFolder, limits: Limits, now: Callable[[], float], in_reactor: InReactor, clock: IReactorTime
    ) -> None:
        self._folder = folder
        self._limits = limits
        self._clock = clock
        self._workers = Workers(folder, now, in_reactor, clock, limits)
        self._writer, self._reader = self._workers.writer, self._workers.reader
        self._batches = Batches(self._writer, in_reactor, self)
        # The last seq that the sink has got, by room. Only the latest rooms are here; the database has the others.
        self._told: OrderedDict[str, int] = OrderedDict()
        # How many rooms there were at the start.
        self._rooms_before = 0
        self.life = ""
        self.lost_messages = 0
        self._unfinished = 0
        self._cursor_call: IDelayedCall | None = None
        self._batch_sizes, self._batch_seconds = batch_histograms()
        self.accounts = SqliteAccounts(self._writer, self._reader, now, self._batches.flush, self._account_forgotten)
        self.access = Access(self._writer, self._reader)
        self.moderation = SqliteModeration(self.access, limits, now, lambda: self._scrubbing.note())
        self.files = SqliteFiles(self.access, now)
        self._waiting = SqliteWaiting(self.access, limits, now, self.accounts.is_account)
        self._mailboxes = self._waiting.mailboxes
        self._scrubbing = Scrubbing(self.access, lambda: self._writer.call(Writer.empty_log).addErrback(refuse), clock)
        self.maintenance = SqliteMaintenance(
            self.access,
            self._waiting,
            self.moderation,
            now,
            lambda room: self._sink.is_used(room),
            self._rooms_deleted,
        )

    def open(self, sink: Sink) -> None:
        self._sink = sink

    def start(self) -> None:
        self._folder.open()
        try:
            self._folder.make_database()
            log.info("opening the store in {folder}", folder=str(self._folder.path))
            self._workers.start()
            self._load()
        except StoreError:
            self._close()
            raise
        except (sqlite3.Error, OSError) as error:
            self._close()
            raise StoreError(f"cannot open {self._folder.database}: {error}") from None
        self._workers.watch()

    def append(self, draft: Draft) -> None:
        event = draft.event
        # A Left is never refused: the person has gone, and cannot try again.
        if self._unfinished >= self._limits.unwritten_events and not isinstance(event, Left):
            raise ChatError("busy")
        queued = self._reserve(draft)
        if queued.refusal is not None and not (isinstance(event, Message) and event.nonce is not None):
            raise queued.refusal
        self._unfinished += 1
        self._batches.add(queued)

    def state(self) -> StoreState:
        trouble, restarts = self._workers.trouble(), self._workers.restarts
        figures = self._unfinished, self._mailboxes.total(), self._batch_sizes, self._batch_seconds
        forgotten = self.maintenance.rooms_forgotten
        rooms = self._rooms_before + self._workers.makers.made - forgotten
        holdings = Holdings(*self._mailboxes.sizes(), self._waiting.expired, rooms, forgotten)
        return StoreState(bool(trouble), *figures, trouble, restarts, holdings)

    def reached(self, room: str) -> Deferred[int]:
        told = self._told.get(room)
        return (
            self._reader.call(lambda reader: reader.reached(room)).addErrback(refuse) if told is None else succeed(told)
        )

    def may_wait(self, user: str) -> bool:
        return self._mailboxes.count(user) > 0

    def waiting(self, user: str, without: Collection[str] = ()) -> Deferred[int]:
        return succeed(self._mailboxes.count(user, without))

    def missed(self, user: str, limit: int, after: int = 0) -> Deferred[Page[Message]]:
        return self._ask(lambda reader: reader.missed(user, limit, after)).addCallback(self._waiting.visible)

    def take_back(
        self, authors: Sequence[Author], user: str | None, is_here: Callable[[str], bool]
    ) -> Deferred[TakenBack]:
        return self._waiting.take_back(authors, user, is_here)

    def acknowledge(self, user: str, room: str, seq: int, after: int = 0) -> None:
        # Nothing after the last event can have arrived. For a room that is not in memory the database checks that.
        arrived = min(seq, self._told.get(room, seq))
        if not after:
            self._mailboxes.acknowledge(user, room, arrived)
        self._note_cursor(user, room, Cursor(arrived, after=after))

    def mark_read(self, user: str, room: str, seq: int) -> None:
        self.acknowledge(user, room, seq)
        read = min(seq, self._told.get(room, seq))
        self._note_cursor(user, room, Cursor(read, read))

    def heads(self, user: str, without: Collection[str] = ()) -> Deferred[Sequence[Head]]:
        keys = tuple(without)
        return self._ask(lambda reader: reader.heads(user, keys))

    def history(self, room: str, span: Span) -> Deferred[Page[RoomEvent]]:
        return self._ask(lambda reader: reader.history(room, span)).addCallback(self._waiting.visible)

    def own(self, user: str, since: int, after: int, limit: int) -> Deferred[Page[Message]]:
        first = max(since, after)
        found = self._workers.searcher.call(lambda reader: reader.own(user, first, limit))
        return found.addErrback(refuse).addCallback(self._waiting.visible)

    def search(self, query: Query) -> Deferred[Page[Message]]:
        found = self._workers.searcher.call(lambda reader: reader.search(query))
        return found.addErrback(refuse).addCallback(self._waiting.visible)

    def stop(self) -> Deferred[None]:
        if self._cursor_call is not None:
            self._cursor_call.cancel()
            self._cursor_call = None
        self._workers.rest()
        self._scrubbing.stop()
        written = self._batches.flush().addTimeout(self._limits.store_stop_seconds, self._clock)
        return written.addErrback(self._gave_up).addCallback(lambda _: self._close())

    def _gave_up(self, _: object) -> None:
        log.critical("the disk takes too long: {count} events that wait are given up", count=self._unfinished)

    def _load(self) -> None:
        self.lost_messages = self._writer.ask(Writer.lost_messages)
        if self.lost_messages:
            log.critical("{count} messages that were stored are missing from the database", count=self.lost_messages)
        self.life = self._writer.ask(Writer.life)
        self.accounts.load()
        self._reader.ask(lambda reader: self.maintenance.load(reader.connection))
        self.moderation.settings.load(self._reader.ask(lambda reader: settings_rows(reader.connection)))
        self._mailboxes.load(self._reader.ask(Reader.waiting))
        self._rooms_before = self._reader.ask(Reader.rooms)
        self._sink.restated(self._reader.ask(lambda reader: states(reader.connection)))
        if self._reader.ask(lambda reader: has_traces(reader.connection)):
            self._scrubbing.note()

    def _reserve(self, draft: Draft) -> Queued:
        """Count the draft, if there is space for it."""
        event = draft.event
        if not isinstance(event, Message) or event.to is None:
            return Queued(draft)
        try:
            return Queued(draft, None, self._mailboxes.reserve(draft))
        except ChatError as error:
            return Queued(draft, error)

    def _ask(self, question: Callable[[Reader], R]) -> Deferred[R]:
        if not self._batches.unwritten_cursors:
            return self._reader.call(question).addErrback(refuse)
        # Write acknowledgements first, so that they count. If that fails messages may come again.
        return self._batches.flush().addCallback(lambda _: self._reader.call(question)).addErrback(refuse)

    def _note_cursor(self, user: str, room: str, cursor: Cursor) -> None:
        self._batches.note_cursor(user, room, cursor)
        self._expect_cursors()

    def _expect_cursors(self) -> None:
        if self._cursor_call is None:
            self._cursor_call = self._clock.callLater(_CURSOR_SECONDS, self._cursors_are_due)

    def _rooms_deleted(self, rooms: Sequence[str]) -> None:
        """See `SqliteMaintenance`."""
        self._sink.restated(dict.fromkeys(rooms))
        self._scrubbing.note()

    def _account_forgotten(self, deleted: str, moves: Sequence[Move], changed: Mapping[str, RoomState]) -> None:
        for other, old, new in moves:
            told = self._told.pop(old, _ALL)
            first = self._mailboxes.rename(other, old, new)
            # Messages that arrived since the deletion was asked for may be noted under the old key.
            self._note_cursor(other, new, Cursor(told if first is None else first - 1))
        self._mailboxes.forget(deleted)
        if changed:
            self._sink.restated(changed)

    def _close(self) -> None:
        if self._workers.stop(self._limits.store_stop_seconds):
            self._folder.close()
        else:
            log.critical("a thread of the store does not end; it is left to the end of the process")

    def _cursors_are_due(self) -> None:
        self._cursor_call = None
        self._batches.flush()

    # --- called by `Batches`

    def committed(
        self, drafts: Sequence[Queued], outcomes: Sequence[Commit | Refusal], cursors: Cursors, seconds: float
    ) -> None:
        """See `Told.committed`."""
        self._workers.wrote()
        if drafts:
            self._batch_sizes.add(len(drafts))
            self._batch_seconds.add(seconds)
        self._unfinished -= len(drafts)
        for queued, outcome in zip(drafts, outcomes, strict=True):
            if isinstance(outcome, Commit) and not outcome.repeat:
                self._note_stored(outcome.event, queued.held)
            elif queued.held is not None:
                self._mailboxes.release(queued.held)
        commits: list[Commit] = []
        for outcome in outcomes:
            if isinstance(outcome, Commit):
                commits.append(outcome)
                continue
            # Sessions get their answers in the order of the drafts.
            if commits:
                self._sink.committed(commits)
                commits = []
            self._sink.refused(outcome)
        if commits:
            self._sink.committed(commits)

    def _note_stored(self, event: RoomEvent, held: Held | None) -> None:
        self._told[event.room] = event.seq
        self._told.move_to_end(event.room)
        if len(self._told) > self._limits.told_rooms:
            self._told.popitem(last=False)
        if held is not None:
            self._mailboxes.written(Waiting(event.room, event.seq, event.sent_at, held))
        elif isinstance(event, Edited):
            self._mailboxes.resize(event.room, event.of, event.text)
            self._scrubbing.note()
        elif isinstance(event, Deleted):
            self._mailboxes.withdraw(event.room, event.of)
            self._scrubbing.note()

    def failed(self, drafts: Sequence[Queued], cursors: Cursors, error: BaseException) -> None:
        """See `Told.failed`."""
        self._workers.could_not_write(len(drafts), error)
        if cursors and self._workers.is_open:
            self._expect_cursors()
        self._unfinished -= len(drafts)
        for queued in drafts:
            if queued.held is not None:
                self._mailboxes.release(queued.held)
            self._sink.refused(Refusal(queued.draft, queued.refusal or ChatError(code_of(error))))
