"""The text wire, for people with `nc`: lines to read. `chat.commands.typed` turns typed lines into commands."""

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from typing import Final

from chat.changes import CHANGES, Change, Reacted
from chat.commands.typed import parse
from chat.errors import ChatError
from chat.events import (
    Away,
    Changed,
    Command,
    Copied,
    Devices,
    Done,
    Entered,
    Entries,
    Event,
    Exited,
    Failure,
    Goodbye,
    Help,
    Ignored,
    Invitation,
    Joined,
    Left,
    LinkGiven,
    Listed,
    MembersListed,
    Message,
    Missed,
    Online,
    Presence,
    Prompt,
    Recalled,
    RequestId,
    RoomBans,
    RoomEvent,
    RoomsListed,
    Seen,
    Sent,
    SettingsShown,
    ShuttingDown,
    TicketMade,
    TokenMade,
    Tokens,
    TopicShown,
    Typing,
    Unsent,
    UploadBegun,
    WasRead,
    Welcome,
    WhoIs,
)
from chat.files import FileInfo
from chat.interfaces import Codec, Decoded
from chat.times import minute_of, shown_duration
from chat.wire.change_lines import line_of
from chat.wire.composing import ComposingCodec
from chat.wire.list_lines import (
    bans_lines,
    devices_lines,
    entries_lines,
    link_lines,
    members_lines,
    names_line,
    online_lines,
    rooms_lines,
    settings_line,
    tokens_lines,
    topic_line,
)
from chat.wire.notice_lines import NOTICES


class TextCodec:
    """The `Codec` of the text wire. One that `shows_reactions` is for those who asked for them."""

    name = "text"
    shows_sent = False

    def __init__(self, *, shows_reactions: bool = False) -> None:
        self._lines = _LINES_WITH_REACTIONS if shows_reactions else _LINES
        if shows_reactions:
            self.name = "text+reactions"

    def decode(self, line: bytes, place: str | None) -> Decoded | None:
        """See `Codec.decode`. Inside a room (`place`) every line is chat, except `leave`, `server:…` and `/…`."""
        try:
            typed = line.removeprefix(BOM_UTF8).decode("utf-8").rstrip()
        except UnicodeDecodeError:
            raise ChatError("not_utf8") from None
        if not typed:
            return None
        command = parse(typed, place)
        if command.name in _SWITCHES:
            return Decoded((command,), codec=self._switched(command, place), is_asked_first=True)
        return Decoded((command,))

    def request_id(self, head: bytes) -> RequestId:
        """See `Codec.request_id`. Nobody types ids."""
        return None

    def encode(self, event: Event) -> bytes:
        """See `Codec.encode`."""
        said = self._lines[type(event)](event)
        if isinstance(said, str):
            return f"{said}\n".encode()
        if not said:
            return b""
        return ("\n".join(said) + "\n").encode()

    def _switched(self, command: Command, place: str | None) -> Codec:
        """The codec that the connection speaks after this command, if that is carried out."""
        arguments = command.arguments
        if command.name == "begin":
            here: Mapping[str, object] = {} if place is None else {"room": place}
            return ComposingCodec(self, {"to": arguments["to"]} if "to" in arguments else here)
        return _WITH_REACTIONS if str(arguments["switch"]).casefold() == "on" else _PLAIN


def _message(event: Message) -> str | list[str]:
    where = f" (in {event.place})" if event.place is not None else ""
    if event.answers is not None:
        to = f"to {event.answered} #{event.answers}"
        where = f" (in {event.place}, {to})" if event.place is not None else f" ({to})"
    if event.file is not None:
        return [f"{event.sender}{where}: {line}" for line in _lines_with_file(event, event.file)]
    if "\n" in event.text:
        # Each line begins like a message: nobody can forge a line of somebody else.
        return [f"{event.sender}{where}: {line}" for line in event.text.split("\n")]
    return f"{event.sender}{where}: {event.text}"


def _lines_with_file(event: Message, file: FileInfo) -> list[str]:
    return [*(event.text.split("\n") if event.text else ()), file.line]


def _moved(what: str) -> Callable[[Joined | Left], str]:
    return lambda event: f"server: {event.sender} {what}" + (f" {event.place}" if event.place is not None else "")


