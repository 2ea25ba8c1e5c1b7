"""Whatever breaks in a store: nobody waits in vain, nothing acknowledged is lost, and it goes on by itself."""

import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.events import Message
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Account, Draft, Query, Span
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.store import SqliteStore
from chat.store.sqlite.worker import Worker
from tests.running import SECONDS
from tests.store.case import RecordingSink, said, scratch, sent, texts_of
from tests.store.faulty import Fault, FaultyFolder, sqlite_fault
from tests.store.test_durable import DurableCase
from tests.store.test_sqlite import Reactor

FAULTS: dict[str, Fault] = {
    "disk I/O error": sqlite_fault(sqlite3.SQLITE_IOERR, "disk I/O error"),
    "malformed": sqlite_fault(sqlite3.SQLITE_CORRUPT, "database disk image is malformed"),
    "cannot open": sqlite_fault(sqlite3.SQLITE_CANTOPEN, "unable to open database file"),
    "full": sqlite_fault(sqlite3.SQLITE_FULL, "database or disk is full"),
    "locked": sqlite_fault(sqlite3.SQLITE_BUSY, "database is locked"),
    "system": lambda: OSError(5, "Input/output error"),
    "memory": MemoryError,
    "thread": SystemExit,
}


class Life:
    """A store with a fault in it: what it is asked, and what came of it."""

    def __init__(self, path: Path) -> None:
        self.folder = FaultyFolder(path)
        self.clock = Clock()
        self.reactor = Reactor()
        self.sink = RecordingSink()
        self.store = SqliteStore(self.folder, Limits(), lambda: 5.0, self.reactor.call, self.clock)
        self.store.open(self.sink)
        self.store.start()
        self.appended = 0

    def say(self, *texts: str) -> None:
        """Say something, and wait until all of it is committed, or refused."""
        for text in texts:
            self.store.append(Draft(said(text)))
            self.store.append(Draft(sent(text)))
            self.appended += 2
        while self.store.state().unwritten:
            self.reactor.turn()

    def ask(self, asked: "Deferred[object]") -> None:
        """Wait for an answer, or an error."""
        ends: list[object] = []
        asked.addBoth(ends.append)
        while not ends:
            self.reactor.turn()
        if isinstance(ends[0], Failure):
            assert isinstance(ends[0].value, ChatError), ends[0]

    def live(self) -> None:
        """A bit of everything that a store does."""
        store, room = self.store, direct_room("al", "bob")
        self.say("one")
        for asked in (
            store.history("hall", Span(9)),
            store.missed("bob", 9),
            store.search(Query(["one"], 9)),
            store.accounts.create(Account("al", "Al", "hash", 1.0), None),
        ):
            self.ask(asked)  # type: ignore[arg-type]
        store.acknowledge("bob", room, 1)
        self.clock.advance(0.5)
        self.ask(store.heads("bob"))  # type: ignore[arg-type]
        self.say("two")
        self.ask(store.accounts.delete("al", 9.0))  # type: ignore[arg-type]
        self.ask(store.access.run("PRAGMA incremental_vacuum(1)"))  # type: ignore[arg-type]

    def recover(self) -> None:
        """What broke is whole again: wait until the store says so."""
        for _ in range(100):
            if not self.store.state().is_failing:
                return
            self.clock.advance(1)
            # As long as the longest rest.
            threading.Event().wait(0.02)
            self.reactor.wait(self.store._workers.writer.passed())
            self.reactor.wait(self.store._workers.reader.passed())
            self.reactor.wait(self.store._workers.searcher.passed())
        raise AssertionError(f"it does not go on: {self.store.state().trouble}")

    def close(self) -> None:
        """End it."""
        self.reactor.wait(self.store.stop())


class Injected(SynchronousTestCase):
    """Each question to SQLite may fail, once or several times, in each way."""

    def test_everywhere(self) -> None:
        """All that was appended is answered, what was acknowledged is stored, and the next one is stored, too.

        Each kind of fault comes at every third place.
        """
        with scratch() as folder:
            whole = Life(Path(folder, "whole"))
            begin = whole.folder.asked
            whole.live()
            end = whole.folder.asked
            whole.close()
        self.assertGreater(end - begin, 40)
        fired = 0
        for number, (name, fault) in enumerate(FAULTS.items()):
            for at in range(begin + 1 + number % 3, end + 1, 3):
                with scratch() as folder, self.subTest(fault=name, at=at - begin):
                    fired += self.check(Path(folder, "data"), fault, at, 1 + 4 * ((at + number) % 2))
        self.assertGreater(fired, 0.3 * len(FAULTS) * (end - begin))

    def check(self, path: Path, fault: Fault, at: int, failures: int) -> bool:
        """Live with a fault at one place, and go on; whether the fault came."""
        life = Life(path)
        life.folder.fault, life.folder.fail_at, life.folder.failures = fault, at, failures
        life.live()
        life.folder.fail_at = None
        self.assertEqual(len(life.sink.commits) + len(life.sink.refusals), life.appended)
        life.recover()
        before = len(life.sink.commits)
        life.say("after")
        self.assertEqual(len(life.sink.commits), before + 2, life.sink.refusals)
        acknowledged = [each.event for each in life.sink.commits if each.event.room == "hall"]
        stored = life.reactor.wait(life.store.history("hall", Span(99))).events
        self.assertEqual([message.seq for message in stored], [*range(1, len(stored) + 1)])
        self.assertLessEqual(set(map(repr, acknowledged)), set(map(repr, stored)))
        life.close()
        again = SqliteStore(DataFolder(path), Limits(), lambda: 5.0, life.reactor.call, life.clock)
        again.open(RecordingSink())
        again.start()
        self.assertEqual(again.lost_messages, 0)
        life.reactor.wait(again.stop())
        return life.folder.asked >= at


