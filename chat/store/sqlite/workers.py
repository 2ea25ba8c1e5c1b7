"""The threads of a store on SQLite, each with its connection: one writes, two read. Broken ones are made anew."""

import time
from collections.abc import Callable, Sequence

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from chat.limits import Limits
from chat.store.interfaces import StoreError
from chat.store.makers import Makers
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.reader import Reader
from chat.store.sqlite.worker import InReactor, Worker
from chat.store.sqlite.writer import Writer

log = Logger(namespace="chat.store")

# Every this many seconds the store checks that its threads live, tries again after a failure, and writes the index.
_WATCH_SECONDS = 1.0
# Longer than any task takes, including the wait for another process's lock.
_STUCK_SECONDS = 20.0


class Workers:
    """The threads `writer`, `reader` and `searcher`. A question to the reader does not wait for a search.

    `now` is in seconds since the epoch, `clock` the reactor's.
    """

    def __init__(
        self,
        folder: DataFolder,
        now: Callable[[], float],
        in_reactor: InReactor,
        clock: IReactorTime,
        limits: Limits,
    ) -> None:
        self._folder = folder
        self._now = now
        self._clock = clock
        # They are kept here, so that a new writer goes on with the same counts.
        self.makers = Makers(limits, now)
        self.is_open = False
        self._unindexed_messages = limits.unindexed_messages
        # Whether the index of words may have less than the messages; so it may be at the start.
        self._is_behind = True
        self._watch_call: IDelayedCall | None = None
        # Why the last batch could not be written.
        self._failure: str | None = None
        self.writer = Worker("chat-writer", self._make_writer, in_reactor, time.monotonic)
        self.reader = Worker("chat-reader", lambda: Reader(folder), in_reactor, time.monotonic)
        self.searcher = Worker(
            "chat-searcher", lambda: Reader(folder, limits.search_seconds), in_reactor, time.monotonic
        )
        # In the order in which they end: the writer writes the log into the database when nobody reads it any more.
        self._all: Sequence[Worker[Writer] | Worker[Reader]] = (self.searcher, self.reader, self.writer)

    def start(self) -> None:
        """Start the threads. Raises the errors of their connections."""
        for worker in reversed(self._all):
            worker.start()

    def watch(self) -> None:
        """Watch the threads from now on."""
        self.is_open = True
        self._watch_call = self._clock.callLater(_WATCH_SECONDS, self._watch)

    def rest(self) -> None:
        """Watch the threads no more: they are about to be stopped."""
        self.is_open = False
        if self._watch_call is not None:
            self._watch_call.cancel()
            self._watch_call = None

    def stop(self, seconds: float) -> bool:
        """End the threads, and wait up to `seconds` for that. Returns whether all have ended."""
        self.is_open = False
        have_ended = [worker.stop(seconds / len(self._all)) for worker in self._all]
        return all(have_ended)

    @property
    def restarts(self) -> int:
        """How often a connection or a thread was made anew."""
        return sum(worker.restarts for worker in self._all)

    def trouble(self) -> str:
        """A sentence about what is broken; empty if nothing is."""
        found = self._failure or next((worker.trouble for worker in self._all if worker.trouble), None)
        if found is None and any(worker.is_stuck(_STUCK_SECONDS) for worker in self._all):
            found = "the disk does not answer"
        if found is None and self.is_open:
            found = self._folder.misplaced()
        return found or ""

    def wrote(self, _: None = None) -> None:
        """A batch was written."""
        self._is_behind = True
        if self._failure is not None:
            log.info("what is said can be stored again")
        self._failure = None

    def could_not_write(self, count: int, error: BaseException) -> None:
        """`count` events could not be written."""
        said = str(error) or type(error).__name__
        # The same error may come thousands of times a second, and the log is on a disk, too.
        if said != self._failure:
            log.error("could not write {count} events: {error}", count=count, error=said)
        self._failure = said

    def _watch(self) -> None:
        self._watch_call = self._clock.callLater(_WATCH_SECONDS, self._watch)
        for worker in self._all:
            worker.revive()
        if self._is_behind:
            self._is_behind = False
            self.writer.submit(lambda: self.writer.resource().index(), lambda _: None)
        for reader in (self.reader, self.searcher):
            if reader.trouble:
                reader.call(lambda _: None).addErrback(lambda _: None)
        if self._failure is not None or self.writer.trouble or self._folder.misplaced():
            self.writer.call(Writer.probe).addCallbacks(self.wrote, lambda _: None)

    def _make_writer(self) -> Writer:
        writer = Writer(self._folder, self._now, self.makers, self._unindexed_messages)
        if self.is_open:
            try:
                writer.check_complete()
            except StoreError:
                writer.close()
                raise
        return writer
