"""The two sides of a conversation: the server's, and the person's."""

from collections.abc import Callable
from typing import Protocol


class Link(Protocol):
    """The connection to the server, while there is one."""

    def send(self, line: bytes) -> None:
        """Send one request, a whole line."""

    def close(self) -> None:
        """Close after what was sent has left."""

    def later(self, call: Callable[[], None]) -> None:
        """Make `call` in a second, unless the connection is gone by then."""


class View(Protocol):
    """Where a person, or a pipe, reads and types."""

    def show(self, line: str) -> None:
        """Print a line."""

    def when_shown(self, call: Callable[[], None]) -> None:
        """Make `call` when all that was printed so far has left: at once, or later, or never where nobody reads it."""

    def ask(self, question: str, *, is_secret: bool = False) -> None:
        """Print a question, which the next typed line answers; `is_secret`: unseen, where that can be had."""

    def set_prompt(self, prompt: str) -> None:
        """What stands before the line that is being typed."""

    def set_reading(self, wanted: bool) -> None:
        """Whether more typed lines are welcome now."""

    def finish(self, status: int, complaint: str | None) -> None:
        """Print what is left, with `complaint` on stderr, and end the program with `status`."""


class Typist(Protocol):
    """Who is told what is typed: the conversation."""

    def typed(self, line: str) -> None:
        """A line was typed."""

    def ended(self) -> None:
        """Nothing more will be typed."""
