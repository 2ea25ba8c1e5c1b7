"""Plain counters for monitoring. Counting costs one addition for each batch; the metrics have names for them."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate


class Histogram:
    """Counts values up to each of `bounds`, and their sum."""

    def __init__(self, *bounds: float) -> None:
        self.bounds = bounds
        self.sum = 0.0
        self._counts = [0] * (len(bounds) + 1)

    def add(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def cumulative(self) -> Sequence[int]:
        """How many values were at most each bound; the last item is how many there were."""
        return list(accumulate(self._counts))


class Tally:
    """A hub's counters: messages, and deliveries of one message to one connection."""

    def __init__(self) -> None:
        self.messages = 0
        self.deliveries = 0
