"""Statements for the operator and for maintenance, on the threads of a store."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from twisted.internet.defer import Deferred

from chat.store.sqlite.faults import refuse
from chat.store.sqlite.reader import Reader
from chat.store.sqlite.worker import Worker
from chat.store.sqlite.writer import Writer

R = TypeVar("R")


class Access:
    """Runs statements on the store's connections. If they fail the results fail with ChatError, see `refuse`."""

    def __init__(self, writer: Worker[Writer], reader: Worker[Reader]) -> None:
        self._writer = writer
        self._reader = reader

    def run(self, sql: str) -> Deferred[None]:
        """Run a statement on the writing connection, outside of a transaction."""
        return self._on_writer(lambda writer: writer.run(sql))

    def transact(self, change: Callable[[sqlite3.Connection], R]) -> Deferred[R]:
        """Make a change on the writing connection, in a transaction of its own. Fires with the result of `change`."""
        return self._on_writer(lambda writer: writer.transact(change))

    def read(self, question: Callable[[sqlite3.Connection], R]) -> Deferred[R]:
        """Ask a question on the reading connection. Fires with its result."""
        return self._reader.call(lambda reader: question(reader.connection)).addErrback(refuse)

    def told(self) -> Deferred[None]:
        """Fires when the sink has got all commits that are in the database now."""
        return self._writer.passed()

    def _on_writer(self, do: Callable[[Writer], R]) -> Deferred[R]:
        done = self._writer.call(do).addErrback(refuse)
        # The next batch, after which the writer checkpoints, may come much later.
        self._writer.call(Writer.checkpoint).addErrback(lambda _: None)
        return done
