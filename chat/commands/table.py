"""The table of commands: what each is called, what it needs, what it says of itself, what it does.

To add a command: write its body below, add its row to the table, and a request for it to `wire/schema/`.
Help, how it is typed (`chat.commands.typed`) and `docs/protocol.md` follow from the row. What it tells people to type
has a row in `tests/commands/test_hints.py`, which types it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chat.commands.accounts import logout, password, register, token, unregister
from chat.commands.asides import addressed, aside
from chat.commands.passphrases import parse_registration
from chat.commands.queries import parse_since, parse_span, parse_token_request, parse_who
from chat.commands.specs import ANY, NEW, REGISTERED, Argument, CommandSpec, is_to_somebody, readable, stands_alone
from chat.errors import ChatError
from chat.events import Command, Done, Goodbye, Help
from chat.hub.people import Origin
from chat.hub.positions import Positions
from chat.interfaces import State
from chat.names import parse_name, person_key
from chat.sanitize import BLANK, clean, trimmed

if TYPE_CHECKING:
    from chat.hub.session import Session

__all__ = ["BY_WORD", "COMMANDS", "TYPED", "CommandSpec", "State"]


def _message(session: "Session", command: Command) -> None:
    arguments = command.arguments
    text = clean(str(arguments["text"])).rstrip()
    if not text.strip(BLANK):
        raise ChatError("empty_message")
    if "\n" in text:
        text = trimmed(text)
    if "to" in arguments:
        session.hub.say_to(session, str(arguments["to"]), text, command.id)
    elif "room" in arguments:
        session.hub.say_in(session, str(arguments["room"]), text, command.id)
        if "addressee" in arguments:
            _note_addressee(session, str(arguments["addressee"]))
    else:
        session.hub.say_in_lobby(session, text, command.id)


def _note_addressee(session: "Session", raw: str) -> None:
    """A line in a room began with somebody's name: say, once for each of them, who has read it."""
    hub, room = session.hub, str(session.place)
    key = person_key(raw[: hub.limits.name_characters + 1])
    person = hub.users.get(key)
    if person is not None:
        if person is not session.user and session.notes_first(addressed(room, key)):
            session.answer(Done(request="message", message=aside(room, person.name)))
    elif session.notes_first(f"{addressed(room, key)} was looked up"):
        # Looked up once only: most such words are nobody's, as in "Note: …".
        session.run(lambda: hub.entrance.tell_who_reads(session, raw, room), None)


def _say(session: "Session", command: Command) -> None:
    where = {"room": session.place} if session.place is not None else {}
    _message(session, Command("message", {"text": command.arguments["text"], **where}, command.id))


def _unsaid(session: "Session", command: Command) -> None:
    if session.state is not State.NEW:
        raise ChatError("not_said")
    usage = command.arguments.get("usage")
    raise ChatError("not_registered") if usage is None else ChatError("usage", usage=usage)


def _unsend(session: "Session", command: Command) -> None:
    to = command.arguments.get("to")
    name = None if to is None else str(to)
    session.run(lambda: session.hub.history.take_back(session, name, command.id), command.id)


def _join(session: "Session", command: Command) -> None:
    hub = session.hub
    name = parse_name(str(command.arguments["room"]), hub.limits.room_characters, "bad_room")
    before = list(session.rooms) if session.client.is_alone else []
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
    session.hub.who(session, str(command.arguments.get("after", "")), command.id)


def _help(session: "Session", command: Command) -> None:
    word = command.arguments.get("command")
    if word is None:
        lines = [spec.help_line for spec in TYPED.values()]
    elif (spec := BY_WORD.get(str(word).casefold())) is not None:
        lines = [spec.help_line, *spec.details]
    else:
        raise ChatError("unknown_command")
    session.answer(Help(lines=lines, id=command.id))


def _exit(session: "Session", command: Command) -> None:
    session.finish("exit", Goodbye(id=command.id))


def _history(session: "Session", command: Command) -> None:
    session.run(lambda: session.hub.history.history(session, command.arguments, command.id), command.id)


def _search(session: "Session", command: Command) -> None:
    session.run(lambda: session.hub.history.search(session, command.arguments, command.id), command.id)


def _resume(session: "Session", command: Command) -> None:
    given, life = command.arguments, command.arguments.get("life")
    positions = Positions(_positions(given, "rooms"), _positions(given, "direct"), None if life is None else str(life))
    session.run(lambda: session.hub.replay.resume(session, positions, command.id), command.id)


def _delivered(session: "Session", command: Command) -> None:
    session.hub.replay.mark(session, command.arguments, command.id, was_read=command.name == "read")


