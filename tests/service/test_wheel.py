"""What is installed: the wheel, in a clean environment."""

import signal
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chat.web.page.assets import page_assets
from tests.running import ROOT, SECONDS, environment, port_in, read_until, start


def clean() -> dict[str, str]:
    """An environment with nothing of this checkout on Python's path."""
    return {name: value for name, value in environment().items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


def admin_programs(programs: Path) -> list[list[str]]:
    """The two ways to call the operator's tool."""
    return [[str(programs / "chat-admin")], [str(programs / "python"), "-m", "chat.admin"]]


class Wheel(SynchronousTestCase):
    """Built, installed, used from an empty folder."""

    def test_installed(self) -> None:
        """It holds the packages, the plugin and nothing stray, and twistd finds the plugin."""
        with tempfile.TemporaryDirectory() as folder:
            wheel = self.build(Path(folder, "dist"))
            names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
            self.assertIn("twisted/plugins/chatserver_plugin.py", names)
            self.assertIn("chat/wire/text.py", names)
            self.assertEqual([name for name in names if not name.startswith(("chat/", "twisted/plugins/chat"))], [])
            files = [*(ROOT / "chat/store/sqlite/schema").glob("*.sql"), *(ROOT / "chat/unicode").glob("*.txt")]
            # All that the page's addresses serve.
            files += [ROOT / "chat/web/page" / name for name in page_assets()]
            data = {str(path.relative_to(ROOT)) for path in files} | {"chat/py.typed"}
            self.assertEqual({name for name in names if not name.endswith(".py")}, data)
            empty = Path(folder, "empty")
            empty.mkdir()
            programs = self.install(wheel, Path(folder, "environment"))
            twistd = self.run_in(empty, str(programs / "twistd"), "chatserver", "--help")
            self.assertIn("--max-clients", twistd)
            client = self.run_in(empty, str(programs / "python"), "-m", "chat.client", "--help")
            self.assertIn("NICKNAME", client)
            self.check_server(programs, empty)
            self.assertEqual(self.run_in(empty, str(programs / "chat"), "--help"), client)
            admin = [self.run_in(empty, *start, "--help") for start in admin_programs(programs)]
            self.assertEqual(admin[0], admin[1])
            self.assertEqual(list(empty.iterdir()), [])
            self.check_conversation(programs, empty)

    def check_server(self, programs: Path, folder: Path) -> None:
        """`chatserver` says what it is, and what is wrong, in a sentence."""
        server = str(programs / "chatserver")
        self.assertRegex(self.run_in(folder, server, "--version"), r"^chatserver \d[^\n]*\n$")
        options = self.run_in(folder, server, "--help")
        self.assertTrue(options.startswith("Usage: chatserver [options]\n"), options)
        self.assertIn("--max-clients", options)
        for arguments, complaint in (
            (["--prot", "1"], "chatserver: option --prot not recognized\n"),
            (["--port", "x"], "chatserver: --port takes a whole number from 0 to 65535, not 'x'\n"),
            (["more"], "chatserver: 'more' is no option\n"),
        ):
            ended = subprocess.run([server, *arguments], cwd=folder, env=clean(), capture_output=True, text=True)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (1, "", complaint))
        imported = "import sys, chat.service.program, chat.tap; print('twisted.internet.reactor' in sys.modules)"
        self.assertEqual(self.run_in(folder, str(programs / "python"), "-c", imported), "False\n")

    def check_conversation(self, programs: Path, folder: Path) -> None:
        """The three programs together: one serves, one talks, one looks after it; signals do what they did."""
        server, log = start([str(programs / "chatserver"), "--port", "0"], folder, clean()), ""
        try:
            log = read_until(server, "listening on 127.0.0.1")
            client = [str(programs / "chat"), "--no-state", "--port", str(port_in(log)), "--name", "Al"]
            said = subprocess.run(client, cwd=folder, env=clean(), input="hello\n", capture_output=True, text=True)
            self.assertIn("welcome, Al", said.stdout)
            verified = self.run_in(folder, str(programs / "chat-admin"), "verify", "chat-data/chat.db")
            self.assertRegex(verified, "^1 messages .*: ok\n$")
            server.send_signal(signal.SIGHUP)
            log += read_until(server, "SIGHUP: the log is opened again")
        finally:
            server.terminate()
            log += server.communicate(timeout=SECONDS)[0]
        self.assertEqual(server.returncode, -signal.SIGTERM)
        self.assertIn("Server Shut Down", log)
        self.assertNotIn("Traceback", log)
        self.assertEqual([path.name for path in folder.iterdir()], ["chat-data"])

    def build(self, folder: Path) -> Path:
        """The wheel of this checkout."""
        source = folder.parent / "source"
        listed = self.run_in(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard")
        for name in filter(None, listed.split("\n")):
            if (ROOT / name).exists():
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                (source / name).write_bytes((ROOT / name).read_bytes())
        self.run_in(source, sys.executable, "-m", "build", "--wheel", "--outdir", str(folder))
        (wheel,) = folder.iterdir()
        return wheel

    def install(self, wheel: Path, folder: Path) -> Path:
        """The programs of a clean environment that has only the wheel."""
        venv.create(folder, with_pip=False)
        programs = folder / "bin"
        # Our own pip does it: one in there, and all that it would compile, would take most of the test's time.
        pip = [sys.executable, "-m", "pip", "--python", str(programs / "python")]
        self.run_in(folder, *pip, "install", "--quiet", "--no-compile", str(wheel))
        return programs

    def run_in(self, folder: Path, *command: str) -> str:
        """What a command prints."""
        ended = subprocess.run(command, cwd=folder, env=clean(), capture_output=True, text=True, timeout=300)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout
