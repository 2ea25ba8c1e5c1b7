"""The states of rooms, with what is looked up in them all the time."""

from collections.abc import Callable, Iterator, Set

from chat.hub.rules import is_restricted
from chat.room_state import OPEN, RoomState


class States:
    """The rooms that have a state, by key. `restate` writes all of it; others only read.

    `restricted` are the states that restrict anything, `slow` the seconds of rooms in slow mode. `no_longer_slow` is
    called with the key of a room whose slow mode ends.
    """

    def __init__(self, no_longer_slow: Callable[[str], None]) -> None:
        self.all: dict[str, RoomState] = {}
        self.restricted: dict[str, RoomState] = {}
        self.slow: dict[str, int] = {}
        self._no_longer_slow = no_longer_slow
        # The rooms in whose states an account is a member, or invited.
        self._rooms_of: dict[str, set[str]] = {}

    def restate(self, key: str, state: RoomState | None) -> None:
        """The room with this key has this state from now on; None: it has none any more."""
        before = self.all.pop(key, None) or OPEN
        if state is not None:
            self.all[key] = state
        state = state or OPEN
        if is_restricted(state):
            self.restricted[key] = state
        else:
            self.restricted.pop(key, None)
        if state.settings.slow:
            self.slow[key] = state.settings.slow
        elif self.slow.pop(key, None) is not None:
            self._no_longer_slow(key)
        if before.members is not state.members or before.invited is not state.invited:
            self._note_people(key, {*before.members, *before.invited}, {*state.members, *state.invited})

    def rooms_of(self, account: str | None) -> Set[str]:
        """The keys of the rooms in whose states the account is a member, or invited."""
        return self._rooms_of.get(account, frozenset()) if account is not None else frozenset()

    def invitations(self, account: str) -> Iterator[tuple[str, str]]:
        """The rooms to which the account is invited, by key, and who invites it."""
        for room in sorted(self.rooms_of(account)):
            by = self.all[room].invited.get(account)
            if by is not None:
                yield room, by

    def _note_people(self, room: str, before: Set[str], after: Set[str]) -> None:
        for key in after - before:
            self._rooms_of.setdefault(key, set()).add(room)
        for key in before - after:
            rooms = self._rooms_of[key]
            rooms.discard(room)
            if not rooms:
                del self._rooms_of[key]
