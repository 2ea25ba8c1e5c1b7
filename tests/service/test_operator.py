"""What an operator does to a real server: other users, signals, files that are moved."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwall, getpwnam
from threading import Event
from unittest import skipUnless

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.trial.unittest import SynchronousTestCase, TestCase

from chat.store.interfaces import StoreError
from chat.store.sqlite.folder import DataFolder
from chat.tap import Options, makeService
from tests.running import SECONDS, RunningServer, environment, port_in, read_until, start, twistd

IS_ROOT = os.geteuid() == 0


class Private(SynchronousTestCase):
    """A data folder that others can write to is refused."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "data")
        self.path.mkdir(mode=0o700)

    def refused(self) -> str:
        """Why it cannot be used."""
        return str(self.assertRaises(StoreError, DataFolder(self.path).open))

    def test_folder(self) -> None:
        """By its group, or by all; what to do is said."""
        for mode in (0o777, 0o770, 0o702, 0o1777):
            self.path.chmod(mode)
            self.assertEqual(
                self.refused(), f"others can write to {self.path}, and change what is stored: chmod go-w {self.path}"
            )
            self.assertEqual([*self.path.iterdir()], [], "nothing is made in it")
        self.path.chmod(0o755)
        folder = DataFolder(self.path)
        folder.open()
        folder.close()

    def test_files(self) -> None:
        """So is one with such a file in it."""
        for name in ("chat.db", "chat.db-wal", "tls.pem", "high-water"):
            file = self.path / name
            file.touch()
            file.chmod(0o666)
            self.assertIn(f"chmod go-w {file}", self.refused())
            file.unlink()

    @skipUnless(IS_ROOT, "only root can give files away")
    def test_somebody_elses(self) -> None:
        """So is one that belongs to somebody else."""
        os.chown(self.path, getpwnam("nobody").pw_uid, -1)
        self.assertIn("belongs to nobody, not to root: start as nobody, or chown it", self.refused())


class Order(TestCase):
    """Of what happens at the start."""

    def test_store_first(self) -> "Deferred[None]":
        """Nothing listens before the store is open: whoever can connect is answered."""
        options = Options()
        options["data"] = ":memory:"
        options.endpoints = [serverFromString(reactor, "tcp:0:interface=127.0.0.1")]
        service = makeService(options)
        ports: list[int] = []
        self.patch(service._storage.store, "start", lambda: ports.append(len(service.ports)))
        service.privilegedStartService()
        self.assertEqual((ports, len(service.ports)), ([0], 1))
        service.startService()
        return service.stopService()


@skipUnless(IS_ROOT, "only root can become somebody else")
class OtherUser(SynchronousTestCase):
    """`twistd --uid`."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.nobody = getpwnam("nobody")

    @contextmanager
    def running(self, *twistd_options: str) -> Iterator[int]:
        """A server that becomes nobody; its port."""
        command = [*twistd(), "-n", "--pidfile=", "--uid", "nobody", *twistd_options, "chatserver", "--port", "0"]
        process, log = start([*command, "--tls", "auto"], self.folder), ""
        try:
            log = read_until(process, "fingerprint")
            yield port_in(log)
        finally:
            process.terminate()
            log += process.communicate(timeout=SECONDS)[0]
        self.assertNotIn("Traceback", log)

    def say(self, port: int, text: str) -> str:
        """Say something as a program; what is answered."""
        with socket.create_connection(("127.0.0.1", port), SECONDS) as client, client.makefile("rw") as lines:
            for request in ({"type": "join", "nickname": "Al"}, {"type": "message", "text": text}):
                lines.write(json.dumps(request) + "\n")
                lines.flush()
                answer = lines.readline()
        return answer

    def test_fresh_folder(self) -> None:
        """All that is made is theirs, and so it is at the next starts."""
        for options in (["--gid", "nogroup"], []):
            with self.running(*options) as port:
                self.assertIn('"ack"', self.say(port, "hello"))
                files = [self.folder / "chat-data", *(self.folder / "chat-data").iterdir()]
                self.assertGreater(len(files), 5)
                self.assertEqual({file.stat().st_uid for file in files}, {self.nobody.pw_uid})

    def test_unknown(self) -> None:
        """A number that is no user's is a sentence, and nothing is made."""
        unknown = max(user.pw_uid for user in getpwall() if user.pw_uid < 60_000) + 1
        for group in ([], ["--gid", "nogroup"]):
            command = [*twistd(), "-n", "--pidfile=", "--uid", str(unknown), *group, "chatserver", "--port", "0"]
            ended = subprocess.run(
                command, cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=SECONDS
            )
            complaint = f"chatserver: --uid: this system has no user {unknown}\n"
            self.assertEqual((ended.returncode, ended.stderr), (1, complaint))
            self.assertEqual([*self.folder.iterdir()], [])

    def test_folder_of_root(self) -> None:
        """What root has left, in an earlier start, is given to them."""
        command = [*twistd(), "-n", "--pidfile=", "chatserver", "--port", "0", "--tls", "auto", "--max-clients", "x"]
        subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, timeout=SECONDS, check=False)
        folder = DataFolder(self.folder / "chat-data")
        folder.open()
        folder.make_database()
        folder.close()
        with self.running() as port:
            self.assertIn('"ack"', self.say(port, "hello"))


