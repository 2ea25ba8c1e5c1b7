"""What a store says of itself."""

from typing import NamedTuple

from chat.counters import Histogram


def batch_histograms() -> tuple[Histogram, Histogram]:
    """Empty ones for `StoreState`: of events in a batch, and of seconds."""
    return Histogram(1, 4, 16, 64, 256, 1024, 4096), Histogram(0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1, 5)


class Holdings(NamedTuple):
    """What a store holds, and has let go of since it was started.

    What waits, in bytes, for accounts and people who are here, and for `strangers`: names that are no account.
    """

    waiting_bytes: int = 0
    strangers_bytes: int = 0
    expired: int = 0
    rooms: int = 0
    forgotten_rooms: int = 0


_NOTHING_HELD = Holdings()


class StoreState(NamedTuple):
    """How a store fares. `batches` counts how many events were committed together, `seconds` how long that took.

    `is_failing`: what was to be written last could not be written, or something that the store needs has broken;
    `trouble` says what. `unwritten` events, and `waiting` direct messages. `restarts`: how often what had broken was
    made anew. `holdings` is what else it counts.
    """

    is_failing: bool
    unwritten: int
    waiting: int
    batches: Histogram
    seconds: Histogram
    trouble: str = ""
    restarts: int = 0
    holdings: Holdings = _NOTHING_HELD
