"""The state of a store, for the people who watch a server."""

from typing import NamedTuple

from chat.counters import Histogram


def batch_histograms() -> tuple[Histogram, Histogram]:
    """Two empty histograms for `StoreState`: of the events in a batch, and of the seconds that it took."""
    return Histogram(1, 4, 16, 64, 256, 1024, 4096), Histogram(0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1, 5)


class Holdings(NamedTuple):
    """The contents of a store, and the messages and rooms that it has dropped since its start.

    `waiting_bytes` wait for accounts and for people who are here, `strangers_bytes` for names without an account.
    `expired` messages waited for strangers for too long.
    """

    waiting_bytes: int = 0
    strangers_bytes: int = 0
    expired: int = 0
    rooms: int = 0
    forgotten_rooms: int = 0


_NOTHING_HELD = Holdings()


class StoreState(NamedTuple):
    """The state of a store. `batches` counts the events of each batch, `seconds` the time that each batch took.

    `is_failing`: the last write has failed, or something that the store needs is broken; `trouble` explains it.
    `unwritten` events are not committed yet; `waiting` direct messages have not arrived. `restarts` counts how often
    a broken part was made anew.
    """

    is_failing: bool
    unwritten: int
    waiting: int
    batches: Histogram
    seconds: Histogram
    trouble: str = ""
    restarts: int = 0
    holdings: Holdings = _NOTHING_HELD
