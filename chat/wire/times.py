"""Times as they are shown: whatever a store holds, something can be shown for it."""

from datetime import UTC, datetime
from typing import Final

# The first and the last second that have a date of four digits.
EARLIEST: Final = -62135596800.0
LATEST: Final = 253402300799.0


def time_of(seconds: float) -> datetime:
    """The time so many seconds after the epoch, in UTC; what no calendar has becomes the nearest that one has."""
    # What is no number is no time at all.
    return datetime.fromtimestamp(min(max(seconds, EARLIEST), LATEST) if seconds == seconds else 0.0, UTC)
