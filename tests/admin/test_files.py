"""The files that people send, in the operator's hands: listed, deleted, checked, backed up, taken out and in."""

import hashlib
import http.client
import json
import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from chat.admin.progress import bar
from chat.store.sqlite import backups, blob_copies
from tests.admin.case import Person, ToolCase, admin
from tests.running import SECONDS, RunningServer
from tests.store.folders import records, rows

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE, TWO = b"the first file" * 1000, b"\x89PNG and another one" * 500


def put(port: int, name: str, data: bytes, room: str = "lobby", who: str = "Al") -> str:
    """Send a file as `curl -T` does; its id. A server that has only just started says that it is busy."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        with closing(connection):
            connection.request("PUT", f"/rooms/{room}/files/{name}?username={who}", data)
            answer = connection.getresponse()
            body = answer.read()
        if answer.status == 201:
            return str(answer.getheader("Location")).split("/")[2]
        assert answer.status == 503, (answer.status, body)
    raise AssertionError("the server stays busy")


def get(port: int, file: str, name: str) -> tuple[int, bytes]:
    """Ask for a file; the status, and the bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    with closing(connection):
        connection.request("GET", f"/files/{file}/{name}")
        answer = connection.getresponse()
        return answer.status, answer.read()


def digest(data: bytes) -> str:
    """Its SHA-256."""
    return hashlib.sha256(data).hexdigest()


class FilesCase(ToolCase):
    """A data folder on which a server has run, with two files."""

    def setUp(self) -> None:
        super().setUp()
        with RunningServer("--data", str(self.data)) as server:
            self.one = put(server.port, "one.txt", ONE)
            self.two = put(server.port, "two.png", TWO, who="Bo")

    def blob(self, data: bytes, folder: Path | None = None) -> Path:
        """Where bytes are, in the data folder or in a backup."""
        sha256 = digest(data)
        return (folder or self.data / "files") / sha256[:2] / sha256[2:]

    def blobs(self, folder: Path) -> set[str]:
        """The names of the whole files in a folder."""
        return {path.parent.name + path.name for path in folder.glob("??/*")}

    def served(self) -> list[tuple[int, bytes]]:
        """What a server on the data folder answers to whoever wants the two files."""
        with RunningServer("--data", str(self.data)) as server:
            return [get(server.port, self.one, "one.txt"), get(server.port, self.two, "two.png")]


class Looking(FilesCase):
    """`files`, while a server runs, and while none does."""

    def test_list(self) -> None:
        """The largest come first, or the newest; a page ends with how to go on."""
        lines = self.done("files").splitlines()
        self.assertEqual([line.split()[0] for line in lines], [self.one, self.two])
        self.assertRegex(lines[0], r"^\S+  one\.txt, 14 kB, from Al in #lobby, [0-9-]+ [0-9:]+ UTC, until \d{4}")
        newest = self.done("files", "--newest").splitlines()
        self.assertEqual([line.split()[0] for line in newest], [self.two, self.one])
        first = self.done("files", "--limit", "1").splitlines()
        self.assertEqual(first[1:], [f"there is more: --after {self.one}"])
        self.assertEqual(self.done("files", "--after", self.one).split()[0], self.two)
        self.assertEqual(self.done("files", "--from", "bo").split()[0], self.two)
        self.assertEqual(self.done("files", "--room", "elsewhere"), "")
        self.assertEqual(len(self.done("files", "--room", "#lobby").splitlines()), 2)

    def test_usage(self) -> None:
        """The same bytes twice count twice for people, and once on the disk."""
        with RunningServer("--data", str(self.data)) as server:
            put(server.port, "again.txt", ONE)
            self.assertEqual(
                self.done("files", "usage"),
                "al (guest)  2 files, 28 kB\nbo (guest)  1 file, 10 kB\n"
                "all together  3 files, 38 kB; 24 kB on the disk\n",
            )

    def test_verify(self) -> None:
        """What is missing or damaged is named, with status 1; what nothing needs does no harm."""
        self.assertEqual(self.done("files", "verify"), "2 files: ok\n")
        extra = self.blob(b"extra")
        extra.parent.mkdir(exist_ok=True)
        extra.write_bytes(b"extra")
        name = f"{extra.parent.name}/{extra.name}"
        said = f"nothing needs {name}: the next start of the server deletes it\n2 files: ok\n"
        self.assertEqual(self.done("files", "verify"), said)
        self.blob(ONE).unlink()
        self.blob(TWO).write_bytes(TWO[:-1] + b"?")
        ended = admin(self.data, "files", "verify")
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        faults = [f"{self.blob(ONE)} is missing", f"{self.blob(TWO)} is damaged"]
        self.assertEqual(sorted(ended.stderr.splitlines()), sorted(f"chat.admin: {fault}" for fault in faults))
        shutil.rmtree(self.data / "files")
        self.assertEqual(self.refused("files", "verify"), f"the folder {self.data / 'files'} is missing, with 2 files")


