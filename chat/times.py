"""Times as they are shown: whatever a store holds, something can be shown for it."""

from datetime import UTC, datetime
from typing import Final

# The last second that has a date of four digits. Nothing was said before the epoch.
_LATEST: Final = 253402300799.0


def time_of(seconds: float) -> datetime:
    """The time so many seconds after the epoch, in UTC; what no calendar has becomes the nearest that one has."""
    # What is no number is no time at all.
    return datetime.fromtimestamp(min(max(seconds, 0.0), _LATEST) if seconds == seconds else 0.0, UTC)