class Hangups(SynchronousTestCase):
    """SIGHUP."""

    def test_nobody_is_cut(self) -> None:
        """It ends nothing, also where there is no certificate to read again; at the end all is as usual."""
        with RunningServer() as server, socket.create_connection(("127.0.0.1", server.port), SECONDS) as client:
            client.sendall(b"server:register Alice\n")
            with client.makefile("r") as lines:
                self.assertEqual(lines.readline(), "server: welcome, Alice\n")
                lines.readline()
                for _ in range(2):
                    server.process.send_signal(signal.SIGHUP)
                    server.read_log("SIGHUP: the log is opened again; there is no certificate to read")
                client.sendall(b"server:who\n")
                self.assertEqual(lines.readline(), "server: online (1): Alice\n")
                self.assertEqual(server.stop(), -signal.SIGTERM)
                self.assertEqual(list(lines), ["server: shutting down\n"])

    def test_log_file(self) -> None:
        """A log that was moved is begun anew."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            command = [*twistd(), "-n", "--pidfile=", "--logfile", "chat.log", "chatserver", "--port", "0"]
            process = subprocess.Popen(command, cwd=folder, env=environment())
            try:
                until(lambda: "listening on" in read(folder / "chat.log"))
                (folder / "chat.log").rename(folder / "old.log")
                process.send_signal(signal.SIGHUP)
                until(lambda: "SIGHUP: the log is opened again" in read(folder / "chat.log"))
                # Something else stands where the log was: the log goes on in the file that was moved.
                (folder / "chat.log").rename(folder / "new.log")
                (folder / "chat.log").mkdir()
                process.send_signal(signal.SIGHUP)
                until(lambda: "the log goes on where it was" in read(folder / "new.log"))
                (folder / "chat.log").rmdir()
                (folder / "new.log").rename(folder / "chat.log")
            finally:
                process.terminate()
                process.wait(SECONDS)
            self.assertIn("Server Shut Down", read(folder / "chat.log"))
            self.assertNotIn("Server Shut Down", read(folder / "old.log"))


class MovedFile(SynchronousTestCase):
    """Somebody moves the database of a running server."""

    def setUp(self) -> None:
        self.server = RunningServer()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.database = self.server.folder / "chat-data" / "chat.db"
        client = socket.create_connection(("127.0.0.1", self.server.port), SECONDS)
        self.addCleanup(client.close)
        self.lines = client.makefile("rw")
        self.addCleanup(self.lines.close)
        self.ask({"type": "join", "nickname": "Al"})

    def ask(self, request: object) -> dict[str, object]:
        """The answer to a request."""
        self.lines.write(json.dumps(request) + "\n")
        self.lines.flush()
        answer: dict[str, object] = json.loads(self.lines.readline())
        return answer

    def health(self) -> tuple[int, dict[str, str]]:
        """What `/healthz` says."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.server.port}/healthz", timeout=SECONDS) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def test_and_back(self) -> None:
        """Whoever says something is told, and so is whoever watches; it goes on without a restart."""
        self.assertEqual(self.ask({"type": "message", "text": "a"})["type"], "ack")
        away = self.database.rename(self.database.with_name("x.db"))
        self.assertEqual(self.ask({"type": "message", "text": "b"})["code"], "store_failed")
        status, found = self.health()
        self.assertEqual((status, found["status"]), (503, "store failing"))
        self.assertEqual(found["reason"], "the database is not where it was; put it back")
        away.rename(self.database)
        self.assertEqual(self.ask({"type": "message", "text": "c"})["type"], "ack")
        self.assertEqual(self.health(), (200, {"status": "ok"}))

    def test_end(self) -> None:
        """It ends when it is told to, all the same."""
        self.database.rename(self.database.with_name("x.db"))
        self.assertEqual(self.ask({"type": "message", "text": "b"})["code"], "store_failed")
        self.assertEqual(self.server.stop(), -signal.SIGTERM)


def read(file: Path) -> str:
    """What is in a file, if there is one."""
    return file.read_text() if file.exists() else ""


def until(is_so: Callable[[], bool]) -> None:
    """Wait for a file to change."""
    for _ in range(100 * SECONDS):
        if is_so():
            return
        Event().wait(0.01)
    raise AssertionError("it never was")
