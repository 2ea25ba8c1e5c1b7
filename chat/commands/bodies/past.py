"""The commands that show earlier messages, and those with which a program confirms messages."""

from collections.abc import Mapping

from chat.commands.bodies.turns import in_turn
from chat.commands.room_arguments import HISTORY_SETTINGS
from chat.events import Command
from chat.hub.positions import Positions
from chat.hub.session import Session


@in_turn
async def history(session: Session, command: Command) -> None:
    """Show the messages of a room or a conversation: `history` and `since`.

    Where a person types `history all` or `history joined` in a room, that is the setting of the room.
    """
    where = command.arguments.get("where")
    is_alone = len(command.arguments) == 1 and session.client.is_alone and session.place is not None
    if is_alone and command.name == "history" and where in HISTORY_SETTINGS:
        session.hub.room_settings.change(session, None, {"history": str(where)}, command.id)
        return
    await session.hub.history.history(session, command.arguments, command.id)


@in_turn
async def search(session: Session, command: Command) -> None:
    """Find messages."""
    await session.hub.history.search(session, command.arguments, command.id)


@in_turn
async def resume(session: Session, command: Command) -> None:
    """Bring the messages after the places that a program remembers."""
    given, life = command.arguments, command.arguments.get("life")
    positions = Positions(_positions(given, "rooms"), _positions(given, "direct"), None if life is None else str(life))
    await session.hub.replay.resume(session, positions, command.id)


def mark(session: Session, command: Command) -> None:
    """Note how far messages have arrived, or were read: `delivered` and `read`."""
    was_read = command.name == "read"
    session.hub.replay.mark(session, command.arguments, command.id, was_read=was_read)
    if was_read:
        session.hub.activity.read(session, command.arguments)


def _positions(arguments: Mapping[str, object], field: str) -> Mapping[str, int]:
    value = arguments.get(field)
    return value if isinstance(value, dict) else {}
