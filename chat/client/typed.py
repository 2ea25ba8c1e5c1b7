"""What a typed line asks of the server: the text wire's words, in the terms of NDJSON."""

from collections.abc import Mapping

from chat.commands import BY_WORD, COMMANDS, CommandSpec
from chat.errors import ChatError
from chat.events import Command
from chat.limits import Limits
from chat.queries import parse_span, parse_token_request
from chat.wire.text import parse


def request_of(line: str, room: str | None, lobby: str | None) -> Command:
    """The request that a line means that was typed in `room`, or outside of rooms. Raises ChatError.

    The server must not guess the room from what we entered last: an account is in rooms by itself.
    """
    command = parse(line.rstrip(), room)
    match command.name:
        case "leave":
            if room is None:
                raise ChatError("in_no_room")
            return Command("leave", {"room": room})
        case "logout":
            return _logout(command)
        case "history":
            asked = parse_span(str(command.arguments.get("span", "")))
            span = {name: value for name, value in asked.items() if name != "where"}
            if "limit" in span:
                span["limit"] = min(int(str(span["limit"])), Limits().page_messages)
            return Command("history", {**_place(asked.get("where"), room or lobby), **span})
        case "token":
            return Command("token", parse_token_request(str(command.arguments.get("request", ""))))
        case "since":
            return _since(command.arguments, room or lobby)
        case _:
            return command


def introduction_of(line: str) -> Command | None:
    """`/login NAME PASSWORD` or `/register NAME [PASSWORD]`, where a name is asked for; None: it is the name alone.

    Raises ChatError where words are missing.
    """
    words = line.strip()
    try:
        command = parse(words, None)
    except ChatError:
        if words.startswith("/") or words.casefold().startswith("server:"):
            raise
        return None
    return command if command.name in ("login", "register") else None


def means_exit(line: str) -> bool:
    """Whether the whole line is a word for leaving the chat."""
    return _command_word(line)[1] is COMMANDS["exit"]


def word_alone(line: str, room: str | None) -> str:
    """The command that the whole line is the word for, or "": in a room a bare word is chat."""
    is_explicit, spec = _command_word(line)
    return spec.name if spec is not None and (room is None or is_explicit) else ""


def _command_word(line: str) -> tuple[bool, CommandSpec | None]:
    word = line.strip().casefold()
    spelled = word.removeprefix("server:").removeprefix("/")
    return spelled != word, BY_WORD.get(spelled)


def _logout(command: Command) -> Command:
    what = command.arguments.get("what")
    if what is None:
        return Command("exit")
    if str(what).casefold() != "all":
        raise ChatError("usage", usage="server:logout [all]")
    return command


def _since(typed: Mapping[str, object], here: str | None) -> Command:
    since = str(typed["since"])
    if not (since.isascii() and since.isdigit() and len(since) < 16):
        raise ChatError("bad_seq")
    limit = Limits().page_messages
    return Command("since", {**_place(typed.get("where"), here), "since": int(since), "limit": limit})


def _place(where: object, here: str | None) -> Mapping[str, object]:
    """`@name` is a person, `#room` or a bare word a room; without a word it is `here`."""
    if where is None:
        return {"room": here} if here is not None else {}
    word = str(where)
    return {"to": word[1:]} if word.startswith("@") else {"room": word.removeprefix("#")}
