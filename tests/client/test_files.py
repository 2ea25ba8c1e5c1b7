"""`/send` and `/get` of the bundled client, with a real server; both are killed in the middle."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.client.file_desk import FileLines
from chat.client.file_names import local_name, parse_link, reserve, typed_path
from tests.running import SECONDS, RunningServer, environment, make_certificate

# Enough to be caught in the middle.
BYTES = random.Random(7).randbytes(20_000_000)
ID = "abcdefghijklmnop"


class Names(SynchronousTestCase):
    """What a server calls a file is no path, and hides nothing."""

    def test_local_name(self) -> None:
        """Only a plain, visible name is left, which every system takes."""
        for given, kept in {
            "photo.jpg": "photo.jpg",
            "../../etc/passwd": "passwd",
            ".bashrc": "bashrc",
            "..": "file",
            "a\0b": "b",
            "C:\\x\\y.txt": "y.txt",
            "CON.txt": "_CON.txt",
            "a:b|c?.txt": "a_b_c_.txt",
            "x. ": "x",
            "": "file",
        }.items():
            self.assertEqual(local_name(given), kept, given)
        longest = local_name("ю" * 118 + ".jpg")
        self.assertLessEqual(len(longest.encode()), 204)
        self.assertTrue(longest.endswith(".jpg"))

    def test_reserve(self) -> None:
        """Nothing is written over, also no link that leads elsewhere."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "a.txt").write_text("dear")
            (folder / "a (2).txt").symlink_to(folder / "elsewhere")
            self.assertEqual(reserve(folder, "a.txt"), folder / "a (3).txt")
            self.assertEqual((folder / "a.txt").read_text(), "dear")
            self.assertFalse((folder / "elsewhere").exists())

    def test_link(self) -> None:
        """Of a link only the path and the key are heeded."""
        for text in (f"/files/{ID}/a%20b.txt", f"https://other:1/files/{ID}/a%20b.txt?evil=1#x"):
            link = parse_link(text)
            assert link is not None
            self.assertEqual((link.path, link.id, link.name), (f"/files/{ID}/a%20b.txt", ID, "a b.txt"))
        link = parse_link(f"/files/{ID}/x?key={ID}")
        assert link is not None
        self.assertEqual(link.path, f"/files/{ID}/x?key={ID}")
        for text in (
            "",
            "412a",
            "/files/short/x",
            f"/files/{ID}/",
            f"/other/{ID}/x",
            f"ftp://h/files/{ID}/x",
            "http://[",
        ):
            self.assertIsNone(parse_link(text), text)

    def test_typed_path(self) -> None:
        """Terminals put dropped names in quotes, or their spaces behind a backslash."""
        with TemporaryDirectory() as name:
            path = Path(name, "a b")
            path.touch()
            for text in (str(path), f"'{path}'", f'"{path}"', str(path).replace(" ", "\\ ")):
                self.assertEqual(typed_path(text), path)


class OnItsWay(SynchronousTestCase):
    """How far a file has come."""

    def test_said(self) -> None:
        """It is said now and then, with the name cleaned and the time that is left, and goes at the end."""
        drawn: list[str] = []
        times = iter((0.0, 0.3, 0.35, 1.0, 1.1))
        lines = FileLines(drawn.append, drawn.append, drawn.append, lambda: next(times))
        for done in (0, 10, 20, 50, 100):
            lines.progress("a\x1b[31m.jpg", done, 100)
        name = "a[31m.jpg"
        self.assertEqual(drawn, [f"{name} 10 % of 100 bytes  ", f"{name} 50 % of 100 bytes, 1 s left  ", ""])

    def test_time_left(self) -> None:
        """In one unit, of which there are not too many."""
        clock, drawn = Clock(), list[str]()
        lines = FileLines(drawn.append, drawn.append, drawn.append, clock.seconds)
        for size, expected in (
            (2_000_000, "60 s"),
            (5_000_000, "4 min"),
            (100_000_000, "99 min"),
            (200_000_000, "4 h"),
        ):
            lines.progress(f"of {size}", 0, size)
            clock.advance(60)
            lines.progress(f"of {size}", 1_000_000, size)
            self.assertTrue(drawn[-1].endswith(f", {expected} left  "), drawn)


class Client:
    """The client as a program, in a folder."""

    def __init__(self, folder: Path, port: int, name: str, *options: str, state: str = "state") -> None:
        command = [sys.executable, "-m", "chat.client", "--port", str(port), "--name", name, "--state", state, *options]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment(), stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )
        self.output = ""

    def type(self, line: str) -> None:
        """Type a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def read_until(self, text: str) -> str:
        """The next line with `text` in it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if text in line:
                return line.rstrip("\n")
        raise AssertionError(f"the client has ended:\n{self.output}")

    def end(self) -> str:
        """Nothing more is typed: all that it says until it has ended."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.output += self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait(SECONDS)
        return self.output

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.end()


class FilesCase(SynchronousTestCase):
    """A folder with a file of 20 MB, and a server in it."""

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "big.bin").write_bytes(BYTES)
        (self.folder / "in").mkdir()
        self.data = self.folder / "data"
        server = RunningServer("--data", str(self.data), *self.server_options())
        self.server = server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)

    def server_options(self) -> tuple[str, ...]:
        """More options of the server."""
        return ()

    def start(self, name: str, *options: str, state: str = "state") -> Client:
        """A client that is in the chat."""
        client = Client(self.folder, self.server.port, name, *options, state=state)
        self.addCleanup(client.process.kill)
        # Whoever waits for a line that never comes is told so.
        limit = Timer(3 * SECONDS, client.process.kill)
        limit.start()
        self.addCleanup(limit.cancel)
        client.read_until("welcome")
        return client

    def wait_for(self, what: Path, pattern: str, size: int) -> int:
        """Wait until a file in a folder has more than `size` bytes; how many it has."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for path in what.glob(pattern):
                try:
                    found = path.stat().st_size
                except FileNotFoundError:
                    continue
                if found > size:
                    return found
        raise AssertionError("no bytes come")

    def link(self, client: Client) -> str:
        """The link in the message with the file."""
        client.type("/history")
        return client.read_until("/files/").split()[-1]


