"""One run of a load: a crowd comes in, talks or is silent, while the server's cost is measured."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

import msgspec

from bench.corpus import Vocabulary
from bench.crowd import Crowd, LoadError, Place
from bench.figures import percentile
from bench.generator import Generator
from bench.processes import busy_seconds, cpu_of_main_thread, cpu_seconds, resident_bytes
from bench.shapes import Shape
from bench.visits import Visits
from bench.wires import MARKER, Wire

_CHARACTERS = 60
# Different texts that each talker goes through again and again: what a server indexes should not be always the same.
_TEXTS = 1024
_PATIENCE = 120.0
# Makes the words.
_SEED = 3
_SEARCHED = 50


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one run: `events` (deliveries or, where nothing is said, registrations) in `seconds`.

    `server_cpu` (of which `main_cpu` on the server's first thread) and `own_cpu` are the processor seconds in them.
    `p50`, `p99` and `most` are the milliseconds that one event took, and `late` those that the load was late, p99.
    `resident` is the server's memory at the end, and `of_a_connection` what each connection added, both in bytes.
    `idle` is the share of a core that the server takes while nothing is said, and `others` how many processors all else
    on this machine took meanwhile.
    """

    events: int
    seconds: float
    server_cpu: float
    main_cpu: float
    own_cpu: float
    p50: float
    p99: float
    most: float
    resident: int
    of_a_connection: float
    late: float = 0.0
    idle: float = 0.0
    others: float = 0.0


class Meter:
    """Processor time of the server `process` and of this one, from `start` to `stop`."""

    def __init__(self, process: int) -> None:
        self.process = process
        self.start()

    def start(self) -> None:
        """From now on."""
        self._main, self._all = cpu_of_main_thread(self.process), cpu_seconds(self.process)
        self._busy = busy_seconds()
        self._own, self._began = time.process_time(), time.perf_counter()

    def stop(self) -> None:
        """Until now."""
        self.seconds, self.own_cpu = time.perf_counter() - self._began, time.process_time() - self._own
        self.main_cpu = cpu_of_main_thread(self.process) - self._main
        self.server_cpu = cpu_seconds(self.process) - self._all
        others = busy_seconds() - self._busy - self.server_cpu - self.own_cpu
        self.others = max(others, 0.0) / self.seconds


class Target(NamedTuple):
    """The server to measure: its `process`, where it listens, and what is spoken. `tag` begins all names there.

    `at_once` is how many may be on their way into it at the same time.
    """

    process: int
    port: int
    wire: Wire
    tag: str = "m"
    at_once: int = 100


def run(target: Target, shape: Shape, patience: float = _PATIENCE) -> Outcome:
    """Measure a server. Raises LoadError if it does not finish within `seconds`."""
    process, places = target.process, shape.places(target.tag)
    before = resident_bytes(process)
    with _no_collection(), Crowd(target.port, target.wire, time.perf_counter() + patience) as crowd:
        meter = Meter(process)
        crowd.gather(places, target.at_once)
        meter.stop()
        # What the server still has to do when everybody is in, it may do before the clock starts.
        crowd.listen_for(shape.warm_up)
        each = (resident_bytes(process) - before) / len(places)
        if shape.is_silent:
            idle = _idle_share(process, crowd, shape.seconds)
            return _outcome(meter, shape.members, crowd.waited, of_a_connection=each, idle=idle)
        talks = Generator(crowd, shape, _lines(target.wire, shape, places), _visits(crowd, shape))
        talks.go_on(shape.warm_up, counts=False)
        heard, sent = talks.heard, len(talks.late)
        meter.start()
        talks.go_on(shape.seconds, counts=True)
        meter.stop()
        events, late = talks.heard - heard, percentile(talks.late[sent:] or [0.0], 0.99)
        talks.finish()
        return _outcome(meter, events, talks.waited, of_a_connection=each, late=1000 * late)


def _outcome(meter: Meter, events: int, waited: Sequence[float], **more: float) -> Outcome:
    if not waited:
        raise LoadError("nothing was heard in time")
    return Outcome(
        events=events,
        seconds=meter.seconds,
        server_cpu=meter.server_cpu,
        main_cpu=meter.main_cpu,
        own_cpu=meter.own_cpu,
        others=meter.others,
        p50=1000 * percentile(waited, 0.5),
        p99=1000 * percentile(waited, 0.99),
        most=1000 * max(waited),
        resident=resident_bytes(meter.process),
        **more,
    )


def _idle_share(process: int, crowd: Crowd, seconds: float) -> float:
    meter = Meter(process)
    crowd.listen_for(seconds)
    meter.stop()
    return meter.server_cpu / meter.seconds


def _lines(wire: Wire, shape: Shape, places: Sequence[Place]) -> Callable[[int], Callable[[int], bytes]]:
    """What is said in each group: a function of the number of a message."""
    vocabulary, groups = Vocabulary(Random(_SEED)), shape.grouped(places)
    texts = [vocabulary.text()[: _CHARACTERS - len(MARKER)].strip() + MARKER.decode() for _ in range(_TEXTS)]

    def lines_of(group: int) -> Callable[[int], bytes]:
        talker, hearer = groups[group][0], groups[group][-1]
        told = [wire.say(talker.room, text) if talker.room else wire.tell(hearer.name, text) for text in texts]
        if (numbered := wire.numbered) is not None:
            return lambda number: numbered(told[number % _TEXTS], number)
        return lambda number: told[number % _TEXTS]

    return lines_of


def _visits(crowd: Crowd, shape: Shape) -> Visits:
    """Those of the members of `crowd` who come last; they look for the words that are said most often."""
    visitors = crowd.members[len(crowd.members) - shape.visitors :]
    rooms = [f"room{group}" for group in range(shape.rooms)]
    return Visits(visitors, crowd.wire.visit, rooms, Vocabulary(Random(_SEED)).words[:_SEARCHED])


@contextmanager
def _no_collection() -> Iterator[None]:
    """The load makes no cycles, and has no time to look for them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