class MovedCase(DurableCase):
    """Somebody moves a file while the server runs."""

    def say(self, text: str) -> list[str]:
        """Say something; with which codes it was refused."""
        self.store.append(Draft(said(text)))
        self.settle()
        codes = [refusal.error.code for refusal in self.sink.refusals]
        self.sink.refusals.clear()
        return codes

    def texts(self) -> list[str]:
        """What was stored in the hall."""
        return [*texts_of(self.reactor.wait(self.store.history("hall", Span(99))))]


class Moved(MovedCase):
    """Somebody moves the database."""

    def away(self) -> Path:
        """Move it."""
        return self.folder.database.rename(self.folder.path / "x.db")

    def test_and_back(self) -> None:
        """Nothing is taken meanwhile, and that is said; then all goes on."""
        self.assertEqual(self.say("a"), [])
        away = self.away()
        self.assertTrue(self.store.state().is_failing, "also before anybody has said anything")
        for _ in range(3):
            self.assertEqual(self.say("b"), ["store_failed"])
            self.clock.advance(1)
        create = self.store.accounts.create(Account("al", "Al", "hash", 0.0), None)
        self.assertEqual(self.assertRaises(ChatError, self.reactor.wait, create).code, "store_failed")
        self.assertEqual(self.texts(), ["a"])
        self.assertIn("put it back", self.store.state().trouble)
        away.rename(self.folder.database)
        self.assertEqual(self.say("c"), [])
        self.assertFalse(self.store.state().is_failing)
        self.assertEqual(self.texts(), ["a", "c"])
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2])

    def test_and_back_in_silence(self) -> None:
        """That it is back is noticed where nobody says anything."""
        away = self.away()
        self.say("a")
        away.rename(self.folder.database)
        self.clock.advance(1)
        self.reactor.wait(self.store._workers.writer.passed())
        self.assertFalse(self.store.state().is_failing)

    def test_another_file(self) -> None:
        """What was acknowledged is in the operator's file: nothing is written into the old one behind their back."""
        self.say("a")
        away = self.away()
        self.folder.database.write_bytes(away.read_bytes())
        self.assertEqual(self.say("b"), ["store_failed"])
        self.assertIn("another file", self.store.state().trouble)
        self.folder.database.unlink()
        self.close()
        away.rename(self.folder.database)
        self.open()
        self.assertEqual((self.texts(), self.store.lost_messages), (["a"], 0))

    def test_left_whole(self) -> None:
        """At the end the moved file has all, and no log is left for whatever stands in its place then."""
        self.say("a")
        self.away()
        self.close()
        log = self.folder.database.with_name("chat.db-wal")
        self.assertEqual(log.stat().st_size if log.exists() else 0, 0)
        other = sqlite3.connect(self.folder.path / "x.db")
        self.assertEqual(other.execute("SELECT body FROM messages").fetchall(), [("a",)])
        other.close()
        self.open()


