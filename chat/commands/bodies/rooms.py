"""The commands that enter rooms and leave them."""

from chat.errors import ChatError
from chat.events import Command
from chat.hub.people import Origin
from chat.hub.session import Session
from chat.names import Name, parse_name


def join(session: Session, command: Command) -> None:
    """Enter a room. A person who types leaves their room before; one who enters the lobby only leaves."""
    hub = session.hub
    name = parse_name(str(command.arguments["room"]), hub.limits.room_characters, "bad_room")
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
    before = list(session.rooms) if session.client.is_alone else []
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
