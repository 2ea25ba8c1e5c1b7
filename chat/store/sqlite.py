"""A store on one SQLite file: one writing thread that commits what has gathered, one that reads."""

import sqlite3
from collections.abc import Callable, Sequence
from threading import Lock

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from chat.errors import ChatError
from chat.events import Left, Message
from chat.limits import Limits
from chat.store.folder import DataFolder
from chat.store.interfaces import Commit, Draft, Refusal, Sink, StoreError
from chat.store.mailboxes import Mailboxes
from chat.store.reader import Reader
from chat.store.worker import InReactor, Worker
from chat.store.writer import Cursors, Queued, Writer

log = Logger(namespace="chat.store")

# Cursors are written with the next batch of messages, or after this many seconds: they are not worth a commit each.
_CURSOR_SECONDS = 0.1


class SqliteStore:
    """A `MessageStore` whose commits are durable: they have reached the disk when they are told.

    While one batch is being written the next one gathers (group commit). `in_reactor` and `clock` are the reactor's.
    `lost_messages` says how many messages that were stored once were gone from the database when it was opened: 0,
    unless its files were damaged.
    """

    def __init__(
        self, folder: DataFolder, limits: Limits, now: Callable[[], float], in_reactor: InReactor, clock: IReactorTime
    ) -> None:
        self._folder = folder
        self._limits = limits
        self._in_reactor = in_reactor
        self._clock = clock
        self._writer = Worker("chat-writer", lambda: Writer(folder, now), in_reactor)
        self._reader = Worker("chat-reader", lambda: Reader(folder.database), in_reactor)
        self._mailboxes = Mailboxes(limits)
        self._rooms: set[str] = set()
        self.lost_messages = 0
        self._unfinished = 0
        self._unwritten_cursors = 0
        self._cursor_call: IDelayedCall | None = None
        # Shared with the writer's thread, under the lock:
        self._lock = Lock()
        self._drafts: list[Queued] = []
        self._cursors: dict[tuple[str, str], int] = {}
        self._writing = False

    @property
    def is_settled(self) -> bool:
        """Whether everything that was appended has been committed, or refused."""
        return self._unfinished == 0

    def open(self, sink: Sink) -> None:
        self._sink = sink

    def start(self) -> None:
        self._folder.open()
        try:
            self._writer.start()
            self._reader.start()
        except sqlite3.Error as error:
            self._folder.close()
            raise StoreError(f"cannot open {self._folder.database}: {error}") from None
        except StoreError:
            self._folder.close()
            raise
        self.lost_messages = self._writer.ask(Writer.lost_messages)
        if self.lost_messages:
            log.critical("{count} messages that were stored are missing from the database", count=self.lost_messages)
        self._mailboxes.load(self._reader.ask(Reader.waiting))
        self._rooms = self._reader.ask(Reader.rooms)

    def append(self, draft: Draft) -> None:
        event = draft.event
        # Who is gone has left, however busy it is: there is nobody to be told to wait.
        if self._unfinished >= self._limits.unwritten_events and not isinstance(event, Left):
            raise ChatError("busy")
        queued = Queued(draft, self._reserve(draft))
        if queued.refusal is not None and not (isinstance(event, Message) and event.nonce is not None):
            raise queued.refusal
        self._unfinished += 1
        with self._lock:
            self._drafts.append(queued)
            start, self._writing = not self._writing, True
        if start:
            self._writer.submit(self._write)

    def forget(self, room: str) -> None:
        """See `MessageStore.forget`: here rooms stay, with their history."""

    def waiting(self, user: str) -> int:
        return self._mailboxes.count(user)

    def missed(self, user: str, limit: int) -> Deferred[Sequence[Message]]:
        ask = self._reader.call
        if not self._unwritten_cursors:
            return ask(lambda reader: reader.missed(user, limit))
        # What was acknowledged is not missed: write that first.
        return self._flush_cursors().addCallback(lambda _: ask(lambda reader: reader.missed(user, limit)))

    def acknowledge(self, user: str, room: str, seq: int) -> None:
        self._mailboxes.acknowledge(user, room, seq)
        with self._lock:
            self._unwritten_cursors += (user, room) not in self._cursors
            self._cursors[user, room] = max(seq, self._cursors.get((user, room), 0))
        if self._cursor_call is None:
            self._cursor_call = self._clock.callLater(_CURSOR_SECONDS, self._cursors_are_due)

    def stop(self) -> Deferred[None]:
        if self._cursor_call is not None:
            self._cursor_call.cancel()
            self._cursor_call = None
        return self._flush_cursors().addCallback(lambda _: self._close())

    def _reserve(self, draft: Draft) -> ChatError | None:
        """Count the draft; the error where there is no room for it."""
        event = draft.event
        if event.room not in self._rooms and len(self._rooms) >= self._limits.known_rooms:
            return ChatError("rooms_full")
        if isinstance(event, Message) and event.to is not None:
            try:
                self._mailboxes.reserve(event, is_limited=draft.waits)
            except ChatError as error:
                return error
        self._rooms.add(event.room)
        return None

    def run(self, sql: str) -> Deferred[None]:
        """Run a statement on the writing connection, for an operator's or a test's sake."""
        return self._writer.call(lambda writer: writer.run(sql))

    def _close(self) -> None:
        self._reader.submit(Reader.close)
        self._reader.stop()
        self._writer.submit(Writer.close)
        self._writer.stop()
        self._folder.close()

    def _cursors_are_due(self) -> None:
        self._cursor_call = None
        self._flush_cursors()

    def _flush_cursors(self) -> Deferred[None]:
        """Fires when everything appended and acknowledged so far has been written, or refused."""
        with self._lock:
            start, self._writing = not self._writing, True
        if start:
            self._writer.submit(self._write)
        return self._writer.call(lambda _: None)

    # --- on the writer's thread

    def _write(self, writer: Writer) -> None:
        while True:
            with self._lock:
                drafts, self._drafts = self._drafts, []
                cursors, self._cursors = self._cursors, {}
                self._writing = bool(drafts or cursors)
            if not self._writing:
                return
            self._write_batch(writer, drafts, cursors)

    def _write_batch(self, writer: Writer, drafts: Sequence[Queued], cursors: Cursors) -> None:
        try:
            outcomes = writer.commit(drafts, cursors)
        except sqlite3.Error as error:
            self._in_reactor(self._failed, drafts, cursors, error)
        else:
            self._in_reactor(self._committed, drafts, outcomes, cursors)

    # --- back on the reactor's thread

    def _committed(self, drafts: Sequence[Queued], outcomes: Sequence[Commit | Refusal], cursors: Cursors) -> None:
        self._finished(drafts, cursors)
        for queued, outcome in zip(drafts, outcomes, strict=True):
            if isinstance(outcome, Commit) and queued.refusal is None:
                self._settle_mailbox(outcome)
        commits = [outcome for outcome in outcomes if isinstance(outcome, Commit)]
        if commits:
            self._sink.committed(commits)
        for outcome in outcomes:
            if isinstance(outcome, Refusal):
                self._sink.refused(outcome)

    def _settle_mailbox(self, commit: Commit) -> None:
        event = commit.event
        if isinstance(event, Message) and event.to is not None:
            if commit.repeat:
                self._mailboxes.release(event)
            else:
                self._mailboxes.written(event)

    def _failed(self, drafts: Sequence[Queued], cursors: Cursors, error: sqlite3.Error) -> None:
        log.error("could not write {count} events: {error}", count=len(drafts), error=error)
        for (user, room), seq in cursors.items():
            self.acknowledge(user, room, seq)
        self._finished(drafts, cursors)
        for queued in drafts:
            event = queued.draft.event
            if isinstance(event, Message) and event.to is not None and queued.refusal is None:
                self._mailboxes.release(event)
            self._sink.refused(Refusal(queued.draft, queued.refusal or ChatError(_code_of(error))))

    def _finished(self, drafts: Sequence[Queued], cursors: Cursors) -> None:
        self._unfinished -= len(drafts)
        self._unwritten_cursors -= len(cursors)


def _code_of(error: sqlite3.Error) -> str:
    if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
        return "disk_full"
    return "busy" if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else "store_failed"