def _welcome(event: Welcome) -> list[str]:
    what = f"what you type goes to everybody in {event.lobby}" if event.lobby else "type server:join <room>"
    claimed = f"the name {event.name} is yours now, with the password you typed: server:login {event.name} <password>"
    done = f"{claimed} next time; " if event.is_new else ""
    return [
        f"server: welcome, {event.name}",
        *(f"server: {line}" for line in event.motd),
        f"server: {event.online.count} online; {done}{what}; server:help lists the commands",
    ]


def _whois(event: WhoIs) -> list[str]:
    kind = "has an account" if event.has_account else "is a guest"
    idle = f", idle for {shown_duration(event.idle * 60)}" if event.idle else ""
    here = f"is here{idle}" if event.is_here else "is not here"
    lines = [f"{event.name} {kind} since {minute_of(event.since)}, and {here}"]
    if event.away is not None:
        lines.append(_away(event.name, event.away))
    if event.rooms:
        lines.append(f"you are both in {', '.join(event.rooms)}")
    if event.line:
        lines.append(f"{event.name} says: {event.line}")
    if event.colour is not None:
        lines.append(f"the colour of {event.name} is {event.colour}")
    return [f"server: {line}" for line in lines]


def _away(name: str, text: str) -> str:
    return f"{name} is away: {text}" if text else f"{name} is away"


def _presence(event: Presence) -> str:
    where = f" {event.place}" if event.place is not None else ""
    return f"server: {event.joined} joined and {event.left} left{where}, {event.count} are there"


def _sent(event: Sent) -> list[str]:
    if not event.queued:
        return []
    unknown = (
        f"server: nobody called {event.to} has been here yet; whoever takes the name will get it,"
        " server:unsend takes it back"
    )
    return [f"server: {event.to} is offline, your message is queued", *([unknown] if event.unknown else [])]


def _unsent(event: Unsent) -> str:
    return f"server: taken back: {event.count} message{'s' if event.count != 1 else ''} to {event.to}"


def _past(event: RoomEvent) -> list[str]:
    """A message or a change from before: each line with its time, and its number in the room."""
    said = _message(event) if isinstance(event, Message) else _change(event)
    lines = said if isinstance(said, list) else [said] if said else []
    edited = " (edited)" if isinstance(event, Message) and event.edited else ""
    stamp = f"[{minute_of(event.sent_at)} #{event.seq}]"
    return [f"{stamp} {line}{edited if at == len(lines) else ''}" for at, line in enumerate(lines, 1)]


def _change(event: RoomEvent) -> str:
    """A change; nothing for a reaction, which only those see who ask for it."""
    return f"server: {line_of(event)}" if isinstance(event, Change) and not isinstance(event, Reacted) else ""


def _lines_of(line: str) -> str | list[str]:
    return line or []


def _copied(event: Copied) -> str | list[str]:
    message = event.message
    if message.to is None:
        return _message(message)
    lines = message.text.split("\n") if message.file is None else _lines_with_file(message, message.file)
    return [f"{message.sender} (to {message.to}): {line}" for line in lines]


def _listed(event: Listed, shown: Callable[[RoomEvent], list[str]] = _past) -> list[str]:
    count = len(event.messages)
    first, last = (event.messages[0].seq, event.messages[-1].seq) if count else (event.next, event.next)
    found = f"{count} message{'s' if count != 1 else ''}" if count else "nothing"
    if not count and event.request == "pins":
        found = "nothing is pinned"
    how_far = f" down to {minute_of(event.reached)}" if event.reached is not None else ""
    lines = [f"server: {found} in {event.title}" if event.request != "search" else f"server: {found} found{how_far}"]
    lines += [line for each in event.messages for line in _found(each, shown)]
    where = event.title if event.title.startswith("@") else f"#{event.title}"
    if event.more:
        rest = {
            "pins": "server: there is more, which is too long to be shown",
            "history": f"server: there is more: server:history {where} {count or 20} before {first}",
            "since": f"server: there is more: server:since {last} {where}",
        }
        search = f"server: there is more: server:search {event.title} next:{event.next}"
        lines.append(rest.get(event.request, search))
    if event.newer:
        lines.append(f"server: there is more: server:since {last} {where}")
    return lines


