"""To which accounts an event gives something in a room, and from which it takes it. All stores share this."""

from chat.changes import Banned, Invited, Kicked, RoleSet, Uninvited
from chat.events import Joined, RoomEvent
from chat.names import fold
from chat.room_state import RoomState


def may_belong(state: RoomState | None, event: RoomEvent) -> bool:
    """Whether the sender of `event` may belong to the room, which has this state after it.

    The room may have become private between the request to enter and its commit.
    """
    return not isinstance(event, Joined) or state is None or state.is_open_to(fold(event.sender))


def removed_by(event: RoomEvent, before: RoomState | None) -> str | None:
    """The key of the account that belongs to the room no more by `event`, if any; the room had the state `before`."""
    match event:
        case Kicked():
            return fold(event.name)
        case Banned():
            return event.target
        case Uninvited(name=str(name)) if before is not None and before.settings.private:
            return fold(name)
        case _:
            return None


def given_to(event: RoomEvent) -> str | None:
    """The name of the account to which `event` gives a role, or an invitation; None for other events.

    Where the account was deleted meanwhile, whoever takes the name later must not get it.
    """
    if isinstance(event, RoleSet) or (isinstance(event, Invited) and not event.is_guest):
        return event.name
    return None
