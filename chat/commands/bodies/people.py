"""The commands about people: who is here, who they are, whom one hears, and what others are told of oneself."""

from chat.commands.bodies.turns import in_turn
from chat.errors import ChatError
from chat.events import Command
from chat.hub.session import Session
from chat.personal import Level
from chat.sanitize import BLANK, clean_line


def who(session: Session, command: Command) -> None:
    """List who is online, or in a room: one page, from the first name after the one given."""
    given, hub = command.arguments, session.hub
    after, room = str(given.get("after", "")), given.get("room")
    if room is None:
        hub.who(session, after, command.id)
    else:
        session.run(lambda: hub.listings.who(session, str(room), after, command.id), command.id)


@in_turn
async def whois(session: Session, command: Command) -> None:
    """Tell what is known of one person."""
    name = str(command.arguments["name"])
    await session.hub.acquaintance.whois(session, name, command.id)


@in_turn
async def away(session: Session, command: Command) -> None:
    """Say that one is away."""
    text = _line(command, "text")
    await session.hub.personal.go_away(session, text, command.id)


@in_turn
async def back(session: Session, command: Command) -> None:
    """Say that one is here again."""
    await session.hub.personal.come_back(session, command.id)


@in_turn
async def ignore(session: Session, command: Command) -> None:
    """Hear nothing more of one person."""
    name = str(command.arguments["name"])
    await session.hub.personal.ignore(session, name, command.id)


@in_turn
async def unignore(session: Session, command: Command) -> None:
    """Hear one person again."""
    name = str(command.arguments["name"])
    await session.hub.personal.unignore(session, name, command.id)


def ignored(session: Session, command: Command) -> None:
    """List whom one ignores."""
    session.hub.personal.list_ignored(session, command.id)


@in_turn
async def notify(session: Session, command: Command) -> None:
    """Set what one wants to be told of."""
    try:
        level = Level(str(command.arguments["level"]).casefold())
    except ValueError:
        raise ChatError("usage", usage="server:notify all|mentions|none [room]") from None
    room = command.arguments.get("room")
    name = None if room is None else str(room)
    await session.hub.personal.notify(session, level, name, command.id)


@in_turn
async def profile(session: Session, command: Command) -> None:
    """Set what others see of oneself."""
    given = command.arguments
    if "colour" not in given and "line" not in given:
        raise ChatError("usage", usage="server:profile colour <colour>, or server:profile line <text>")
    colour, line = (_line(command, field) if field in given else None for field in ("colour", "line"))
    await session.hub.personal.set_profile(session, colour, line, command.id)


@in_turn
async def seen(session: Session, command: Command) -> None:
    """Set whether others are told what one has read."""
    is_on = bool(command.arguments["on"])
    await session.hub.personal.tell_seen(session, is_on=is_on, request_id=command.id)


def _line(command: Command, field: str) -> str:
    """A text of the command as one clean line, which may be empty."""
    return clean_line(str(command.arguments.get(field, ""))).strip(BLANK)