class Deleting(FilesCase):
    """`files delete`, with and without a server."""

    def test_running(self) -> None:
        """The server deletes it at once; its message stays, and says so."""
        with RunningServer("--data", str(self.data)) as server:
            self.assertEqual(self.done("files", "delete", self.one), "deleted 1 file\n")
            self.assertFalse(self.blob(ONE).exists())
            self.assertEqual(get(server.port, self.one, "one.txt")[0], 404)
            self.assertEqual(get(server.port, self.two, "two.png"), (200, TWO))
            with Person(server.port, "Cy") as cy:
                cy.ask({"type": "history"})
                shown = [push["file"] for push in cy.pushes if push.get("file")]
            self.assertEqual(self.done("files", "delete", "--from", "Bo", "--room", "lobby"), "deleted 1 file\n")
            self.assertEqual(self.refused("files", "delete", self.one), f"there is no file {self.one}")
        self.assertEqual(len(shown), 2)
        self.assertIn("files-delete", self.done("audit"))

    def test_stopped(self) -> None:
        """The tool does it itself."""
        self.assertEqual(self.done("files", "delete", "--room", "lobby"), "deleted 2 files\n")
        self.assertEqual(self.blobs(self.data / "files"), set())
        self.assertEqual(self.refused("files", "delete", "--from", "al"), "there is no such file")
        self.assertEqual(self.refused("files", "delete"), "say which file: an ID, --room or --from")
        self.assertEqual([status for status, _ in self.served()], [404, 404])

    def test_sweep(self) -> None:
        """What has expired goes at once."""
        rows(self.database, "UPDATE files SET until = 1 WHERE name = 'one.txt'")
        self.assertEqual(self.done("files", "sweep"), "1 file went, 1 are left\n")
        self.assertEqual(self.blobs(self.data / "files"), {digest(TWO)})
        with RunningServer("--data", str(self.data)) as server:
            # The server takes it when its own sweep, at the start, is over.
            put(server.port, "late.txt", b"late")
            rows(self.database, "UPDATE files SET until = 1")
            self.assertEqual(self.done("files", "sweep"), "2 files went, 0 are left\n")
        self.assertEqual(self.blobs(self.data / "files"), set())


