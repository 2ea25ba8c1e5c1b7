"""Measured programs, each in a process of its own: starts them, reads /proc about them, ends them by their ids."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import msgspec

from tests.running import environment

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_LISTENING = re.compile(r"listening on 127\.0\.0\.1:(\d+)")
# How long a server may take until it listens.
_SECONDS = 20
_BETWEEN_LOOKS = 0.02


class StartError(Exception):
    """A server did not start. The message is its output."""


def cpu_seconds(process: int) -> float:
    """The processor seconds that all threads of a process have had."""
    return _seconds(Path(f"/proc/{process}/stat"))


def cpu_of_main_thread(process: int) -> float:
    """The processor seconds that the first thread of a process has had."""
    return _seconds(Path(f"/proc/{process}/task/{process}/stat"))


def busy_seconds() -> float:
    """The processor seconds that all programs, and the kernel, have had."""
    user, nice, system, _idle, _waiting, *interrupts = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + sum(interrupts)) / _TICKS


def resident_bytes(process: int) -> int:
    """How much memory a process has."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE


def free_port() -> int:
    """A port for a server that cannot choose one itself. Nothing keeps it free until that server listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def on_cores(cores: Set[int]) -> Iterator[None]:
    """Run the body, and what it starts, on these cores; on none in particular if there are none."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Program(msgspec.Struct, frozen=True):
    """A server's command, the `files` that it finds in its folder, by their names, and what it has in its `variables`.

    It listens on `port` or, if that is 0, on one of its own choice, which it prints.
    """

    command: Sequence[str]
    port: int = 0
    files: Mapping[str, str] = {}
    variables: Mapping[str, str] = {}


class ServerProcess:
    """A server in a folder of its own, from when it listens until it is killed; a context manager.

    It has only the given `cores`, from its first instant, or all of them. What it prints goes to a file: a pipe would
    fill up, and stop it.
    """

    def __init__(self, program: Program, cores: Set[int] = frozenset()) -> None:
        self.port = program.port
        self._program = program
        self._cores = cores

    @property
    def id(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def said(self) -> str:
        """What it has printed."""
        return self._output.read_text(errors="replace")

    def __enter__(self) -> "ServerProcess":
        self._folder = tempfile.TemporaryDirectory()
        self._output = Path(self._folder.name, "output")
        for name, text in self._program.files.items():
            Path(self._folder.name, name).write_text(text)
        with self._output.open("wb") as output, on_cores(self._cores):
            self._process = subprocess.Popen(
                self._program.command,
                cwd=self._folder.name,
                env={**environment(), **self._program.variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _wait(self) -> None:
        until = time.monotonic() + _SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                last = (self.said.strip() or "it said nothing").splitlines()[-1]
                raise StartError(f"{Path(self._program.command[0]).name} did not start: {last}")
            time.sleep(_BETWEEN_LOOKS)

    def _is_ready(self) -> bool:
        if not self._program.port:
            match = _LISTENING.search(self.said)
            self.port = int(match[1]) if match else 0
            return match is not None
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()


def _seconds(stat: Path) -> float:
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
