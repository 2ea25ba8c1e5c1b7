"""The index of words is written behind the messages, and nobody who searches notices it."""

import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from twisted.internet.defer import ensureDeferred
from twisted.internet.task import Clock
from twisted.logger import capturedLogs

from chat.changes import Deleted, Edited, SettingsChanged
from chat.limits import Limits
from chat.store.interfaces import Draft, Query, RetentionPolicy
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.indexing import INDEXED, unindex
from chat.store.sqlite.store import SqliteStore
from chat.store.sqlite.writer import Writer
from tests.store.case import NOON, RecordingSink, came, change, said, texts_of
from tests.store.folders import StoreCase, verify
from tests.store.test_sqlite import Reactor

# Nothing can be written into the index.
_FAIL = "CREATE TRIGGER no BEFORE UPDATE OF indexed_id ON state BEGIN SELECT RAISE (FAIL, 'no'); END"


def plan_of(question: str, database: sqlite3.Connection) -> Sequence[str]:
    """The steps in which SQLite answers a question."""
    return [str(step[-1]) for step in database.execute(f"EXPLAIN QUERY PLAN {question}")]


class Indexing(StoreCase):
    """A store whose index takes eight messages at once."""

    limits = Limits(unindexed_messages=8)

    def say(self, *texts: str) -> None:
        """Each is said, one after the other."""
        for text in texts:
            self.append(said(text))

    def found(self, *words: str) -> Sequence[str]:
        """The texts with these words, the newest first."""
        return texts_of(self.reactor.wait(self.store.search(Query(words, 99))))

    def index(self) -> None:
        """Write what is missing."""
        self.reactor.wait(self.store._writer.call(Writer.index))

    def indexed(self) -> int:
        """Up to which id the index has the messages."""
        return self.reactor.wait(self.store.access.read(lambda db: int(db.execute(INDEXED).fetchone()[0])))

    def check_whole(self) -> None:
        """The database is whole; its index agrees with the messages."""
        self.close()
        verify(self.database)

    def test_taken_out_together(self) -> None:
        """Messages that are taken out in one transaction are written into the index together, at its end."""
        self.say(*(f"word {number}" for number in range(16)))
        self.index()
        self.close()
        written = "SELECT id, block FROM message_fts_data ORDER BY id"
        with closing(sqlite3.connect(self.database)) as db:
            texts = db.execute("SELECT id, 'r' || room_id, body FROM messages WHERE kind = 0").fetchall()
            self.assertEqual(len(texts), 16)
            before = db.execute(written).fetchall()
            unindex(db, texts)
            self.assertEqual(db.execute(written).fetchall(), before)
            db.commit()
            self.assertNotEqual(db.execute(written).fetchall(), before)

    def test_read_by_ids(self) -> None:
        """A search in a room reads what the index does not have by its ids, however much was said there before."""
        self.say("word")
        asked: list[str] = []
        self.reactor.wait(
            self.store._workers.searcher.call(lambda reader: reader.connection.set_trace_callback(asked.append))
        )
        self.reactor.wait(self.store.search(Query(["word"], 9, room="hall")))
        reads = [each for each in asked if "FROM messages m" in each and each.endswith("LIMIT -1")]
        self.assertNotEqual(reads, [])
        for read in reads:
            [first, *_] = self.reactor.wait(self.store.access.read(partial(plan_of, read)))
            self.assertRegex(first, r"^SEARCH m USING INTEGER PRIMARY KEY")

    def test_behind(self) -> None:
        """Eight messages are indexed together, with those that came with the eighth."""
        for number in range(7):
            self.say(f"word {number}")
        self.assertEqual(self.indexed(), 0)
        self.append(said("word 7"), said("word 8"))
        self.reactor.wait(self.store.access.told())
        self.assertIn(self.indexed(), (8, 9), "the two may come in one batch or in two")
        self.assertEqual(len(self.found("word")), 9)
        self.check_whole()

    def test_soon(self) -> None:
        """Whatever was said is indexed a second later. Nothing more is done while nothing is said."""
        self.say("word")
        self.clock.advance(1)
        self.reactor.wait(self.store.access.told())
        self.assertEqual(self.indexed(), 1)
        before = self.database.with_name("chat.db-wal").stat()
        self.clock.pump([1] * 5)
        self.reactor.wait(self.store.access.told())
        self.assertEqual(self.database.with_name("chat.db-wal").stat().st_size, before.st_size)

    def test_found_at_once(self) -> None:
        """What the index has and what it does not have yet, in order, in any script, and in one room or all."""
        self.say("one needle", "two", "der Grüße needle")
        self.index()
        self.append(said("three NÉEDLE"), said("four"), said("five needles"), said("six needle", "attic"))
        self.say("我们 needle")
        everything = ["我们 needle", "six needle", "three NÉEDLE", "der Grüße needle", "one needle"]
        self.assertEqual(self.found("needle"), everything)
        self.assertEqual((self.found("我们"), self.found("们我")), (everything[:1], []))
        self.assertEqual(self.found("grusse"), everything[3:4])
        query = Query(["needle"], 99, room="attic")
        self.assertEqual(texts_of(self.reactor.wait(self.store.search(query))), ["six needle"])
        self.index()
        self.assertEqual(self.found("needle"), everything)
        self.check_whole()

    def test_pages(self) -> None:
        """Pages go on from the one into the other."""
        self.say("needle 0", "needle 1", "needle 2")
        self.index()
        self.say("needle 3", "needle 4")
        pages, query = [], Query(["needle"], 2)
        while True:
            page = self.reactor.wait(self.store.search(query))
            pages.append(list(texts_of(page)))
            if not page.more:
                break
            query = query._replace(next=page.next)
            # What was read first may be indexed meanwhile.
            self.index()
        self.assertEqual(pages, [["needle 4", "needle 3"], ["needle 2", "needle 1"], ["needle 0"]])

    def change_all(self) -> None:
        """Change and delete some of what was said."""
        self.append(change(Edited, of=1, text="changed zero"), change(Deleted, of=2), change(Edited, of=6, text="new"))
        self.append(change(Deleted, of=7), change(Edited, of=6, text="newer"))

    def test_changed(self) -> None:
        """Changes of messages that the index has, and of those that it does not have."""
        self.say(*(f"needle {number}" for number in range(4)))
        self.index()
        self.say(*(f"needle {number}" for number in range(4, 7)))
        self.change_all()
        for _ in range(2):
            self.assertEqual(self.found("needle"), ["needle 4", "needle 3", "needle 2"])
            self.assertEqual(self.found("changed", "zero"), ["changed zero"])
            self.assertEqual((self.found("new"), self.found("newer")), ([], ["newer"]))
            self.index()
        self.check_whole()

    def test_pruned(self) -> None:
        """Messages that are not kept go before they are indexed, or after."""
        self.say(*(f"needle {number}" for number in range(3)))
        self.index()
        self.say(*(f"needle {number}" for number in range(3, 7)))
        self.reactor.wait(self.store.maintenance.set_policy("", RetentionPolicy(None, 2)))
        self.prune()
        self.assertEqual(self.found("needle"), ["needle 6", "needle 5"])
        self.index()
        self.assertEqual(self.found("needle"), ["needle 6", "needle 5"])
        self.check_whole()

    def test_closed(self) -> None:
        """A room is closed for good with messages of both kinds."""
        self.append_drafts(Draft(came("Al", "attic"), belongs=True), Draft(said("needle 0", "attic")))
        self.index()
        self.append(said("needle 1", "attic"), said("needle 2"))
        self.append(change(SettingsChanged, "attic", settings={"closed": "deleted"}))
        self.prune()
        self.assertEqual(self.found("needle"), ["needle 2"])
        self.index()
        self.check_whole()

    def prune(self) -> None:
        """Delete what is not to be kept."""

        async def rest() -> None:
            """The next step begins at once."""

        self.reactor.wait(ensureDeferred(self.store.maintenance.prune(rest)))

    def test_killed(self) -> None:
        """A start after a kill finds what was said, and indexes it soon."""
        self.say("needle 0")
        self.index()
        self.say("needle 1", "needle 2")
        with tempfile.TemporaryDirectory() as name:
            copy = shutil.copytree(self.data, Path(name, "data"))
            reactor, clock = Reactor(), Clock()
            store = SqliteStore(DataFolder(copy), self.limits, lambda: NOON, reactor.call, clock)
            store.open(RecordingSink())
            store.start()
            for _ in range(2):
                found = texts_of(reactor.wait(store.search(Query(["needle"], 9))))
                self.assertEqual(found, ["needle 2", "needle 1", "needle 0"])
                clock.advance(1)
                reactor.wait(store.access.told())
            self.assertEqual(reactor.wait(store.access.read(lambda db: db.execute(INDEXED).fetchone()[0])), 3)
            reactor.wait(store.stop())
            verify(copy / "chat.db")

    def test_cannot_be_written(self) -> None:
        """While the index cannot be written messages are stored and found; it tries again after eight more."""
        self.reactor.wait(self.store.access.run(_FAIL))
        with capturedLogs() as logged:
            self.say(*(f"needle {number}" for number in range(20)))
            self.reactor.wait(self.store.access.told())
        self.assertEqual(len(logged), 2)
        self.assertEqual(len(self.found("needle")), 20)
        self.assertEqual(self.store.state().trouble, "")
        self.reactor.wait(self.store.access.run("DROP TRIGGER no"))
        self.say(*(f"needle {number}" for number in range(20, 30)))
        self.reactor.wait(self.store.access.told())
        self.assertGreater(self.indexed(), 20)
        self.assertEqual(len(self.found("needle")), 30)
        self.check_whole()
