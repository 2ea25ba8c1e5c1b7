"""A database of the first schema, with rows of every kind in it, is opened by today's program."""

import resource
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from chat.events import Head
from chat.names import direct_room
from chat.store.interfaces import Draft, Query, Span
from chat.store.sqlite.migrations import known_migrations, migrate
from tests.store.case import said, sent, texts_of
from tests.store.counting import count_waiting
from tests.store.test_durable import DurableCase

AL_AND_BOB, BOB_AND_CY = direct_room("al", "bob"), direct_room("bob", "cy")
# As the program that knew only this schema wrote them. Id, room, seq, kind, sender's id and name, …
_ROWS = f"""
INSERT INTO users (id, name_key) VALUES (1, 'al'), (2, 'bob'), (3, 'cy');
INSERT INTO rooms VALUES
    (1, 'lobby', 'public', 1), (2, 'team', 'public', 3),
    (3, '{AL_AND_BOB}', 'direct', 3), (4, '{BOB_AND_CY}', 'direct', 1);
INSERT INTO messages VALUES
    (1, 1, 1, 1, 1, 'Al', NULL, NULL, 7, 100.5, '', NULL),
    (2, 2, 1, 1, 1, 'Al', 'Team', NULL, 7, 101.5, '', NULL),
    (3, 2, 2, 0, 1, 'Al', 'Team', NULL, 7, 102.5, 'Grüße from the old times', 'int:1'),
    (4, 3, 1, 0, 1, 'Al', NULL, 'Bob', 7, 103.5, 'one', 'int:2'),
    (5, 3, 2, 0, 1, 'Al', NULL, 'Bob', 7, 104.5, 'two', NULL),
    (6, 3, 3, 0, 2, 'Bob', NULL, 'Al', NULL, 105.5, 'answer', NULL),
    (7, 4, 1, 0, 3, 'Cy', NULL, 'Bob', NULL, 106.5, 'three', 'str:x'),
    (8, 2, 3, 2, 1, 'Al', 'team', NULL, 7, 107.5, '', NULL);
INSERT INTO message_fts (rowid, room, body) SELECT id, room, body FROM message_text;
INSERT INTO cursors VALUES (1, 3, 2), (2, 3, 1), (2, 4, 0), (3, 4, 1);
UPDATE state SET last_id = 8;
"""


class FirstSchema(DurableCase):
    """The store of a server that was updated."""

    def open(self) -> None:
        """Start it, the first time on what the old one left."""
        if not self.folder.database.exists():
            self.folder.path.mkdir()
            with closing(sqlite3.connect(self.folder.database, isolation_level=None)) as old:
                old.execute("PRAGMA journal_mode = WAL")
                migrate(old, self.folder.database, known_migrations()[:1])
                old.executescript(f"BEGIN; {_ROWS} COMMIT;")
            (self.folder.path / "high-water").write_bytes((8).to_bytes(8, "little"))
        super().open()

    def missed(self, user: str) -> Sequence[str]:
        """What waits for somebody."""
        return texts_of(self.reactor.wait(self.store.missed(user, 99)))

    def history(self, room: str) -> Sequence[str]:
        """What was said in a room."""
        return texts_of(self.reactor.wait(self.store.history(room, Span(99))))

    def found(self, *words: str) -> Sequence[str]:
        """What Bob finds."""
        return texts_of(self.reactor.wait(self.store.search(Query(words, 99, user="bob"))))

    def test_everything_is_there(self) -> None:
        """What was said, what waits, how far everybody is; also after another start."""
        for _ in range(2):
            self.assertEqual(self.store.lost_messages, 0)
            self.assertEqual(self.history("team"), ["Grüße from the old times"])
            self.assertEqual(self.history(AL_AND_BOB), ["one", "two", "answer"])
            self.assertEqual(
                (self.missed("al"), self.missed("bob"), self.missed("cy")), (["answer"], ["two", "three"], [])
            )
            self.assertEqual(count_waiting(self.store, "bob"), 2)
            heads = [replace(head, latest=None) for head in self.reactor.wait(self.store.heads("bob"))]
            self.assertEqual(
                heads, [Head(AL_AND_BOB, "Al", True, 3, 1, 0, 1), Head(BOB_AND_CY, "Cy", True, 1, 0, 0, 1)]
            )
            self.reopen()

    def test_found(self) -> None:
        """It is found by its words, however they were indexed."""
        self.assertEqual(self.found("OLD", "grusse"), ["Grüße from the old times"])
        self.assertEqual(self.found("answer"), ["answer"])

    def test_goes_on(self) -> None:
        """Repeats are known, places count on, and nobody who was in a room belongs to it without having said so."""
        for event in (said("x", room="team", nonce="int:1"), sent("x", nonce="int:2"), sent("x", "Bob", "Cy", "str:x")):
            self.store.append(Draft(event))
        for event in (said("new", room="team"), sent("new")):
            self.store.append(Draft(event))
        self.settle()
        self.assertEqual(
            [(commit.event.seq, commit.repeat) for commit in self.sink.commits],
            [(2, True), (1, True), (1, True), (4, False), (4, False)],
        )
        self.store.acknowledge("bob", AL_AND_BOB, 4)
        self.assertEqual(self.missed("bob"), ["three"])
        self.assertEqual([head.room for head in self.reactor.wait(self.store.heads("al"))], [AL_AND_BOB])

    def test_copy_without_room(self) -> None:
        """Where there is no room for the copy nothing of it stays, and the old database is as it was."""
        with tempfile.TemporaryDirectory() as name, closing(sqlite3.connect(Path(name, "chat.db"))) as old:
            migrate(old, Path(name, "chat.db"), known_migrations()[:1])
            Path(name, "chat.db.before-001.part").write_text("what a killed server left")
            before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
            try:
                self.assertRaises(sqlite3.Error, migrate, old, Path(name, "chat.db"), known_migrations())
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
            self.assertEqual([file.name for file in Path(name).iterdir()], ["chat.db"])
            self.assertEqual(old.execute("PRAGMA user_version").fetchone(), (1,))
            migrate(old, Path(name, "chat.db"), known_migrations())
            files = {file.name for file in Path(name).iterdir()}
            self.assertEqual(files, {"chat.db", "chat.db.before-001"})

    def test_copy(self) -> None:
        """The old file is kept beside, as it was."""
        with closing(sqlite3.connect(self.folder.path / "chat.db.before-001")) as copy:
            self.assertEqual(copy.execute("PRAGMA user_version").fetchone(), (1,))
            self.assertEqual(copy.execute("SELECT count(*), max(id) FROM messages").fetchone(), (8, 8))
            self.assertEqual(copy.execute("SELECT count(*) FROM cursors").fetchone(), (4,))
            self.assertEqual(copy.execute("PRAGMA integrity_check").fetchone(), ("ok",))
