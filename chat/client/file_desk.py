"""What the plain client says of files: lines, and on a terminal a bar before the prompt."""

from collections.abc import Callable

from tqdm import tqdm  # type: ignore[import-untyped]

from chat.client.display import prompt

# The bar is drawn anew this often, in seconds.
_PAUSE = 0.2
_COLUMNS = 60


class FileLines:
    """See `chat.client.files.Desk`. `tell` and `refuse` show lines, `set_status` shows a bar or nothing ("").

    `seconds` is a clock.
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
            bar = tqdm.format_meter(
                done, size, now - began, ncols=_COLUMNS, prefix=prompt(name)[:24], unit="B", unit_scale=True,
                initial=first, ascii=True,
            )  # fmt: skip
            self._set_status(f"{bar} ")
