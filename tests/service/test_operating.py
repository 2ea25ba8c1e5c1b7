"""docs/operating.md: each of its commands is run, in its order.

Usually the commands run in a folder that stands for the machine's root, with stand-ins for systemd (`stand_ins.py`).
On a machine that may be thrown away, root can set `TEST_SYSTEMD=1`: then they run as they are, with the real systemd.
`TEST_DOCKER=1` runs the commands of Docker.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from unittest import skipUnless

from twisted.trial.unittest import SynchronousTestCase

from chat.admin import arguments
from chat.service.options import Options
from tests.running import ROOT, SECONDS, RunningServer, environment
from tests.service.stand_ins import PROGRAMS, Machine, read_unit
from tests.service.test_operator import read, until

DOCUMENT: Final = ROOT / "docs" / "operating.md"
DEPLOY: Final = ROOT / "deploy"
IS_REAL: Final = bool(os.environ.get("TEST_SYSTEMD"))
MAY_USE_DOCKER: Final = bool(os.environ.get("TEST_DOCKER"))
# Two installations with pip are the longest of it.
_PATIENCE_SECONDS: Final = 300
_BLOCK = re.compile(r"(?:<!-- run: (\w+) -->\n)?```sh\n(.*?)```", re.DOTALL)
# What each command has to print, by what it has in it.
_PRINTED: Final[Mapping[str, str]] = {
    "/healthz": '"status":"ok"',
    "/metrics": "chat_connections",
    "| nc ": "server: online (1): Admin",
    "is-active": "\nactive\n",
    "s_client": "chat.example",
    "chat-admin verify": ": ok\n",
    "restore": "the earlier data is in ",
    "ls /var/backups/chatserver\n": ".db\n",
}


class Block(NamedTuple):
    """Commands of the document, and of which kind they are."""

    kind: str
    commands: str


def blocks() -> Sequence[Block]:
    """The commands of the document, in its order."""
    return [Block(*found) for found in _BLOCK.findall(DOCUMENT.read_text())]


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sandbox:
    """A folder that stands for the root of a machine, with a checkout in it that has two versions."""

    def __init__(self, root: Path) -> None:
        self.root = Path("/") if IS_REAL else root
        self.port = 8080 if IS_REAL else free_port()
        self.machine = Machine(root)
        self.source = root / "source"
        self._programs = root / "stand-ins"
        self._check_out()
        if not IS_REAL:
            self._furnish()
        live = self.root / "etc/letsencrypt/live/chat.example"
        (self.root / "etc/letsencrypt/renewal-hooks/deploy").mkdir(parents=True, exist_ok=True)
        live.mkdir(parents=True, exist_ok=True)
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=chat.example"
        files = ["-out", str(live / "fullchain.pem"), "-keyout", str(live / "privkey.pem")]
        subprocess.run([*make.split(), *files], check=True, capture_output=True, timeout=SECONDS)

    def run(self, commands: str) -> str:
        """What the commands print. Raises AssertionError where one fails."""
        # PYTHONPATH would hide what is installed, and CHATSERVER_… would be options.
        hidden = ("PYTHONPATH", "CHATSERVER_")
        clean = {name: value for name, value in environment().items() if not name.startswith(hidden)}
        if not IS_REAL:
            clean["PATH"] = f"{self._programs}:{self.root}/usr/local/sbin:{clean['PATH']}"
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.translated(commands)],
            cwd=self.source,
            env={**clean, "PIP_NO_COMPILE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE_SECONDS,
        )
        assert ended.returncode == 0, f"{commands}\nends with {ended.returncode}:\n{ended.stdout}\n{self.log()}"
        return ended.stdout

    def translated(self, text: str) -> str:
        """Commands, or a file, with the sandbox's places in the place of the machine's."""
        if IS_REAL:
            return text
        text = re.sub(r"(?<![\w.}/])/(etc|opt|run|usr|var)/", rf"{self.root}/\1/", text)
        text = text.replace("8080", str(self.port)).replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]")
        if os.geteuid():
            text = text.replace("--uid chat ", "").replace("-o chat ", "")
        text = text.replace("--uid chat ", "--uid nobody ").replace("-o chat ", "-o nobody ")
        return text.replace("logrotate --force", f"logrotate --state {self.root}/logrotate.state --force")

    def log(self) -> str:
        """What the server has logged."""
        return self.machine.log.read_text() if self.machine.log.exists() else ""

    def end(self) -> None:
        """End what runs in it."""
        if not IS_REAL and self.machine.process("chatserver.service") is not None:
            self.machine.stop("chatserver.service")

    def _check_out(self) -> None:
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (self.source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.source / name)
        for file in (self.source / "deploy").iterdir():
            file.write_text(self.translated(file.read_text()))
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
        first = ("init -q", "add -A", "commit -qm one", "tag v0.1.0")
        second = ("commit -qm two --allow-empty", "tag v0.2.0", "checkout -q v0.1.0")
        for command in (*first, *second):
            subprocess.run([*git, *command.split()], cwd=self.source, check=True, timeout=SECONDS)

    def _furnish(self) -> None:
        folders = (
            "etc/systemd/system",
            "etc/logrotate.d",
            "opt",
            "usr/local/sbin",
            "var/lib",
            "var/backups",
            "var/log",
        )
        for folder in (*folders, "run", "stand-ins"):
            (self.root / folder).mkdir(parents=True)
        for name in PROGRAMS:
            program = self._programs / name
            words = [sys.executable, "-m", "tests.service.stand_ins", name, str(self.root)]
            program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.join(words)} "$@"\n')
            program.chmod(0o755)


class Commands(SynchronousTestCase):
    """What the document tells people to type."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="op-")
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        # Others have to get through it: a server that becomes another user.
        root.chmod(0o755)
        self.sandbox = Sandbox(root)
        self.addCleanup(self.sandbox.end)

    def test_each(self) -> None:
        """They work in the document's order, and print what they should."""
        prepare: Mapping[str, Callable[[], None]] = {
            "file": self.prepare_file,
            "move": self.prepare_move,
            "schema": self.prepare_schema,
        }
        for block in blocks():
            if block.kind == "docker":
                continue
            prepare.get(block.kind, lambda: None)()
            printed = "\n" + self.sandbox.run(block.commands)
            for command, expected in _PRINTED.items():
                if command in block.commands:
                    self.assertIn(expected, printed, block.commands)
            if block.kind == "file":
                self.check_file()
        self.assertTrue([*(self.sandbox.root / "var/backups/chatserver").glob("*.db")], "the backups stay")
        self.assertFalse((self.sandbox.root / "opt/chat").exists())

    def prepare_schema(self) -> None:
        """The copy that a server of a new schema would have made."""
        data = "/var/lib/chatserver"
        self.sandbox.run(f"install -m 0644 $(ls /var/backups/chatserver/*.db | tail -n 1) {data}/chat.db.before-008")

    def prepare_move(self) -> None:
        """The new machine has no data."""
        self.sandbox.run("rm -r /var/lib/private/chatserver /var/lib/chatserver")

    def prepare_file(self) -> None:
        """The port is free for a server without systemd."""
        self.sandbox.run("systemctl stop chatserver.socket chatserver.service")
        if IS_REAL:
            self.sandbox.run("useradd --system chat")

    def check_file(self) -> None:
        """The signal of logrotate has begun a new log, and the server has ended; the other one may go on."""
        folder = self.sandbox.root / "var/log/chatserver"
        until(lambda: "Server Shut Down" in read(folder / "chatserver.log"))
        self.assertIn("listening on", read(folder / "chatserver.log.1"))
        # Until it answers it takes no orders.
        self.sandbox.run("systemctl start chatserver.service\ncurl --fail http://127.0.0.1:8080/healthz")


