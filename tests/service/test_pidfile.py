"""A pid file from a former life never keeps the server from starting."""

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from unittest import skipUnless

from twisted.logger import capturedLogs, formatEvent
from twisted.trial.unittest import SynchronousTestCase

from chat.service.pidfile import PidFile
from tests.running import SECONDS, environment, port_in, read_until, start, twistd

IS_ROOT = os.geteuid() == 0
# Even root, who then may write only where the modes of files let it.
UNPRIVILEGED = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if IS_ROOT else []
# The first process of a container, as far as its number is concerned.
CONTAINER = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]


def can_unshare() -> bool:
    """Whether this system lets us have process ids of our own."""
    try:
        return subprocess.run([*CONTAINER, "true"], capture_output=True, timeout=SECONDS).returncode == 0
    except OSError:
        return False


class Case(SynchronousTestCase):
    """A folder that anybody may look into."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.path = self.folder / "twistd.pid"

    def sleeper(self, *arguments: str) -> int:
        """A process that does nothing; its arguments may make it look like something."""
        command = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()", *arguments]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.communicate)
        assert process.stdout is not None
        # Its command line can be read from when it runs.
        process.stdout.readline()
        return process.pid


class File(Case):
    """The file itself, in this process."""

    def write(self, path: Path | None = None) -> str:
        """What the log says when it is written."""
        self.file = PidFile(path or self.path)
        with capturedLogs() as events:
            self.file.write()
        return "\n".join(formatEvent(event) for event in events)

    def test_lifetime(self) -> None:
        """It holds this process's number, and is gone afterwards."""
        self.assertEqual(self.write(), "")
        self.assertEqual(self.path.read_text(), str(os.getpid()))
        self.file.remove()
        self.assertFalse(self.path.exists())
        self.file.remove()

    def test_left_behind(self) -> None:
        """What a crash leaves is overwritten: nothing, zeros, anything short, this process, what started it, others."""
        ended = subprocess.Popen(["true"])
        ended.wait(SECONDS)
        numbers = (ended.pid, os.getpid(), os.getppid(), self.sleeper(), 1, 0, 999_999_999)
        for content in (b"", b"\0\0\0\0", b"\xff", b"-1", b"no number", *(b"%d\n" % number for number in numbers)):
            self.path.write_bytes(content)
            self.assertEqual(self.write(), "", content)
            self.assertEqual(self.path.read_text(), str(os.getpid()))

    def test_another_server(self) -> None:
        """The file of a living chat server stays: it is for whoever wants to end that one."""
        pid = str(self.sleeper("/usr/bin/chatserver"))
        self.path.write_text(pid)
        warning = f"no pid file at {self.path}: process {pid}, which it names, is another chat server"
        self.assertEqual(self.write(), warning)
        self.file.remove()
        self.assertEqual(self.path.read_text(), pid)

    def test_other_files(self) -> None:
        """A file that is no pid file is somebody's, and stays."""
        self.path.write_bytes(b"x" * 33)
        folder = self.folder / "folder"
        folder.mkdir()
        for path in (self.path, folder):
            self.assertEqual(self.write(path), f"no pid file at {path}: that is no pid file")
            self.file.remove()
        self.assertEqual((self.path.read_bytes(), folder.is_dir()), (b"x" * 33, True))
        nowhere = self.folder / "none" / "x.pid"
        self.assertEqual(self.write(nowhere), f"no pid file at {nowhere}: No such file or directory")

    def test_somebody_elses(self) -> None:
        """At the end, a file that names another process by now stays."""
        self.write()
        self.path.write_text("1")
        self.file.remove()
        self.assertEqual(self.path.read_text(), "1")
        self.write()
        self.path.unlink()
        self.file.remove()


