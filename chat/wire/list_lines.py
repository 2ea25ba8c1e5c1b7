"""Lists on the text wire: people, rooms, settings, bans, tokens and entries, a line each."""

from typing import Final

from chat.events import (
    Devices,
    Entries,
    LinkGiven,
    MembersListed,
    Online,
    Roll,
    RoomBans,
    RoomsListed,
    SettingsShown,
    Tokens,
    TopicShown,
)
from chat.times import minute_of
from chat.wire.notice_lines import entry_line
from chat.wire.room_lines import member_line, room_line, setting_of


def names_line(what: str, roll: Roll) -> str:
    """A list of names: `online (2): Alice, Bob`."""
    rest = f" and {roll.left} more" if roll.left else ""
    return f"server: {what} ({roll.count}): {', '.join(roll.names)}{rest}"


def online_lines(event: Online) -> list[str]:
    """The people who are online."""
    roll, away = event.names, set(event.away)
    names = [f"{name} (away)" if name in away else name for name in roll.names]
    what = "online" if event.place is None else f"in {event.place}"
    if event.place is not None and not roll.count:
        return [f"server: nobody is in {event.place}"]
    lines = [names_line(what, Roll(names, roll.count, roll.left))]
    if event.names.left:
        where = "" if event.place is None else f"#{event.place} "
        lines.append(f"server: there is more: server:who {where}after {event.names.names[-1]}")
    return lines


def tokens_lines(event: Tokens) -> list[str]:
    """The access tokens of an account."""
    lines = [f"server: {len(event.tokens)} access token{'s' if len(event.tokens) != 1 else ''}"]
    for token in event.tokens:
        lines.append(f"server: {token.handle} for {', '.join(token.rooms)}, since {minute_of(token.created_at)}")
    return lines


def devices_lines(event: Devices) -> list[str]:
    """The devices of an account."""
    names = {device.handle for device in event.devices}
    lines = [f"server: {len(names)} device{'s' if len(names) != 1 else ''}"]
    for each in event.devices:
        if each.since is None:
            lines.append(f"server: {each.handle} not connected, was here on {minute_of(each.used or 0)}")
        else:
            this = ", this one" if each.is_asking else ""
            where = f" from {each.address}" if each.address else ""
            lines.append(f"server: {each.handle} {each.wire}{where}, since {minute_of(each.since)}{this}")
    return lines


def link_lines(event: LinkGiven) -> list[str]:
    """The link that lets people into a private room."""
    who = "whoever" if event.uses is None else f"up to {event.uses} people" if event.uses > 1 else "one person"
    until, typed = minute_of(event.expires_at), f"server:join {event.place} {event.code}"
    lines = [f"server: {who} may enter {event.place} until {until}, with {typed}"]
    return [*lines, f"server: the same as a link: {event.url}"] if event.url is not None else lines


def bans_lines(event: RoomBans) -> list[str]:
    """The bans of a room."""
    lines = [f"server: {len(event.bans)} ban{'s' if len(event.bans) != 1 else ''} in {event.place}"]
    for ban in event.bans:
        until = f" until {minute_of(ban.until)}" if ban.until is not None else ""
        lines.append(f"server: {ban.name}{until}, by {ban.by}{f': {ban.reason}' if ban.reason else ''}")
    return lines


def rooms_lines(event: RoomsListed) -> list[str]:
    """A page of rooms."""
    lines = [f"server: {event.count} room{'s' if event.count != 1 else ''}"]
    lines += [f"server: {room_line(room.name, room.count, room.topic)}" for room in event.rooms]
    if event.left:
        words = f"{event.query} " if event.query else ""
        lines.append(f"server: there is more: server:rooms {words}after:{event.rooms[-1].name}")
    return lines


def members_lines(event: MembersListed) -> list[str]:
    """A page of the people of a room."""
    people = [member_line(each.name, each.role, away=each.away, muted=each.muted) for each in event.people]
    lines = [names_line(f"in {event.place}", Roll(people, event.count, event.left))]
    if event.left:
        lines.append(f"server: there is more: server:members {event.place} after {event.people[-1].name}")
    return lines


def topic_line(event: TopicShown) -> str:
    """The topic of a room."""
    said = f"the topic of {event.place}: {event.topic}" if event.topic else f"{event.place} has no topic"
    return f"server: {said}"


def settings_line(event: SettingsShown) -> str:
    """The settings of a room."""
    settings = ", ".join(f"{name} {setting_of(value)}" for name, value in event.settings.items())
    return f"server: settings of {event.place}: {settings}"


_LISTS: Final = {
    "audit": ("entry", "entries"),
    "held": ("message waits", "messages wait"),
    "reports": ("open report", "open reports"),
    "server-bans": ("ban", "bans"),
}


def entries_lines(event: Entries) -> list[str]:
    """The entries of a list for moderators and operators."""
    count, (one, many) = len(event.entries), _LISTS.get(event.request, ("entry", "entries"))
    lines = [f"server: {count} {one if count == 1 else many}"]
    lines += [f"server: {entry_line(entry)}" for entry in event.entries]
    if event.more:
        more = f"server: there is more: add before {event.next}" if event.next else "server: there are more"
        lines.append(more)
    return lines
