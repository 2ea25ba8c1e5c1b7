"""The names of rooms: to which room a name leads, also after the room was renamed, and which names may be new."""

import math
from collections import Counter
from collections.abc import Callable, Mapping

from chat.limits import Limits
from chat.looks import Looks
from chat.names import Name, fold
from chat.room_state import Closed, RoomState

# Stands between a name and a number in the key of a room whose name was that of another room before. No name has it.
_AGAIN = "~"


class RoomNames:
    """Says to which key each name leads. It follows the states of the rooms, which `Rooms` notes here.

    A room's key is its first name, for ever. Its present name leads to it, and so do earlier names for
    `renamed_seconds`. Afterwards an earlier name is free: a room that is made under it has a key of its own. The same
    holds for the name of a room that was deleted.

    `leads` has each name whose room has another key; every other name leads to the room with its own key. A name that
    was asked for in a rename is claimed at once, until the journal has answered.
    """

    def __init__(self, states: Mapping[str, RoomState], limits: Limits, now: Callable[[], float]) -> None:
        self.leads: dict[str, str] = {}
        self._states = states
        self._limits = limits
        self._now = now
        # The keys of the rooms that are not called by them, or that are deleted.
        self._moved: dict[str, None] = {}
        # Those that were deleted, and of which nothing is left.
        self._gone: dict[str, None] = {}
        self._claimed: dict[str, str] = {}
        self._owned = Counter[str]()
        # The looks of the names of private rooms.
        self._looks = Looks()
        # When the next earlier name becomes free.
        self._ends = math.inf

    def note(self, key: str, before: RoomState | None, state: RoomState | None) -> bool:
        """The state of a room was `before`, and is another now, or None: it is gone.

        Returns whether names may lead elsewhere by that; then `refresh` has to follow.
        """
        was_moved = key in self._moved
        for each, step in ((before, -1), (state, 1)):
            if each is not None and each.owner is not None and not _is_gone(each):
                self._owned[each.owner] += step
        looked = _name_of(key, before) if before is not None and _is_hidden(before) else None
        looks = _name_of(key, state) if state is not None and _is_hidden(state) else None
        if looked != looks:
            if looked is not None:
                self._looks.discard(looked)
            if looks is not None:
                self._looks.add(looks)
        if state is None:
            # Whoever is in a room that was made anew under its name stays there.
            self._moved[key] = self._gone[key] = None
        elif _is_gone(state) or state.formerly or fold(state.name or key) != key:
            self._moved[key] = None
        return key in self._moved and (not was_moved or _names_in(before) != _names_in(state))

    def refresh(self) -> None:
        """Work out `leads` from what was noted."""
        now, found = self._now(), dict[str, str]()
        self._ends = math.inf
        living = {key: state for key in self._moved if (state := self._states.get(key)) and not _is_gone(state)}
        for key, state in living.items():
            for name, ended in state.formerly.items():
                until = ended + self._limits.renamed_seconds
                if now < until:
                    found[name] = key
                    self._ends = min(self._ends, until)
        found.update({_name_of(key, state).key: key for key, state in living.items()})
        found.update(self._claimed)
        for key in self._moved:
            name = key.partition(_AGAIN)[0]
            if name not in found:
                found[name] = self._next_key(name)
        self.leads.clear()
        self.leads.update({name: key for name, key in found.items() if name != key})

    def sweep(self) -> None:
        """Free the names whose time is over; called now and then."""
        if self._now() >= self._ends:
            self.refresh()

    def claim(self, name: str, key: str) -> None:
        """The room with this key is to be called `name` (a key): nobody else may take that meanwhile."""
        self._claimed[name] = key
        self.refresh()

    def answered(self, name: str) -> None:
        """The journal has answered a rename to `name`."""
        self._claimed.pop(name, None)
        self.refresh()

    def owned_by(self, account: str) -> int:
        """How many rooms the account owns."""
        return self._owned[account]

    def resembles(self, name: Name, key: str) -> bool:
        """Whether `name` looks like that of a private room other than the one with this key."""
        rivals = self._looks.rivals(name)
        return any(self.leads.get(rival, rival) != key for rival in rivals)

    def _next_key(self, name: str) -> str:
        """The key for the next room with a name that has been that of others."""
        key, number = name, 1
        while key in self._states or key in self._gone:
            number += 1
            key = f"{name}{_AGAIN}{number}"
        return key


def _name_of(key: str, state: RoomState) -> Name:
    shown = state.name or key
    return Name(shown, fold(shown))


def _names_in(state: RoomState | None) -> tuple[str, Mapping[str, float]] | None:
    """The names that a state gives a room, now and before; None for one that is gone."""
    return None if state is None or _is_gone(state) else (state.name, state.formerly)


def _is_gone(state: RoomState) -> bool:
    return state.settings.closed is Closed.DELETED


def _is_hidden(state: RoomState) -> bool:
    return state.settings.private and not _is_gone(state)
