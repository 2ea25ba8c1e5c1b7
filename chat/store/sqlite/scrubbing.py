"""Takes the words of deleted and of earlier texts out of the index, and their pages out of the log.

SQLite's index of words only notes that a word of a message is deleted; the word is gone when the parts of the index
are merged into one. That costs a look at all of it, so it is done in small steps, soon after a message was changed, and
again only after a rest that is much longer than what it took.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Final

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from chat.store.sqlite import pruning
from chat.store.sqlite.access import Access
from chat.store.sqlite.amending import LEAVES_TRACES

log = Logger(namespace="chat.store")

# The first step comes this many seconds after a message was changed, so that several changes share it.
_SOON_SECONDS: Final = 1.0
# Between two rounds the writer is left alone for this many times as long as the one before took.
_REST: Final = 20
_NO_TRACES: Final = "UPDATE state SET has_traces = 0"


class Scrubbing:
    """Scrubs a store that `access` works on. `empty_log` writes the log into the database: False if that was prevented.

    `clock` is the reactor's.
    """

    def __init__(self, access: Access, empty_log: Callable[[], Deferred[bool]], clock: IReactorTime) -> None:
        self._access = access
        self._empty_log = empty_log
        self._clock = clock
        self._call: IDelayedCall | None = None
        self._running: Deferred[None] | None = None
        self._is_due = self._is_stopped = False
        self._rest = _SOON_SECONDS

    def note(self) -> None:
        """A text was changed: scrub soon."""
        self._is_due = True
        if self._call is None and self._running is None and not self._is_stopped:
            self._call = self._clock.callLater(self._rest, self._begin)

    def stop(self) -> None:
        """Begin no more steps. What is left is done after the next start."""
        self._is_stopped = True
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def _begin(self) -> None:
        self._call, self._is_due = None, False
        self._running = ensureDeferred(self._scrub())
        self._running.addErrback(self._failed).addCallback(self._ended, self._clock.seconds())

    async def _scrub(self) -> None:
        # From here on changes leave traces that this round may not see.
        await self._access.transact(lambda connection: connection.execute(_NO_TRACES))
        is_first, more = True, True
        while more and not self._is_stopped:
            more = (await self._access.transact(partial(pruning.merge, is_first=is_first))).more
            is_first = False
        if more or not await self._empty_log():
            await self._access.transact(lambda connection: connection.execute(LEAVES_TRACES))
            self._is_due = True

    def _failed(self, failure: object) -> None:
        log.error("could not take deleted words out of the index: {failure}", failure=failure)
        self._is_due = True

    def _ended(self, _: object, begun: float) -> None:
        self._running = None
        self._rest = max(_SOON_SECONDS, _REST * (self._clock.seconds() - begun))
        if self._is_due:
            self.note()


def has_traces(connection: sqlite3.Connection) -> bool:
    """Whether the index of words may have words of deleted texts."""
    # Before schema 10 nothing said so.
    columns = {column[1] for column in connection.execute("PRAGMA table_info(state)")}
    return "has_traces" in columns and bool(connection.execute("SELECT has_traces FROM state").fetchone()[0])


def scrub_copy(connection: sqlite3.Connection) -> None:
    """Do all of it at once in a copy that nobody uses, outside of a transaction."""
    if has_traces(connection):
        connection.execute("PRAGMA secure_delete = ON").fetchone()
        connection.execute("INSERT INTO message_fts (message_fts) VALUES ('optimize')")
        connection.execute(_NO_TRACES)
