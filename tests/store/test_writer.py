"""What the one writing connection does to its files, and that it is good for more after a failure."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Never

from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.events import RoomEvent
from chat.limits import Limits
from chat.store.interfaces import Commit, Draft, Refusal, StoreError
from chat.store.makers import Makers
from chat.store.sqlite.faults import MisplacedError
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.numbers import Numbers
from chat.store.sqlite.seeking import BLOCK
from chat.store.sqlite.transaction import Cursor, Queued
from chat.store.sqlite.writer import Writer
from tests.store.case import said, scratch, sent, went

HALL = {("al", "hall"): Cursor(1)}


class Folder(DataFolder):
    """Notes how long connections wait for a lock, and fails with `trouble` when it is asked where the file is."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.timeouts: list[float] = []
        self.trouble: Exception | None = None
        self.marks_fail = False

    def connect(self, timeout: float = 5.0) -> sqlite3.Connection:
        self.timeouts.append(timeout)
        return super().connect(timeout)

    def misplaced(self) -> str:
        if self.trouble is not None:
            raise self.trouble
        return super().misplaced()

    def set_high_water(self, last_id: int) -> None:
        if self.marks_fail:
            raise OSError("no")
        super().set_high_water(last_id)


class Failing(dict[tuple[str, str], Cursor]):
    """Cursors that cannot be written."""

    def __len__(self) -> int:
        return 1

    def items(self) -> Never:
        raise sqlite3.IntegrityError("no")


class Unreadable(Numbers):
    """Cannot be read again where it `fails`."""

    fails = False

    def forget(self) -> None:
        if self.fails:
            raise sqlite3.OperationalError("no")
        super().forget()


class WriterCase(SynchronousTestCase):
    """A writer on a folder of its own, at a time of the test's."""

    def setUp(self) -> None:
        place = scratch()
        self.addCleanup(place.cleanup)
        self.folder = Folder(Path(place.name, "data"))
        self.folder.open()
        self.addCleanup(lambda: self.folder.close())
        self.now = 0.0
        self.open()
        self.addCleanup(lambda: self.writer.close())

    def open(self, limits: Limits | None = None) -> None:
        """Start a writer."""
        makers = Makers(limits or Limits(), lambda: self.now)
        self.writer = Writer(self.folder, lambda: self.now, makers)

    def reopen(self) -> None:
        """Stop it, and start another."""
        self.writer.close()
        self.open()

    def commit(self, *events: RoomEvent, holder: str = "") -> Sequence[Commit | Refusal]:
        """Commit these."""
        return self.writer.commit([Queued(Draft(event, holder=holder)) for event in events], {})

    def asked(self, sql: str) -> object:
        """What another connection finds."""
        other = sqlite3.connect(self.folder.database)
        try:
            return other.execute(sql).fetchall()
        finally:
            other.close()

    def log_bytes(self) -> int:
        """How long SQLite's log is."""
        log = self.folder.database.with_name("chat.db-wal")
        return log.stat().st_size if log.exists() else 0


