"""The commands for the topic, the settings and the name of a room, and those that close it."""

from collections.abc import Mapping

from chat.events import Command
from chat.hub.session import Session


def topic(session: Session, command: Command) -> None:
    """Show the topic of a room, or set it."""
    given = command.arguments
    session.hub.room_settings.topic(session, _text(given, "room"), _text(given, "text"), command.id)


def settings(session: Session, command: Command) -> None:
    """Show the settings of a room, or change some: `settings`, and `private`, `speak` … for one of them."""
    given, values = command.arguments, command.arguments.get("settings")
    if isinstance(values, Mapping):
        session.hub.room_settings.change(session, _text(given, "room"), values, command.id)
    else:
        session.hub.room_settings.show(session, _text(given, "room"), command.id)


def rename(session: Session, command: Command) -> None:
    """Give a room another name."""
    given = command.arguments
    session.hub.room_settings.rename(session, _text(given, "room"), str(given["name"]), command.id)


def close(session: Session, command: Command) -> None:
    """Close a room, or open it again."""
    given = command.arguments
    how, name = _text(given, "how") or "", _text(given, "name")
    session.hub.room_settings.close(session, _text(given, "room"), how, name, command.id)


def _text(given: Mapping[str, object], field: str) -> str | None:
    value = given.get(field)
    return None if value is None else str(value)
