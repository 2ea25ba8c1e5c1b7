"""The text wire, for people with `nc`: lines to read. `chat.commands.typed` turns typed lines into commands."""

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from typing import Final

from chat.changes import CHANGES, Change, Reacted
from chat.commands.typed import parse
from chat.errors import ChatError
from chat.events import (
    Changed,
    Copied,
    Done,
    Entered,
    Entries,
    Event,
    Exited,
    Failure,
    Goodbye,
    Help,
    Invitation,
    Joined,
    Left,
    Listed,
    Message,
    Missed,
    Online,
    Presence,
    Prompt,
    Recalled,
    RequestId,
    Roll,
    RoomEvent,
    Sent,
    ShuttingDown,
    TokenMade,
    Tokens,
    Unsent,
    WasRead,
    Welcome,
)
from chat.interfaces import Decoded
from chat.sanitize import in_one_line
from chat.times import time_of
from chat.wire.change_lines import line_of
from chat.wire.notice_lines import NOTICES, entry_line


class TextCodec:
    """The `Codec` of the text wire."""

    name = "text"

    def decode(self, line: bytes, place: str | None) -> Decoded | None:
        """See `Codec.decode`. Inside a room (`place`) every line is chat, except `leave`, `server:…` and `/…`."""
        try:
            typed = line.removeprefix(BOM_UTF8).decode("utf-8").rstrip()
        except UnicodeDecodeError:
            raise ChatError("not_utf8") from None
        return Decoded((parse(typed, place),)) if typed else None

    def request_id(self, head: bytes) -> RequestId:
        """See `Codec.request_id`. Nobody types ids."""
        return None

    def encode(self, event: Event) -> bytes:
        """See `Codec.encode`."""
        said = _LINES[type(event)](event)
        if isinstance(said, str):
            return f"{said}\n".encode()
        if not said:
            return b""
        return "".join(f"{line}\n" for line in said).encode()


def _message(event: Message) -> str:
    # A text may have several lines, and this wire has one for each event: nobody can forge a line of somebody else.
    where = f" (in {event.place})" if event.place is not None else ""
    if event.answers is not None:
        to = f"to {event.answered} #{event.answers}"
        where = f" (in {event.place}, {to})" if event.place is not None else f" ({to})"
    text = in_one_line(event.text) if "\n" in event.text else event.text
    return f"{event.sender}{where}: {text}"


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


def _names(what: str, roll: Roll) -> str:
    rest = f" and {roll.left} more" if roll.left else ""
    return f"server: {what} ({roll.count}): {', '.join(roll.names)}{rest}"


def _online(event: Online) -> list[str]:
    lines = [_names("online", event.names)]
    if event.names.left:
        lines.append(f"server: there is more: server:who after {event.names.names[-1]}")
    return lines


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


def _past(event: RoomEvent) -> str:
    """A message or a change from before: with its time, and its number in the room."""
    said = _message(event) if isinstance(event, Message) else _change(event)
    edited = " (edited)" if isinstance(event, Message) and event.edited else ""
    return f"[{_minute(event.sent_at)} #{event.seq}] {said}{edited}" if said else ""


def _change(event: RoomEvent) -> str:
    """A change; nothing for a reaction, which only those see who ask for it."""
    return f"server: {line_of(event)}" if isinstance(event, Change) and not isinstance(event, Reacted) else ""


def _lines_of(line: str) -> str | list[str]:
    return line or []


def _minute(seconds: float) -> str:
    return f"{time_of(seconds):%Y-%m-%d %H:%M} UTC"


def _copied(event: Copied) -> str:
    return f"{event.message.sender} (to {event.message.to}): {in_one_line(event.message.text)}"


