"""Backups: of a server at work, and back again."""

import signal
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from threading import Event, Thread

from chat.admin.progress import bar
from chat.personal import PersonalSettings
from chat.store.files import new_file
from chat.store.interfaces import Account, StoreError
from chat.store.sqlite import snapshots
from chat.store.sqlite.snapshots import copy, snapshot
from tests.admin.case import Person, ToolCase
from tests.running import RunningServer
from tests.store.case import said
from tests.store.folders import StoreCase, rows

TEXTS = "SELECT body FROM messages WHERE kind = 0 ORDER BY id"


class Talker(Thread):
    """Says one numbered thing after the other until `enough` is set; `acknowledged` are their numbers."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port
        self.enough = Event()
        self.acknowledged: list[int] = []
        self.has_begun = Event()

    def run(self) -> None:
        with Person(self._port, "Talker") as person:
            while not self.enough.is_set():
                number = len(self.acknowledged)
                person.say(f"word{number} and some more of it", f"nonce{number}")
                self.acknowledged.append(number)
                if number == 20:
                    self.has_begun.set()


class Snapshots(StoreCase):
    """A copy that is made step by step while others write."""

    def test_not_begun_again(self) -> None:
        """What is written between the steps is not in the copy, and makes none of them necessary twice."""
        self.append(*(said(f"before {number} {'x' * 2000}") for number in range(60)))
        self.patch(snapshots, "_PAGES_AT_ONCE", 4)
        bars: list[WritingBar] = []

        def progress(what: str, total: int, unit: str) -> "WritingBar":
            bars.append(WritingBar(self, total))
            return bars[-1]

        target = self.folder / "copy.db"
        target.touch()
        with snapshot(self.database) as source:
            copy(source, target, "copying", progress)
        [shown] = bars
        self.assertGreater(shown.total, 20)
        self.assertEqual(shown.steps, [4] * (shown.total // 4) + ([shown.total % 4] if shown.total % 4 else []))
        self.assertEqual(len(rows(target, TEXTS)), 60)
        self.assertEqual(len(rows(self.database, TEXTS)), 60 + len(shown.steps))

    def test_reads_only(self) -> None:
        """A snapshot can write nothing, and stays as it was."""
        self.append(said("a"))
        with snapshot(self.database) as connection:
            self.append(said("b"))
            self.assertEqual(connection.execute(TEXTS).fetchall(), [("a",)])
            self.assertRaises(sqlite3.OperationalError, connection.execute, "DELETE FROM messages")

    def test_copy_stands_alone(self) -> None:
        """It needs no other file beside it, so that it may be carried away and put where nothing can be written."""
        self.append(said("a"))
        accounts = self.store.accounts
        self.reactor.wait(accounts.create(Account("оля", "Оля", "hash", self.now), None))
        self.reactor.wait(accounts.change_settings("оля", lambda _: PersonalSettings(away="обед")))
        target = self.folder / "copy.db"
        with snapshot(self.database) as source:
            copy(source, target, "copying", bar)
        with closing(sqlite3.connect(f"{target.as_uri()}?mode=ro", uri=True)) as connection:
            settings = connection.execute("SELECT name_key, value FROM settings").fetchall()
            self.assertEqual(settings, [("оля", '{"away":"обед"}')])
            self.assertEqual(connection.execute("PRAGMA journal_mode").fetchall(), [("delete",)])
            self.assertEqual(connection.execute(TEXTS).fetchall(), [("a",)])
        self.assertEqual([path.name for path in sorted(self.folder.iterdir())], ["copy.db", "data"])


class WritingBar(AbstractContextManager[Callable[[int], object]]):
    """Stands for a bar; at each step another message is committed."""

    def __init__(self, case: StoreCase, total: int) -> None:
        self._case = case
        self.total = total
        self.steps: list[int] = []

    def advance(self, count: int) -> None:
        """See `Progress`."""
        self.steps.append(count)
        assert len(self.steps) < 1000, "it begins again and again"
        self._case.append(said(f"during {len(self.steps)}"))

    def __enter__(self) -> Callable[[int], object]:
        return self.advance

    def __exit__(self, *_: object) -> None:
        pass


class NewFiles(ToolCase):
    """Files that are there when they are whole."""

    def test_fails(self) -> None:
        """Nothing is left of what did not go well."""

        def fail() -> None:
            with new_file(self.folder / "file") as part:
                part.write_text("half")
                raise ZeroDivisionError

        self.assertRaises(ZeroDivisionError, fail)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_meanwhile(self) -> None:
        """What somebody else put there meanwhile stays."""
        file = self.folder / "file"

        def late() -> None:
            with new_file(file):
                file.write_text("other")

        self.assertRaises(StoreError, late)
        self.assertEqual([(path.name, path.read_text()) for path in self.folder.iterdir()], [("file", "other")])


class Backups(ToolCase):
    """`backup`, as an operator uses it."""

    def test_under_load(self) -> None:
        """All that was acknowledged before is in it, in its order and without gaps, and nothing of it is half."""
        with RunningServer("--data", str(self.data), "--rate", "0") as server:
            talker = Talker(server.port)
            talker.start()
            try:
                self.assertTrue(talker.has_begun.wait(20))
                before = len(talker.acknowledged)
                said_ = self.done("backup", "copy.db")
                after = len(talker.acknowledged)
            finally:
                talker.enough.set()
                talker.join()
        file = self.folder / "copy.db"
        self.assertEqual(said_, f"wrote copy.db, {file.stat().st_size} bytes\n")
        self.assertGreater(after, before, "nothing was said meanwhile")
        kept = [str(row[0]) for row in rows(file, TEXTS)]
        self.assertEqual(kept, [f"word{number} and some more of it" for number in range(len(kept))])
        self.assertLessEqual(before, len(kept))
        self.assertLessEqual(len(kept), after + 1)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertRegex(self.done("verify", "copy.db"), rf"^{len(kept)} messages in 1 rooms, 0 accounts: ok\n$")

    def test_killed_server(self) -> None:
        """What is only in the log of a server that was killed is in it too."""
        with RunningServer("--data", str(self.data)) as server:
            with Person(server.port, "Al") as al:
                al.say("kept")
            server.stop(signal.SIGKILL)
        self.assertGreater(self.database.with_name("chat.db-wal").stat().st_size, 0)
        self.done("backup", "copy.db")
        self.assertEqual(rows(self.folder / "copy.db", TEXTS), [("kept",)])

    def test_refused(self) -> None:
        """It overwrites nothing, and makes no database where there is none."""
        self.assertEqual(self.refused("backup", "copy.db"), f"there is no database {self.database}")
        self.assertEqual(list(self.folder.iterdir()), [])
        self.data.mkdir()
        self.database.write_bytes(b"this is no database" * 1000)
        self.assertEqual(self.refused("backup", "copy.db"), f"cannot read {self.database}: file is not a database")
        (self.folder / "copy.db").write_text("dear")
        self.assertEqual(self.refused("backup", "copy.db"), "copy.db exists already")
        self.assertEqual((self.folder / "copy.db").read_text(), "dear")

    def test_two_at_once(self) -> None:
        """A second one that writes the same file does not spoil the first."""
        with RunningServer("--data", str(self.data)):
            (self.folder / "copy.db.part").write_text("half")
            self.assertRegex(self.refused("backup", "copy.db"), r"^copy\.db\.part is being written, or was left")
            self.assertEqual((self.folder / "copy.db.part").read_text(), "half")
            self.assertRegex(self.refused("backup", "no/copy.db"), r"^cannot write no/copy\.db\.part: No such file")


class Restoring(ToolCase):
    """`restore`, as an operator uses it."""

    def say(self, *texts: str) -> Sequence[int]:
        """Start a server, say something, and stop it; the places that it got."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Al") as al:
            return [al.say(text, text) for text in texts]

    def set_aside(self) -> list[Path]:
        """The databases that were replaced."""
        return sorted(self.data.glob("chat.db.before-restore-*"))

    def test_restore(self) -> None:
        """The server goes on from where the backup was made, and what was said since is kept aside."""
        self.assertEqual(self.say("a", "b"), [2, 3])
        self.done("backup", "copy.db")
        self.say("c")
        answer = self.done("restore", "copy.db")
        [before] = self.set_aside()
        self.assertEqual(answer, f"2 messages in 1 rooms, 0 accounts: ok\nthe earlier data is in {before}\n")
        self.assertRegex(before.name, r"^chat\.db\.before-restore-\d{8}T\d{6}Z$")
        self.assertEqual(rows(before, TEXTS), [("a",), ("b",), ("c",)])
        self.assertEqual(rows(self.database, TEXTS), [("a",), ("b",)])
        self.assertEqual(self.database.stat().st_mode & 0o777, 0o600)
        [(last,)] = rows(self.database, "SELECT last_id FROM state")
        self.assertEqual(int.from_bytes((self.data / "high-water").read_bytes(), "little"), last)
        self.assertEqual(self.say("d"), [6])
        [(life,)], [(life_before,)] = (rows(each, "SELECT life FROM state") for each in (self.database, before))
        self.assertNotEqual(life, life_before)
        self.assertEqual(rows(self.database, TEXTS), [("a",), ("b",), ("d",)])

    def test_log_goes_along(self) -> None:
        """What is only in the log of a server that was killed is kept aside, and does not get into the new database."""
        self.say("a")
        self.done("backup", "copy.db")
        with RunningServer("--data", str(self.data)) as server:
            with Person(server.port, "Al") as al:
                al.say("late")
            server.stop(signal.SIGKILL)
        self.done("restore", "copy.db")
        [before] = self.set_aside()
        self.assertEqual(rows(before, TEXTS), [("a",), ("late",)])
        self.assertEqual(rows(self.database, TEXTS), [("a",)])

    def test_over_a_damaged_one(self) -> None:
        """That is when it is needed; the damaged one is kept, with its log."""
        self.say("a")
        self.done("backup", "copy.db")
        garbage, log = b"this is no database" * 1000, b"this is no log"
        self.database.write_bytes(garbage)
        self.database.with_name("chat.db-wal").write_bytes(log)
        self.done("restore", "copy.db")
        self.assertEqual(rows(self.database, TEXTS), [("a",)])
        [before, *logs] = self.set_aside()
        self.assertEqual(before.read_bytes(), garbage)
        self.assertEqual([path.read_bytes() for path in logs], [log])

    def test_new_folder(self) -> None:
        """On a new machine there is nothing yet."""
        self.say("a")
        self.done("backup", "copy.db")
        self.data = self.folder / "new"
        self.database = self.data / "chat.db"
        self.assertEqual(self.done("restore", "copy.db"), "1 messages in 1 rooms, 0 accounts: ok\n")
        self.assertEqual(self.data.stat().st_mode & 0o777, 0o700)
        self.assertEqual(self.say("b"), [5])

    def test_refused(self) -> None:
        """Nothing is changed by a bad backup, nor while a server runs."""
        self.assertEqual(self.refused("restore", "copy.db"), "there is no database copy.db")
        self.assertEqual(list(self.folder.iterdir()), [])
        self.say("a")
        self.done("backup", "copy.db")
        with RunningServer("--data", str(self.data)) as server:
            self.assertEqual(self.refused("restore", "copy.db"), f"another server uses the data folder {self.data}")
            with Person(server.port, "Al") as al:
                al.say("b", "b")
        whole = self.database.read_bytes()
        rows(self.folder / "copy.db", "DELETE FROM messages WHERE kind = 2")
        self.assertIn("copy.db: room lobby: has ", self.refused("restore", "copy.db"))
        self.assertEqual(self.database.read_bytes(), whole)
        self.assertEqual(self.set_aside(), [])