def _found(event: RoomEvent, shown: Callable[[RoomEvent], list[str]]) -> list[str]:
    if not isinstance(event, Message) or event.to is None:
        return shown(event)
    named = f"] {event.sender} (to {event.to})"
    return [line.replace(f"] {event.sender}", named, 1) for line in shown(event)]


def _told(line: Callable[..., str]) -> Callable[[Event], str]:
    return lambda event: f"server: {line(event)}"


def _missed(event: Missed) -> str:
    return f"server: {event.count} message{'s' if event.count != 1 else ''} while you were away"


# Commands after which the connection speaks another codec.
_SWITCHES: Final = frozenset(("begin", "reactions"))
_NOT_SAID = frozenset(("not_said", "login_not_said", "not_confirmed", "held"))


def _failure(event: Failure) -> str:
    # These lines are no mistakes, so they are not called errors.
    return f"server: {event.message}" if event.code in _NOT_SAID else f"server: error: {event.message}"


_LINES: Final[Mapping[type[Event], Callable[..., str | list[str]]]] = {
    Message: _message,
    Recalled: lambda event: _past(event.event),
    Changed: lambda event: _lines_of(_change(event.event)),
    Invitation: lambda event: f"server: {event.sender} invites you to {event.place}, type server:join {event.place}",
    **{kind: lambda event: _lines_of(_change(event)) for kind in CHANGES},
    Copied: _copied,
    WasRead: lambda _: [],
    Seen: lambda _: [],
    Typing: lambda _: [],
    Joined: _moved("joined"),
    Left: _moved("left"),
    Presence: _presence,
    Welcome: _welcome,
    Entered: lambda event: names_line(f"you are in {event.place}", event.members),
    Exited: lambda event: f"server: you left {event.place}",
    RoomsListed: rooms_lines,
    MembersListed: members_lines,
    TopicShown: topic_line,
    SettingsShown: settings_line,
    Sent: _sent,
    Unsent: _unsent,
    Online: online_lines,
    WhoIs: _whois,
    Ignored: lambda event: (
        f"server: you ignore {', '.join(event.names)}" if event.names else "server: you ignore nobody"
    ),
    Done: lambda event: f"server: {event.message}" if event.message else [],
    TicketMade: lambda _: [],
    TokenMade: lambda event: [
        f"server: {event.secret} is your new access token for {', '.join(event.token.rooms)}; it is shown only now",
        f"server: it ends with server:token revoke {event.token.handle}",
    ],
    LinkGiven: link_lines,
    UploadBegun: lambda event: f"server: send the file to {event.upload}",
    RoomBans: bans_lines,
    Tokens: tokens_lines,
    Devices: devices_lines,
    Listed: _listed,
    Help: lambda event: [f"server: {line}" for line in event.lines],
    Entries: entries_lines,
    **{kind: _told(line) for kind, (_, line) in NOTICES.items()},
    Goodbye: lambda _: "server: goodbye",
    Failure: _failure,
    Prompt: lambda _: "server: what is your name? type server:register <name>",
    Missed: _missed,
    Away: lambda event: f"server: {_away(event.name, event.text)}",
    ShuttingDown: lambda _: "server: shutting down",
}


def _with_reactions(event: RoomEvent) -> str | list[str]:
    return f"server: {line_of(event)}" if isinstance(event, Reacted) else _lines_of(_change(event))


def _past_with_reactions(event: RoomEvent) -> list[str]:
    """A message from before has its reactions behind it."""
    if isinstance(event, Reacted):
        return [f"[{minute_of(event.sent_at)} #{event.seq}] server: {line_of(event)}"]
    lines = _past(event)
    if isinstance(event, Message) and event.reactions:
        shown = ", ".join(f"{emoji} {' '.join(names)}" for emoji, names in event.reactions.items())
        lines.append(f"[{minute_of(event.sent_at)} #{event.seq}] server: {shown}")
    return lines


# The same for those who asked for reactions.
_LINES_WITH_REACTIONS: Final[Mapping[type[Event], Callable[..., str | list[str]]]] = {
    **_LINES,
    Recalled: lambda event: _past_with_reactions(event.event),
    Changed: lambda event: _with_reactions(event.event),
    Listed: lambda event: _listed(event, _past_with_reactions),
    Reacted: _with_reactions,
}
_PLAIN: Final = TextCodec()
_WITH_REACTIONS: Final = TextCodec(shows_reactions=True)
