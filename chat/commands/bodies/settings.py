"""The commands for the topic, the settings and the name of a room, and those that close it.

They are carried out in their turn: only then does the journal have the rooms that were asked for before.
"""

from collections.abc import Callable, Mapping

from chat.events import Command
from chat.hub.session import Session


def topic(session: Session, command: Command) -> None:
    """Show the topic of a room, or set it."""
    given, rooms = command.arguments, session.hub.room_settings
    room, text = _text(given, "room"), _text(given, "text")
    _in_turn(session, command, lambda: rooms.topic(session, room, text, command.id))


def settings(session: Session, command: Command) -> None:
    """Show the settings of a room, or change some: `settings`, and `private`, `speak` … for one of them."""
    rooms, room, values = session.hub.room_settings, _text(command.arguments, "room"), command.arguments.get("settings")
    if isinstance(values, Mapping):
        given = dict(values)
        _in_turn(session, command, lambda: rooms.change(session, room, given, command.id))
    else:
        _in_turn(session, command, lambda: rooms.show(session, room, command.id))


def rename(session: Session, command: Command) -> None:
    """Give a room another name."""
    given, rooms = command.arguments, session.hub.room_settings
    room, name = _text(given, "room"), str(given["name"])
    _in_turn(session, command, lambda: rooms.rename(session, room, name, command.id))


def close(session: Session, command: Command) -> None:
    """Close a room, or open it again."""
    given, rooms = command.arguments, session.hub.room_settings
    room, how, name = _text(given, "room"), _text(given, "how") or "", _text(given, "name")
    _in_turn(session, command, lambda: rooms.close(session, room, how, name, command.id))


def _in_turn(session: Session, command: Command, act: Callable[[], None]) -> None:
    """Do `act` when the journal has answered all that was asked before, and answer what it raises."""

    async def answer() -> None:
        act()

    session.run(answer, command.id)


def _text(given: Mapping[str, object], field: str) -> str | None:
    value = given.get(field)
    return None if value is None else str(value)
