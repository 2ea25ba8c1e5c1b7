"""Slow mode: how long ago each person said something in the rooms where they have to wait between two messages."""

from collections.abc import Callable
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

    def check(self, room: Name, person: str, seconds: int, nonce: str | None) -> None:
        """Raise ChatError (`slow_mode`) if `person` has to wait. A repeat, with the same `nonce`, never waits."""
        last = self._last.get(room.key, {}).get(person)
        if last is None or (nonce is not None and nonce == last.nonce):
            return
        left = last.at + seconds - self._now()
        if left > 0:
            raise ChatError("slow_mode", room=room.shown, seconds=min(ceil(left), seconds))

    def said(self, room: str, person: str, seconds: int, nonce: str | None) -> None:
        """`person` has said something in the room with this key."""
        people = self._last.setdefault(room, {})
        before, now = people.pop(person, None), self._now()
        # A repeat is nothing new: the person waits no longer for it.
        is_repeat = before is not None and nonce is not None and before.nonce == nonce
        people[person] = before if before is not None and is_repeat else _Last(now, nonce)
        # The oldest come first.
        while (first := next(iter(people))) != person and (
            people[first].at + seconds <= now or len(people) > self._most
        ):
            del people[first]

    def forget(self, room: str) -> None:
        """That room is not slow any more."""
        self._last.pop(room, None)
