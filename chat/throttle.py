"""How fast one connection, or one address, may send."""

from collections.abc import Hashable

# So many sources of requests are remembered; past it the oldest are forgotten.
_REMEMBERED = 10_000


class TokenBucket:
    """Lets `burst` lines through at once and `rate` lines a second for long; times are in seconds of any clock."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._tokens = self._burst
        self._filled_at = now
        self.was_full = True

    def take(self, now: float) -> bool:
        """Count one line. False: that was one too many, so rest before the next. A rate of 0 never says so.

        `was_full` tells whether all lines before this one had been made up for.
        """
        if not self._rate:
            return True
        filled = self._filled(now)
        self.was_full = filled >= self._burst
        self._filled_at = now
        self._tokens = filled - 1
        return self._tokens >= 0

    def has_recovered(self, now: float) -> bool:
        """Whether what was one too many has been made up for."""
        return self._filled(now) >= 0

    def has_one(self, now: float) -> bool:
        """Whether one may come now that is not one too many."""
        return self._filled(now) >= 1

    def _filled(self, now: float) -> float:
        return min(self._burst, self._tokens + (now - self._filled_at) * self._rate)


class Buckets:
    """A `TokenBucket` for each source of requests, such as an address. The latest of them are remembered."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._buckets: dict[Hashable, TokenBucket] = {}

    def take(self, source: Hashable, now: float) -> bool:
        """Count one request. False: that was one too many, and is not to be answered."""
        bucket = self._buckets.pop(source, None) or TokenBucket(self._rate, self._burst, now)
        self._buckets[source] = bucket
        while len(self._buckets) > _REMEMBERED:
            del self._buckets[next(iter(self._buckets))]
        return bucket.has_one(now) and bucket.take(now)
