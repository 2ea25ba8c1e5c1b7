"""The process of a browser, as the tests have it."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Condition, Thread

# How long a browser may take for one thing, on a busy machine.
PATIENCE = 60


class BrowserProcess:
    """A program with a new folder of its own. It ends with `end`, or when the process of the tests ends."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chat-browser-"))
        self._lines: list[str] = []
        self._told = 0
        self._has_ended = False
        self._changed = Condition()

    def start(self, command: Sequence[str]) -> None:
        """Start the program."""
        kept = [sys.executable, str(Path(__file__).with_name("kept.py")), str(self.folder)]
        self.process = subprocess.Popen(
            [*kept, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        Thread(target=self._read, daemon=True).start()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first match in what it printed so far, or prints soon."""
        ending = time.monotonic() + PATIENCE
        with self._changed:
            while True:
                for line in self._lines:
                    if match := re.search(pattern, line):
                        return match
                left = ending - time.monotonic()
                if left <= 0 or self._has_ended:
                    raise AssertionError("the browser does not start:\n" + "".join(self._lines))
                self._changed.wait(left)

    def news(self) -> list[str]:
        """The lines that it printed since the last call."""
        with self._changed:
            lines, self._told = self._lines[self._told :], len(self._lines)
        return [line.rstrip("\n") for line in lines]

    def end(self) -> None:
        """End it, with all processes that it has started; its folder is deleted."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()
        self.process.stdout.close()
