"""Turns typed lines into requests of the NDJSON wire."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from chat.commands.passphrases import ENTERING, parse_passwords
from chat.commands.room_arguments import HISTORY_SETTINGS
from chat.commands.table import SPECS
from chat.commands.typed import is_explicit, parse, word_of
from chat.errors import ChatError
from chat.events import Command
from chat.limits import Limits
from chat.names import PERSON_SIGNS, ROOM_SIGNS, room_key, without_sign

# Requests about the room in which the person types, unless they name another one.
_ABOUT_A_ROOM = frozenset(
    [
        "members",
        "topic",
        "settings",
        "private",
        "public",
        "speak",
        "slow",
        "retention",
        "edits",
        "rename",
        "close",
        "invite",
        "uninvite",
        "kick",
        "ban",
        "unban",
        "bans",
        "mute",
        "unmute",
        "role",
        "owner",
        "audit",
        "held",
    ]
)
_PINS = frozenset({"pin", "unpin", "pins"})


class TypingContext(NamedTuple):
    """Where a person types: in `room`, or None outside of rooms; `lobby` is the lobby's name, None if there is none.

    `person`: what they type goes to that person alone, unless it says where it goes.
    `has_account`: their name is an account. `is_bare_enough`: commands need no `/` in rooms either.
    """

    room: str | None = None
    lobby: str | None = None
    has_account: bool = False
    is_bare_enough: bool = False
    person: str | None = None

    @property
    def here(self) -> Mapping[str, object]:
        """The arguments of a request about the place where the person types."""
        if self.person is not None:
            return {"to": self.person}
        place = self.room or self.lobby
        return {} if place is None else {"room": place}


_Reader = Callable[[Command, TypingContext], Command]


def request_of(line: str, typist: TypingContext) -> Command:
    """The request that a line means. Raises ChatError.

    It names the room: an account may be in several, and the server must not guess.
    """
    command = parse(line.rstrip(), typist.room, is_bare_enough=typist.is_bare_enough)
    name, arguments = command.name, command.arguments
    if name in _ABOUT_A_ROOM | _PINS and typist.person is not None and "room" not in arguments:
        raise ChatError("in_no_room")
    if name in _ABOUT_A_ROOM:
        return Command(name, arguments if "room" in arguments else {**typist.here, **arguments})
    read = _READERS.get(name)
    return command if read is None else read(command, typist)


def parse_sign_in(line: str) -> Command | None:
    """Read the answer to the question for a name: `/login NAME PASSWORD` or `/register NAME [PASSWORD]`.

    None if the line is a name alone. Raises ChatError if words are missing.
    """
    words = line.strip()
    try:
        command = parse(words, None)
    except ChatError:
        if is_explicit(words):
            raise
        return None
    if command.name == "unsaid" and "usage" in command.arguments:
        raise ChatError("usage", usage=command.arguments["usage"])
    return command if command.name in ("login", "register") else None


def means_exit(line: str) -> bool:
    """Whether the whole line is a word for leaving the chat."""
    return word_of(line) is SPECS["exit"]


def word_alone(line: str, room: str | None, *, is_bare_enough: bool = False) -> str:
    """The name of the command whose word is the whole line; "" if the line is a message."""
    spec = word_of(line)
    return spec.name if spec is not None and (room is None or is_bare_enough or is_explicit(line)) else ""


def _is_lobby(room: str, lobby: str | None) -> bool:
    return lobby is not None and room_key(room[: Limits().room_characters + 1]) == room_key(lobby)


def _logout(command: Command, typist: TypingContext) -> Command:
    what = command.arguments.get("what")
    if what is None:
        return Command("exit")
    if str(what).casefold() != "all":
        raise ChatError("usage", usage="server:logout [all]")
    return command


def _refused(code: str) -> _Reader:
    def read(command: Command, typist: TypingContext) -> Command:
        raise ChatError(code)

    return read


def _unsaid(command: Command, typist: TypingContext) -> Command:
    raise ChatError("login_not_said" if command.arguments.get("word") in ENTERING else "not_said")


def _entering(command: Command, typist: TypingContext) -> Command:
    if "bare" in command.arguments:
        raise ChatError("login_not_said")
    return command


def _join(command: Command, typist: TypingContext) -> Command:
    # Going back to the lobby leaves the room.
    is_back = typist.room is not None and _is_lobby(str(command.arguments["room"]), typist.lobby)
    return Command("leave", {"room": typist.room}) if is_back else command


def _leave(command: Command, typist: TypingContext) -> Command:
    if "room" in command.arguments:
        return command
    if typist.room is None:
        raise ChatError("in_no_room")
    return Command("leave", {"room": typist.room})


def _say(command: Command, typist: TypingContext) -> Command:
    return _message(str(command.arguments["text"]), typist)


def _said(command: Command, typist: TypingContext) -> Command:
    return command if typist.person is None or "to" in command.arguments else _say(command, typist)


def _history(command: Command, typist: TypingContext) -> Command:
    arguments = command.arguments
    if arguments.keys() == {"where"} and arguments["where"] in HISTORY_SETTINGS and typist.room:
        # In a room this is its setting.
        return Command("settings", {"settings": {"history": arguments["where"]}, "room": typist.room})
    return _past(command, typist)


def _past(command: Command, typist: TypingContext) -> Command:
    return Command(command.name, _span(command.arguments, typist.here))


def _report(command: Command, typist: TypingContext) -> Command:
    arguments = command.arguments
    return command if "where" in arguments else Command("report", {**typist.here, **arguments})


def _reply(command: Command, typist: TypingContext) -> Command:
    # It is kept and shown like every message.
    answer = _with_place(command.arguments, typist.here)
    return Command("message", {("answers" if name == "seq" else name): each for name, each in answer.items()})


def _about_message(command: Command, typist: TypingContext) -> Command:
    return Command(command.name, _with_place(command.arguments, typist.here))


def _unreact(command: Command, typist: TypingContext) -> Command:
    return Command("react", {**_with_place(command.arguments, typist.here), "undo": True})


def _password(command: Command, typist: TypingContext) -> Command:
    is_bare, typed = bool(command.arguments.get("bare")), str(command.arguments["password"])
    return Command("password", parse_passwords(typed, has_account=typist.has_account, is_bare=is_bare))


def _message(text: str, typist: TypingContext) -> Command:
    # The lobby is not named: that is where messages without a place go.
    where = typist.here if typist.person is not None or typist.room is not None else {}
    return Command("message", {"text": text, **where})


def _span(asked: Mapping[str, object], here: Mapping[str, object]) -> Mapping[str, object]:
    span = {name: value for name, value in asked.items() if name != "where"}
    if "limit" in span:
        span["limit"] = min(int(str(span["limit"])), Limits().page_messages)
    return {**_place(asked.get("where"), here), **span}


def _with_place(asked: Mapping[str, object], here: Mapping[str, object]) -> Mapping[str, object]:
    if "room" in asked:
        return {**asked, "room": without_sign(str(asked["room"]), ROOM_SIGNS)}
    return asked if "to" in asked else {**asked, **here}


def _place(where: object, here: Mapping[str, object]) -> Mapping[str, object]:
    """`@name` is a person, `#room` a room; the server decides about a plain word. None means `here`."""
    if where is None:
        return here
    word = str(where)
    if word[0] in PERSON_SIGNS:
        return {"to": without_sign(word, PERSON_SIGNS)}
    if word[0] in ROOM_SIGNS:
        return {"room": without_sign(word, ROOM_SIGNS)}
    return {"where": word}


# How the commands become requests that are more, or other, than their words.
_READERS: Final[Mapping[str, _Reader]] = {
    "unsaid": _unsaid,
    **dict.fromkeys(ENTERING, _entering),
    "join": _join,
    "leave": _leave,
    "say": _say,
    "message": _said,
    "logout": _logout,
    "history": _history,
    "since": _past,
    "report": _report,
    "reply": _reply,
    **dict.fromkeys(("edit", "delete", "react", *_PINS), _about_message),
    "unreact": _unreact,
    "reactions": _refused("not_typed_here"),
    "end": _refused("nothing_begun"),
    "password": _password,
}
