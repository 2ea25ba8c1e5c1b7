"""Arguments that are no text, for all three programs: one line, and status 1. Files may be called anything."""

import subprocess
import sys
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chat.argv import check_text
from tests.running import SECONDS, RunningServer, environment, twistd

ODD = b"Zo\xeb"


def run(*arguments: str | bytes, folder: str | Path = ".") -> "subprocess.CompletedProcess[bytes]":
    """Run Python with these arguments."""
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS
    )


class Check(SynchronousTestCase):
    """The check itself."""

    def test_table(self) -> None:
        """Text, paths, numbers and nothing pass; bytes that are no text do not, also in a list."""
        check_text(["Zoë", None, 1, Path("Zo\udceb"), ["a", "漢"], True])
        for values in (["Zo\udceb"], ["a", ["b", "Zo\udceb"]], ("\udcff",)):
            error = self.assertRaises(ValueError, check_text, values)
            self.assertRegex(str(error), r"^(Zo\\xeb|\\xff) is not UTF-8 text$")


class Programs(SynchronousTestCase):
    """The programs, from the outside."""

    def assert_refused(self, *arguments: str | bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            ended = run(*arguments, folder=folder)
        self.assertEqual((ended.returncode, ended.stdout), (1, b""), (arguments, ended.stderr))
        self.assertRegex(ended.stderr, rb"^[^\n]*is not UTF-8 text\n$", str(arguments))

    def test_client(self) -> None:
        """A name, behind an option or by its place, and a host."""
        for arguments in ([b"--name", ODD], [b"127.0.0.1", b"1", ODD], [b"--host", ODD], [ODD]):
            self.assert_refused("-m", "chat.client", *arguments)

    def test_admin(self) -> None:
        """Names of accounts, rooms and tokens."""
        for arguments in (
            [b"token", b"make", ODD, b"--room", b"r"],
            [b"token", b"make", b"a", b"-r", b"r", b"-r", ODD],
            [b"token", b"revoke", ODD],
            [b"retention", b"--days", b"3", b"--room", ODD],
            [b"passwd", ODD],
            [b"export", b"--room", ODD],
        ):
            self.assert_refused("-m", "chat.admin", *arguments)

    def test_server(self) -> None:
        """What is no file, on `twistd`'s command line."""
        program = twistd()[1:]
        for arguments in ([b"--lobby", ODD], [b"--allow-origin", b"http://" + ODD], [b"--listen", b"tcp:" + ODD]):
            self.assert_refused(*program, "-n", "chatserver", *arguments)

    def test_files(self) -> None:
        """A file of such a name is read, written, and spoken of."""
        with RunningServer() as server:
            backup = run("-m", "chat.admin", "--data", "chat-data", "backup", ODD, folder=server.folder)
            self.assertEqual((backup.returncode, backup.stderr), (0, b""))
            self.assertTrue(backup.stdout.startswith(b"wrote Zo\xeb, "), backup.stdout)
            verified = run("-m", "chat.admin", "verify", ODD, folder=server.folder)
            self.assertEqual((verified.returncode, verified.stderr), (0, b""))
            asked = run("-m", "chat.client", "--port", str(server.port), "--name", "x", "--ca", ODD + b"b")
            self.assertEqual(asked.returncode, 1)
            self.assertRegex(asked.stderr, rb"^chat: there is no certificate in [^\n]*\n$")
            kept = run(
                "-m", "chat.client", "--port", str(server.port), "--name", "x", "--state", ODD, folder=server.folder
            )
            self.assertEqual((kept.returncode, kept.stderr), (0, b""))
