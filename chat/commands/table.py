"""The table of commands: the name of each, its arguments and its help. Their bodies are in `chat.commands.bodies`.

To add a command: write its row here, its body in a module of `chat.commands.bodies`, its line in `BODIES` there, and a
request for it in `wire/schema/`. Help, typed lines (`chat.commands.typed`) and `docs/protocol.md` follow from the row.
`tests/commands/test_hints.py` types the lines that rows tell people to type.
"""

from collections.abc import Mapping

from chat.commands.passphrases import parse_registration
from chat.commands.queries import parse_message, parse_since, parse_span, parse_token_request, parse_who
from chat.commands.specs import ANY, NEW, REGISTERED, Argument, CommandSpec, is_to_somebody, readable, stands_alone

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
        is_secret=True,
        for_visitors=False,
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
        is_secret=True,
        for_visitors=False,
    ),
    CommandSpec(
        "who",
        (Argument("after", "after name", required=False, is_shown=False),),
        REGISTERED,
        "list who is online",
        read=parse_who,
        fits=stands_alone,
        for_programs=True,
    ),
    CommandSpec(
        "message",
        (Argument("to", "name"), Argument("text", "text", takes_rest=True)),
        REGISTERED,
        "send a text to one person; <name>:<text> is the same",
        aliases=("msg",),
        read=parse_message,
        fits=is_to_somebody,
        for_programs=True,
    ),
    CommandSpec(
        "say",
        (Argument("text", "text", takes_rest=True),),
        REGISTERED,
        "say a text, whatever it begins with; //… says /…",
        bare=False,
        for_programs=True,
    ),
    CommandSpec(
        "unsend",
        (Argument("to", "name", required=False),),
        REGISTERED,
        "take back your last message to somebody who has not got it yet; with a name, all that wait for them",
    ),
    CommandSpec(
        "join",
        (Argument("room", "room"),),
        REGISTERED,
        "enter a room, or make it",
        for_programs=True,
        for_visitors=False,
    ),
    CommandSpec(
        "leave",
        (Argument("room", "room", required=False, is_shown=False),),
        REGISTERED,
        "leave the room you are in",
        bare_in_room=True,
        fits=stands_alone,
        for_programs=True,
        for_visitors=False,
    ),
    CommandSpec(
        "history",
        (Argument("span", "room or name] [n] [before seq", required=False, takes_rest=True),),
        REGISTERED,
        "show what was said, here or elsewhere",
        read=parse_span,
        fits=readable(parse_span),
        for_programs=True,
    ),
    CommandSpec(
        "since",
        (Argument("since", "seq"), Argument("where", "room or name", required=False)),
        REGISTERED,
        "show what was said after that place",
        read=parse_since,
        fits=readable(parse_since),
        for_programs=True,
    ),
    CommandSpec(
        "search",
        (Argument("query", "words from:name in:room before:date", takes_rest=True),),
        REGISTERED,
        "find what was said, the newest first",
        for_programs=True,
    ),
    CommandSpec(
        "password",
        (Argument("password", "new", takes_rest=True), Argument("old", "old", required=False)),
        REGISTERED,
        "make your name yours, or change its password",
        is_secret=True,
        details=("with spaces in one of them: server:password <new> / <old>",),
    ),
    CommandSpec(
        "token",
        (Argument("request", "make <room> …, or revoke <handle>", required=False, takes_rest=True),),
        REGISTERED,
        "list, make or revoke access tokens, with which programs speak for you",
        read=parse_token_request,
        fits=readable(parse_token_request),
    ),
    CommandSpec(
        "unregister",
        (Argument("password", "password", takes_rest=True),),
        REGISTERED,
        "give your name up, for good",
        is_secret=True,
    ),
    CommandSpec(
        "logout",
        (Argument("what", "all", required=False),),
        REGISTERED,
        "leave; with all, on every device",
        fits=lambda rest: rest.casefold() == "all",
    ),
    CommandSpec(
        "help",
        (Argument("command", "command", required=False),),
        ANY,
        "list the commands, or explain one",
        fits=lambda rest: rest.casefold() in BY_WORD,
        for_programs=True,
    ),
    CommandSpec("exit", (), ANY, "leave the chat", aliases=("quit", "q!"), for_programs=True, for_visitors=False),
)
# Requests of programs, which nobody types.
_UNTYPED = (
    CommandSpec("resume", (), REGISTERED, "bring what was missed", for_programs=True, for_visitors=False),
    CommandSpec("delivered", (), REGISTERED, "say what has arrived"),
    CommandSpec("read", (), REGISTERED, "say what was read"),
)
# A typed line that is no command, and is not said because it may hold a password.
_UNSAID = CommandSpec("unsaid", (), ANY, "say nothing of a line that may hold a password", for_programs=True)

# The commands that people type, by their names.
TYPED: Mapping[str, CommandSpec] = {spec.name: spec for spec in _TABLE}
# All commands, by their names.
SPECS: Mapping[str, CommandSpec] = {**TYPED, **{spec.name: spec for spec in (*_UNTYPED, _UNSAID)}}
# The commands that people type, by each word for them.
BY_WORD: Mapping[str, CommandSpec] = {word: spec for spec in _TABLE for word in (spec.name, *spec.aliases)}
