"""A message of several lines, while somebody types it between `server:begin` and `server:end`."""

import re
from collections.abc import Mapping
from typing import Final

from chat.commands.passphrases import may_hold_secret
from chat.events import Command
from chat.limits import Limits

_END: Final = re.compile(r"\s*(?:server\s*[:：]|[/／])\s*end\s*", re.IGNORECASE)
_MOST_LINES: Final = Limits().message_lines
_MOST_BYTES: Final = Limits().line_bytes


class Composition:
    """The lines of one message; `where` has the arguments that say where it goes.

    Nothing of a message is said that has too many lines or bytes, or a line that may hold a password.
    """

    def __init__(self, where: Mapping[str, object]) -> None:
        self._where = where
        self._lines: list[str] = []
        self._size = 0
        self._fault = ""

    def take(self, typed: str) -> Command | None:
        """Take one line. The last one, `server:end`, gives the command `end`, with a `text` or a `fault`."""
        if _END.fullmatch(typed) is not None:
            return self.end()
        self.add(typed)
        return None

    def end(self) -> Command:
        """That was the last line; returns the command `end`, with a `text` or a `fault`."""
        return Command("end", {"fault": self._fault} if self._fault else {"text": self._text(), **self._where})

    def fail(self, fault: str) -> None:
        """The message will not be said; `fault` is the code of the error."""
        self._fault = fault
        self._lines.clear()

    def add(self, typed: str) -> None:
        """Take one line, whatever it says."""
        if self._fault:
            return
        self._size += len(typed.encode()) + 1
        self._lines.append(typed)
        if may_hold_secret(typed):
            self.fail("not_said")
        elif len(self._lines) > _MOST_LINES:
            self.fail("too_many_lines")
        elif self._size > _MOST_BYTES:
            self.fail("too_long")

    def _text(self) -> str:
        return "\n".join(self._lines)
