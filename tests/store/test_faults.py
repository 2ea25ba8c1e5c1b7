"""What goes wrong around a store: somebody else's lock, a full disk, a clock that is set."""

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Account, Draft, Query, Span, StoreError
from chat.store.sqlite import writer
from tests.running import ROOT, SECONDS, environment
from tests.store.case import came, said, sent, texts_of
from tests.store.counting import count_waiting
from tests.store.test_durable import DurableCase


class LockedCase(DurableCase):
    """Somebody has opened the database with another program, and does not let go of it."""

    def lock(self) -> sqlite3.Connection:
        """Take the lock, on the test's own thread: what waited for it here would wait for ever."""
        other = sqlite3.connect(self.folder.database, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN EXCLUSIVE")
        return other

    def texts(self) -> Sequence[str]:
        """What was said in the hall."""
        return texts_of(self.reactor.wait(self.store.history("hall", Span(99))))


class Locked(LockedCase):
    """For a while."""

    limits = Limits(unwritten_events=5)

    def test_queued(self) -> None:
        """So many wait as may, more are refused; nothing stands still, and then all is committed, in order."""
        self.store.append(Draft(said("before")))
        self.settle()
        other = self.lock()
        for text in "abcde":
            self.store.append(Draft(said(text)))
        for _ in range(3):
            error = self.assertRaises(ChatError, self.store.append, Draft(said("too much")))
            self.assertEqual(error.code, "busy")
        self.assertEqual(self.texts(), ["before"])
        self.assertEqual(len(self.sink.commits), 1)
        other.execute("ROLLBACK")
        self.settle()
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2, 3, 4, 5, 6])
        self.assertEqual(self.texts(), ["before", *"abcde"])
        self.store.append(Draft(said("after")))
        self.settle()
        self.assertEqual(self.sink.commits[-1].event.seq, 7)

    def test_acknowledged_meanwhile(self) -> None:
        """What arrives is noted, and written when the lock is gone."""
        self.store.append(Draft(sent("a")))
        self.settle()
        other = self.lock()
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.clock.advance(1)
        asked = self.store.missed("bob", 9)
        self.assertEqual(count_waiting(self.store, "bob"), 0)
        other.execute("ROLLBACK")
        self.assertEqual(texts_of(self.reactor.wait(asked)), [])
        self.reopen()
        self.assertEqual(count_waiting(self.store, "bob"), 0)


class LockedForLong(LockedCase):
    """For longer than anybody can wait."""

    def setUp(self) -> None:
        self.patch(writer, "_LOCK_SECONDS", 0.05)
        super().setUp()

    def test_refused(self) -> None:
        """What waited is refused, nothing of it is stored, and nothing is counted; then all goes on."""
        other = self.lock()
        for draft in (Draft(said("a", nonce="int:1")), Draft(sent("b")), Draft(came(), belongs=True)):
            self.store.append(draft)
        self.settle()
        self.assertEqual([refusal.error.code for refusal in self.sink.refusals], ["busy"] * 3)
        self.assertEqual((self.sink.commits, count_waiting(self.store, "bob")), ([], 0))
        other.execute("ROLLBACK")
        heads = self.reactor.wait(self.store.heads("al"))
        self.assertEqual((self.texts(), heads), ([], []))
        for event in (said("a", nonce="int:1"), sent("b")):
            self.store.append(Draft(event))
        self.settle()
        self.assertEqual([(commit.event.seq, commit.repeat) for commit in self.sink.commits], [(1, False), (1, False)])

    def test_accounts(self) -> None:
        """Who wants an account is told to try again; nothing is made of it."""
        other = self.lock()
        accounts = self.store.accounts
        create = accounts.create(Account("al", "Al", "hash", 0.0), None)
        self.assertEqual(self.assertRaises(ChatError, self.reactor.wait, create).code, "busy")
        self.assertIsNone(self.reactor.wait(accounts.find("al")))
        other.execute("ROLLBACK")
        self.reactor.wait(accounts.create(Account("al", "Al", "hash", 0.0), None))


