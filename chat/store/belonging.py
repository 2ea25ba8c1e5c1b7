"""Which accounts belong to a room from an event on, or not any more. All stores share it."""

from chat.changes import Banned, Kicked, Uninvited
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
