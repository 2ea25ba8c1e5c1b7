"""Times and durations to show, and to read: every number that a store may hold has one."""

import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

# The last second that has a date of four digits. Nothing was said before the epoch.
_LATEST: Final = 253402300799.0
# What is said in a second has the same date and time, and the past is read a page at a time.
_SECONDS: Final = 1024
_UNITS: Final = {"w": 7 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}
# Ten years and more.
_DURATION = re.compile(r"([1-9][0-9]{0,8})([smhdw]?)", re.ASCII)


def time_of(seconds: float) -> datetime:
    """The time `seconds` after the epoch, in UTC; the nearest possible one if no calendar has it."""
    return datetime.fromtimestamp(_nearest(seconds), UTC)


def minute_of(seconds: float) -> str:
    """The time `seconds` after the epoch to the minute, as people read it: `2026-01-31 09:30 UTC`."""
    return f"{time_of(seconds):%Y-%m-%d %H:%M} UTC"


def timestamp_of(seconds: float) -> str:
    """The time `seconds` after the epoch as RFC 3339 has it, in UTC, to the millisecond."""
    seconds = _nearest(seconds)
    whole = int(seconds)
    # The same as `datetime` does, which rounds to microseconds first.
    thousandths = round((seconds - whole) * 1e6) // 1000
    return f"{_second(whole)}.{thousandths:03}Z" if thousandths < 1000 else f"{_second(whole + 1)}.000Z"


@lru_cache(_SECONDS)
def _second(whole: int) -> str:
    return f"{time_of(whole):%Y-%m-%dT%H:%M:%S}"


def _nearest(seconds: float) -> float:
    """The nearest time that has a date. NaN is no time at all."""
    return min(max(seconds, 0.0), _LATEST) if seconds == seconds else 0.0


def duration_of(typed: str) -> int | None:
    """The seconds of a typed duration, such as `90`, `10m`, `2h`, `7d` or `1w`; None if it is none."""
    found = _DURATION.fullmatch(typed.casefold())
    return int(found[1]) * _UNITS[found[2] or "s"] if found is not None else None


def shown_duration(seconds: float) -> str:
    """A duration as people type it, in the largest unit that fits: `10m`."""
    whole = round(seconds) if math.isfinite(seconds) else 0
    return next(
        f"{whole // size}{unit}" for unit, size in _UNITS.items() if (whole % size == 0 and whole >= size) or size == 1
    )