def _positions(arguments: Mapping[str, object], field: str) -> Mapping[str, int]:
    value = arguments.get(field)
    return value if isinstance(value, dict) else {}


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
        register,
        is_secret=True,
        read=parse_registration,
        details=(
            "a password with spaces: server:register <name> password <password>,"
            " and, where one is needed, invitation <invitation> behind it",
        ),
    ),
    CommandSpec(
        "login",
        (Argument("name", "name"), Argument("password", "password", takes_rest=True)),
        NEW,
        "enter the chat under a name that is yours",
        register,
        is_secret=True,
    ),
    CommandSpec(
        "who",
        (Argument("after", "after name", required=False, is_shown=False),),
        REGISTERED,
        "list who is online",
        _who,
        read=parse_who,
        fits=stands_alone,
        for_programs=True,
    ),
    CommandSpec(
        "message",
        (Argument("to", "name"), Argument("text", "text", takes_rest=True)),
        REGISTERED,
        "send a text to one person; <name>:<text> is the same",
        _message,
        aliases=("msg",),
        fits=is_to_somebody,
        for_programs=True,
    ),
    CommandSpec(
        "say",
        (Argument("text", "text", takes_rest=True),),
        REGISTERED,
        "say a text, whatever it begins with; //… says /…",
        _say,
        bare=False,
        for_programs=True,
    ),
    CommandSpec(
        "unsend",
        (Argument("to", "name", required=False),),
        REGISTERED,
        "take back your last message to somebody who has not got it yet; with a name, all that wait for them",
        _unsend,
    ),
    CommandSpec("join", (Argument("room", "room"),), REGISTERED, "enter a room, or make it", _join, for_programs=True),
    CommandSpec(
        "leave",
        (Argument("room", "room", required=False, is_shown=False),),
        REGISTERED,
        "leave the room you are in",
        _leave,
        bare_in_room=True,
        fits=stands_alone,
        for_programs=True,
    ),
    CommandSpec(
        "history",
        (Argument("span", "room or name] [n] [before seq", required=False, takes_rest=True),),
        REGISTERED,
        "show what was said, here or elsewhere",
        _history,
        read=parse_span,
        fits=readable(parse_span),
        for_programs=True,
    ),
    CommandSpec(
        "since",
        (Argument("since", "seq"), Argument("where", "room or name", required=False)),
        REGISTERED,
        "show what was said after that place",
        _history,
        read=parse_since,
        fits=readable(parse_since),
        for_programs=True,
    ),
    CommandSpec(
        "search",
        (Argument("query", "words from:name in:room before:date", takes_rest=True),),
        REGISTERED,
        "find what was said, the newest first",
        _search,
        for_programs=True,
    ),
    CommandSpec(
        "password",
        (Argument("password", "new", takes_rest=True), Argument("old", "old", required=False)),
        REGISTERED,
        "make your name yours, or change its password",
        password,
        is_secret=True,
        details=("with spaces in one of them: server:password <new> / <old>",),
    ),
    CommandSpec(
        "token",
        (Argument("request", "make <room> …, or revoke <handle>", required=False, takes_rest=True),),
        REGISTERED,
        "list, make or revoke access tokens, with which programs speak for you",
        token,
        read=parse_token_request,
        fits=readable(parse_token_request),
    ),
    CommandSpec(
        "unregister",
        (Argument("password", "password", takes_rest=True),),
        REGISTERED,
        "give your name up, for good",
        unregister,
        is_secret=True,
    ),
    CommandSpec(
        "logout",
        (Argument("what", "all", required=False),),
        REGISTERED,
        "leave; with all, on every device",
        logout,
        fits=lambda rest: rest.casefold() == "all",
    ),
    CommandSpec(
        "help",
        (Argument("command", "command", required=False),),
        ANY,
        "list the commands, or explain one",
        _help,
        fits=lambda rest: rest.casefold() in BY_WORD,
        for_programs=True,
    ),
    CommandSpec("exit", (), ANY, "leave the chat", _exit, aliases=("quit", "q!"), for_programs=True),
)
# What only programs ask.
_UNTYPED = (
    CommandSpec("resume", (), REGISTERED, "bring what was missed", _resume, for_programs=True),
    CommandSpec("delivered", (), REGISTERED, "say what has arrived", _delivered),
    CommandSpec("read", (), REGISTERED, "say what was read", _delivered),
)
# What typed lines mean that are no command, and are not said either.
_UNSAID = CommandSpec("unsaid", (), ANY, "keep to yourself what may be a password", _unsaid, for_programs=True)

TYPED = {spec.name: spec for spec in _TABLE}
COMMANDS = TYPED | {spec.name: spec for spec in (*_UNTYPED, _UNSAID)}
BY_WORD: dict[str, CommandSpec] = {word: spec for spec in _TABLE for word in (spec.name, *spec.aliases)}
