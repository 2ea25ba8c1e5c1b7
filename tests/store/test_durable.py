"""What only a store on a disk promises: it is all still there."""

import sqlite3
import tempfile
from pathlib import Path

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.events import Left
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Account, Draft, StoreError
from chat.store.sqlite import numbers
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.migrations import Migration, known_migrations, migrate
from chat.store.sqlite.store import SqliteStore
from tests.store.case import RecordingSink, came, said, sent
from tests.store.counting import count_waiting
from tests.store.test_sqlite import Reactor


class DurableCase(SynchronousTestCase):
    """A data folder, and one store after another on it."""

    limits = Limits()
    now = 5.0

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = DataFolder(Path(folder.name, "data"))
        self.reactor = Reactor()
        self.clock = Clock()
        self.open()
        self.addCleanup(lambda: self.close())

    def open(self) -> None:
        """Start a store on the folder."""
        self.sink = RecordingSink()
        self.store = SqliteStore(self.folder, self.limits, lambda: self.now, self.reactor.call, self.clock)
        self.store.open(self.sink)
        self.store.start()

    def close(self) -> None:
        """Stop it."""
        self.reactor.wait(self.store.stop())

    def reopen(self) -> None:
        """Stop it and start another."""
        self.close()
        self.open()

    def settle(self) -> None:
        """Wait until everything that was appended is committed, or refused."""
        while self.store.state().unwritten:
            self.reactor.turn()


