"""Whether what is typed on the terminal can be seen there."""

from contextlib import suppress
from typing import Any

try:
    import termios
except ImportError:  # Windows: a password is seen while it is typed
    termios = None  # type: ignore[assignment]

_LOCAL_MODES = 3


class Echo:
    """The echo of the terminal behind a descriptor. Does nothing where that is no terminal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before: Any = None

    def off(self) -> None:
        """Show nothing of what is typed, until `restore`."""
        if termios is None or self._before is not None:
            return
        with suppress(termios.error, OSError):
            before = termios.tcgetattr(self._descriptor)
            now = [*before]
            now[_LOCAL_MODES] &= ~termios.ECHO
            termios.tcsetattr(self._descriptor, termios.TCSANOW, now)
            self._before = before

    def restore(self) -> None:
        """As it was. Safe to call again."""
        before, self._before = self._before, None
        if termios is not None and before is not None:
            with suppress(termios.error, OSError):
                termios.tcsetattr(self._descriptor, termios.TCSANOW, before)
