"""The client on a real terminal: a pty, and a terminal in memory that shows what the client draws."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence

import pyte

from tests.running import SECONDS, environment, heed_interrupts

_HISTORY = 20_000


class PtyClient:
    """`python -m chat.client` with `options` on a terminal of so many columns and rows. A context manager.

    `screen` is what a person sees. Each wait ends when its condition holds, or fails after `SECONDS`.
    """

    def __init__(
        self,
        *options: str,
        columns: int = 100,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] = (),
    ) -> None:
        self.ours, self.theirs = pty.openpty()
        self._set_size(columns, rows)
        self.before = termios.tcgetattr(self.theirs)
        self.flags = fcntl.fcntl(self.theirs, fcntl.F_GETFL)
        self.screen = pyte.HistoryScreen(columns, rows, history=_HISTORY, ratio=0.5)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        client = [*(command or (sys.executable, "-m", "chat.client")), *options]
        self.process = subprocess.Popen(
            client,
            env={**_neutral(), **(env or {})},
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            preexec_fn=self._own_terminal,
        )

    def __enter__(self) -> "PtyClient":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait(SECONDS)
        os.close(self.ours)
        os.close(self.theirs)

    # --- typing

    def type(self, keys: str | bytes) -> None:
        """A person presses keys."""
        os.write(self.ours, keys.encode() if isinstance(keys, str) else keys)

    def enter(self, line: str) -> None:
        """A person types a line and Enter."""
        self.type(f"{line}\r")

    def resize(self, columns: int, rows: int = 24) -> None:
        """The window has another size."""
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)

    # --- looking

    def lines(self) -> list[str]:
        """The lines on the screen, without those that are empty."""
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def all_lines(self) -> list[str]:
        """The lines of the scrollback and of the screen."""
        above = ["".join(row[column].data for column in range(self.screen.columns)) for row in self.screen.history.top]
        return [line.rstrip() for line in (*above, *self.screen.display) if line.strip()]

    def wait(self, condition: Callable[[], bool], *, seconds: float = SECONDS) -> float:
        """Read what the client draws until `condition` holds; returns the seconds that this took."""
        began = time.monotonic()
        while not condition():
            left = began + seconds - time.monotonic()
            assert left > 0, "\n".join(["not seen:", *self.screen.display])
            self.read(min(left, 0.2))
        return time.monotonic() - began

    def wait_for(self, text: str) -> float:
        """Wait until `text` stands on the screen."""
        return self.wait(lambda: any(text in line for line in self.screen.display))

    def wait_for_wrapped(self, text: str) -> float:
        """Wait until `text` stands on the screen, perhaps in two rows."""
        return self.wait(lambda: text in "".join(self.screen.display))

    def wait_quiet(self, seconds: float = 0.3) -> None:
        """Read until nothing has come for so long."""
        while self.read(seconds):
            pass

    def read(self, seconds: float) -> bool:
        """Take what comes within so many seconds; returns whether anything came."""
        if not select.select([self.ours], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.ours, 65536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)

    def end(self, status: int) -> None:
        """Wait for the end of the client, while reading what it draws."""
        self.wait(lambda: self.process.poll() is not None)
        while self.read(0):
            pass
        assert self.process.returncode == status, (self.process.returncode, self.lines())

    def is_restored(self) -> bool:
        """Whether the terminal is as it was before the client."""
        is_same = termios.tcgetattr(self.theirs) == self.before
        return is_same and fcntl.fcntl(self.theirs, fcntl.F_GETFL) == self.flags

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _own_terminal(self) -> None:
        """In the new process: the terminal is its own, so that it hears of its size and of its end."""
        heed_interrupts()
        os.setsid()
        fcntl.ioctl(self.theirs, termios.TIOCSCTTY, 0)


def _neutral() -> Mapping[str, str]:
    """An environment that says nothing of the terminal in which the tests are run."""
    ours = ("TMUX", "NO_COLOR", "TERM_PROGRAM", "VTE_VERSION", "KITTY_WINDOW_ID", "WT_SESSION")
    env = {name: value for name, value in environment().items() if name not in ours}
    return {**env, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