class Durable(DurableCase):
    """What is stored, and what cannot be."""

    def test_goes_on_where_it_was(self) -> None:
        """After a restart the places go on, what waited waits, what arrived does not, and ids are remembered."""
        for event in (said("a"), sent("b"), sent("c", sender="Cy"), said("d", nonce="int:1")):
            self.store.append(Draft(event))
        self.settle()
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.reopen()
        self.assertEqual([message.text for message in self.reactor.wait(self.store.missed("bob", 10)).events], ["c"])
        self.assertEqual(count_waiting(self.store, "bob"), 1)
        for event in (said("d", nonce="int:1"), said("e"), sent("f")):
            self.store.append(Draft(event))
        self.settle()
        self.assertEqual(
            [(commit.event.seq, commit.repeat) for commit in self.sink.commits], [(2, True), (3, False), (2, False)]
        )

    def test_committed_before_it_is_told(self) -> None:
        """Another connection sees a message no later than the sink does."""
        self.store.append(Draft(said("a")))
        while not self.sink.commits:
            self.reactor.turn()
        with sqlite3.connect(self.folder.database) as other:
            self.assertEqual(other.execute("SELECT body FROM messages").fetchall(), [("a",)])
        other.close()

    def test_group_commit(self) -> None:
        """What gathers while a batch is being written becomes one batch."""
        lock = sqlite3.connect(self.folder.database, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        for number in range(100):
            self.store.append(Draft(said(str(number))))
        lock.execute("ROLLBACK")
        lock.close()
        self.settle()
        self.assertEqual(len(self.sink.commits), 100)
        self.assertLessEqual(self.sink.batches, 3)

    def test_recalled_within_a_batch(self) -> None:
        """Who comes in finds what was said before in the same transaction, behind what was there already."""
        self.store.append(Draft(said("a")))
        self.settle()
        lock = sqlite3.connect(self.folder.database, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        for event in (said("held up"), *map(said, "bcd"), came(), said("e")):
            self.store.append(Draft(event, recall=3 if event == came() else 0))
        lock.execute("ROLLBACK")
        lock.close()
        self.settle()
        recalled = [[message.text for message in commit.recalled] for commit in self.sink.commits]
        self.assertEqual(recalled, [[], [], [], [], [], ["b", "c", "d"], []])

    def test_own_words_do_not_wait(self) -> None:
        """Who has said much in a conversation, and is answered, misses only the answer."""
        for number in range(5):
            self.store.append(Draft(sent(str(number))))
        self.store.append(Draft(sent("answer", sender="Bob", to="Al")))
        self.settle()
        self.assertEqual([message.text for message in self.reactor.wait(self.store.missed("al", 9)).events], ["answer"])
        self.reopen()
        self.assertEqual(count_waiting(self.store, "al"), 1)
        self.assertEqual(count_waiting(self.store, "bob"), 5)

    def test_cursors_are_written_by_themselves(self) -> None:
        """Also where no message follows: soon, not at once."""
        self.store.append(Draft(sent("a")))
        self.settle()
        before = len(self.clock.getDelayedCalls())
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.assertEqual(len(self.clock.getDelayedCalls()), before + 1)
        self.clock.advance(1)
        self.assertEqual(self.reactor.wait(self.store.missed("bob", 9)).events, [])

    def test_second_server(self) -> None:
        """Two servers on one folder: the second is refused, the first goes on."""
        second = SqliteStore(DataFolder(self.folder.path), self.limits, lambda: 5.0, self.reactor.call, self.clock)
        error = self.assertRaises(StoreError, second.start)
        self.assertEqual(str(error), f"another server uses the data folder {self.folder.path}")
        self.store.append(Draft(said("a")))
        self.settle()
        self.assertEqual(len(self.sink.commits), 1)

    def test_private(self) -> None:
        """Nobody else on the machine may read it."""
        self.assertEqual(self.folder.path.stat().st_mode & 0o777, 0o700)
        self.close()
        # Whoever made the folder by hand may have made it for everybody.
        Path(self.folder.path, "chat.db").unlink()
        self.folder.path.chmod(0o755)
        self.open()
        self.store.append(Draft(said("a")))
        self.settle()
        readable = [path.name for path in self.folder.path.iterdir() if path.stat().st_mode & 0o077]
        self.assertEqual(readable, [])

    def test_high_water(self) -> None:
        """A log that came back shorter than it was is noticed, and said; ids are not used twice."""
        for text in "abc":
            self.store.append(Draft(said(text)))
            self.settle()
        life = self.store.life
        self.reopen()
        self.assertEqual((self.store.life, len(life)), (life, 8))
        self.close()
        mark = self.folder.path / "high-water"
        mark.write_bytes((5).to_bytes(8, "little"))
        self.open()
        self.assertEqual(self.store.lost_messages, 2)
        self.assertNotIn(self.store.life, (life, ""))
        self.store.append(Draft(said("d")))
        self.settle()
        self.assertEqual(self.sink.commits[-1].event.seq, 4)
        self.reopen()
        self.assertEqual(self.store.lost_messages, 0)

    def test_disk_full(self) -> None:
        """Senders get an error and nothing is half stored; it goes on by itself when there is space."""
        self.limit_pages(1)
        for _ in range(3):
            self.store.append(Draft(said("x" * 10_000)))
        self.settle()
        self.assertEqual([refusal.error.code for refusal in self.sink.refusals], ["disk_full"] * 3)
        self.assertEqual(self.reactor.wait(self.store.missed("bob", 9)).events, [])
        self.limit_pages(1_000_000)
        self.store.append(Draft(said("b")))
        self.settle()
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1])

    def limit_pages(self, pages: int) -> None:
        """Let the database grow to so many pages; it never has fewer than it has."""
        self.reactor.wait(self.store.access.run(f"PRAGMA max_page_count = {pages}"))


class Busy(DurableCase):
    """A queue of two."""

    limits = Limits(unwritten_events=2)

    def test_busy(self) -> None:
        """What does not fit before the disk is refused at once; what does is stored, and so is who left."""
        lock = sqlite3.connect(self.folder.database, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        self.store.append(Draft(said("a")))
        self.store.append(Draft(said("b")))
        error = self.assertRaises(ChatError, self.store.append, Draft(said("c")))
        self.assertEqual(error.code, "busy")
        self.store.append(Draft(Left(room="hall", place="Hall", sender="Al")))
        lock.execute("ROLLBACK")
        lock.close()
        self.settle()
        self.store.append(Draft(said("d")))
        self.settle()
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2, 3, 4])