class Program(Case):
    """`twistd`, with a pid file that was there before."""

    @contextmanager
    def started(self, *options: str, before: Sequence[str] = ()) -> Iterator[str]:
        """A server in the foreground; its log up to when it listens. It ends in order; a container is killed."""
        command = [*before, *twistd(), "-n", *options, "chatserver", "--port", "0", "--data", str(self.folder / "data")]
        process, log = start(command, self.folder), ""
        try:
            log = read_until(process, "listening on 127.0.0.1")
            # It ends in order from when its reactor runs, and that is so when it answers.
            with socket.create_connection(("127.0.0.1", port_in(log)), SECONDS) as client:
                client.sendall(b"server:who\n")
                client.recv(1)
            yield log
        finally:
            process.kill() if before[:1] == CONTAINER[:1] else process.terminate()
            log += process.communicate(timeout=SECONDS)[0]
        self.assertNotIn("Traceback", log)

    def test_starts(self) -> None:
        """In the foreground, over whatever is there; the file names the server, and is gone when it ends."""
        ended = subprocess.Popen(["true"])
        ended.wait(SECONDS)
        for content in ("", "garbage", str(ended.pid), str(self.sleeper())):
            self.path.write_text(content)
            with self.started() as log:
                self.assertNotIn("pid file", log)
                pid = int(self.path.read_text())
                self.assertIn(b"chatserver", Path(f"/proc/{pid}/cmdline").read_bytes())
            self.assertFalse(self.path.exists())

    def test_options(self) -> None:
        """`--pidfile=` is none, and with a name it is there."""
        self.path.write_text("garbage")
        with self.started("--pidfile="):
            self.assertEqual(self.path.read_text(), "garbage")
        other = self.folder / "other.pid"
        other.touch()
        with self.started("--pidfile=other.pid"):
            self.assertTrue(other.read_text().isdigit())
        self.assertFalse(other.exists())

    def test_daemon(self) -> None:
        """In the background, too: the file names the daemon when twistd returns."""
        self.path.write_text(str(self.sleeper()))
        command = [*twistd(), "chatserver", "--port", "0"]
        ended = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, timeout=SECONDS)
        self.assertEqual((ended.returncode, ended.stderr), (0, b""))
        pid = int(self.path.read_text())
        descriptor = os.pidfd_open(pid)
        try:
            self.assertIn(b"chatserver", Path(f"/proc/{pid}/cmdline").read_bytes())
            # A second one on the same folder says why not, in one sentence, and the file stays the first one's.
            command = [*twistd(), "chatserver", "--port", "0"]
            second = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, timeout=SECONDS)
            complaint = b"chatserver: another server uses the data folder chat-data\n"
            self.assertEqual((second.returncode, second.stderr, second.stdout), (1, complaint, b""))
            self.assertEqual(self.path.read_text(), str(pid))
        finally:
            signal.pidfd_send_signal(descriptor, signal.SIGTERM)
            with os.fdopen(descriptor) as gone:
                self.assertTrue(select.select([gone], [], [], SECONDS)[0])
        self.assertFalse(self.path.exists())

    def test_not_started(self) -> None:
        """A server that cannot listen leaves no file."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            listen = f"tcp:{taken.getsockname()[1]}:interface=127.0.0.1"
            command = [*twistd(), "-n", "chatserver", "--data", ":memory:", "--listen", listen]
            ended = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, timeout=SECONDS)
        self.assertEqual((ended.returncode, list(self.folder.iterdir())), (1, []))

    @skipUnless(not IS_ROOT or which("setpriv"), "root may write everywhere")
    def test_unwritable(self) -> None:
        """In a folder that it cannot write to, the server runs without one. In the background it needs its log."""
        (self.folder / "data").mkdir(mode=0o700)
        self.path.write_text("1")
        self.path.chmod(0o444)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        without = f"no pid file at {self.path}: Permission denied"
        with self.started(before=UNPRIVILEGED) as log:
            self.assertIn(without, log)
        with self.started("--pidfile=other.pid", before=UNPRIVILEGED) as log:
            self.assertIn(without.replace("twistd.pid", "other.pid"), log)
        if can_unshare():
            with self.started(before=[*CONTAINER, *UNPRIVILEGED]) as log:
                self.assertIn(without, log)
        command = [*UNPRIVILEGED, *twistd(), "chatserver", "--port", "0", "--data", str(self.folder / "data")]
        daemon = subprocess.run(
            command, cwd=self.folder, env=environment(), capture_output=True, timeout=SECONDS, text=True
        )
        file = self.folder / "twistd.log"
        complaint = f"chatserver: cannot write the log {file}: twistd --logfile FILE chatserver names another\n"
        self.assertEqual((daemon.returncode, daemon.stderr), (1, complaint))

    @skipUnless(IS_ROOT, "only root can become somebody else")
    def test_uid(self) -> None:
        """With `--uid`, root writes it; that the other user cannot remove it hinders nobody."""
        self.path.write_text("garbage")
        for _ in range(2):
            with self.started("--uid", "nobody"):
                self.assertTrue(self.path.read_text().isdigit())
            self.assertTrue(self.path.exists())

    @skipUnless(can_unshare(), "no process ids of our own here")
    def test_container(self) -> None:
        """A container is killed, and started again: process 1 is the server itself, or what starts it."""
        starter = ["sh", "-c", '"$@"; true', "sh"]
        for before in (CONTAINER, [*CONTAINER, *starter]):
            self.path.write_text("1")
            with self.started(before=before) as log:
                self.assertNotIn("pid file", log)
                self.assertEqual(self.path.read_text() == "1", before is CONTAINER)
            self.path.unlink(missing_ok=True)
