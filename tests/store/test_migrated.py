"""Databases that older versions made are opened by today's program; see `tests.store.fixtures`."""

import json
import shutil
import sqlite3
from contextlib import closing
from typing import Any

from msgspec.structs import replace

from chat.changes import Edited, RoleSet, TopicSet
from chat.files import FileInfo
from chat.store.interfaces import Draft, Owner, Query, Quota, Span, StoredFile, Whole
from chat.store.sqlite.migrations import known_migrations
from chat.store.sqlite.writer import Writer
from tests.admin.case import ToolCase
from tests.store.case import NOON, change, said
from tests.store.fixtures import schema_008, schema_009, schema_012
from tests.store.fixtures.schema_008 import AL_AND_BOB, Opened, reading
from tests.store.folders import rows, verify


class MigratedCase(ToolCase):
    """The data of a server that was updated. `fixture` is the database, `reading` what was read from it then."""

    fixture = schema_008.DATABASE
    reading = schema_008.READING

    def setUp(self) -> None:
        super().setUp()
        self.data.mkdir()
        shutil.copy(self.fixture, self.database)
        [(last_id,)] = rows(self.fixture, "SELECT last_id FROM state")
        (self.data / "high-water").write_bytes(int(str(last_id)).to_bytes(8, "little"))

    def migrate(self) -> None:
        """Start a server, and stop it."""
        Opened(self.data, NOON + 2000).close()

    def check_reads_as_before(self) -> None:
        """All that a store and the tool can be asked is answered as it was by the version that made it."""
        expected: dict[str, Any] = json.loads(self.reading.read_text())
        # Twice: by the migration, and by what it left.
        for _ in range(2):
            found = reading(self.data)
            for question, answer in expected.items():
                self.assertEqual(found[question], answer, question)

    def check_copy(self, number: int) -> None:
        """The old file is kept beside, as it was."""
        self.migrate()
        copy = self.data / f"chat.db.before-{number:03}"
        with closing(sqlite3.connect(copy)) as old, closing(sqlite3.connect(self.fixture)) as fixture:
            tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name != 'message_fts'"
            for (table,) in fixture.execute(tables).fetchall():
                select = f"SELECT * FROM {table}"
                self.assertEqual(old.execute(select).fetchall(), fixture.execute(select).fetchall(), table)
            self.assertEqual(old.execute("PRAGMA user_version").fetchone(), (number,))
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.assertEqual(rows(self.database, "PRAGMA user_version"), [(known_migrations()[-1].number,)])


class SchemaTwelve(MigratedCase):
    """The last version before there were files."""

    fixture = schema_012.DATABASE
    reading = schema_012.READING

    def test_reads_as_before(self) -> None:
        """See `check_reads_as_before`."""
        self.check_reads_as_before()

    def test_copy(self) -> None:
        """See `check_copy`."""
        self.check_copy(12)

    def test_files(self) -> None:
        """A file can be sent, said and found; what was said before has none, and is found as before."""
        opened = Opened(self.data, NOON + 2000)
        self.addCleanup(opened.close)
        wait, files = opened.reactor.wait, opened.store.files
        file = StoredFile(
            id="a", secret=b"b", owner=Owner("al"), request=None, room="hall", name="plan.pdf", size=9,
            made_at=opened.now, until=opened.now + 9,
        )  # fmt: skip
        wait(files.add(file, Quota(10**6, 10**6, 3, 3)))
        wait(files.make_whole("a", Whole("00" * 32, "application/octet-stream")))
        info = FileInfo("a", "plan.pdf", 9, "application/octet-stream", file.until)
        opened.append(Draft(replace(said("the second one"), file=info), holder="al"))
        found = wait(opened.store.search(Query(["second"], 9))).events
        self.assertEqual([(each.text, each.file) for each in found], [("the second one", info), ("second text", None)])
        self.assertEqual([each.text for each in wait(opened.store.search(Query(["plan"], 9))).events], [found[0].text])

    def test_index(self) -> None:
        """What the index had is not written into it again, and can be changed; what is said now comes behind it."""
        opened = Opened(self.data, NOON + 2000)
        wait, store = opened.reactor.wait, opened.store
        [indexed], [last] = (rows(self.database, f"SELECT {each} FROM state") for each in ("indexed_id", "last_id"))
        self.assertEqual(indexed, last)
        [old] = wait(store.search(Query(["second"], 9))).events
        opened.append(Draft(said("the second one")), Draft(change(Edited, old.room, of=old.seq, text="another second")))
        for _ in range(2):
            found = wait(store.search(Query(["second"], 9))).events
            self.assertEqual([each.text for each in found], ["the second one", "another second"])
            wait(store._writer.call(Writer.index))
        opened.close()
        verify(self.database)


