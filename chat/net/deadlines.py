"""Many deadlines on one timer."""

import math
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Generic, TypeVar

from twisted.internet.interfaces import IDelayedCall, IReactorTime

T = TypeVar("T")


class Deadlines(Generic[T]):
    """Calls `expired(item)` `seconds` after each `add(item)`, unless `discard(item)` came first.

    All items have the same delay: the oldest is always next, and one timer is enough. Before `start` every `add` is
    ignored, so that a factory which a test never starts leaves no timers behind.

    `reads_first` is for deadlines of the peer. After a long turn the reactor makes calls before it reads, so an expired
    deadline waits one more turn: the peer's bytes that have arrived are read first.
    """

    def __init__(self, seconds: float, expired: Callable[[T], None], *, reads_first: bool = False) -> None:
        self._seconds = seconds
        self._expired = expired
        self._reads_first = reads_first
        self._due: dict[T, float] = {}
        self._clock: IReactorTime | None = None
        self._call: IDelayedCall | None = None

    def start(self, clock: IReactorTime) -> None:
        """Begin to count time, by `clock`."""
        self._clock = clock

    def stop(self) -> None:
        """Forget everything."""
        self._due.clear()
        self._clock = None
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def add(self, item: T) -> None:
        """Start the time of `item`. If it was running it starts again."""
        if self._clock is not None:
            self._due.pop(item, None)
            self._due[item] = self._clock.seconds() + self._seconds
            if self._call is None:
                self._arm()

    def discard(self, item: T) -> None:
        """Forget `item`, if it is there."""
        self._due.pop(item, None)

    def older_than(self, seconds: float) -> Iterator[T]:
        """The items whose time began at least `seconds` ago, the oldest first."""
        if self._clock is not None:
            latest = self._clock.seconds() - seconds + self._seconds
            yield from takewhile(lambda item: self._due[item] <= latest, list(self._due))

    def _arm(self) -> None:
        if self._call is None and self._clock is not None and self._due:
            first = next(iter(self._due.values()))
            delay = max(0.0, first - self._clock.seconds())
            self._call = self._clock.callLater(delay, self._look_again if self._reads_first else self._sweep)

    def _look_again(self) -> None:
        assert self._clock is not None
        self._call = self._clock.callLater(0, self._sweep)

    def _sweep(self) -> None:
        assert self._clock is not None
        self._call = None
        now = self._clock.seconds()
        try:
            for item in [item for item, due in self._due.items() if due <= now]:
                # The call for an earlier item may have discarded this one, or started it again.
                if self._due.get(item, math.inf) <= now:
                    del self._due[item]
                    self._expired(item)
        finally:
            self._arm()
