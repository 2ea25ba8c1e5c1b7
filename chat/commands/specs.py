"""What a row of the table of commands holds, and when a bare word is the command that it names."""

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from chat.errors import ChatError
from chat.events import Command
from chat.interfaces import State
from chat.limits import Limits
from chat.names import parse_name

# Whoever asks for a command: the domain's session.
Asker = TypeVar("Asker")
ANY = frozenset({State.NEW, State.REGISTERED})
NEW = frozenset({State.NEW})
REGISTERED = frozenset({State.REGISTERED})


class Argument(NamedTuple):
    """One argument: the `field` it fills, and how help shows it, unless it is one that only answers tell to type."""

    field: str
    label: str
    required: bool = True
    takes_rest: bool = False
    is_shown: bool = True

    def __str__(self) -> str:
        return f"<{self.label}>" if self.required else f"[{self.label}]"


class CommandSpec(NamedTuple):
    """One row. `bare`: its name alone is enough outside of rooms; `bare_in_room`: also in one, where lines are chat.

    `read` makes the arguments of what follows the name, where that is not one word for each; it raises ChatError.
    `fits`: whether what follows a bare name belongs to it, where other words than a command's may follow. `details`
    are for whoever asks about this command alone. `is_secret`: a password follows, so it is never something to say.
    `for_programs`: also those may use it that came in with an access token.
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


class Runnable(NamedTuple, Generic[Asker]):
    """A command that can be carried out: its row, and its body.

    `run` answers, or raises ChatError; what takes its time goes on after it has returned (`Session.run`).
    """

    spec: CommandSpec
    run: Callable[[Asker, Command], None]


def stands_alone(rest: str) -> bool:
    """Bare, nothing follows it."""
    return not rest


def readable(read: Callable[[str], object]) -> Callable[[str], bool]:
    """Bare, what follows it can be read."""

    def fits(rest: str) -> bool:
        try:
            read(rest)
        except ChatError:
            return False
        return True

    return fits


def is_to_somebody(rest: str) -> bool:
    """Bare, a name follows it, and the name may have a colon behind it."""
    name = rest.split(maxsplit=1)[0].rstrip(":：")
    return readable(lambda typed: parse_name(typed, Limits().room_characters))(name)
