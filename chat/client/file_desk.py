"""What the client says of files: lines, and on a terminal how far they have come."""

from collections.abc import Callable
from math import ceil

from chat.client.display import prompt
from chat.files import shown_size

# It is said anew this often, in seconds; how long it will take is known after so many.
_PAUSE = 0.2
_FIRST_GUESS = 1.0
_LONGEST_NAME = 24


class FileLines:
    """See `chat.client.files.Desk`. `tell` and `refuse` show lines.

    `set_status` shows how far a file has come, or nothing (""). `seconds` is a clock.
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        refuse: Callable[[str], None],
        set_status: Callable[[str], None],
        seconds: Callable[[], float],
    ) -> None:
        self.tell = tell
        self.refuse = refuse
        self._set_status = set_status
        self._seconds = seconds
        self._begun: dict[str, tuple[float, int]] = {}
        self._shown_at = 0.0

    def progress(self, name: str, done: int, size: int) -> None:
        """See `Desk.progress`."""
        now = self._seconds()
        began, first = self._begun.setdefault(name, (now, done))
        if done >= size:
            self._begun.pop(name, None)
            self._set_status("")
        elif now - self._shown_at >= _PAUSE:
            self._shown_at = now
            left = (size - done) * (now - began) / (done - first) if done > first else 0.0
            rest = f", {_shown_time(left)} left" if left and now - began >= _FIRST_GUESS else ""
            name = prompt(name)[:_LONGEST_NAME]
            self._set_status(f"{name} {100 * done // size} % of {shown_size(size)}{rest}  ")


def _shown_time(seconds: float) -> str:
    """A time in one unit, rounded up."""
    for unit, length in (("s", 1), ("min", 60)):
        if (number := ceil(seconds / length)) < 100:
            return f"{number} {unit}"
    return f"{ceil(seconds / 3600)} h"