class Document(SynchronousTestCase):
    """What can be said of it without running it."""

    def test_kinds(self) -> None:
        """Each block of commands says where it is run, and no other block hides commands."""
        kinds = {block.kind for block in blocks()}
        self.assertEqual(kinds, {"install", "docker", "machine", "upgrade", "schema", "move", "file"})
        self.assertEqual(DOCUMENT.read_text().count("```"), 2 * len(blocks()))


class Container(SynchronousTestCase):
    """Dockerfile, compose.yaml, and the commands for them."""

    def setUp(self) -> None:
        self.instructions = self.read(ROOT / "Dockerfile")
        self.commands = "".join(block.commands for block in blocks() if block.kind == "docker")

    def read(self, path: Path) -> Sequence[tuple[str, str]]:
        """The instructions of a Dockerfile."""
        lines = [line for line in path.read_text().splitlines() if line and not line.lstrip().startswith("#")]
        text = re.sub(r"\\\n\s*", "", "\n".join(lines))
        return [(name, rest) for name, _, rest in (line.partition(" ") for line in text.splitlines())]

    def of(self, name: str) -> str:
        """The last instruction of this kind."""
        return dict(self.instructions)[name]

    def test_image(self) -> None:
        """It holds what the build needs, runs a program of ours, and keeps its data in the volume."""
        ignored = (ROOT / ".dockerignore").read_text().splitlines()
        self.assertIn("*", ignored)
        for name in (
            "pyproject.toml",
            "setup.cfg",
            "README.md",
            "LICENSE",
            "deploy/constraints.txt",
            "chat",
            "twisted",
        ):
            self.assertIn(f"!{name}", ignored)
            self.assertTrue((ROOT / name).exists(), name)
        variables = dict(re.findall(r"CHATSERVER_(\w+)=(\S+)", self.of("ENV")))
        self.assertEqual(variables, {"DATA": self.of("VOLUME"), "INTERFACE": "0.0.0.0"})
        self.assertLessEqual({name.lower().replace("_", "-") for name in variables}, set(Options()))
        self.assertEqual(self.of("ENTRYPOINT"), '["chatserver"]')
        self.assertNotEqual(self.of("USER"), "root")

    def test_health(self) -> None:
        """What Docker asks is 0 while the server answers, and not 0 afterwards."""
        words = re.findall(r'"((?:[^"\\]|\\.)*)"', self.of("HEALTHCHECK"))
        self.assertEqual(words[:2], ["python", "-c"])
        with RunningServer() as server:
            command = [sys.executable, "-c", words[2].replace(self.of("EXPOSE"), str(server.port))]
            self.assertEqual(subprocess.run(command, timeout=SECONDS, check=False).returncode, 0)
        ended = subprocess.run(command, timeout=SECONDS, check=False, capture_output=True)
        self.assertEqual(ended.returncode, 1)

    def test_commands(self) -> None:
        """They are shell, name what the image has, and order what `chat-admin` knows."""
        subprocess.run(["bash", "-n", "-c", self.commands], check=True, timeout=SECONDS)
        self.assertIn(f"--volume chat:{self.of('VOLUME')} ", self.commands)
        self.assertIn(f"--publish {self.of('EXPOSE')}:{self.of('EXPOSE')} ", self.commands)
        orders = re.findall(r"exec chat chat-admin (.*)", self.commands)
        self.assertEqual(len(orders), 2)
        for order in orders:
            self.assertEqual(str(arguments.parse(shlex.split(order)).data), self.of("VOLUME"))
        compose = (ROOT / "compose.yaml").read_text()
        self.assertIn(f"- chat:{self.of('VOLUME')}\n", compose)
        self.assertIn(f'- "{self.of("EXPOSE")}:{self.of("EXPOSE")}"\n', compose)

    @skipUnless(MAY_USE_DOCKER, "TEST_DOCKER=1 builds images and starts containers")
    def test_docker(self) -> None:
        """They work."""
        for block in blocks():
            if block.kind == "docker":
                subprocess.run(["bash", "-euxc", block.commands], cwd=ROOT, check=True, timeout=_PATIENCE_SECONDS)