class Backups(FilesCase):
    """`backup`, `verify` and `restore` with files."""

    def test_round_trip(self) -> None:
        """A backup takes no space for the files on the same disk; a restore brings back what was deleted."""
        with RunningServer("--data", str(self.data)):
            said = self.done("backup", "copy.db")
        size = (self.folder / "copy.db").stat().st_size
        self.assertEqual(said, f"wrote copy.db, {size} bytes and copy.db.files, 2 files, 24 kB\n")
        folder = self.folder / "copy.db.files"
        self.assertEqual(self.blobs(folder), {digest(ONE), digest(TWO)})
        self.assertTrue(self.blob(ONE, folder).samefile(self.blob(ONE)))
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual(self.done("verify", "copy.db"), "2 messages in 1 rooms, 0 accounts, 2 files: ok\n")
        self.done("files", "delete", self.one)
        with RunningServer("--data", str(self.data)) as server:
            late = put(server.port, "late.txt", b"late")
        lines = self.done("restore", "copy.db").splitlines()
        self.assertEqual(lines[0], "2 messages in 1 rooms, 0 accounts: ok")
        found = re.fullmatch(r"the earlier data is in (\S+), its files are in (\S+)", lines[1])
        assert found is not None
        self.assertEqual(found[2], f"{found[1]}.files")
        self.assertEqual(self.served(), [(200, ONE), (200, TWO)])
        # And back to the data that was replaced, with its files.
        self.done("restore", found[1])
        with RunningServer("--data", str(self.data)) as server:
            self.assertEqual(get(server.port, late, "late.txt"), (200, b"late"))
            self.assertEqual(get(server.port, self.one, "one.txt")[0], 404)

    def test_second(self) -> None:
        """Where the server's disk is another one, a backup shares the files of the one before."""
        self.done("backup", "a.db")
        real = os.link

        def link(source: str, target: str, **options: Any) -> None:
            if os.stat(source, dir_fd=options["src_dir_fd"]).st_nlink < 3 and self.is_other_disk(options["src_dir_fd"]):
                raise OSError(18, "Invalid cross-device link")
            real(source, target, **options)

        with patch("os.link", link):
            records(self.data).backup(self.folder / "b.db")
        first, second = (self.blob(ONE, self.folder / f"{name}.db.files") for name in "ab")
        self.assertTrue(first.samefile(second))

    def is_other_disk(self, folder: int) -> bool:
        """Whether an open folder is in the data folder."""
        return Path(f"/proc/self/fd/{folder}").readlink().is_relative_to(self.data)

    def test_copied(self) -> None:
        """Without links the bytes are copied, and are right."""
        with patch("os.link", side_effect=OSError(18, "Invalid cross-device link")):
            records(self.data).backup(self.folder / "copy.db")
        folder = self.folder / "copy.db.files"
        self.assertFalse(self.blob(ONE, folder).samefile(self.blob(ONE)))
        self.assertEqual(self.blob(ONE, folder).read_bytes(), ONE)
        shutil.rmtree(self.data)
        self.done("restore", "copy.db")
        self.assertEqual(self.served(), [(200, ONE), (200, TWO)])

    def test_deleted_meanwhile(self) -> None:
        """A file that the server deletes after the rows were read: the backup is right, and says that it is gone."""
        self.blob(ONE).unlink()
        lines = self.done("backup", "copy.db").splitlines()
        self.assertRegex(lines[0], r"^wrote copy\.db, \d+ bytes and copy\.db\.files, 1 file, 10 kB$")
        self.assertEqual(lines[1:], ["1 message had a file that is not there any more, and say so now"])
        self.assertEqual(self.done("verify", "copy.db"), "2 messages in 1 rooms, 0 accounts, 1 files: ok\n")
        texts = rows(self.folder / "copy.db", "SELECT data FROM messages WHERE data IS NOT NULL ORDER BY id")
        self.assertEqual([json.loads(str(row[0]))["file"].get("expired", False) for row in texts], [True, False])
        self.assertEqual(rows(self.database, "SELECT count(*) FROM files"), [(2,)])

    def test_damaged(self) -> None:
        """A backup with a damaged or missing file is not restored, and all is as it was."""
        self.done("backup", "copy.db")
        folder = self.folder / "copy.db.files"
        blob = self.blob(ONE, folder)
        blob.unlink()
        name = f"{digest(ONE)[:2]}/{digest(ONE)[2:]}"
        self.assertEqual(self.refused("verify", "copy.db"), f"copy.db.files/{name} is missing")
        self.blob(ONE).unlink()
        blob.write_bytes(b"other")
        before = sorted(self.data.iterdir())
        ended = admin(self.data, "restore", "copy.db")
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertIn(" is damaged\n", ended.stderr)
        self.assertIn("move that folder away", ended.stderr)
        self.assertEqual(sorted(self.data.iterdir()), before)
        self.assertEqual(self.served()[1], (200, TWO))

    def test_without_folder(self) -> None:
        """A backup without its folder is restored: with the files that are in the data folder still."""
        self.done("backup", "copy.db")
        shutil.rmtree(self.folder / "copy.db.files")
        said = "2 messages in 1 rooms, 0 accounts: ok; 2 files are not beside it\n"
        self.assertEqual(self.done("verify", "copy.db"), said)
        self.blob(ONE).unlink()
        lines = self.done("restore", "copy.db").splitlines()
        self.assertEqual(lines[1], "1 message had a file that is not there any more, and say so now")
        statuses = self.served()
        self.assertEqual([status for status, _ in statuses], [404, 200])

    def test_interrupted(self) -> None:
        """Whatever step of a backup or a restore fails, all is as it was, and nothing is left over."""
        self.done("backup", "copy.db")
        outside, inside = sorted(self.folder.iterdir()), sorted(self.data.iterdir())
        for step in ("take", "expire"):
            self.blob(ONE).rename(self.folder / "away")
            with patch.object(blob_copies, step, side_effect=ZeroDivisionError):
                self.assertRaises(ZeroDivisionError, records(self.data).backup, self.folder / "other.db")
            (self.folder / "away").rename(self.blob(ONE))
            if step == "expire":
                shutil.rmtree(self.folder / "other.db.files")
            self.assertEqual(sorted(self.folder.iterdir()), outside)
        for module, step in ((blob_copies, "set_aside"), (blob_copies, "bring_back"), (backups, "_set_aside")):
            with patch.object(module, step, side_effect=ZeroDivisionError):
                self.assertRaises(ZeroDivisionError, backups.restore, self.data, self.folder / "copy.db", NOW, bar)
            for path in self.data.glob("chat.db.before-restore-*"):
                shutil.rmtree(path)
            self.assertEqual(sorted(self.data.iterdir()), inside)
        self.assertEqual(self.served(), [(200, ONE), (200, TWO)])

    def test_links_are_not_followed(self) -> None:
        """Whoever can write to the data folder leads no backup of root's out of it."""
        secret = self.folder / "secret"
        secret.write_bytes(ONE)
        self.blob(ONE).unlink()
        self.blob(ONE).symlink_to(secret)
        self.assertIn("1 message had a file", self.done("backup", "copy.db"))
        self.assertEqual(self.blobs(self.folder / "copy.db.files"), {digest(TWO)})


