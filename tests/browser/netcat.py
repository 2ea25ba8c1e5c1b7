"""Somebody at a plain connection of `nc`."""

import subprocess
from threading import Timer

from tests.running import SECONDS, heed_interrupts, read_until

# A line that does not come fails the test: `nc` is ended, and with it the waiting.
_PATIENCE = 6 * SECONDS


class Netcat:
    """`nc`, to a server on this machine. Ends with `close`."""

    def __init__(self, port: int) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            ["nc", "127.0.0.1", str(port)], stdin=pipe, stdout=pipe, text=True, bufsize=1, preexec_fn=heed_interrupts
        )
        self._timer = Timer(_PATIENCE, self._process.kill)
        self._timer.start()

    def say(self, line: str) -> None:
        """Type a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self, text: str) -> str:
        """All that comes, up to the first line with this text. Raises AssertionError if it does not come."""
        return read_until(self._process, text)

    def close(self) -> None:
        """Hang up."""
        self._timer.cancel()
        self._process.kill()
        self._process.communicate(timeout=SECONDS)
