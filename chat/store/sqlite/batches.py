"""Group commit: what comes in one turn of the reactor, or while a batch is being written, is committed together."""

from collections.abc import Callable, Sequence
from threading import Lock
from time import perf_counter
from typing import Final, Protocol

from twisted.internet.defer import Deferred

from chat.store.interfaces import Commit, Refusal
from chat.store.sqlite.transaction import Cursor, Cursors, Queued
from chat.store.sqlite.worker import InReactor, Worker
from chat.store.sqlite.writer import Writer

# So many drafts are a batch that is worth its commit: the writer need not wait for the end of a long turn.
_MANY: Final = 100


class Told(Protocol):
    """The receiver of each batch's outcome, on the reactor's thread."""

    def committed(
        self, drafts: Sequence[Queued], outcomes: Sequence[Commit | Refusal], cursors: Cursors, seconds: float
    ) -> None:
        """The batch was written in `seconds`; `outcomes` are those of the drafts, in their order."""

    def failed(self, drafts: Sequence[Queued], cursors: Cursors, error: BaseException) -> None:
        """Nothing of the batch was written."""


class Batches:
    """Gathers drafts and cursors, and has `writer` write them."""

    def __init__(self, writer: Worker[Writer], in_reactor: InReactor, told: Told) -> None:
        self._writer = writer
        self._in_reactor = in_reactor
        self._told = told
        # How many cursors have not been written.
        self.unwritten_cursors = 0
        # What has come in this turn of the reactor, and cursors that came since the last hand-over.
        self._new_drafts: list[Queued] = []
        self._new_cursors: dict[tuple[str, str], Cursor] = {}
        # Shared with the writer's thread, under the lock:
        self._lock = Lock()
        self._drafts: list[Queued] = []
        self._cursors: dict[tuple[str, str], Cursor] = {}
        self._writing = False
        # The batch that the writer has now; `_drop` reports it as failed.
        self._in_hand: tuple[Sequence[Queued], Cursors] = (), {}

    def add(self, queued: Queued) -> None:
        """Write a draft with the next batch. The writer gets it when the reactor's turn ends, or much has come."""
        self._new_drafts.append(queued)
        count = len(self._new_drafts)
        if count == 1:
            self._in_reactor(self._hand_over)
        elif count == _MANY:
            self._hand_over()

    def note_cursor(self, user: str, room: str, cursor: Cursor) -> None:
        """Write a cursor with the next batch: how far somebody has received and read a room."""
        before = self._new_cursors.get((user, room))
        if before is None:
            self.unwritten_cursors += 1
        self._new_cursors[user, room] = cursor if before is None else before.and_also(cursor)

    def flush(self) -> Deferred[None]:
        """Fires when everything that was added so far has been written, or has failed."""
        self._hand_over()
        return self._writer.passed()

    def _hand_over(self) -> None:
        """Give the writer what has come."""
        drafts, self._new_drafts = self._new_drafts, []
        cursors, self._new_cursors = self._new_cursors, {}
        if not drafts and not cursors:
            return
        with self._lock:
            self._drafts += drafts
            for whose, cursor in cursors.items():
                before = self._cursors.get(whose)
                self.unwritten_cursors -= before is not None
                self._cursors[whose] = cursor if before is None else before.and_also(cursor)
            start, self._writing = not self._writing, True
        if start:
            self._writer.submit(self._write, self._drop)

    # --- on the writer's thread

    def _write(self) -> None:
        while True:
            with self._lock:
                drafts, self._drafts = self._drafts, []
                cursors, self._cursors = self._cursors, {}
                self._in_hand = drafts, cursors
                self._writing = bool(drafts or cursors)
            if not self._writing:
                return
            self._write_batch(drafts, cursors)

    def _write_batch(self, drafts: Sequence[Queued], cursors: Cursors) -> None:
        begun = perf_counter()
        try:
            writer = self._writer.resource()
            outcomes = writer.commit(drafts, cursors)
        except Exception as error:
            self._writer.inspect(error)
            self._tell(self._failed, drafts, cursors, error)
            return
        self._tell(self._committed, drafts, outcomes, cursors, perf_counter() - begun)
        writer.tidy()
        self._writer.inspect()

    def _drop(self, error: BaseException) -> None:
        """An error ended `_write`: the batch that it was writing, and the drafts that wait, have failed."""
        with self._lock:
            drafts, cursors = self._in_hand
            waiting, self._drafts = self._drafts, []
            self._writing = False
        self._tell(self._failed, [*drafts, *waiting], cursors, error)

    def _tell(self, call: Callable[..., None], *what: object) -> None:
        self._in_reactor(call, *what)
        self._in_hand = (), {}

    # --- back on the reactor's thread

    def _committed(
        self, drafts: Sequence[Queued], outcomes: Sequence[Commit | Refusal], cursors: Cursors, seconds: float
    ) -> None:
        self.unwritten_cursors -= len(cursors)
        self._told.committed(drafts, outcomes, cursors, seconds)

    def _failed(self, drafts: Sequence[Queued], cursors: Cursors, error: BaseException) -> None:
        # Cursors are written again with the next batch, until that succeeds.
        for (user, room), cursor in cursors.items():
            self.note_cursor(user, room, cursor)
        self.unwritten_cursors -= len(cursors)
        self._told.failed(drafts, cursors, error)
