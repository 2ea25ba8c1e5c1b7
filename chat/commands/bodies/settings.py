"""The commands for the topic, the settings and the name of a room, and those that close it."""

from collections.abc import Mapping

from chat.commands.bodies.turns import in_turn
from chat.events import Command
from chat.hub.session import Session


@in_turn
async def topic(session: Session, command: Command) -> None:
    """Show the topic of a room, or set it."""
    given = command.arguments
    session.hub.room_settings.topic(session, _text(given, "room"), _text(given, "text"), command.id)


@in_turn
async def settings(session: Session, command: Command) -> None:
    """Show the settings of a room, or change some: `settings`, and `private`, `speak` … for one of them."""
    rooms, room, values = session.hub.room_settings, _text(command.arguments, "room"), command.arguments.get("settings")
    if isinstance(values, Mapping):
        rooms.change(session, room, dict(values), command.id)
    else:
        rooms.show(session, room, command.id)


@in_turn
async def rename(session: Session, command: Command) -> None:
    """Give a room another name."""
    given = command.arguments
    session.hub.room_settings.rename(session, _text(given, "room"), str(given["name"]), command.id)


@in_turn
async def close(session: Session, command: Command) -> None:
    """Close a room, or open it again."""
    given = command.arguments
    how, name = _text(given, "how") or "", _text(given, "name")
    session.hub.room_settings.close(session, _text(given, "room"), how, name, command.id)


def _text(given: Mapping[str, object], field: str) -> str | None:
    value = given.get(field)
    return None if value is None else str(value)
