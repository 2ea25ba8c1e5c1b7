"""How fast one connection, or one address, may send."""

import math
from collections.abc import Hashable

# This many sources of requests are remembered.
_REMEMBERED = 10_000
# This many are forgotten at once, so that not every new source causes it.
_FORGOTTEN = 1_000


class TokenBucket:
    """Lets `burst` lines through at once and `rate` lines a second for long; times are in seconds of any clock.

    It begins with `left` of the burst, or with all of it. The debt is never more than `most_owed` lines. `taken`
    counts all lines so far.
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

    def take(self, now: float, count: float = 1, *, or_none: bool = False) -> bool:
        """Count some lines. Returns False if that was too many: pause before the next (never with a rate of 0).

        With `or_none` too many are not counted at all. Sets `was_full`: whether there was no debt before these lines.
        """
        is_within = True
        if self._rate:
            # The same as `_filled`, without a call: this runs for every line.
            filled = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
            is_within = filled >= count
            if or_none and not is_within:
                return False
            self.was_full = filled >= self._burst
            self._tokens = max(filled - count, -self._most_owed)
        self.taken += count
        self._filled_at = now
        return is_within

    def has_recovered(self, now: float, but_for: float = 0) -> bool:
        """Whether at most `but_for` lines of debt are left."""
        return self._tokens + (now - self._filled_at) * self._rate >= -but_for

    def has_one(self, now: float) -> bool:
        """Whether one line may come now."""
        return self._filled(now) >= 1

    def is_full(self, now: float) -> bool:
        """Whether there is no debt: then it is like a new one."""
        return self._filled(now) >= self._burst

    def idle(self, now: float) -> float:
        """Seconds since the last lines."""
        return now - self._filled_at

    def _filled(self, now: float) -> float:
        return min(self._burst, self._tokens + (now - self._filled_at) * self._rate)


class Buckets:
    """A `TokenBucket` for each source of requests, such as an address.

    A limited number is remembered. Full buckets are forgotten first, then the oldest.
    `most_owed` as in `TokenBucket`.
    """

    def __init__(self, rate: float, burst: float, most_owed: float = math.inf) -> None:
        self._rate = rate
        self._burst = burst
        self._most_owed = most_owed
        self._buckets: dict[Hashable, TokenBucket] = {}

    def of(self, source: Hashable, now: float) -> TokenBucket:
        """The bucket of `source`."""
        bucket = self._buckets.pop(source, None) or TokenBucket(self._rate, self._burst, now, most_owed=self._most_owed)
        self._buckets[source] = bucket
        if len(self._buckets) > _REMEMBERED:
            self._forget(now)
        return bucket

    def take(self, source: Hashable, now: float) -> bool:
        """Count one request. Returns False if it is one too many, and must be refused."""
        bucket = self.of(source, now)
        return bucket.has_one(now) and bucket.take(now)

    def taken(self, source: Hashable) -> float:
        """How many lines came from `source`; 0 if it is forgotten."""
        bucket = self._buckets.get(source)
        return bucket.taken if bucket is not None else 0.0

    def _forget(self, now: float) -> None:
        latest = next(reversed(self._buckets))
        full = [source for source, bucket in self._buckets.items() if bucket.is_full(now) and source != latest]
        oldest = list(self._buckets)
        for source in full + oldest[: max(0, _FORGOTTEN - len(full))]:
            self._buckets.pop(source, None)
