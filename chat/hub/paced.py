"""What a person may do only a number of times a minute, or a day."""

from collections.abc import Callable

from chat.errors import ChatError
from chat.hub.people import Asker
from chat.limits import Limits
from chat.throttle import Buckets

_MINUTE = 60
_DAY = 86400


class Paced:
    """Counts what people do, by account or, for guests, by address. `seconds` are those of a monotonic clock."""

    def __init__(self, limits: Limits, seconds: Callable[[], float]) -> None:
        self._limits = limits
        self._seconds = seconds
        self._buckets: dict[str, Buckets] = {}

    def take(self, session: Asker, limit: str, count: int = 1) -> None:
        """Count one more, or `count` at once; `limit` is a field of `Limits`, in times a minute or a day.

        Raises ChatError (`too_many_a_minute`, `too_many_a_day`). After many together the next waits for longer.
        """
        is_daily = limit.endswith("_a_day")
        buckets = self._buckets.get(limit)
        if buckets is None:
            most = getattr(self._limits, limit)
            buckets = self._buckets[limit] = Buckets(most / (_DAY if is_daily else _MINUTE), most)
        now = self._seconds()
        bucket = buckets.of(session.holder, now)
        if not bucket.has_one(now):
            raise ChatError("too_many_a_day" if is_daily else "too_many_a_minute")
        bucket.take(now, count)