class Units(SynchronousTestCase):
    """The files in `deploy/`."""

    @skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
    def test_verified(self) -> None:
        """systemd understands each line of them."""
        with tempfile.TemporaryDirectory() as folder:
            for file in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.socket"), *DEPLOY.glob("*.timer")):
                # The programs are not installed here.
                Path(folder, file.name).write_text(re.sub(r"/opt/chat/bin/\w+", "/bin/true", file.read_text()))
            units = sorted(str(file) for file in Path(folder).iterdir())
            ended = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
            self.assertEqual([line for line in ended.stderr.splitlines() if folder in line or "chatserver" in line], [])
            self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_agree(self) -> None:
        """There is a `--listen` for each socket, and time enough for the end."""
        service, opened = read_unit(DEPLOY / "chatserver.service"), read_unit(DEPLOY / "chatserver.socket")
        (command,) = service["ExecStart"]
        self.assertEqual(
            re.findall(r"--listen systemd:domain=(\w+):index=(\d)", command), [("INET", "0"), ("INET6", "1")]
        )
        self.assertEqual(len(opened["ListenStream"]), 2)
        limits = Options().limits
        least = 2 * limits.farewell_seconds + limits.store_stop_seconds
        self.assertGreater(int(service["TimeoutStopSec"][0]), least)
        (grace,) = re.findall(r"stop_grace_period: (\d+)s", (ROOT / "compose.yaml").read_text())
        self.assertGreater(int(grace), least)

    def test_example_of_options(self) -> None:
        """What stands in the example are options."""
        names = re.findall(r"^# ([\w-]+) = ", (DEPLOY / "chatserver.toml").read_text(), re.MULTILINE)
        self.assertGreater(len(names), 5)
        for name in names:
            self.assertTrue(name in Options() or hasattr(Options, f"opt_{name.replace('-', '_')}"), name)