class FullDisk(SynchronousTestCase):
    """A file system of a few megabytes, in a process of its own that may mount one."""

    def test_full(self) -> None:
        """See `tests.store.full_disk`."""
        for within in (["unshare", "-m"], ["unshare", "-rm"]):
            try:
                probe = subprocess.run(
                    [*within, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, timeout=SECONDS, check=False
                )
            except FileNotFoundError:
                raise SkipTest("there is no unshare(1) here") from None
            if probe.returncode == 0:
                break
        else:
            raise SkipTest(f"nobody may mount a file system here: {probe.stderr.decode().strip()}")
        program = [sys.executable, "-m", "tests.store.full_disk"]
        done = subprocess.run(
            [*within, *program],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=6 * SECONDS,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Trouble(DurableCase):
    """What does not happen, and does not stop anything if it does."""

    limits = Limits(account_rooms=2)

    def test_unstorable(self) -> None:
        """What no database takes is refused; the next one is stored."""
        for text in ("a", "half a character: \ud800", "b"):
            self.store.append(Draft(said(text)))
            self.settle()
        self.assertEqual([refusal.error.code for refusal in self.sink.refusals], ["store_failed"])
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2])

    def test_rooms_that_were_not_made(self) -> None:
        """They are not counted."""
        self.store.append(Draft(said("a"), holder="al"))
        self.settle()
        self.reactor.wait(self.store.access.run("PRAGMA max_page_count = 1"))
        for room in ("attic", "cellar", "attic"):
            self.store.append(Draft(said("x" * 10_000, room), holder="al"))
            self.settle()
        self.assertEqual([refusal.error.code for refusal in self.sink.refusals], ["disk_full"] * 3)
        self.reactor.wait(self.store.access.run("PRAGMA max_page_count = 1000000"))
        self.store.append(Draft(said("b", "cellar"), holder="al"))
        self.settle()
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 1])
        self.store.append(Draft(said("c", "attic"), holder="al"))
        self.settle()
        self.assertEqual(self.sink.refusals[-1].error.code, "room_share_full")

    def test_high_water_cannot_be_written(self) -> None:
        """What is committed is committed."""

        def fail(_: int) -> None:
            raise OSError(28, "No space left on device")

        self.patch(self.folder, "set_high_water", fail)
        for text in "ab":
            self.store.append(Draft(said(text)))
            self.settle()
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2])

    def test_not_whole(self) -> None:
        """A database in which something is missing is refused, at once; and its folder is not kept."""
        self.close()
        with closing(sqlite3.connect(self.folder.database, isolation_level=None)) as other:
            other.execute("ALTER TABLE cursors RENAME TO elsewhere")
            error = self.assertRaises(StoreError, self.open)
            self.assertIn("no such table: cursors", str(error))
            other.execute("ALTER TABLE elsewhere RENAME TO cursors")
        self.open()


class SetClock(DurableCase):
    """Somebody sets the clock, by an hour, forth and back."""

    def test_order(self) -> None:
        """Messages have the time that it was; their order is that of the commits, wherever they are asked for."""
        times = []
        for hours in (0, 1, -1, 0, -1, 1):
            self.now = 10_000.0 + 3600 * hours
            times.append(self.now)
            for event in (said(f"a {hours}"), sent(f"b {hours}")):
                self.store.append(Draft(event))
            self.settle()
        for _ in range(2):
            said_then = self.reactor.wait(self.store.history("hall", Span(99))).events
            self.assertEqual([message.sent_at for message in said_then], times)
            self.assertEqual([message.seq for message in said_then], [1, 2, 3, 4, 5, 6])
            found = self.reactor.wait(self.store.search(Query(["a"], 99))).events
            self.assertEqual(list(found), list(said_then)[::-1])
            waiting = self.reactor.wait(self.store.missed("bob", 99)).events
            self.assertEqual([message.seq for message in waiting], [1, 2, 3, 4, 5, 6])
            self.reopen()

    def test_repeats(self) -> None:
        """A repeat is one whenever it comes."""
        for hours in (0, -1, 1):
            self.now = 10_000.0 + 3600 * hours
            self.store.append(Draft(said("a", nonce="int:1")))
            self.settle()
        self.assertEqual([commit.repeat for commit in self.sink.commits], [False, True, True])
        self.assertEqual({commit.event.sent_at for commit in self.sink.commits}, {10_000.0})
