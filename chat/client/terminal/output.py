"""What prompt_toolkit draws, on its way to Twisted's standard output."""

import os
from collections.abc import Callable
from typing import TextIO, cast

from prompt_toolkit.data_structures import Size
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

_USUAL = Size(rows=24, columns=80)


class Frames:
    """The file to which prompt_toolkit writes. It hands on whole frames only, so that nobody sees half of one.

    `write` gets the bytes. While `is_held`, everything is kept until `release`.
    """

    encoding = "utf-8"

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._kept: list[str] = []
        self._then: list[Callable[[], None]] = []
        self.is_held = False
        self._is_muted = False

    def mute(self) -> None:
        """Another program has the terminal: drop what is drawn, until `unmute`."""
        self._is_muted = True

    def unmute(self) -> None:
        """Hand on again what is drawn."""
        self._is_muted = False

    def hold(self) -> None:
        """Keep what is drawn, until `release`."""
        self.is_held = True

    def release(self) -> None:
        """Hand on what was kept."""
        self.is_held = False
        self.flush()
        then, self._then = self._then, []
        for call in then:
            call()

    def when_released(self, call: Callable[[], None]) -> None:
        """Make `call` when what is held has been handed on."""
        self._then.append(call)

    def write(self, text: str) -> int:
        """Part of a frame."""
        self._kept.append(text)
        return len(text)

    def flush(self) -> None:
        """The end of a frame, unless it is held."""
        if self._kept and not self.is_held:
            text = "".join(self._kept)
            self._kept.clear()
            if not self._is_muted:
                self._write(text.encode("utf-8", "replace"))

    def fileno(self) -> int:
        """The descriptor behind it."""
        return 1

    def isatty(self) -> bool:
        """It is a terminal, always."""
        return True


class FrameOutput(Vt100_Output):
    """prompt_toolkit's output to a terminal, over `Frames`.

    It never asks the terminal where the cursor is: an answer takes a round trip, and until it comes prompt_toolkit
    draws no status line. Instead it says that one row is free below the cursor, which is always enough to start with.
    """

    def __init__(self, frames: Frames, term: str) -> None:
        # `NO_COLOR` is in the environment.
        colours = ColorDepth.from_env()
        super().__init__(cast("TextIO", frames), terminal_size, term, default_color_depth=colours, enable_cpr=False)
        self.frames = frames

    def get_rows_below_cursor_position(self) -> int:
        """See above."""
        return 1

    def erase_down(self) -> None:
        """Erase from the beginning of the line, where the cursor is, to the end of the screen.

        Some terminals take what is erased from the first column of the first row on into their scrollback.
        """
        self.write_raw("\x1b[K\x1b[C\x1b[J\x1b[D")


def terminal_size() -> Size:
    """The size of the terminal now."""
    try:
        size = os.get_terminal_size(1)
    except OSError:
        return _USUAL
    # Some terminals have no size when they start.
    return Size(rows=size.lines or _USUAL.rows, columns=size.columns or _USUAL.columns)
