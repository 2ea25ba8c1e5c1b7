"""A database that the last version with schema 8 made is opened by today's program; see `tests.store.fixtures`."""

import json
import shutil
import sqlite3
from contextlib import closing
from typing import Any

from chat.store.interfaces import Draft, Span
from chat.store.sqlite.migrations import known_migrations
from tests.admin.case import ToolCase
from tests.store.case import NOON, said
from tests.store.fixtures.schema_008 import AL_AND_BOB, DATABASE, READING, Opened, reading
from tests.store.folders import rows


class SchemaEight(ToolCase):
    """The data of a server that was updated."""

    def setUp(self) -> None:
        super().setUp()
        self.data.mkdir()
        shutil.copy(DATABASE, self.database)
        [(last_id,)] = rows(DATABASE, "SELECT last_id FROM state")
        (self.data / "high-water").write_bytes(int(str(last_id)).to_bytes(8, "little"))

    def migrate(self) -> None:
        """Start a server, and stop it."""
        Opened(self.data, NOON + 2000).close()

    def test_reads_as_before(self) -> None:
        """All that a store and the tool can be asked is answered as it was by the version that made it."""
        expected: dict[str, Any] = json.loads(READING.read_text())
        # Twice: by the migration, and by what it left.
        for _ in range(2):
            found = reading(self.data)
            for question, answer in expected.items():
                self.assertEqual(found[question], answer, question)

    def test_copy(self) -> None:
        """The old file is kept beside, as it was."""
        self.migrate()
        copy = self.data / "chat.db.before-008"
        with closing(sqlite3.connect(copy)) as old, closing(sqlite3.connect(DATABASE)) as fixture:
            tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name != 'message_fts'"
            for (table,) in fixture.execute(tables).fetchall():
                select = f"SELECT * FROM {table}"
                self.assertEqual(old.execute(select).fetchall(), fixture.execute(select).fetchall(), table)
            self.assertEqual(old.execute("PRAGMA user_version").fetchone(), (8,))
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.assertEqual(rows(self.database, "PRAGMA user_version"), [(known_migrations()[-1].number,)])

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
