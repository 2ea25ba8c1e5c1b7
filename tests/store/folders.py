"""What tests of a data folder share: a store on a real file, and the operator's calls on it."""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.admin.progress import bar
from chat.events import RoomEvent
from chat.limits import Limits
from chat.store.interfaces import Commit, Draft, Records, Summary
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.records import SqliteRecords
from chat.store.sqlite.store import SqliteStore
from tests.store.case import NOON, RecordingSink
from tests.store.test_sqlite import Reactor

DAY = 86400.0


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    """What a question to a database answers, or what a statement changed."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


def records(data: Path) -> Records:
    """The data in a folder, as the tool sees it."""
    return SqliteRecords(data, bar)


def verify(file: Path) -> Summary:
    """See `Records.verify`."""
    return records(file.parent).verify(file)


def take_in(data: Path, file: Path) -> tuple[str, int]:
    """See `Records.take_in`."""
    return records(data).take_in(file)[:2]


class FolderCase(SynchronousTestCase):
    """An empty folder for everything: the data will be in `data`."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.data = self.folder / "data"
        self.database = self.data / "chat.db"


class StoreCase(FolderCase):
    """A store on the data folder, at a time that stands still: `now`."""

    limits = Limits()

    def setUp(self) -> None:
        super().setUp()
        self.now = NOON
        self.clock = Clock()
        self.reactor = Reactor()
        self.is_open = False
        self.open()
        self.addCleanup(lambda: self.close())

    def open(self) -> None:
        """Start a store."""
        self.sink = RecordingSink()
        self.store = SqliteStore(DataFolder(self.data), self.limits, lambda: self.now, self.reactor.call, self.clock)
        self.store.open(self.sink)
        self.store.start()
        self.is_open = True

    def close(self) -> None:
        """Stop it, if it is not stopped."""
        if self.is_open:
            self.is_open = False
            self.reactor.wait(self.store.stop())

    def reopen(self) -> None:
        """Stop it and start another."""
        self.close()
        self.open()

    def append_drafts(self, *drafts: Draft) -> None:
        """Append the drafts, and wait until they are committed."""
        expected = len(self.sink.commits) + len(drafts)
        for draft in drafts:
            self.store.append(draft)
        while len(self.sink.commits) < expected:
            self.reactor.turn()

    def append(self, *events: RoomEvent) -> Sequence[Commit]:
        """Append the events; the commits that came of it."""
        before = len(self.sink.commits)
        for event in events:
            self.store.append(Draft(event))
        while self.store.state().unwritten:
            self.reactor.turn()
        return self.sink.commits[before:]
