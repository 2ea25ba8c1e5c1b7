"""The table of commands: what each is called, what it needs, what it says of itself, what it does.

To add a command: write its body below, add its row to the table, and a request for it to `wire/schema.py`.
Help, the text wire's parsing and `docs/protocol.md` follow from the row.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from chat.errors import ChatError
from chat.events import Command, Goodbye, Help, Online
from chat.names import parse_name
from chat.sanitize import clean

if TYPE_CHECKING:
    from chat.session import Session


class State(Enum):
    """A session's life: NEW until it gives a name, then REGISTERED, and CLOSED for ever."""

    NEW = auto()
    REGISTERED = auto()
    CLOSED = auto()


ANY = frozenset({State.NEW, State.REGISTERED})
NEW = frozenset({State.NEW})
REGISTERED = frozenset({State.REGISTERED})


class Argument(NamedTuple):
    """One argument: the `field` it fills, and how help shows it."""

    field: str
    label: str
    required: bool = True
    takes_rest: bool = False

    def __str__(self) -> str:
        return f"<{self.label}>" if self.required else f"[{self.label}]"


class CommandSpec(NamedTuple):
    """One row. `bare_in_room`: its name alone is a command inside a room too, where other lines are chat."""

    name: str
    arguments: tuple[Argument, ...]
    needs: frozenset[State]
    help: str
    run: Callable[["Session", Command], None]
    aliases: tuple[str, ...] = ()
    bare_in_room: bool = False

    @property
    def usage(self) -> str:
        """How it is typed: `join <room>`."""
        return " ".join([self.name, *map(str, self.arguments)])

    @property
    def help_line(self) -> str:
        """Usage, aliases and meaning in a line."""
        also = f" (also {', '.join(self.aliases)})" if self.aliases else ""
        return f"{self.usage}{also} - {self.help}"


def _register(session: "Session", command: Command) -> None:
    client_id = command.arguments.get("client_id")
    name = str(command.arguments["name"])
    session.hub.register(session, name, client_id if isinstance(client_id, int) else None, command.id)


def _message(session: "Session", command: Command) -> None:
    arguments = command.arguments
    text = clean(str(arguments["text"])).rstrip()
    if not text.strip():
        raise ChatError("empty_message")
    if "to" in arguments:
        session.hub.say_to(session, str(arguments["to"]), text, command.id)
    elif "room" in arguments:
        session.hub.say_in(session, str(arguments["room"]), text, command.id)
    else:
        session.hub.say_in_lobby(session, text, command.id)


def _join(session: "Session", command: Command) -> None:
    hub = session.hub
    name = parse_name(str(command.arguments["room"]), hub.limits.room_characters, "bad_room")
    hub.check_may_enter(session, name)
    before = list(session.rooms) if command.arguments.get("alone") else []
    hub.enter(session, name, command.id)
    for room in before:
        hub.leave(session, room, None)


def _leave(session: "Session", command: Command) -> None:
    room = command.arguments.get("room") or session.place
    if room is None:
        raise ChatError("in_no_room")
    session.hub.leave(session, str(room), command.id)


def _who(session: "Session", command: Command) -> None:
    session.answer(Online(names=session.hub.names(), id=command.id))


def _help(session: "Session", command: Command) -> None:
    word = command.arguments.get("command")
    if word is None:
        specs = list(COMMANDS.values())
    elif (spec := BY_WORD.get(str(word).casefold())) is not None:
        specs = [spec]
    else:
        raise ChatError("unknown_command")
    session.answer(Help(lines=[spec.help_line for spec in specs], id=command.id))


def _exit(session: "Session", command: Command) -> None:
    session.finish("exit", Goodbye(id=command.id))


_TABLE = (
    CommandSpec("register", (Argument("name", "name"),), NEW, "take a name and enter the chat", _register),
    CommandSpec("who", (), REGISTERED, "list who is online", _who),
    CommandSpec(
        "message",
        (Argument("to", "name"), Argument("text", "text", takes_rest=True)),
        REGISTERED,
        "send a text to one person; <name>:<text> is the same",
        _message,
        aliases=("msg",),
    ),
    CommandSpec("join", (Argument("room", "room"),), REGISTERED, "enter a room, or make it", _join),
    CommandSpec("leave", (), REGISTERED, "leave the room you are in", _leave, bare_in_room=True),
    CommandSpec(
        "help", (Argument("command", "command", required=False),), ANY, "list the commands, or explain one", _help
    ),
    CommandSpec("exit", (), ANY, "leave the chat", _exit, aliases=("quit", "q!")),
)

COMMANDS = {spec.name: spec for spec in _TABLE}
BY_WORD = {word: spec for spec in _TABLE for word in (spec.name, *spec.aliases)}
