"""The states of rooms in a store in memory."""

from collections.abc import Callable, Mapping

from chat.changes import SettingsChanged
from chat.events import RoomEvent
from chat.room_state import Closed, RoomState, next_state, with_members, without_account


class States:
    """The states by room. `people_of` has the accounts that belong to a room: their names by key."""

    def __init__(self, people_of: Callable[[str], Mapping[str, str]]) -> None:
        self.by_room: dict[str, RoomState] = {}
        self._people_of = people_of

    def after(self, event: RoomEvent, *, is_new: bool, belongs: bool) -> RoomState | None:
        """The state of the room after `event`, if that changes it. Nothing is kept yet. Raises ChatError.

        `is_new`: it is the first event of the room. `belongs` as in `Draft`.
        """
        before = self.by_room.get(event.room)
        after = next_state(before, event, is_new=is_new, belongs=belongs)
        if after is None or after is before:
            return None
        if isinstance(event, SettingsChanged) and after.settings.private and not self.is_private(event.room):
            return with_members(after, self._people_of(event.room))
        return after

    def is_private(self, room: str) -> bool:
        """Whether only members find what is said in a room."""
        state = self.by_room.get(room)
        return state is not None and state.settings.private

    def is_closed(self, room: str) -> bool:
        """Whether a room is closed for good."""
        state = self.by_room.get(room)
        return state is not None and state.settings.closed is Closed.DELETED

    def since(self, room: str, user: str) -> int:
        """See `RoomState.since`."""
        state = self.by_room.get(room)
        return 0 if state is None else state.since(user)

    def forget_account(self, user: str) -> Mapping[str, RoomState]:
        """Take a deleted account out of all states; returns those that are others now."""
        after = {room: without_account(state, user) for room, state in self.by_room.items()}
        changed = {room: state for room, state in after.items() if state != self.by_room[room]}
        self.by_room.update(changed)
        return changed
