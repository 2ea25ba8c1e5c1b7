"""Switches the echo of the terminal, which shows typed characters."""

from contextlib import suppress
from typing import Any

try:
    import termios
except ImportError:  # Windows: the terminal shows a password
    termios = None  # type: ignore[assignment]

_LOCAL_MODES = 3


class Echo:
    """The echo of the terminal behind a descriptor. Does nothing if the descriptor is no terminal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before: Any = None

    def off(self) -> None:
        """Hide typed characters until `restore`."""
        if termios is None or self._before is not None:
            return
        with suppress(termios.error, OSError):
            before = termios.tcgetattr(self._descriptor)
            now = [*before]
            now[_LOCAL_MODES] &= ~termios.ECHO
            termios.tcsetattr(self._descriptor, termios.TCSANOW, now)
            self._before = before

    def restore(self) -> None:
        """Restore the echo. Safe to call again."""
        before, self._before = self._before, None
        if termios is not None and before is not None:
            with suppress(termios.error, OSError):
                termios.tcsetattr(self._descriptor, termios.TCSANOW, before)
