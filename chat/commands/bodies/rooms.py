"""The commands that enter rooms, leave them, make them and list them."""

from collections.abc import Sequence

from chat.commands.bodies.turns import in_turn
from chat.errors import ChatError
from chat.events import Command
from chat.hub.people import Origin
from chat.hub.session import Session
from chat.names import Name


def join(session: Session, command: Command) -> None:
    """Enter a room. A person who types leaves their room before; one who enters the lobby only leaves."""
    hub = session.hub
    name = hub.room_called(str(command.arguments["room"]))
    if name.key == hub.lobby.key and hub.lobby_is_open and session.client.is_alone and session.place is not None:
        hub.leave(session, session.place, command.id)
        return
    code = command.arguments.get("code")
    if code is None:
        _enter(session, command, name)
    else:
        session.run(lambda: _enter_by_code(session, command, name, str(code)), command.id)


async def _enter_by_code(session: Session, command: Command, name: Name, code: str) -> None:
    if await session.hub.invitations.use_code(session, name, code, command.id):
        _enter(session, command, name)


def _enter(session: Session, command: Command, name: Name) -> None:
    hub = session.hub
    before = list(session.rooms.values()) if session.client.is_alone else []
    recall = command.arguments.get("replay")
    most = hub.limits.replayed_messages
    hub.enter(session, name, Origin(session, command.id), min(recall, most) if isinstance(recall, int) else most)
    for room in before:
        hub.leave(session, room, None)


def leave(session: Session, command: Command) -> None:
    """Leave a room: the one named, or the one the session is in."""
    room = command.arguments.get("room") or session.place
    if room is None:
        raise ChatError("in_no_room")
    session.hub.leave(session, str(room), command.id)


@in_turn
async def list_rooms(session: Session, command: Command) -> None:
    """List the rooms that one may enter: one page."""
    await session.hub.listings.rooms(session, command.arguments, command.id)


@in_turn
async def list_members(session: Session, command: Command) -> None:
    """List who is in a room: one page, from the first name after the one given."""
    given, room = command.arguments, command.arguments.get("room")
    raw = None if room is None else str(room)
    after = str(given.get("after", ""))
    await session.hub.listings.members(session, raw, after, command.id)


@in_turn
async def group(session: Session, command: Command) -> None:
    """Make a private room for several people, and leave the room where a person types."""
    names = command.arguments["names"]
    assert isinstance(names, Sequence), "the wires give a list"
    await session.hub.groups.make(session, list(map(str, names)), command.id)
