"""Visitors of a mixed day: they enter a room, look at its history, search, and leave, and so on."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from random import Random

from bench.corpus import zipf
from bench.crowd import Member
from bench.wires import Step

# How many steps of visits there are in a second, of all visitors together.
_RATE = 10.0


class Visits:
    """The steps of all `visitors`, in turn; `visit` makes them of a room, a name, and a word to search.

    Whoever still waits for an answer when the turn comes is left out. What visitors hear meanwhile does not count, but
    the server has to send it.
    """

    def __init__(
        self,
        visitors: Sequence[Member],
        visit: Callable[[str, str, str], Sequence[Step]],
        rooms: Sequence[str],
        words: Sequence[str],
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.done = 0
        self.descriptors = frozenset(each.descriptor for each in visitors)
        self._visit = visit
        self._turns = deque(visitors)
        self._waiting = set[Member]()
        self._random = Random(6)
        self._rooms, self._weights = rooms, zipf(len(rooms))
        self._words = words
        self._now = now
        self._due = now()

    def send(self) -> float:
        """Send what is due; returns the seconds until more is."""
        while self._turns and self._due <= self._now():
            self._due += 1 / _RATE
            self._take_step(self._turns[0])
            self._turns.rotate(-1)
        return self._due - self._now() if self._turns else 1.0

    def hear(self, visitor: Member) -> None:
        """Read what has come to a visitor."""
        if visitor not in self._waiting:
            visitor.read()
        elif visitor.is_answered():
            self._waiting.discard(visitor)
            self.done += 1

    @property
    def waiting(self) -> int:
        """How many wait for an answer."""
        return len(self._waiting)

    def _take_step(self, visitor: Member) -> None:
        if visitor in self._waiting:
            return
        if not visitor.steps:
            (room,) = self._random.choices(self._rooms, cum_weights=self._weights)
            visitor.steps.extend(self._visit(room, visitor.name, self._random.choice(self._words)))
        visitor.send(visitor.steps[0].said)
        self._waiting.add(visitor)
