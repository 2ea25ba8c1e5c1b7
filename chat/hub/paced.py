"""What a person may do only a number of times a minute."""

from collections.abc import Callable

from chat.errors import ChatError
from chat.hub.people import Asker
from chat.limits import Limits
from chat.throttle import Buckets


class Paced:
    """Counts what people do, by account or, for guests, by address. `seconds` are those of a monotonic clock."""

    def __init__(self, limits: Limits, seconds: Callable[[], float]) -> None:
        self._limits = limits
        self._seconds = seconds
        self._buckets: dict[str, Buckets] = {}

    def take(self, session: Asker, limit: str) -> None:
        """Count one more; `limit` is a field of `Limits`, in times a minute. Raises ChatError (`too_many_a_minute`)."""
        buckets = self._buckets.get(limit)
        if buckets is None:
            most = getattr(self._limits, limit)
            buckets = self._buckets[limit] = Buckets(most / 60, most)
        if not buckets.take(session.holder, self._seconds()):
            raise ChatError("too_many_a_minute")