class Files(WriterCase):
    """The database, its log, and the mark of how far it has come."""

    def test_how_it_is_set_up(self) -> None:
        """Locks are waited for, each commit is synced, and the space of what is pruned can be given back."""
        self.assertEqual(self.folder.timeouts, [15.0])
        self.assertEqual(self.asked("PRAGMA auto_vacuum"), [(2,)])
        self.assertEqual(self.asked("PRAGMA journal_mode"), [("wal",)])

    def test_mark(self) -> None:
        """After each commit, and each other change, the mark says how far the database has come."""
        self.commit(said("a"), said("b"))
        self.assertEqual((self.folder.high_water(), self.writer.numbers.last_id), (2, 2))
        self.writer.transact(lambda connection: None)
        self.assertEqual((self.folder.high_water(), self.writer.numbers.last_id), (3, 3))
        self.assertEqual(self.asked("SELECT last_id FROM state"), [(3,)])
        self.writer.check_complete()

    def test_mark_fails(self) -> None:
        """What is committed counts, although the mark could not be written."""
        self.folder.marks_fail = True
        with capturedLogs() as logged:
            [commit] = self.commit(said("a"))
        self.assertEqual(len(logged), 1)
        assert isinstance(commit, Commit)
        self.assertEqual((commit.event.seq, self.asked("SELECT body FROM messages")), (1, [("a",)]))
        self.assertTrue(self.writer.is_sound)

    def test_lost(self) -> None:
        """A database that has come less far than the mark has lost something; then another life begins."""
        self.commit(said("a"))
        before = self.writer.life()
        self.assertEqual((self.writer.lost_messages(), self.writer.life()), (0, before))
        self.folder.set_high_water(4)
        self.assertRaises(StoreError, self.writer.check_complete)
        self.assertEqual(self.writer.lost_messages(), 3)
        self.assertNotEqual(self.writer.life(), before)
        self.writer.check_complete()
        self.assertEqual((self.writer.lost_messages(), self.writer.numbers.last_id), (0, 4))
        self.commit(said("b"))
        self.assertEqual(self.asked("SELECT id FROM messages"), [(1,), (5,)])

    def test_checkpoint(self) -> None:
        """A log that has grown long is written into the database, after a batch and after any other change."""
        for large in (
            lambda: self.commit(*(said("x" * 16_000) for _ in range(400))),
            lambda: self.writer.transact(lambda connection: connection.execute(self.grow())),
        ):
            large()
            self.writer.checkpoint()
            self.assertEqual(self.log_bytes(), 0)
        self.writer.transact(lambda connection: connection.execute(self.grow()))
        self.assertEqual(self.log_bytes(), 0)

    def grow(self) -> str:
        """A statement that writes much."""
        return "UPDATE messages SET body = body || 'x'"

    def test_no_checkpoint(self) -> None:
        """A short log stays; so does a long one where the file is not in its place."""
        self.commit(said("a"))
        self.writer.checkpoint()
        self.assertGreater(self.log_bytes(), 0)
        self.commit(*(said("x" * 16_000) for _ in range(400)))
        away = self.folder.database.rename(self.folder.path / "x.db")
        self.writer.checkpoint()
        self.assertGreater(self.log_bytes(), 4_000_000)
        away.rename(self.folder.database)

    def test_checkpoint_fails(self) -> None:
        """Nothing is raised; the connection is sound where the error says nothing against it."""
        self.commit(*(said("x" * 16_000) for _ in range(400)))
        passing = sqlite3.OperationalError("full")
        passing.sqlite_errorcode = sqlite3.SQLITE_FULL
        for error, is_sound in ((passing, True), (sqlite3.OperationalError("I/O"), False), (passing, False)):
            self.folder.trouble = error
            with capturedLogs() as logged:
                self.writer.checkpoint()
            self.assertEqual(len(logged), 1)
            self.assertEqual(self.writer.is_sound, is_sound)
        self.folder.trouble = None

    def test_closed(self) -> None:
        """At the end all is in the database, and its log is gone."""
        self.commit(said("a"))
        self.writer.close()
        self.assertFalse(self.folder.database.with_name("chat.db-wal").exists())

    def test_moved(self) -> None:
        """Where the file is not in its place nothing is written, in whatever way that is asked."""
        self.commit(said("a"))
        away = self.folder.database.rename(self.folder.path / "x.db")
        self.assertRaises(MisplacedError, self.commit, said("b"))
        self.assertRaises(MisplacedError, self.writer.probe)
        self.assertRaises(MisplacedError, self.writer.transact, lambda connection: None)
        away.rename(self.folder.database)
        self.writer.probe()
        [commit] = self.commit(said("c"))
        assert isinstance(commit, Commit)
        self.assertEqual((commit.event.seq, self.writer.numbers.last_id), (2, 2))

    def test_closed_elsewhere(self) -> None:
        """A file that was moved has all of it in the end, and its log nothing."""
        self.commit(said("a"))
        self.folder.database.rename(self.folder.path / "x.db")
        self.folder.database.write_bytes(b"")
        self.writer.close()
        self.assertEqual(self.log_bytes(), 0)
        self.folder.database.unlink()
        (self.folder.path / "x.db").rename(self.folder.database)
        self.assertEqual(self.asked("SELECT body FROM messages"), [("a",)])
        self.folder.close()
        self.folder = Folder(self.folder.path)
        self.folder.open()
        self.open()


