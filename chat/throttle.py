"""How fast one connection, or one address, may send."""

import math
from collections.abc import Hashable

# So many sources of requests are remembered.
_REMEMBERED = 10_000
# So many are forgotten at once, so that it need not be done for each new one.
_FORGOTTEN = 1_000


class TokenBucket:
    """Lets `burst` lines through at once and `rate` lines a second for long; times are in seconds of any clock.

    It begins with `left` of the burst, or with all of it. However many lines come, no more than `most_owed` have to be
    made up for. `taken` is how many it was ever asked for.
    """

    __slots__ = ("_burst", "_filled_at", "_most_owed", "_rate", "_tokens", "taken", "was_full")

    def __init__(
        self, rate: float, burst: float, now: float, left: float | None = None, most_owed: float = math.inf
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst if left is None else left
        self._filled_at = now
        self._most_owed = most_owed
        self.taken = 0.0
        self.was_full = True

    def take(self, now: float, count: float = 1) -> bool:
        """Count some lines. False: that was too many, so rest before the next. A rate of 0 never says so.

        `was_full` tells whether all lines before these had been made up for.
        """
        self.taken += count
        before, self._filled_at = self._filled_at, now
        if not self._rate:
            return True
        # As in `_filled`: every line is counted here.
        filled = min(self._burst, self._tokens + (now - before) * self._rate)
        self.was_full = filled >= self._burst
        self._tokens = max(filled - count, -self._most_owed)
        return self._tokens >= 0

    def has_recovered(self, now: float, but_for: float = 0) -> bool:
        """Whether what was too many has been made up for, but for so many lines."""
        return self._filled(now) >= -but_for

    def has_one(self, now: float) -> bool:
        """Whether one may come now that is not one too many."""
        return self._filled(now) >= 1

    def is_full(self, now: float) -> bool:
        """Whether everything has been made up for: then it says no more than a new one."""
        return self._filled(now) >= self._burst

    def idle(self, now: float) -> float:
        """How many seconds ago something came last."""
        return now - self._filled_at

    def _filled(self, now: float) -> float:
        return min(self._burst, self._tokens + (now - self._filled_at) * self._rate)


class Buckets:
    """A `TokenBucket` for each source of requests, such as an address.

    A limited number of them is remembered: those go first that have nothing to make up for, then the oldest.
    `most_owed` as in `TokenBucket`.
    """

    def __init__(self, rate: float, burst: float, most_owed: float = math.inf) -> None:
        self._rate = rate
        self._burst = burst
        self._most_owed = most_owed
        self._buckets: dict[Hashable, TokenBucket] = {}

    def of(self, source: Hashable, now: float) -> TokenBucket:
        """The bucket of all that comes from `source`."""
        bucket = self._buckets.pop(source, None) or TokenBucket(self._rate, self._burst, now, most_owed=self._most_owed)
        self._buckets[source] = bucket
        if len(self._buckets) > _REMEMBERED:
            self._forget(now)
        return bucket

    def take(self, source: Hashable, now: float) -> bool:
        """Count one request. False: that was one too many, and is not to be answered."""
        bucket = self.of(source, now)
        return bucket.has_one(now) and bucket.take(now)

    def taken(self, source: Hashable) -> float:
        """How many ever came from `source`, while it is remembered."""
        bucket = self._buckets.get(source)
        return bucket.taken if bucket is not None else 0.0

    def _forget(self, now: float) -> None:
        latest = next(reversed(self._buckets))
        full = [source for source, bucket in self._buckets.items() if bucket.is_full(now) and source != latest]
        oldest = list(self._buckets)
        for source in full + oldest[: max(0, _FORGOTTEN - len(full))]:
            self._buckets.pop(source, None)
