"""The rows of the table of commands, and the rules for when a bare word is the command that it names."""

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from chat.errors import ChatError
from chat.events import Command
from chat.interfaces import State
from chat.limits import Limits
from chat.names import parse_name

# The session that runs commands. This module knows only that it has one.
SessionT = TypeVar("SessionT")
ANY = frozenset({State.NEW, State.REGISTERED})
NEW = frozenset({State.NEW})
REGISTERED = frozenset({State.REGISTERED})


class Argument(NamedTuple):
    """One argument: the `field` that it fills, and its `label` in help.

    `takes_rest`: it is the rest of the line, not one word. `is_shown=False` hides it from help: only an answer of the
    server tells people to type it.
    """

    field: str
    label: str
    required: bool = True
    takes_rest: bool = False
    is_shown: bool = True

    def __str__(self) -> str:
        return f"<{self.label}>" if self.required else f"[{self.label}]"


class CommandSpec(NamedTuple):
    """One row. `needs` are the states of a session in which the command is allowed; `help` says what it does.

    `bare`: outside of rooms its name needs no `server:`. `bare_in_room`: nor in rooms, where lines are chat.
    `read` turns the words behind the name into arguments, where an argument is not just one word; it raises ChatError.
    `fits` tells a bare command from talk that begins with the same word, by the words behind it. `details` are the
    lines that `help` adds where somebody asks about this command. `is_secret`: a password follows, so the line is
    never said. `for_programs`: programs with an access token may use it. `for_visitors`: visitors over HTTP may use it,
    too; other commands are about coming into the chat, being there, or going. `shows_presence`: a person does it, so
    that they are not idle. `at_once`: it is carried out also while another command takes its time.
    """

    name: str
    arguments: tuple[Argument, ...]
    needs: frozenset[State]
    help: str
    aliases: tuple[str, ...] = ()
    bare: bool = True
    bare_in_room: bool = False
    is_secret: bool = False
    for_programs: bool = False
    shows_presence: bool = True
    at_once: bool = False
    for_visitors: bool = True
    read: Callable[[str], Mapping[str, object]] | None = None
    fits: Callable[[str], bool] | None = None
    details: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """How it is typed: `join <room>`."""
        return " ".join([self.name, *(str(argument) for argument in self.arguments if argument.is_shown)])

    @property
    def help_line(self) -> str:
        """Usage, aliases and meaning in a line."""
        also = f" (also {', '.join(self.aliases)})" if self.aliases else ""
        return f"{self.usage}{also} - {self.help}"


class Runnable(NamedTuple, Generic[SessionT]):
    """A command that can be carried out: its row, and its body.

    `run` answers, or raises ChatError. Long work goes on after it has returned (`Session.run`).
    """

    spec: CommandSpec
    run: Callable[[SessionT, Command], None]


def stands_alone(rest: str) -> bool:
    """A rule for `fits`: nothing may follow."""
    return not rest


def readable(read: Callable[[str], object]) -> Callable[[str], bool]:
    """A rule for `fits`: `read` must accept the words that follow."""

    def fits(rest: str) -> bool:
        try:
            read(rest)
        except ChatError:
            return False
        return True

    return fits


def is_to_somebody(rest: str) -> bool:
    """A rule for `fits`: a name must follow, which may have a colon behind it."""
    name = rest.split(maxsplit=1)[0].rstrip(":：")
    return readable(lambda typed: parse_name(typed, Limits().room_characters))(name)
