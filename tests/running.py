"""A real server in a process of its own, for the tests that go end to end."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType

# How long anything real may take before its test gives up.
SECONDS = 20
# How long a line of a log may take on a busy machine.
_PATIENCE = 60
ROOT = Path(__file__).resolve().parent.parent
_LISTENING = re.compile(r"listening on 127\.0\.0\.1:(\d+)")


def environment(root: Path = ROOT) -> dict[str, str]:
    """The environment of a program of ours, which may be run from a checkout: the one at `root`."""
    # The config file of whoever runs the tests is no part of them.
    no_config = {"XDG_CONFIG_HOME": os.devnull}
    return {**os.environ, "PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1", **no_config}


def heed_interrupts() -> None:
    """Called in a new process: Ctrl-C ends it, also where the tests run in the background and are to ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def twistd() -> Sequence[str]:
    """How to run twistd with the Python that runs the tests."""
    return [sys.executable, "-c", "from twisted.scripts.twistd import run; run()"]


def start(
    command: Sequence[str], folder: str | Path, env: Mapping[str, str] | None = None, pass_fds: Sequence[int] = ()
) -> "subprocess.Popen[str]":
    """Start a server in a working directory. What it logs can be read from `stdout`."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=env or environment(),
        pass_fds=pass_fds,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=heed_interrupts,
    )


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    """What a server logs next, up to the first line with `text` in it, waiting for that."""
    assert process.stdout is not None
    log = ""
    for line in process.stdout:
        log += line
        if text in line:
            return log
    raise AssertionError(f"the server has ended:\n{log}")


def port_in(log: str) -> int:
    """The port on which a server listens that logged this."""
    match = _LISTENING.search(log)
    assert match is not None, log
    return int(match[1])


def _read_lines(process: "subprocess.Popen[str]", lines: "SimpleQueue[str | None]") -> None:
    """All that a server logs, as it comes, and None at its end."""
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put(None)


class RunningServer:
    """`twistd -n chatserver` on a port of its own choice, in an empty folder; a context manager.

    `log` holds what it printed, once it has ended. The program is that of the checkout at `root`. A thread reads what
    it logs: a server whose pipe is full stands still.
    """

    def __init__(self, *options: str, port: int = 0, root: Path = ROOT) -> None:
        self._options = options
        self._environment = environment(root)
        self.port = port
        self.log = ""

    def __enter__(self) -> "RunningServer":
        self._folder = tempfile.TemporaryDirectory()
        self.start_again()
        return self

    def start_again(self) -> None:
        """Start it, after it has ended in any way, on the port that it had and with the data that it has stored."""
        command = [*twistd(), "-n", "--pidfile=", "chatserver", "--port", str(self.port), *self._options]
        self.process = start(command, self._folder.name, self._environment)
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._reading = Thread(target=_read_lines, args=(self.process, self._lines), daemon=True)
        self._reading.start()
        self.port = port_in(self.read_log("listening on 127.0.0.1"))

    def read_log(self, text: str) -> str:
        """The next line of its log with `text` in it, waiting for it."""
        while (line := self._lines.get(timeout=_PATIENCE)) is not None:
            self.log += line
            if text in line:
                return line
        raise AssertionError(f"the server has ended:\n{self.log}")

    @property
    def folder(self) -> Path:
        """Its working directory, while it runs."""
        return Path(self._folder.name)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit status: twistd ends by the signal that ended it, so that is -15 or -2."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        try:
            self.process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        while (line := self._lines.get(timeout=_PATIENCE)) is not None:
            self.log += line
        self._reading.join()
        self._lines.put(None)
        return self.process.returncode

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.returncode is None:
            self.stop()
        self._folder.cleanup()


def start_client(*options: str) -> "subprocess.Popen[str]":
    """`python -m chat.client` on pipes. It remembers nothing, unless `options` have a `--state` of the test's."""
    command = [sys.executable, "-m", "chat.client", "--no-state", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment(), stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def admin(server: RunningServer, *arguments: str) -> str:
    """What `chat-admin` says of the data of a server that runs, or was stopped. Raises CalledProcessError."""
    command = [sys.executable, "-m", "chat.admin", "--data", str(server.folder / "chat-data"), *arguments]
    ended = subprocess.run(command, env=environment(), text=True, check=True, timeout=SECONDS, stdout=subprocess.PIPE)
    return ended.stdout


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A new certificate for a host, and its key, in two files."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test"
    files = ["-addext", f"subjectAltName=DNS:{name}", "-out", str(certificate), "-keyout", str(key)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True, timeout=SECONDS)
    return certificate, key
