"""Slow mode: how long ago each person said something in the rooms where they have to wait between two messages."""

from collections.abc import Callable, Container
from math import ceil
from typing import NamedTuple

from chat.errors import ChatError
from chat.names import Name


class _Last(NamedTuple):
    at: float
    nonce: str | None


class SlowMode:
    """Remembers who spoke lately in slow rooms. `now` is in seconds since the epoch.

    A room keeps nobody for longer than its `seconds`, and no more than `most` people.
    """

    def __init__(self, now: Callable[[], float], most: int) -> None:
        self._now = now
        self._most = most
        self._last: dict[str, dict[str, _Last]] = {}

    def take_turn(self, room: Name, person: str, seconds: int, nonce: str | None) -> None:
        """`person` says something. Raises ChatError (`slow_mode`) if they have to wait.

        A repeat never waits, and is nothing new: the person waits no longer for it.
        """
        if self.is_repeat(room, person, nonce):
            return
        self._check(room, self._last.get(room.key, {}).get(person), seconds)
        self._note(room.key, person, seconds, nonce)

    def is_repeat(self, room: Name, person: str, nonce: str | None) -> bool:
        """Whether `person` said last what has this `nonce`."""
        last = self._last.get(room.key, {}).get(person)
        return last is not None and nonce is not None and nonce == last.nonce

    def check_others(self, room: Name, address: str, guest: str, seconds: int, here: Container[str]) -> None:
        """Raise ChatError (`slow_mode`) if another guest of the address spoke last, who is not `here` any more.

        A guest's name costs nothing: nobody speaks sooner by coming back under another one. `guest` is a key.
        """
        last = self._last.get(room.key, {}).get(_guests_of(address))
        if last is not None and last.nonce is not None and last.nonce != guest and last.nonce not in here:
            self._check(room, last, seconds)

    def note_guest(self, room: str, address: str, guest: str, seconds: int) -> None:
        """That guest of the address has said something in the room with this key."""
        self._note(room, _guests_of(address), seconds, guest)

    def _check(self, room: Name, last: _Last | None, seconds: int) -> None:
        left = last.at + seconds - self._now() if last is not None else 0
        if left > 0:
            raise ChatError("slow_mode", room=room.shown, seconds=min(ceil(left), seconds))

    def _note(self, room: str, person: str, seconds: int, nonce: str | None) -> None:
        people, now = self._last.setdefault(room, {}), self._now()
        people.pop(person, None)
        people[person] = _Last(now, nonce)
        # The oldest come first.
        while (first := next(iter(people))) != person and (
            people[first].at + seconds <= now or len(people) > self._most
        ):
            del people[first]

    def forget(self, room: str) -> None:
        """That room is not slow any more."""
        self._last.pop(room, None)


def _guests_of(address: str) -> str:
    """Under this is noted which guest of the address spoke last, in place of a nonce."""
    return f"guests {address}"