def _listed(event: Listed) -> list[str]:
    count = len(event.messages)
    found = f"{count} message{'s' if count != 1 else ''}" if count else "nothing"
    how_far = f" down to {_minute(event.reached)}" if event.reached is not None else ""
    lines = [f"server: {found} in {event.title}" if event.request != "search" else f"server: {found} found{how_far}"]
    lines += [line for each in event.messages if (line := _found(each))]
    where = event.title if event.title.startswith("@") else f"#{event.title}"
    if event.more and event.request == "history":
        lines.append(f"server: there is more: server:history {where} {count} before {event.messages[0].seq}")
    elif event.more and event.request == "since":
        lines.append(f"server: there is more: server:since {event.messages[-1].seq} {where}")
    elif event.more:
        lines.append(f"server: there is more: server:search {event.title} next:{event.next}")
    return lines


def _found(event: RoomEvent) -> str:
    if not isinstance(event, Message) or event.to is None:
        return _past(event)
    message = event
    return _past(message).replace("] " + message.sender, f"] {message.sender} (to {message.to})", 1)


def _tokens(event: Tokens) -> list[str]:
    lines = [f"server: {len(event.tokens)} access token{'s' if len(event.tokens) != 1 else ''}"]
    for token in event.tokens:
        lines.append(f"server: {token.handle} for {', '.join(token.rooms)}, since {_minute(token.created_at)}")
    return lines


_LISTS: Final = {
    "audit": ("entry", "entries"),
    "held": ("message waits", "messages wait"),
    "reports": ("open report", "open reports"),
    "server-bans": ("ban", "bans"),
}


def _entries(event: Entries) -> list[str]:
    count, (one, many) = len(event.entries), _LISTS.get(event.request, ("entry", "entries"))
    lines = [f"server: {count} {one if count == 1 else many}"]
    lines += [f"server: {entry_line(entry)}" for entry in event.entries]
    if event.more:
        more = f"server: there is more: add before {event.next}" if event.next else "server: there are more"
        lines.append(more)
    return lines


def _told(line: Callable[..., str]) -> Callable[[Event], str]:
    return lambda event: f"server: {line(event)}"


def _missed(event: Missed) -> str:
    return f"server: {event.count} message{'s' if event.count != 1 else ''} while you were away"


_NOT_SAID = frozenset(("not_said", "login_not_said", "held"))


def _failure(event: Failure) -> str:
    # These lines are no mistakes, so they are not called errors.
    return f"server: {event.message}" if event.code in _NOT_SAID else f"server: error: {event.message}"


_LINES: Final[Mapping[type[Event], Callable[..., str | list[str]]]] = {
    Message: _message,
    Recalled: lambda event: _lines_of(_past(event.event)),
    Changed: lambda event: _lines_of(_change(event.event)),
    Invitation: lambda event: f"server: {event.sender} invites you to {event.place}, type server:join {event.place}",
    **{kind: lambda event: _lines_of(_change(event)) for kind in CHANGES},
    Copied: _copied,
    WasRead: lambda _: [],
    Joined: _moved("joined"),
    Left: _moved("left"),
    Presence: _presence,
    Welcome: _welcome,
    Entered: lambda event: _names(f"you are in {event.place}", event.members),
    Exited: lambda event: f"server: you left {event.place}",
    Sent: _sent,
    Unsent: _unsent,
    Online: _online,
    Done: lambda event: f"server: {event.message}" if event.message else [],
    TokenMade: lambda event: [
        f"server: {event.secret} is your new access token for {', '.join(event.token.rooms)}; it is shown only now",
        f"server: it ends with server:token revoke {event.token.handle}",
    ],
    Tokens: _tokens,
    Listed: _listed,
    Help: lambda event: [f"server: {line}" for line in event.lines],
    Entries: _entries,
    **{kind: _told(line) for kind, (_, line) in NOTICES.items()},
    Goodbye: lambda _: "server: goodbye",
    Failure: _failure,
    Prompt: lambda _: "server: what is your name? type server:register <name>",
    Missed: _missed,
    ShuttingDown: lambda _: "server: shutting down",
}
