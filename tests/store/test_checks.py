"""`verify`: what is whole, and what is not."""

import sqlite3
from contextlib import closing

from chat.names import direct_room
from chat.store.interfaces import Account, DamagedError, StoreError, Summary
from chat.store.sqlite.migrations import known_migrations
from tests.store.case import NOON, came, said, sent, went
from tests.store.folders import FolderCase, StoreCase, records, rows, verify


class Checks(StoreCase):
    """A backup, and what may befall it."""

    def setUp(self) -> None:
        super().setUp()
        self.reactor.wait(self.store.accounts.create(Account("al", "Al", "hash", NOON), None))
        self.append(came(), said("wörd one"), said("needle two"), said("three"), went(), sent("four"))
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.close()
        self.file = self.folder / "copy.db"
        records(self.data).backup(self.file)

    def faults(self) -> list[str]:
        """What is found."""
        return [
            fault.removeprefix(f"{self.file}: ") for fault in self.assertRaises(DamagedError, verify, self.file).faults
        ]

    def change(self, old: bytes, new: bytes) -> None:
        """Change some bytes in the file, wherever they are."""
        content = self.file.read_bytes()
        self.assertIn(old, content)
        self.file.write_bytes(content.replace(old, new))

    def test_whole(self) -> None:
        """It says how much there is, and neither changes the file nor leaves anything beside it."""
        before = self.file.read_bytes()
        self.assertEqual(verify(self.file), Summary(4, 2, 1))
        self.assertEqual(str(verify(self.file)), "4 messages in 2 rooms, 1 accounts: ok")
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual([path.name for path in sorted(self.folder.iterdir())], ["copy.db", "data"])

    def test_missing_rows(self) -> None:
        """Whether one is missing from the middle, from the end or from the beginning of a room."""
        for seq in (1, 3, 5):
            rows(self.file, f"DELETE FROM messages WHERE seq = {seq} AND room_id = 1")
            self.assertIn("room hall: has 4 of the 5 events from 1 to 5", self.faults())
            self.file.unlink()
            records(self.data).backup(self.file)
        rows(self.file, "UPDATE messages SET seq = 9 WHERE seq = 5")
        self.assertIn("room hall: has 5 of the 5 events from 1 to 5, but not those", self.faults())
        rows(self.file, "DELETE FROM messages WHERE room_id = 1")
        self.assertIn("room hall: has 0 of the 5 events from 1 to 5", self.faults())

    def test_empty_room(self) -> None:
        """A room of which everything was pruned is whole."""
        rows(self.file, "UPDATE rooms SET first_seq = last_seq + 1 WHERE id = 1")
        self.assertIn("room hall: has 5 of the 0 events from 6 to 5", self.faults())
        rows(self.file, "INSERT INTO message_fts (message_fts) VALUES ('delete-all')")
        rows(self.file, "DELETE FROM messages WHERE kind > 0")
        rows(self.file, "UPDATE messages SET kind = 3, nonce = id WHERE room_id = 1")
        rows(
            self.file, "INSERT INTO message_fts (rowid, room, body) SELECT id, 'r2', body FROM messages WHERE kind = 0"
        )
        self.assertEqual(verify(self.file), Summary(1, 2, 1))

    def test_changed_text(self) -> None:
        """A flipped bit in what was said, which SQLite itself does not see."""
        self.change(b"needle two", b"noodle two")
        self.assertEqual(self.faults(), ["the index of words does not agree with the messages"])

    def test_settings(self) -> None:
        """The settings of an account that are no settings."""
        rows(self.file, "INSERT INTO settings VALUES ('ольга', '{\"away\":\"lunch\"}'), ('bob', '{\"levels\":7}')")
        self.assertEqual(self.faults(), ["the settings of bob cannot be read"])
        rows(self.file, "UPDATE settings SET value = '{}' WHERE name_key = 'bob'")
        verify(self.file)

    def test_no_text(self) -> None:
        """A byte that is no UTF-8 any more."""
        self.change("wörd one".encode(), b"w\xff\xffrd one")
        self.assertEqual(self.faults()[0], "message 3 is no readable text")

    def test_index(self) -> None:
        """A message that cannot be found."""
        with closing(sqlite3.connect(self.file)) as connection, connection:
            connection.execute(
                "INSERT INTO message_fts (message_fts, rowid, room, body) VALUES ('delete', 5, 'r1', 'three')"
            )
        self.assertEqual(self.faults(), ["the index of words does not agree with the messages"])

    def test_broken_page(self) -> None:
        """SQLite's own structures."""
        page, size = 2, 4096
        content = bytearray(self.file.read_bytes())
        content[page * size : page * size + 100] = b"\xaa" * 100
        self.file.write_bytes(content)
        self.assertGreater(len(self.faults()), 0)

    def test_cut_short(self) -> None:
        """A half of it."""
        content = self.file.read_bytes()
        self.file.write_bytes(content[: len(content) // 2])
        self.assertIn("database disk image is malformed", str(self.assertRaises(StoreError, verify, self.file)))

    def test_dangling(self) -> None:
        """Somebody is missing, or ids would be used again."""
        rows(self.file, "DELETE FROM users WHERE name_key = 'bob'")
        self.assertIn("a row of cursors belongs to one of users that is missing", self.faults())
        self.file.unlink()
        records(self.data).backup(self.file)
        rows(self.file, "UPDATE state SET last_id = 4")
        self.assertEqual(self.faults(), ["there are messages beyond the last one that was counted"])

    def test_states(self) -> None:
        """A state that nobody can read, and marks that say something else."""
        insert = "INSERT INTO room_states VALUES (1, ?)"
        for state, marks, complaint in (
            ("{", "0, 0", "its state cannot be read"),
            ('{"settings": {"speak": "x"}}', "0, 0", "its state cannot be read"),
            ('{"settings": {"private": true}}', "0, 0", "its state says otherwise"),
            ('{"settings": {"closed": "deleted"}}', "0, 0", "its state says otherwise"),
            ("{}", "1, 0", "its state says otherwise"),
        ):
            rows(self.file, f"UPDATE rooms SET (is_private, is_deleted) = ({marks}) WHERE id = 1")
            rows(self.file, "DELETE FROM room_states")
            rows(self.file, insert.replace("?", f"'{state}'"))
            [fault] = self.faults()
            self.assertIn(f"room hall: {complaint}", fault)
        rows(self.file, "DELETE FROM room_states")
        self.assertIn("says otherwise", self.faults()[0])
        rows(self.file, "UPDATE rooms SET is_private = 0")
        verify(self.file)

    def test_mentions(self) -> None:
        """A mention of somebody by a message that is not there, or stands elsewhere."""
        rows(self.file, "INSERT INTO mentions VALUES (1, 3, 1, 2)")
        verify(self.file)
        for values in ("(1, 3, 1, 4)", "(1, 3, 2, 2)", "(1, 2, 1, 1)"):
            rows(self.file, "DELETE FROM mentions")
            rows(self.file, f"INSERT INTO mentions VALUES {values}")
            [fault] = self.faults()
            self.assertIn("which is missing", fault)

    def test_edits(self) -> None:
        """An edit of a message that is not there: its text should have gone with it."""
        for of, count in ((2, 0), (9, 1), (1, 1)):
            rows(self.file, f"UPDATE messages SET kind = 28, data = '{{\"of\": {of}}}' WHERE kind = 2")
            rows(self.file, f"UPDATE messages SET data = '{{\"of\": {of}}}' WHERE kind = 28")
            if count:
                self.assertEqual(self.faults(), ["message 6 edits one that is missing"])
            else:
                verify(self.file)

    def test_other_schemas(self) -> None:
        """That of a newer program cannot be judged; no schema at all is none of ours."""
        newest = known_migrations()[-1].number
        rows(self.file, "PRAGMA user_version = 99")
        self.assertEqual(self.faults(), [f"it was written by a newer version (schema 99, this one knows {newest})"])
        rows(self.file, "PRAGMA user_version = 0")
        self.assertEqual(self.faults(), ["it is no database of a chat server"])

    def test_live_database(self) -> None:
        """The database itself can be verified too, with what is still in its log."""
        self.open()
        self.append(said("five"))
        self.assertEqual(verify(self.database), Summary(5, 2, 1))


class OldBackups(FolderCase):
    """Backups of older programs."""

    def test_first_schema(self) -> None:
        """They are brought up to date, on the copy that is looked at."""
        file = self.folder / "old.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(known_migrations()[0].sql)
            connection.executescript(
                "INSERT INTO users VALUES (1, 'al'); INSERT INTO rooms VALUES (1, 'hall', 'public', 1);"
                "INSERT INTO messages VALUES (1, 1, 1, 0, 1, 'Al', 'Hall', NULL, NULL, 5.0, 'hi', NULL);"
                "INSERT INTO message_fts (rowid, room, body) VALUES (1, 'r1', 'hi');"
                "UPDATE state SET last_id = 1; PRAGMA user_version = 1;"
            )
        before = file.read_bytes()
        self.assertEqual(verify(file), Summary(1, 1, 0))
        self.assertEqual(file.read_bytes(), before)

    def test_no_database(self) -> None:
        """Something else, or nothing."""
        file = self.folder / "file"
        self.assertEqual(str(self.assertRaises(StoreError, verify, file)), f"there is no database {file}")
        file.write_bytes(b"this is no database" * 1000)
        self.assertEqual(
            str(self.assertRaises(StoreError, verify, file)), f"cannot read {file}: file is not a database"
        )
