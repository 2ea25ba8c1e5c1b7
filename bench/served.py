"""How many messages a real server acknowledges, and how soon: `twistd` in a process of its own, the load here."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.crowd import LoadError
from bench.figures import Figure
from bench.load import Outcome, Target, run
from bench.peers import data_folder
from bench.processes import ServerProcess
from bench.programs import chatserver
from bench.progress import progress
from bench.shapes import Shape
from bench.wires import ACKNOWLEDGED

_CLIENTS = 32
_WINDOW = 100
_OFFERED = 5000.0
_LEAST_A_SECOND = 10_000
_MOST_MS = 50


def figures(folder: Path, rounds: int, seconds: float) -> Iterator[Figure]:
    """Send for so many seconds as fast as it is acknowledged, and at a rate, in each round to a new server.

    The servers keep their data in `folder`, or for comparison in memory. 32 clients say things in a room each, so that
    the acknowledgement is all that a message costs on the way out; or, as the other extreme, each to another one.
    """
    fast = Shape(members=_CLIENTS, rooms=_CLIENTS, window=_WINDOW, seconds=seconds)
    people = Shape(members=2 * _CLIENTS, in_pairs=True, window=_WINDOW, seconds=seconds)
    paced = Shape(members=_CLIENTS, rooms=_CLIENTS, rate=_OFFERED, seconds=seconds)
    plans = {"rooms": (fast, ""), "people": (people, ""), "memory": (fast, ":memory:"), "paced": (paced, "")}
    found: dict[str, list[Outcome]] = {name: [] for name in plans}
    with progress("servers", rounds * len(found)) as bar:
        for _ in range(rounds):
            for name, (shape, data) in plans.items():
                found[name].append(_outcome(folder, shape, data))
                bar.update()
    yield from _rates(found)
    yield from _costs("at full speed", found["rooms"])
    yield from _latencies(found["paced"])
    yield from _costs(f"at {_OFFERED:,.0f} a second", found["paced"])


def _rates(found: dict[str, list[Outcome]]) -> Iterator[Figure]:
    for name, what, least in (
        ("rooms", "acknowledged messages, in a room each", _LEAST_A_SECOND),
        ("people", "acknowledged messages, to one another", None),
        ("memory", "acknowledged messages, in a room each, memory store", None),
    ):
        rates = [each.events / each.seconds for each in found[name]]
        yield Figure(name=what, unit="/s", rounds=rates, target=least, more_is_better=True)


def _costs(when: str, outcomes: Sequence[Outcome]) -> Iterator[Figure]:
    for what, unit, values in (
        ("reactor thread, of a message", "µs", [each.main_cpu / each.events * 1e6 for each in outcomes]),
        (
            "other threads, of a message",
            "µs",
            [(each.server_cpu - each.main_cpu) / each.events * 1e6 for each in outcomes],
        ),
        ("load generator, of a core", "%", [each.own_cpu / each.seconds * 100 for each in outcomes]),
    ):
        yield Figure(name=f"processor {when}: {what}", unit=unit, rounds=values)


def _latencies(outcomes: Sequence[Outcome]) -> Iterator[Figure]:
    when = f"at {_OFFERED:,.0f} a second"
    for what, most, values in (
        ("acknowledged after, p50", None, [each.p50 for each in outcomes]),
        ("acknowledged after, p99", _MOST_MS, [each.p99 for each in outcomes]),
        ("acknowledged after, the last", None, [each.most for each in outcomes]),
        ("of that, sent too late, p99", None, [each.late for each in outcomes]),
    ):
        yield Figure(name=f"{when}: {what}", unit="ms", rounds=values, target=most)


def _outcome(folder: Path, shape: Shape, data: str) -> Outcome:
    with data_folder(folder) as own, ServerProcess(chatserver(data, Path(own))) as server:
        try:
            return run(Target(server.id, server.port, ACKNOWLEDGED), shape)
        except LoadError as error:
            raise SystemExit(f"bench: {error}") from None