class SchemaNine(MigratedCase):
    """The last version before rooms had a state."""

    fixture = schema_009.DATABASE
    reading = schema_009.READING

    def test_reads_as_before(self) -> None:
        """See `check_reads_as_before`."""
        self.check_reads_as_before()

    def test_copy(self) -> None:
        """See `check_copy`."""
        self.check_copy(9)

    def test_unread(self) -> None:
        """What had arrived does not count as unread, what waits does, and so does what comes now."""
        opened = Opened(self.data, NOON + 2000)
        self.addCleanup(opened.close)
        self.assertEqual([opened.sink.states, *self.unread(opened, "bob").values()], [{}, 1, 1, 0, 1])
        opened.append(Draft(replace(said("@Bob!", "cellar", "Al"), mentions=("bob",))))
        self.assertEqual(self.unread(opened, "bob")["cellar"], 2)
        self.assertEqual([head.mentions for head in opened.reactor.wait(opened.store.heads("bob"))], [1, 0, 0, 0])

    def unread(self, opened: Opened, user: str) -> dict[str, int]:
        """The numbers of unread messages by room."""
        return {head.room: head.unread for head in opened.reactor.wait(opened.store.heads(user))}

    def test_states(self) -> None:
        """An old room gets a state by the first change of it, which a later start knows."""
        opened = Opened(self.data, NOON + 2000)
        opened.append(Draft(change(RoleSet, name="Al", role="owner")), Draft(change(TopicSet, text="Keys")))
        opened.close()
        again = Opened(self.data, NOON + 3000)
        self.addCleanup(again.close)
        self.assertEqual(
            [(state.owner, state.topic) for state in again.sink.states.values() if state], [("al", "Keys")]
        )
        self.assertEqual(self.done("verify", str(self.database)), "13 messages in 7 rooms, 3 accounts: ok\n")


class SchemaEight(MigratedCase):
    """The version before that."""

    def test_reads_as_before(self) -> None:
        """See `check_reads_as_before`."""
        self.check_reads_as_before()

    def test_copy(self) -> None:
        """See `check_copy`."""
        self.check_copy(8)

    def test_not_yet_opened(self) -> None:
        """The tool says what to do before it reads what a newer schema has; a backup is possible."""
        self.assertIn("was last used by an older version (schema 8); start the server once", self.refused("rooms"))
        self.done("backup", "copy.db")
        self.assertEqual(self.done("verify", "copy.db"), "12 messages in 7 rooms, 3 accounts: ok\n")

    def test_tool(self) -> None:
        """All that the tool changes can be changed."""
        self.migrate()
        self.done("backup", "copy.db")
        self.assertIn("12 messages in 7 rooms", self.done("verify", "copy.db"))
        self.done("export", "--room", "hall", "hall.jsonl")
        self.done("token", "revoke", "handle-1")
        self.done("token", "make", "Al", "--room", "hall")
        self.done("passwd", "al", given="a longer password\n")
        self.assertEqual(self.done("token", "list").strip(), "")
        self.done("invite")
        self.done("retention", "--room", "hall", "--messages", "1")
        self.done("mailboxes", "drop", "eve")
        self.done("unban", "mallory")
        self.done("ban", "mallory", "--for", "10m")
        self.assertEqual(len(self.done("bans").splitlines()), 2)
        self.assertIn("no server runs on this data folder", self.refused("kick", "al"))
        self.assertIn("12 messages in 7 rooms", self.done("restore", "copy.db"))
        self.assertIn("has messages already", self.refused("import", "hall.jsonl"))
        text = (self.folder / "hall.jsonl").read_text()
        for old, new in (('"hall"', '"loft"'), ('"Hall"', '"Loft"'), ('"nonce":"', '"nonce":"str:')):
            text = text.replace(old, new)
        (self.folder / "loft.jsonl").write_text(text)
        self.assertEqual(self.done("import", "loft.jsonl"), "6 events are in Loft now\n")
        self.assertEqual(self.done("verify", str(self.database)), "15 messages in 8 rooms, 3 accounts: ok\n")

    def test_goes_on(self) -> None:
        """Places count on, repeats are known, also of pruned messages, and what waits arrives."""
        opened = Opened(self.data, NOON + 2000)
        self.addCleanup(opened.close)
        opened.append(
            Draft(said("x", sender="Al", nonce="int:1")),
            Draft(said("x", "attic", "Al", "int:10")),
            Draft(said("new", "attic", "Al")),
        )
        self.assertEqual(
            [(commit.event.seq, commit.repeat) for commit in opened.sink.commits], [(2, True), (1, True), (7, False)]
        )
        opened.store.acknowledge("bob", AL_AND_BOB, 2)
        opened.prune()
        self.assertEqual(
            [each.text for each in opened.reactor.wait(opened.store.missed("bob", 9)).events],
            ["stays after Dee has gone"],
        )
        self.assertEqual(
            [getattr(each, "text", "") for each in opened.reactor.wait(opened.store.history("attic", Span(9))).events],
            ["after pruning", "new"],
        )
