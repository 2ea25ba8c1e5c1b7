"""What a store costs the reactor's thread, which everybody shares.

The calls that `SqliteStore` makes there are timed alone, by the processor time of the thread that makes them. While a
batch is appended (timed: `append`) the writer is held, for it asks for the time of day, and is not told; then it is
let go, and what it wants done on the reactor's thread (timed: `_committed`) is done. The sink does nothing, so delivery
is in none of it; what it does when a direct message has arrived (`acknowledge`) is timed on its own. `MemoryStore`,
which does everything there and then, is timed the same way: it is what a server without a disk pays.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from threading import Event
from typing import NamedTuple

from bench.corpus import Vocabulary
from bench.figures import Figure
from bench.in_process import OpenStore
from chat.events import Message, RoomEvent
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Commit, Draft, MessageStore, Refusal
from chat.store.memory.store import MemoryStore

# What a busy server commits at once.
_BATCH = 500
_MOST_MICROSECONDS = 3.0

_Drafts = Callable[[int], Sequence[Draft]]


class _Recorder:
    """A `Sink` that keeps what was committed."""

    def __init__(self) -> None:
        self.events: list[RoomEvent] = []

    def committed(self, commits: Sequence[Commit]) -> None:
        """See `Sink.committed`."""
        self.events += [commit.event for commit in commits]

    def refused(self, refusal: Refusal) -> None:
        """See `Sink.refused`."""
        raise refusal.error

    def restated(self, states: object) -> None:
        """See `Sink.restated`."""

    def is_used(self, room: str) -> bool:
        """See `Sink.is_used`."""
        return False


class _Stopwatch:
    """Adds up the processor time that this thread takes within it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def time(self, call: Callable[[], object]) -> None:
        """Make a call, and count it."""
        began = time.thread_time()
        call()
        self.seconds += time.thread_time() - began


class _Cost(NamedTuple):
    """Microseconds of a message, and of saying that it has arrived."""

    message: float
    arrival: float


def figures(rounds: int, batches: int) -> Iterator[Figure]:
    """Measure both stores, with what is said in rooms and with direct messages."""
    for to, drafts in (("a room", _to_rooms), ("one person", _to_people)):
        for store, measure, most in (("", _sqlite, _MOST_MICROSECONDS), (", memory store", _memory, None)):
            costs = [measure(drafts, batches) for _ in range(rounds)]
            what = f"reactor time of a message to {to}"
            yield Figure(name=f"{what}{store}", unit="µs", rounds=[cost.message for cost in costs], target=most)
            if drafts is _to_people:
                arrivals = [cost.arrival for cost in costs]
                yield Figure(name=f"{what}, that it arrived{store}", unit="µs", rounds=arrivals)


def _sqlite(make: _Drafts, batches: int) -> _Cost:
    gate, sink, message, arrival = Event(), _Recorder(), _Stopwatch(), _Stopwatch()
    gate.set()

    def now() -> float:
        gate.wait()
        return time.time()

    with tempfile.TemporaryDirectory() as folder, OpenStore(Path(folder), sink, now) as opened:
        # The first batch makes the rooms.
        for batch in range(-1, batches):
            drafts = make(batch)
            if batch == 0:
                message, arrival = _Stopwatch(), _Stopwatch()
            gate.clear()
            message.time(partial(_append, opened.store, drafts))
            gate.set()
            while opened.store.state().unwritten:
                message.time(opened.next_call())
            _acknowledge(opened.store, sink, arrival)
    return _Cost(message.seconds / (batches * _BATCH) * 1e6, arrival.seconds / (batches * _BATCH) * 1e6)


def _memory(make: _Drafts, batches: int) -> _Cost:
    sink, message, arrival = _Recorder(), _Stopwatch(), _Stopwatch()
    store = MemoryStore(Limits(), time.time)
    store.open(sink)
    for batch in range(batches):
        drafts = make(batch)
        message.time(partial(_append, store, drafts))
        _acknowledge(store, sink, arrival)
    return _Cost(message.seconds / (batches * _BATCH) * 1e6, arrival.seconds / (batches * _BATCH) * 1e6)


def _append(store: MessageStore, drafts: Sequence[Draft]) -> None:
    append = store.append
    for draft in drafts:
        append(draft)


def _acknowledge(store: MessageStore, sink: _Recorder, watch: _Stopwatch) -> None:
    events, sink.events = sink.events, []
    arrived = [
        (event.to, event.room, event.seq) for event in events if isinstance(event, Message) and event.to is not None
    ]

    def acknowledge() -> None:
        for to, room, seq in arrived:
            store.acknowledge(to, room, seq)

    watch.time(acknowledge)


def _to_rooms(batch: int) -> Sequence[Draft]:
    text = Vocabulary(Random(1)).text
    return [
        Draft(
            Message(
                room=f"room{number % 100}",
                place=f"Room{number % 100}",
                sender=f"Person{number % 50}",
                text=text(),
                nonce=f"int:{batch}:{number}",
            )
        )
        for number in range(_BATCH)
    ]


def _to_people(batch: int) -> Sequence[Draft]:
    text = Vocabulary(Random(1)).text
    drafts = []
    for number in range(_BATCH):
        sender, to = f"person{number % 50}", f"other{number % 70}"
        message = Message(
            room=direct_room(sender, to), place=None, sender=sender, to=to, text=text(), nonce=f"int:{batch}:{number}"
        )
        drafts.append(Draft(message, waits=False))
    return drafts
