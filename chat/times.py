"""Times to show: every number that a store may hold has one."""

from datetime import UTC, datetime
from typing import Final

# The last second that has a date of four digits. Nothing was said before the epoch.
_LATEST: Final = 253402300799.0


def time_of(seconds: float) -> datetime:
    """The time `seconds` after the epoch, in UTC; the nearest possible one if no calendar has it."""
    # NaN is no time at all.
    return datetime.fromtimestamp(min(max(seconds, 0.0), _LATEST) if seconds == seconds else 0.0, UTC)