class Rooms(FilesCase):
    """`export` and `import` with files."""

    def test_round_trip(self) -> None:
        """The room comes with its files into another data folder."""
        said = self.done("export", "--room", "lobby", "--files", "room", "room.jsonl")
        self.assertRegex(said, r"^wrote room\.jsonl, \d+ events, with 2 files, 24 kB$")
        self.assertEqual((self.folder / "room" / self.one).read_bytes(), ONE)
        self.data = self.folder / "other"
        with RunningServer("--data", str(self.data)):
            pass
        said = self.done("import", "--files", "room", "room.jsonl")
        self.assertRegex(said, r"^\d+ events are in lobby now, with 2 files, 24 kB$")
        self.assertEqual(self.served(), [(200, ONE), (200, TWO)])
        self.assertEqual(self.done("files", "verify"), "2 files: ok\n")

    def test_without(self) -> None:
        """Without the folder, or a file of it, the messages say that their files are gone."""
        self.done("export", "--room", "lobby", "--files", "room", "room.jsonl")
        (self.folder / "room" / self.one).unlink()
        self.data = self.folder / "other"
        with RunningServer("--data", str(self.data)):
            pass
        self.assertEqual(self.refused("import", "--files", "no", "room.jsonl"), "there is no folder no")
        (self.folder / "room" / self.two).write_bytes(b"short")
        self.assertRegex(self.refused("import", "--files", "room", "room.jsonl"), "is not the file of 10000 bytes")
        (self.folder / "room" / self.two).write_bytes(TWO)
        self.done("import", "--files", "room", "room.jsonl")
        with closing(sqlite3.connect(self.data / "chat.db")) as connection:
            texts = connection.execute("SELECT data FROM messages WHERE data LIKE '%size%' ORDER BY seq").fetchall()
        self.assertEqual([json.loads(data)["file"].get("expired", False) for (data,) in texts], [True, False])
