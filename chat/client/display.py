"""Shows each push of the server as lines that a person and a script can read.

`HH:MM #room <nick> text`, `HH:MM @you <nick> text` for a direct message (`HH:MM @nick <you> text` for one that you sent
from another device), `HH:MM * news`, `! error`. Messages of another day have their date before the time.
On a terminal the answers of `/history` and its like have the number of the message: `[HH:MM #12] #room <nick> text`.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from msgspec.structs import replace

from chat.events import Entry
from chat.files import shown_file
from chat.sanitize import clean_line
from chat.wire import schema
from chat.wire.change_lines import line_of
from chat.wire.changes import event_of
from chat.wire.notice_lines import entry_line
from chat.wire.room_lines import member_line, room_line, setting_of

# No honest server sends longer lines, or more at once.
_LONGEST_LINE = 32 * 1024
_MOST_LINES = 1000
_LONGEST_PROMPT = 120
# The news to show when a request of this type is done.
_NEWS = {
    "disconnect": ["goodbye"],
    "logout": ["you are logged out everywhere; goodbye"],
    "account.create": ["the name is yours now, and needs your password from now on"],
    "account.change": ["your password is changed; your other devices have to log in again"],
    "device.end": ["that device is logged out"],
    "token.revoke": ["that access token is revoked"],
    "away": ["you are away; /back says that you are here again"],
    "back": ["you are here again"],
    "ignore": ["you do not hear that person any more, and they are not told"],
    "unignore": ["you hear that person again"],
    "notify": ["what you are told of is set"],
    "profile": ["your profile is changed"],
    "seen": ["what others are told of your reading is set"],
    "account.delete": ["your account is deleted; goodbye"],
}


def lines_of(push: schema.AnyPush, now: datetime, *, is_numbered: bool = False, site: str = "") -> Sequence[str]:
    """The lines for `push`. Those without a time of their own get `now`, in local time.

    `is_numbered`: the lines of a message or a change have its number. `site` is the server's address, for links.
    """
    if isinstance(push, schema.Message) and push.file is not None:
        # The file has lines of its own, behind those of the text.
        said = [f"{push.text}{' (edited)' if push.edited else ''}"] if push.text else []
        text = "\n".join((*said, file_line(push.file, now, site)))
        push = replace(push, text=text, edited=False, file=None)
    at = _stamp_of(push, now)
    if is_numbered and isinstance(push, schema.Message | schema.RoomChange):
        at = f"[{at} #{push.seq}]"
    return [shown(line) for line in _said(push, at)[:_MOST_LINES]]


def news(text: str, now: datetime) -> str:
    """A line of news, from the server or the client."""
    return f"{now:%H:%M} * {shown(text)}"


def error(text: str) -> str:
    """A line about an error."""
    return f"! {shown(text)}"


def prompt(text: str) -> str:
    """The prompt, cut to a line of a terminal."""
    return clean_line(text[:_LONGEST_PROMPT])


def _device(device: schema.ListedDevice) -> str:
    if device.since is None:
        used = "" if device.used is None else f", was here on {_minute(device.used)}"
        return f"{device.device} not connected{used}"
    where = f" from {device.address}" if device.address else ""
    return f"{device.device} {device.wire}{where}, since {_minute(device.since)}{', this one' if device.this else ''}"


def _said(push: schema.AnyPush, at: str) -> Sequence[str]:
    if isinstance(push, schema.Message):
        return _message(push, at)
    if isinstance(push, schema.Error):
        return [f"! {push.message}"]
    return [f"{at} * {line}" for line in _news_of(push)]


def _message(push: schema.Message, at: str) -> Sequence[str]:
    where = f"@{push.to}" if push.to is not None else f"#{push.room}"
    answers = f" (to {push.answered} #{push.answers})" if push.answers is not None else ""
    edited = " (edited)" if push.edited else ""
    # Each line of a text begins like a message: nobody can forge a line of somebody else.
    lines = f"{push.text}{edited}".split("\n")
    return [f"{at} {where} <{push.sender}>{answers} {line}" for line in lines]


def _news_of(push: schema.AnyPush) -> Sequence[str]:
    """What is no message and no error, in lines."""
    match push:
        case schema.Joined() | schema.Left() | schema.Presence():
            return [_comings(push)]
        case schema.Online():
            return [_online(push)]
        case schema.Person() | schema.IgnoredNames():
            return _people(push)
        case schema.Lines():
            return push.lines
        case schema.Notice(code="missed"):
            return [f"{push.count} message{'' if push.count == 1 else 's'} while you were away"]
        case schema.Notice():
            return [push.message]
        case schema.Entries():
            return [f"{push.request}: {len(push.entries)}", *map(_entry, push.entries)]
        case schema.Tokens():
            return [f"access tokens: {len(push.tokens)}", *map(_token, push.tokens)]
        case schema.Devices():
            return ["devices:", *map(_device, push.devices)]
        case schema.Bans():
            return [f"bans in {push.room}: {len(push.bans)}", *map(_ban, push.bans)]
        case schema.Rooms():
            return _rooms(push)
        case schema.Members():
            return _members(push)
        case schema.RoomChange() if not isinstance(push, schema.Reacted):
            return [line_of(event_of(push))]
        case schema.Invitation():
            return [f"{push.sender} invites you to {push.room}, type /join {push.room}"]
        case schema.Ack():
            return _done(push)
        case _:
            # Who reads, types or reacts is not told in lines.
            return ()


def _comings(push: schema.Joined | schema.Left | schema.Presence) -> str:
    where = f" {push.room}" if push.room is not None else ""
    if isinstance(push, schema.Presence):
        return f"{push.joined} joined and {push.left} left{where}, {push.count} are there"
    return f"{push.nickname} {'joined' if isinstance(push, schema.Joined) else 'left'}{where}"


def _online(push: schema.Online) -> str:
    away = set(push.away or ())
    names = [f"{name} (away)" if name in away else name for name in push.names]
    return _listed("online" if push.room is None else f"in {push.room}", names, push.count, push.left)


def _token(token: schema.Token) -> str:
    return f"{token.handle} for {', '.join(token.rooms)}, since {_minute(token.timestamp)}"


def _members(push: schema.Members) -> Sequence[str]:
    people = [member_line(each.name, each.role, away=each.away, muted=each.muted) for each in push.members]
    lines = [_listed(f"in {push.room}", people, push.count, push.left)]
    if push.left and push.members:
        lines.append(f"there is more: /members {push.room} after {push.members[-1].name}")
    return lines


def file_line(file: schema.File, now: datetime, site: str) -> str:
    """A file, with a link that a browser, and `/get`, take as long as it is there."""
    with suppress(ValueError, OverflowError, OSError):
        if datetime.fromisoformat(file.until) <= now.astimezone():
            return shown_file(file.name, file.size, f"{file.media_type}, expired")
    link = file.url if "://" in file.url else f"{site}{file.url}"
    return f"{shown_file(file.name, file.size, file.media_type)} {link}"


def _rooms(push: schema.Rooms) -> Sequence[str]:
    lines = [f"{push.count} room{'s' if push.count != 1 else ''}"]
    lines += [room_line(room.room, room.count, room.topic) for room in push.rooms]
    if push.left and push.rooms:
        words = f"{push.query} " if push.query else ""
        lines.append(f"there is more: /rooms {words}after:{push.rooms[-1].room}")
    return lines


def _entry(entry: schema.Entry) -> str:
    """A line for moderators and operators, as on the text wire."""
    return entry_line(
        Entry(
            number=entry.number,
            at=_seconds(entry.timestamp),
            what=entry.what,
            by=entry.sender or "",
            place=entry.room,
            whom=entry.name or "",
            why=entry.reason or "",
            seq=entry.seq,
            text=entry.text,
            until=_seconds(entry.until) if entry.until is not None else None,
        )
    )


def _minute(timestamp: str | None) -> str:
    """A time of day and its date, in local time; an odd timestamp as it came."""
    with suppress(ValueError, OverflowError, OSError):
        return f"{datetime.fromisoformat(timestamp or '').astimezone():%Y-%m-%d %H:%M}"
    return timestamp or ""


def _seconds(timestamp: str) -> float:
    """The time in seconds since the epoch; an odd timestamp is the epoch."""
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromisoformat(timestamp).timestamp()
    return 0.0


def _done(ack: schema.Ack) -> Sequence[str]:
    if ack.nickname is not None:
        welcome = f"welcome, {ack.nickname}; {ack.count or len(ack.online or ())} online, help lists the commands"
        return [welcome, *(ack.motd or ())]
    if ack.members is not None:
        left = ack.count - len(ack.members) if ack.count is not None else 0
        return [_listed(f"you are in {ack.room}", ack.members, ack.count, left)]
    if ack.request == "leave":
        return [f"you left {ack.room}"]
    if ack.handle is not None:
        return [f"{ack.token} is your new access token; it is shown only now", f"/token revoke {ack.handle} ends it"]
    if ack.code is not None:
        who = "whoever" if ack.uses is None else f"{ack.uses} people"
        link = (f"the same as a link: {ack.url}",) if ack.url is not None else ()
        return [f"{who} may enter {ack.room} until {_minute(ack.until)}, with /join {ack.room} {ack.code}", *link]
    if ack.queued:
        unknown = f"nobody called {ack.to} has been here yet; whoever takes the name will get it, /unsend takes it back"
        return [f"{ack.to} is offline, your message is queued", *([unknown] if ack.unknown else [])]
    if ack.settings is not None:
        values = ", ".join(f"{name} {setting_of(value)}" for name, value in ack.settings.items())
        return [f"settings of {ack.room}: {values}"]
    if ack.text is not None:
        return [f"the topic of {ack.room}: {ack.text}" if ack.text else f"{ack.room} has no topic"]
    if ack.request == "unsend":
        return [f"taken back: {ack.count} message{'s' if ack.count != 1 else ''} to {ack.to}"]
    return _NEWS.get(ack.request, ())


def _ban(ban: schema.BanEntry) -> str:
    until = f" until {_minute(ban.until)}" if ban.until is not None else ""
    return f"{ban.name}{until}, by {ban.by}{f': {ban.reason}' if ban.reason else ''}"


def _people(push: schema.Person | schema.IgnoredNames) -> Sequence[str]:
    if isinstance(push, schema.IgnoredNames):
        return [f"you ignore {', '.join(push.names)}" if push.names else "you ignore nobody"]
    kind = "has an account" if push.account else "is a guest"
    idle = f", idle for {push.idle} minute{'s' if push.idle > 1 else ''}" if push.idle else ""
    lines = [f"{push.name} {kind} since {_minute(push.since)}, and is {'here' if push.here else 'not here'}{idle}"]
    if push.away is not None:
        lines.append(f"{push.name} is away" + (f": {push.away}" if push.away else ""))
    if push.rooms:
        lines.append(f"you are both in {', '.join(push.rooms)}")
    if push.line:
        lines.append(f"{push.name} says: {push.line}")
    if push.colour:
        lines.append(f"the colour of {push.name} is {push.colour}")
    return lines


def _listed(what: str, names: Sequence[str], count: int | None, left: int) -> str:
    rest = f" and {left} more" if left else ""
    return f"{what} ({len(names) if count is None else count}): {', '.join(names)}{rest}"


def local_time(push: schema.AnyPush, now: datetime) -> datetime:
    """The local time of a push; `now` for one without a time, or with an odd one."""
    timestamp = getattr(push, "timestamp", None)
    if timestamp is not None:
        # An odd timestamp is no reason to hide a message; the first and last years have no local time.
        with suppress(ValueError, OverflowError, OSError):
            return datetime.fromisoformat(timestamp).astimezone()
    return now


def shown(line: str) -> str:
    """A line that a terminal can print, whatever the server sent."""
    return clean_line(line) if len(line) <= _LONGEST_LINE else f"{clean_line(line[:_LONGEST_LINE])} …"


def _stamp_of(push: schema.AnyPush, now: datetime) -> str:
    at = local_time(push, now)
    is_of_another_day = isinstance(push, schema.Message) and push.past and at.date() != now.date()
    return f"{at:%Y-%m-%d %H:%M}" if is_of_another_day else f"{at:%H:%M}"
