"""The README's minute, typed by a test: its commands, its lines, in its order."""

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence

from twisted.trial.unittest import SynchronousTestCase

from tests.running import ROOT, SECONDS, RunningServer, environment

_TOUR = re.compile(r"<!-- tour: (\w+) -->\n```sh\n(.*?)\n```\n(?:\n```text\n(.*?)```)?", re.DOTALL)
_READ = re.compile(r"Alice has read all of it:\n\n```text\n(.*?)```", re.DOTALL)


class Program:
    """A command of the README on pipes, with the test's server and Python in place of the README's."""

    def __init__(self, command: str, port: int) -> None:
        command = command.replace(".venv/bin/python", shlex.quote(sys.executable)).replace("8080", str(port))
        command = command.replace("-m chat.client", f"-m chat.client --no-state --port {port}")
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(["bash", "-c", command], env=environment(), stdin=pipe, stdout=pipe, text=True)

    def follow(self, lines: Sequence[str]) -> None:
        """Read the lines that the program prints, and type the others."""
        assert self.process.stdin is not None and self.process.stdout is not None
        for line in lines:
            if re.match(r"server: |\d\d:\d\d ", line):
                read = self.process.stdout.readline().rstrip("\n")
                assert shape(read) == shape(line), f"README: {line!r}, but read: {read!r}"
            else:
                self.process.stdin.write(f"{line}\n")
                self.process.stdin.flush()

    def read(self) -> str:
        """Its next line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def end(self) -> None:
        """Close its input and wait for its end."""
        self.process.communicate(timeout=SECONDS)


def shape(line: str) -> str:
    """A line without its time and its numbers of people."""
    return re.sub(r"\d+ online", "N online", re.sub(r"^\d\d:\d\d ", "HH:MM ", line))


class Tour(SynchronousTestCase):
    """Alice, Bob and a robot."""

    def test_minute(self) -> None:
        """Everybody types what the README says, and reads what it says."""
        text = (ROOT / "README.md").read_text()
        steps = {who: (command, (typed or "").splitlines()) for who, command, typed in _TOUR.findall(text)}
        self.assertEqual(list(steps), ["Alice", "Bob", "robot"])
        expected = _READ.findall(text)[0].splitlines()
        with RunningServer() as server:
            programs = {}
            for who, (command, lines) in steps.items():
                programs[who] = Program(command, server.port)
                programs[who].follow(lines)
                if who == "robot":
                    programs[who].end()
            alice = programs["Alice"]
            self.assertEqual([alice.read() for _ in expected], expected)
            programs["Bob"].end()
            alice.process.kill()
            alice.process.communicate()

    def test_commands_are_marked(self) -> None:
        """`.ci/run` finds both of the README's commands."""
        text = (ROOT / "README.md").read_text()
        for name in ("start", "test"):
            self.assertEqual(len(re.findall(rf"<!-- run: {name} -->\n```sh\n.+\n```\n", text)), 1)
