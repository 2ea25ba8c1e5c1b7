"""Plain counters for whoever watches the server. Counting costs an addition for each batch; names come at the end."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate


class Histogram:
    """How often values were at most each of `bounds`, and what they come to together."""

    def __init__(self, *bounds: float) -> None:
        self.bounds = bounds
        self.sum = 0.0
        self._counts = [0] * (len(bounds) + 1)

    def add(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def cumulative(self) -> Sequence[int]:
        """How many values were at most each bound, and last how many there were."""
        return list(accumulate(self._counts))


class Tally:
    """What a hub has done: messages that were said, and how many times one was handed to a connection."""

    def __init__(self) -> None:
        self.messages = 0
        self.deliveries = 0
