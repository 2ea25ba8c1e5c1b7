"""What is installed: the wheel, in a clean environment."""

import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.running import ROOT, environment


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
            data = {str(path.relative_to(ROOT)) for path in files} | {"chat/py.typed"}
            self.assertEqual({name for name in names if not name.endswith(".py")}, data)
            empty = Path(folder, "empty")
            empty.mkdir()
            programs = self.install(wheel, Path(folder, "environment"))
            twistd = self.run_in(empty, str(programs / "twistd"), "chatserver", "--help")
            self.assertIn("--max-clients", twistd)
            client = self.run_in(empty, str(programs / "python"), "-m", "chat.client", "--help")
            self.assertIn("NICKNAME", client)
            self.assertEqual(list(empty.iterdir()), [])

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
        """What a command prints, with nothing of this checkout on the path."""
        clean = {name: value for name, value in environment().items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        ended = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=300)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout
