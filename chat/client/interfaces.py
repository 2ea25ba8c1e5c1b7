"""The two sides of a conversation: the server's, and the person's."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from chat.wire import schema


class Link(Protocol):
    """The connection to the server."""

    def send(self, line: bytes) -> None:
        """Send one request, a whole line."""

    def close(self) -> None:
        """Close when everything sent so far has left."""

    def later(self, call: Callable[[], None]) -> None:
        """Make `call` in a second, unless the connection is lost before."""


class View(Protocol):
    """Where a person, or a pipe, reads and types."""

    def show(self, line: str) -> None:
        """Print a line."""

    def when_shown(self, call: Callable[[], None]) -> None:
        """Make `call` when everything printed so far has left: at once, later, or never if nobody reads it."""

    def ask(self, question: str, *, is_secret: bool = False) -> None:
        """Print a question; the next typed line answers it. `is_secret`: hide that line, if the terminal can."""

    def set_prompt(self, prompt: str) -> None:
        """Show `prompt` before the line that is being typed."""

    def set_reading(self, wanted: bool) -> None:
        """Start or stop reading typed lines."""

    def finish(self, status: int, complaint: str | None) -> None:
        """Print the rest, with `complaint` on stderr, and end the program with `status`."""


class InputListener(Protocol):
    """Gets the typed lines: the conversation."""

    def typed(self, line: str) -> None:
        """Called with each typed line."""

    def ended(self) -> None:
        """Called once, when nothing more will be typed."""


class Answered(NamedTuple):
    """The answer to a request, and the messages that came with it."""

    ack: schema.Ack | schema.Error
    messages: Sequence[schema.Message] = ()


class Sharing(Protocol):
    """What carries out `/send` and `/get` for a conversation. `idle` is called when the last file has ended."""

    idle: Callable[[], None]

    @property
    def is_busy(self) -> bool:
        """Whether files are on their way."""

    def typed(self, line: str, here: Mapping[str, str]) -> bool:
        """Begin what a line asks for; returns whether it is `/send` or `/get`.

        `here` is the place where the person types: the `room`, the person (`to`), or nothing for the lobby.
        """

    def entered(self) -> None:
        """The person is in the chat. The first time, what the last run of the client has begun goes on."""

    def stop(self) -> None:
        """The program ends. What is remembered goes on the next time."""


class Opening(Protocol):
    """What opens the server's page, for `/open` and `--open`."""

    def entered(self, server: str | None) -> None:
        """The person is in the chat; `server` is the server's name, if it has one."""

    def open(self) -> None:
        """Open it. The person is told if that is not possible."""
