"""The state of the terminal, which has to be the same after the client as before."""

import fcntl
import os
import termios
from contextlib import suppress
from typing import Any

# Attributes off, cursor shown, bracketed paste off.
_PLAIN = b"\x1b[0m\x1b[?25h\x1b[?2004l"


class TtyState:
    """What the terminal on descriptor 0 was like when this was made, and the flags of descriptors 0, 1 and 2."""

    def __init__(self) -> None:
        self._attributes = termios.tcgetattr(0)
        self._flags = {descriptor: fcntl.fcntl(descriptor, fcntl.F_GETFL) for descriptor in range(3)}
        self._ours: tuple[Any, dict[int, int]] | None = None

    def remember(self) -> None:
        """Now it is as this program wants it: `enter` makes it so again."""
        with suppress(termios.error, OSError):
            flags = {descriptor: fcntl.fcntl(descriptor, fcntl.F_GETFL) for descriptor in range(3)}
            self._ours = (termios.tcgetattr(0), flags)

    def leave(self) -> None:
        """Give the terminal to another program for a while; `enter` takes it back."""
        self.remember()
        self.restore()

    def enter(self) -> None:
        """Take the terminal back after `leave`."""
        if self._ours is not None:
            attributes, flags = self._ours
            with suppress(termios.error, OSError):
                termios.tcsetattr(0, termios.TCSANOW, attributes)
                for descriptor, each in flags.items():
                    fcntl.fcntl(descriptor, fcntl.F_SETFL, each)

    def restore(self) -> None:
        """Make the terminal what it was. Safe to call again, and without a terminal."""
        with suppress(OSError):
            for descriptor, flags in self._flags.items():
                fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)
        with suppress(termios.error, OSError):
            # What other programs of the terminal write must not stop this one, which may be in the background.
            termios.tcsetattr(0, termios.TCSANOW, self._attributes)
        with suppress(OSError):
            os.write(1, _PLAIN)
