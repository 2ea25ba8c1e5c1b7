"""The table of commands: what each is called, what it needs, what it says of itself, what it does.

To add a command: write its body below, add its row to the table, and a request for it to `wire/schema/`.
Help, the text wire's parsing and `docs/protocol.md` follow from the row.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from chat.accounts import Credentials
from chat.errors import ChatError
from chat.events import Command, Goodbye, Help, Online
from chat.names import fold, parse_name
from chat.queries import parse_span, parse_token_request
from chat.sanitize import clean
from chat.user import Application, Origin

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
    """One argument: the `field` it fills, and how help shows it, unless it is one that only answers tell to type."""

    field: str
    label: str
    required: bool = True
    takes_rest: bool = False
    is_shown: bool = True

    def __str__(self) -> str:
        return f"<{self.label}>" if self.required else f"[{self.label}]"


class CommandSpec(NamedTuple):
    """One row. `bare`: its name alone is enough outside of rooms; `bare_in_room`: also in one, where lines are chat;
    `bare_alone`: only if nothing follows it."""

    name: str
    arguments: tuple[Argument, ...]
    needs: frozenset[State]
    help: str
    run: Callable[["Session", Command], None]
    aliases: tuple[str, ...] = ()
    bare: bool = True
    bare_in_room: bool = False
    bare_alone: bool = False

    @property
    def usage(self) -> str:
        """How it is typed: `join <room>`."""
        return " ".join([self.name, *(str(argument) for argument in self.arguments if argument.is_shown)])

    @property
    def help_line(self) -> str:
        """Usage, aliases and meaning in a line."""
        also = f" (also {', '.join(self.aliases)})" if self.aliases else ""
        return f"{self.usage}{also} - {self.help}"


def _register(session: "Session", command: Command) -> None:
    given = command.arguments
    client_id = given.get("client_id")
    credentials = Credentials(
        _text(given, "password"), _text(given, "token"), _text(given, "invitation"), command.name == "login"
    )
    application = Application(
        str(given["name"]),
        client_id if isinstance(client_id, int) else None,
        credentials,
        remember=bool(given.get("remember")),
        is_alone=bool(given.get("alone")),
        confirms=bool(given.get("confirms")),
    )
    session.run(lambda: session.hub.entrance.enter(session, application, command.id), command.id)


def _password(session: "Session", command: Command) -> None:
    new, old = str(command.arguments["password"]), _text(command.arguments, "old")
    session.run(lambda: session.hub.entrance.set_password(session, new, old, command.id), command.id)


def _unregister(session: "Session", command: Command) -> None:
    password = str(command.arguments["password"])
    session.run(lambda: session.hub.entrance.unregister(session, password, command.id), command.id)


def _logout(session: "Session", command: Command) -> None:
    if command.arguments.get("what") is None:
        session.finish("exit", Goodbye(id=command.id))
    elif str(command.arguments["what"]).casefold() == "all":
        session.run(lambda: session.hub.entrance.log_out(session, command.id), command.id)
    else:
        raise ChatError("usage", usage="server:logout [all]")


def _token(session: "Session", command: Command) -> None:
    asked = command.arguments
    if "request" in asked:
        asked = parse_token_request(str(asked["request"]))
    session.run(lambda: session.hub.entrance.access_tokens(session, asked, command.id), command.id)


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
    before = list(session.rooms) if session.is_alone else []
    recall = command.arguments.get("replay")
    most = hub.limits.replayed_messages
    hub.enter(session, name, Origin(session, command.id), min(recall, most) if isinstance(recall, int) else most)
    for room in before:
        hub.leave(session, room, None)


def _leave(session: "Session", command: Command) -> None:
    room = command.arguments.get("room") or session.place
    if room is None:
        raise ChatError("in_no_room")
    session.hub.leave(session, str(room), command.id)


def _who(session: "Session", command: Command) -> None:
    hub = session.hub
    after = fold(str(command.arguments.get("after", ""))[: hub.limits.name_characters])
    session.answer(Online(names=hub.roster.page(hub.limits.listed_names, after), id=command.id))


def _help(session: "Session", command: Command) -> None:
    word = command.arguments.get("command")
    if word is None:
        specs = list(TYPED.values())
    elif (spec := BY_WORD.get(str(word).casefold())) is not None:
        specs = [spec]
    else:
        raise ChatError("unknown_command")
    session.answer(Help(lines=[spec.help_line for spec in specs], id=command.id))


def _exit(session: "Session", command: Command) -> None:
    session.finish("exit", Goodbye(id=command.id))


def _history(session: "Session", command: Command) -> None:
    asked = command.arguments
    if "span" in asked:
        asked = parse_span(str(asked["span"]))
    session.run(lambda: session.hub.archive.history(session, asked, command.id), command.id)


def _since(session: "Session", command: Command) -> None:
    asked = dict(command.arguments)
    if isinstance(asked["since"], str):
        if not (asked["since"].isascii() and asked["since"].isdigit() and len(asked["since"]) < 16):
            raise ChatError("bad_seq")
        asked |= {"since": int(asked["since"]), "limit": session.hub.limits.page_messages}
    session.run(lambda: session.hub.archive.history(session, asked, command.id), command.id)


def _search(session: "Session", command: Command) -> None:
    session.run(lambda: session.hub.archive.search(session, command.arguments, command.id), command.id)


def _resume(session: "Session", command: Command) -> None:
    rooms, direct = _positions(command.arguments, "rooms"), _positions(command.arguments, "direct")
    session.run(lambda: session.hub.replay.resume(session, rooms, direct, command.id), command.id)


def _delivered(session: "Session", command: Command) -> None:
    session.hub.replay.mark(session, command.arguments, command.id, was_read=command.name == "read")


def _text(arguments: Mapping[str, object], field: str) -> str | None:
    value = arguments.get(field)
    return None if value is None else str(value)


def _positions(arguments: Mapping[str, object], field: str) -> Mapping[str, int]:
    value = arguments.get(field)
    return value if isinstance(value, dict) else {}


_WHERE = Argument("where", "room or name", required=False)
_TABLE = (
    CommandSpec(
        "register",
        (
            Argument("name", "name"),
            Argument("password", "password", required=False),
            Argument("invitation", "invitation", required=False),
        ),
        NEW,
        "take a name and enter; a password makes it yours",
        _register,
    ),
    CommandSpec(
        "login",
        (Argument("name", "name"), Argument("password", "password")),
        NEW,
        "enter the chat under a name that is yours",
        _register,
    ),
    CommandSpec(
        "who",
        (Argument("after", "name", required=False, is_shown=False),),
        REGISTERED,
        "list who is online",
        _who,
        bare_alone=True,
    ),
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
        "history",
        (Argument("span", "room or name] [n] [before seq", required=False, takes_rest=True),),
        REGISTERED,
        "show what was said, here or elsewhere",
        _history,
        bare=False,
    ),
    CommandSpec(
        "since",
        (Argument("since", "seq"), _WHERE),
        REGISTERED,
        "show what was said after that place",
        _since,
        bare=False,
    ),
    CommandSpec(
        "search",
        (Argument("query", "words from:name in:room before:date", takes_rest=True),),
        REGISTERED,
        "find what was said, the newest first",
        _search,
        bare=False,
    ),
    CommandSpec(
        "password",
        (Argument("password", "new"), Argument("old", "old", required=False)),
        REGISTERED,
        "make your name yours, or change its password",
        _password,
    ),
    CommandSpec(
        "token",
        (Argument("request", "make <room> …, or revoke <handle>", required=False, takes_rest=True),),
        REGISTERED,
        "list, make or revoke access tokens, with which programs speak for you over HTTP",
        _token,
        bare=False,
    ),
    CommandSpec(
        "unregister", (Argument("password", "password"),), REGISTERED, "give your name up, for good", _unregister
    ),
    CommandSpec(
        "logout",
        (Argument("what", "all", required=False),),
        REGISTERED,
        "leave; with all, on every device",
        _logout,
    ),
    CommandSpec(
        "help", (Argument("command", "command", required=False),), ANY, "list the commands, or explain one", _help
    ),
    CommandSpec("exit", (), ANY, "leave the chat", _exit, aliases=("quit", "q!")),
)
# What only programs ask.
_UNTYPED = (
    CommandSpec("resume", (), REGISTERED, "bring what was missed", _resume),
    CommandSpec("delivered", (), REGISTERED, "say what has arrived", _delivered),
    CommandSpec("read", (), REGISTERED, "say what was read", _delivered),
)

TYPED = {spec.name: spec for spec in _TABLE}
COMMANDS = TYPED | {spec.name: spec for spec in _UNTYPED}
BY_WORD = {word: spec for spec in _TABLE for word in (spec.name, *spec.aliases)}