class Failures(WriterCase):
    """What is rolled back."""

    def test_sound(self) -> None:
        """A connection in the middle of a transaction is not sound."""
        self.assertTrue(self.writer.is_sound)
        self.writer.run("BEGIN")
        self.assertFalse(self.writer.is_sound)
        self.writer.run("SELECT 1")
        self.assertTrue(self.writer.is_sound)

    def test_batch(self) -> None:
        """Nothing of a batch that fails is stored or counted, and the next one takes its places."""
        self.commit(said("a"))
        drafts = [Queued(Draft(said("lost", room="attic"))), Queued(Draft(said("lost")))]
        self.assertRaises(sqlite3.IntegrityError, self.writer.commit, drafts, Failing())
        self.assertTrue(self.writer.is_sound)
        self.assertEqual((self.writer.numbers.last_id, self.folder.high_water()), (1, 1))
        commits = self.commit(said("b"), said("c", room="attic"))
        self.assertEqual([commit.event.seq for commit in commits if isinstance(commit, Commit)], [2, 1])
        self.assertEqual(self.asked("SELECT id, body FROM messages"), [(1, "a"), (2, "b"), (3, "c")])

    def test_change(self) -> None:
        """Nothing of any other change that fails, either."""

        def fail(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM messages")
            raise KeyError("x")

        self.commit(said("a"))
        self.assertRaises(KeyError, self.writer.transact, fail)
        self.assertTrue(self.writer.is_sound)
        self.assertEqual(self.asked("SELECT body FROM messages"), [("a",)])
        self.assertEqual(self.writer.transact(lambda connection: "done"), "done")

    def test_change_that_counts(self) -> None:
        """What was committed counts, although how far the database has come could not be read."""
        other = sqlite3.connect(self.folder.database)
        self.addCleanup(other.close)
        self.writer.numbers = numbers = Unreadable(other, lambda: 0.0, Makers(Limits(), lambda: 0.0))
        numbers.fails = True
        with capturedLogs() as logged:
            self.assertEqual(self.writer.transact(lambda connection: "done"), "done")
        self.assertEqual((len(logged), self.writer.is_sound), (1, False))
        self.assertEqual(self.asked("SELECT last_id FROM state"), [(1,)])

    def test_makers(self) -> None:
        """Rooms that were not made after all count for nobody; those that were made before still do."""
        self.writer.close()
        self.open(Limits(guest_rooms=2))
        guest = "at 192.0.2.1"
        self.commit(said("a"), holder=guest)
        drafts = [Queued(Draft(said("lost", room="attic"), holder=guest))]
        self.assertRaises(sqlite3.IntegrityError, self.writer.commit, drafts, Failing())
        [commit] = self.commit(said("a", room="cellar"), holder=guest)
        self.assertIsInstance(commit, Commit)
        [refusal] = self.commit(said("a", room="attic"), holder=guest)
        assert isinstance(refusal, Refusal)
        self.assertEqual(refusal.error.code, "room_share_full")
        [commit] = self.commit(went(room="attic"), holder=guest)
        self.assertIsInstance(commit, Commit)


class Places(WriterCase):
    """Ids of users and rooms, and the places in them."""

    def test_rooms(self) -> None:
        """A room has its kind, its first place, and its name as it was given first; it goes on after a start."""
        self.commit(said("a"), sent("b", to="Bob"), went(room="attic"))
        self.reopen()
        self.commit(said("c"), sent("d", to="Bob"))
        self.assertEqual(
            self.asked("SELECT name_key, kind, first_seq, last_seq, name FROM rooms ORDER BY id"),
            [
                ("hall", "public", 1, 2, "Hall"),
                ("direct:al:bob", "direct", 1, 2, "direct:al:bob"),
                ("attic", "public", 1, 1, "Attic"),
            ],
        )

    def test_makers_of_its_own(self) -> None:
        """Where nobody gives it any, it counts who makes rooms as every store does."""
        self.writer.close()
        self.writer = Writer(self.folder, lambda: self.now)
        rooms = Limits().guest_rooms
        found = self.commit(*(said("a", room=f"r{number}") for number in range(rooms + 1)), holder="at 192.0.2.1")
        self.assertEqual([isinstance(each, Refusal) for each in found], [*[False] * rooms, True])

    def test_forgotten(self) -> None:
        """A room that was forgotten goes on behind the places that it had."""
        self.commit(said("a"))
        buckets = [(bucket,) for bucket in range(4096)]
        insert = "INSERT INTO forgotten_rooms (bucket, last_seq) VALUES (?, 7)"
        self.writer.transact(lambda connection: connection.executemany(insert, buckets))
        [commit] = self.commit(said("b", room="attic"))
        assert isinstance(commit, Commit)
        self.assertEqual(commit.event.seq, 8)
        self.assertEqual(self.asked("SELECT first_seq, last_seq FROM rooms WHERE name = 'Attic'"), [(8, 8)])

    def test_users(self) -> None:
        """Who was only written to has not been here; who has said something has."""
        self.assertEqual(
            [self.writer.numbers.recipient("bob")[1], self.writer.numbers.recipient("bob")[1]], [False, False]
        )
        number = self.writer.numbers.user_id("bob")
        self.assertEqual(self.writer.numbers.recipient("bob"), (number, True))
        self.assertEqual(self.writer.numbers.user_id("bob"), number)
        self.assertNotEqual(self.writer.numbers.user_id("cy"), number)

    def test_held(self) -> None:
        """The name of a deleted account is held until its time, and no other is."""
        insert = "INSERT INTO accounts (name_key, name, password_hash, created_at, since_id, held_until) VALUES"
        self.writer.transact(lambda connection: connection.execute(f"{insert} ('al', 'Al', NULL, 0, 0, 5)"))
        self.writer.transact(lambda connection: connection.execute(f"{insert} ('bob', 'Bob', 'x', 0, 0, NULL)"))
        for _ in range(2):
            self.assertEqual([self.writer.numbers.is_held(key) for key in ("al", "bob", "cy")], [True, False, False])
        self.now = 4.9
        self.assertTrue(self.writer.numbers.is_held("al"))
        self.now = 5.0
        self.assertFalse(self.writer.numbers.is_held("al"))


class Times(WriterCase):
    """Between which times the messages of a block of ids were said: noted seldom, and never too narrow."""

    def noted(self) -> object:
        """By block, the times."""
        return self.asked("SELECT * FROM spans ORDER BY 1")

    def test_ahead(self) -> None:
        """It is noted a minute ahead, and again when that is over, or the clock was set back."""
        for now, noted in (
            (100.0, (0, 100.0, 160.0)),
            (160.0, (0, 100.0, 160.0)),
            (160.5, (0, 100.0, 220.5)),
            (50.0, (0, 50.0, 220.5)),
        ):
            self.now = now
            self.commit(said("a"))
            self.assertEqual(self.noted(), [noted])

    def test_blocks(self) -> None:
        """Each block of ids has its own, also where a batch reaches from one into the next."""
        self.now = 100.0
        self.commit(*(said("x") for _ in range(BLOCK - 3)))
        self.assertEqual(self.noted(), [(0, 100.0, 160.0)])
        self.now = 110.0
        self.commit(*(said("x") for _ in range(3)))
        self.assertEqual(self.noted(), [(0, 100.0, 170.0), (1, 110.0, 170.0)])
        self.now = 120.0
        self.commit(said("x"))
        self.assertEqual(self.noted(), [(0, 100.0, 170.0), (1, 110.0, 170.0)])

    def test_rolled_back(self) -> None:
        """What was noted in a batch that failed is noted again."""
        self.now = 100.0

        def refuse(connection: sqlite3.Connection) -> None:
            connection.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON cursors BEGIN SELECT raise(ABORT, 'no'); END")

        self.writer.transact(refuse)
        self.assertRaises(sqlite3.Error, self.commit, sent("a"))
        self.assertEqual(self.noted(), [])
        self.commit(said("b"))
        self.assertEqual(self.noted(), [(0, 100.0, 160.0)])


class Refusals(WriterCase):
    """What is not stored although the batch is."""

    def test_refused_beside(self) -> None:
        """A draft for which there is no room is refused, and takes no place; the others do."""
        drafts = [Queued(Draft(said("a")), ChatError("busy")), Queued(Draft(said("b")))]
        refusal, commit = self.writer.commit(drafts, HALL)
        assert isinstance(refusal, Refusal) and isinstance(commit, Commit)
        self.assertEqual((refusal.error.code, commit.event.seq), ("busy", 1))