class Folders(SynchronousTestCase):
    """Folders that cannot be used."""

    def test_no_folder(self) -> None:
        """A file stands in its place, or it holds no database."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "file")
            file.write_text("")
            self.assertIn("File exists", str(self.assertRaises(StoreError, DataFolder(file).open)))
            broken = Path(folder, "broken")
            broken.mkdir()
            (broken / "chat.db").write_bytes(b"this is no database" * 1000)
            store = SqliteStore(DataFolder(broken), Limits(), lambda: 0.0, Reactor().call, Clock())
            self.assertIn("file is not a database", str(self.assertRaises(StoreError, store.start)))


class Migrations(SynchronousTestCase):
    """From one schema to the next."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.database = Path(folder.name, "chat.db")
        self.connection = sqlite3.connect(self.database, isolation_level=None)
        self.addCleanup(self.connection.close)
        migrate(self.connection, self.database, [Migration(1, "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (7);")])

    def version(self) -> int:
        return int(self.connection.execute("PRAGMA user_version").fetchone()[0])

    def test_step(self) -> None:
        """The missing steps are applied in order, and the file is copied first."""
        steps = [
            Migration(1, "no SQL at all"),
            Migration(2, "ALTER TABLE t ADD b;"),
            Migration(3, "UPDATE t SET b = a;"),
        ]
        migrate(self.connection, self.database, steps)
        self.assertEqual(self.connection.execute("SELECT a, b FROM t").fetchall(), [(7, 7)])
        self.assertEqual(self.version(), 3)
        with sqlite3.connect(self.database.with_name("chat.db.before-001")) as copy:
            self.assertEqual(copy.execute("SELECT * FROM t").fetchall(), [(7,)])
        copy.close()

    def test_nothing_to_do(self) -> None:
        """A database that is up to date is left alone."""
        migrate(self.connection, self.database, [Migration(1, "no SQL at all")])
        self.assertEqual([path.name for path in self.database.parent.iterdir()], ["chat.db"])

    def test_failing_step(self) -> None:
        """Everything is as it was."""
        steps = [Migration(1, ""), Migration(2, "ALTER TABLE t ADD b;"), Migration(3, "no SQL at all")]
        self.assertRaises(sqlite3.Error, migrate, self.connection, self.database, steps)
        self.assertEqual(self.connection.execute("SELECT * FROM t").fetchall(), [(7,)])
        self.assertEqual(self.version(), 1)

    def test_newer(self) -> None:
        """A database of a newer program is refused, and left alone."""
        self.connection.execute("PRAGMA user_version = 9")
        error = self.assertRaises(StoreError, migrate, self.connection, self.database, [Migration(1, "")])
        self.assertIn("written by a newer version (schema 9, this one knows 1)", str(error))

    def test_known(self) -> None:
        """The program's own steps count from 1 without gaps."""
        known = known_migrations()
        self.assertEqual([step.number for step in known], list(range(1, len(known) + 1)))


class ManyNames(DurableCase):
    """Names come and go without end; what the writer keeps of them does not grow with that."""

    def setUp(self) -> None:
        self.patch(numbers, "_KEPT_IDS", 3)
        super().setUp()

    def test_bounded(self) -> None:
        """Everything is counted on, in whatever order people come back."""
        for round_ in range(3):
            for number in range(20):
                self.store.append(Draft(said(f"a {round_}", f"room{number}", f"u{number}")))
                self.store.append(Draft(sent(f"b {round_}", f"v{number}", f"u{number}")))
                self.settle()
        places = [commit.event.seq for commit in self.sink.commits]
        self.assertEqual(places, [1] * 40 + [2] * 40 + [3] * 40)
        kept = self.store._writer.ask(
            lambda writer: (len(writer.numbers._users), len(writer.numbers._rooms), len(writer.numbers._held))
        )
        self.assertLess(max(kept), 10)

    def test_held(self) -> None:
        """A name that was deleted is held, though not all of them are kept in mind; and not for longer than that."""
        for number in range(10):
            self.reactor.wait(self.store.accounts.create(Account(f"u{number}", f"u{number}", "hash", 1.0), None))
            self.reactor.wait(self.store.accounts.delete(f"u{number}", self.now + 10))
        self.assertEqual(self.store._writer.ask(lambda writer: len(writer.numbers._held)), 0, "nothing is read ahead")
        for _ in range(2):
            for number in range(10):
                self.store.append(Draft(sent("x", f"u{number}")))
                self.settle()
        self.assertEqual({refusal.error.code for refusal in self.sink.refusals}, {"name_held"})
        self.assertEqual(len(self.sink.refusals), 20)
        self.now += 11
        self.store.append(Draft(sent("x", "u3")))
        self.settle()
        self.assertEqual(len(self.sink.commits), 1)