class Sending(FilesCase):
    """`/send`."""

    def test_client_killed(self) -> None:
        """The next run of the client goes on where the killed one was, and says the file once."""
        al = self.start("Al")
        al.type("/send big.bin")
        there = self.wait_for(self.data / "files/partial", "*", 500_000)
        al.kill()
        self.assertLess(there, len(BYTES))
        al = self.start("Al")
        al.read_until("sending big.bin (20 MB)")
        al.read_until("big.bin is sent to lobby")
        link = self.link(al)
        self.assertTrue(link.startswith(f"http://127.0.0.1:{self.server.port}/files/"), link)
        al.type(f"/get {link} in")
        al.read_until("saved in/big.bin (20 MB)")
        self.assertEqual((self.folder / "in/big.bin").read_bytes(), BYTES)
        self.assertEqual(al.end().count("> big.bin"), 1)

    def test_server_killed(self) -> None:
        """The client goes on by itself when the server is back, also with a file that it fetches."""
        al = self.start("Al")
        al.type("/send big.bin")
        self.wait_for(self.data / "files/partial", "*", 500_000)
        self.server.stop(signal.SIGKILL)
        self.server.start_again()
        al.read_until("big.bin is sent to lobby")
        link = self.link(al)
        al.type(f"/get {link} in")
        self.wait_for(self.folder / "in", "*.part", 100_000)
        self.server.stop(signal.SIGKILL)
        self.server.start_again()
        al.read_until("saved in/big.bin")
        self.assertEqual((self.folder / "in/big.bin").read_bytes(), BYTES)
        self.assertEqual([path.name for path in (self.folder / "in").iterdir()], ["big.bin"])
        al.end()

    def test_to_a_person(self) -> None:
        """A guest sends a guest a file, who fetches it by its number or link; nothing is written over."""
        (self.folder / "a b.txt").write_text("some words")
        al, bo = self.start("Al"), self.start("Bo", state="other")
        al.type("/send bo a b.txt")
        al.read_until("a b.txt is sent to bo")
        link = bo.read_until("<Al> a b.txt (10 bytes, ").split()[-1]
        for path in ("in/a b.txt", "in/a b (2).txt"):
            bo.type(f"/get {link} in")
            bo.read_until(f"saved {path}")
            self.assertEqual((self.folder / path).read_text(), "some words")
        al.type("/send no.txt")
        self.assertIn("cannot read no.txt: No such file", al.read_until("! "))
        al.type("/send")
        self.assertEqual(al.read_until("! "), "! usage: /send [name] <file>")
        al.type("/get 1")
        self.assertEqual(al.read_until("! "), "! message 1 has no file")
        al.type(f"/get /files/{ID}/x")
        self.assertEqual(al.read_until("! "), "! x is not there, or not for you")
        al.end()
        bo.end()

    def test_get_killed(self) -> None:
        """The same `/get` again goes on, and finds out if what is there is something else."""
        al = self.start("Al")
        al.type("/send big.bin")
        al.read_until("is sent")
        link = self.link(al)
        al.type(f"/get {link} in")
        self.wait_for(self.folder / "in", "*.part", 100_000)
        al.kill()
        [part] = (self.folder / "in").iterdir()
        al = self.start("Al")
        al.type("/get 2 in")
        al.read_until("saved in/big.bin")
        self.assertEqual((self.folder / "in/big.bin").read_bytes(), BYTES)
        part.write_bytes(b"something else")
        al.type("/get 2 in")
        al.read_until("came with other bytes than the server has")
        self.assertFalse(part.exists())
        al.end()

    def test_pipe(self) -> None:
        """At the end of its input the client waits for its files."""
        al = Client(self.folder, self.server.port, "Al")
        al.type("/send big.bin")
        self.assertIn("big.bin is sent to lobby", al.end())
        self.assertEqual(al.process.returncode, 0)
        self.assertEqual([path.stat().st_size for path in (self.data / "files").glob("??/*")], [len(BYTES)])


class Encrypted(FilesCase):
    """The same over TLS: the client trusts for files whom it trusts for talk."""

    def server_options(self) -> tuple[str, ...]:
        certificate, key = make_certificate(self.folder, "localhost")
        return ("--tls", f"{certificate},{key}")

    def test_pinned(self) -> None:
        """A certificate that signed itself is remembered once."""
        al = self.start("Al", "--tls")
        al.type("/send big.bin")
        al.read_until("is sent")
        link = self.link(al)
        self.assertTrue(link.startswith("https://"), link)
        al.type("/get 2 in")
        al.read_until("saved in/big.bin")
        self.assertEqual((self.folder / "in/big.bin").read_bytes(), BYTES)
        al.end()