class MovedLog(MovedCase):
    """Somebody moves or deletes the log of the database. Nobody finds there what SQLite goes on writing into it."""

    def killed(self) -> tuple[list[str], int]:
        """What another server finds where this one was killed, and how much of it is missing."""
        with scratch() as copied:
            path = Path(copied, "data")
            shutil.copytree(self.folder.path, path)
            store = SqliteStore(DataFolder(path), Limits(), lambda: 5.0, self.reactor.call, Clock())
            store.open(RecordingSink())
            store.start()
            texts = [*texts_of(self.reactor.wait(store.history("hall", Span(99))))]
            lost = store.lost_messages
            self.reactor.wait(store.stop())
        return texts, lost

    def test_and_back(self) -> None:
        """Nothing is taken meanwhile, and that is said; then all goes on."""
        self.assertEqual(self.say("a"), [])
        away = self.folder.log.rename(self.folder.path / "x.log")
        self.assertIn("chat.db-wal is not where it was; put it back", self.store.state().trouble)
        self.assertEqual(self.say("b"), ["store_failed"])
        create = self.store.accounts.create(Account("al", "Al", "hash", 0.0), None)
        self.assertEqual(self.assertRaises(ChatError, self.reactor.wait, create).code, "store_failed")
        self.assertEqual(self.texts(), ["a"])
        self.assertEqual(self.killed(), (["a"], 0))
        away.rename(self.folder.log)
        self.assertEqual(self.say("c"), [])
        self.assertFalse(self.store.state().is_failing)
        self.assertEqual(self.texts(), ["a", "c"])
        self.assertEqual(self.killed(), (["a", "c"], 0))

    def test_deleted(self) -> None:
        """Nothing is acknowledged that a kill would lose; after a start all goes on."""
        self.say("a")
        self.folder.log.unlink()
        self.assertEqual(self.say("b"), ["store_failed"])
        self.assertEqual(self.killed(), (["a"], 0))
        self.reopen()
        self.assertEqual(self.say("c"), [])
        self.assertEqual((self.texts(), self.store.lost_messages), (["a", "c"], 0))

    def test_deleted_in_silence(self) -> None:
        """It is noticed where nobody says anything, and what was acknowledged before is saved."""
        self.say("a")
        self.folder.log.unlink()
        self.clock.advance(1)
        self.reactor.wait(self.store._workers.writer.passed())
        self.assertEqual(self.killed(), (["a"], 0))

    def test_another_file(self) -> None:
        """A copy is another file, too."""
        self.say("a")
        copy = self.folder.path / "x.log"
        shutil.copy(self.folder.log, copy)
        away = self.folder.log.rename(self.folder.path / "y.log")
        copy.rename(self.folder.log)
        self.assertEqual(self.say("b"), ["store_failed"])
        self.assertIn("another file in the place of chat.db-wal", self.store.state().trouble)
        away.rename(self.folder.log)
        self.assertEqual(self.say("c"), [])
        self.assertEqual(self.killed(), (["a", "c"], 0))

    def test_deleted_during_a_commit(self) -> None:
        """What is acknowledged all the same is not in the log alone."""
        self.say("a")
        misplaced, log = self.folder.misplaced, self.folder.log

        def late() -> str:
            found = misplaced()
            if threading.current_thread().name == "chat-writer":
                log.unlink(missing_ok=True)
            return found

        self.patch(self.folder, "misplaced", late)
        self.assertEqual(self.say("b"), [])
        self.assertEqual(self.killed(), (["a", "b"], 0))
        self.assertEqual(self.say("c"), ["store_failed"])

    def test_made_anew(self) -> None:
        """SQLite deletes the log with the last connection, and makes another one: that is no fault."""
        self.say("a")
        workers = self.store._workers
        for worker in workers._all:
            worker.submit(worker._close, lambda _: None)
            self.reactor.wait(worker.passed())
        self.assertFalse(self.folder.log.exists())
        self.assertEqual(self.say("b"), [])
        self.assertEqual((self.texts(), self.store.state().trouble), (["a", "b"], ""))
        self.folder.log.unlink()
        self.assertEqual(self.say("c"), ["store_failed"])


class _Nothing:
    """A resource."""

    is_sound = True

    def close(self) -> None:
        """See `Resource.close`."""


def hang(worker: Worker[Any], hold: threading.Event) -> None:
    """Have a thread do nothing, until told otherwise."""

    def wait() -> None:
        hold.wait(SECONDS)

    worker.submit(wait, lambda _: None)


class Threads(SynchronousTestCase):
    """Threads that end, and that do not."""

    def setUp(self) -> None:
        self.reactor = Reactor()
        self.worker = Worker("worker", _Nothing, self.reactor.call)
        self.worker.start()
        self.addCleanup(self.worker.stop, SECONDS)

    def test_ended(self) -> None:
        """One that has ended all the same is started again: what it had at hand fails, and the rest is done."""
        worker = self.worker

        thread, worker._thread = worker._thread, threading.Thread(target=lambda: None)
        assert thread is not None and worker._thread is not None
        worker._tasks.put(None)
        thread.join(SECONDS)
        worker._thread.start()
        worker._thread.join(SECONDS)
        answer = worker.call(lambda _: 7)
        worker.revive()
        self.assertEqual(self.reactor.wait(answer), 7)
        self.assertEqual(worker.restarts, 2, "the thread, and what it owns")

    def test_hung(self) -> None:
        """One that does not come back is not waited for without end, nor is what is behind it."""
        hang(self.worker, hold := threading.Event())
        self.addCleanup(hold.set)
        self.assertFalse(self.worker.is_stuck(SECONDS))
        while not self.worker.is_stuck(0.01):
            hold.wait(0.01)
        self.assertFalse(self.worker.stop(0.05))


class Hung(DurableCase):
    """The disk does not answer any more."""

    limits = Limits(store_stop_seconds=0.2)

    def test_stop(self) -> None:
        """The server ends all the same."""
        hang(self.store._workers.writer, hold := threading.Event())
        self.store.append(Draft(said("a")))
        ended = self.store.stop()
        self.clock.advance(0.2)
        self.reactor.wait(ended)
        self.assertEqual([each.event for each in self.sink.commits if isinstance(each.event, Message)], [])
        hold.set()
        for worker in self.store._workers._all:
            self.assertTrue(worker.stop(SECONDS))
        self.folder.close()
        self.open()
