"""How many messages a real server acknowledges, and how soon: `twistd` in a process of its own, the load in another."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bench.client import Plan
from bench.figures import Figure
from bench.load import Outcome
from bench.progress import progress
from tests.running import ROOT, RunningServer, environment

_CLIENTS = 32
_WINDOW = 100
_OFFERED = 5000.0
_LEAST_A_SECOND = 10_000
_MOST_MS = 50
# The load gives up before that by itself.
_SECONDS = 150


def figures(folder: Path, rounds: int, messages: int, offered: int) -> Iterator[Figure]:
    """Send `messages` as fast as they are acknowledged, and `offered` at a rate, in each round to a new server.

    The servers keep their data in `folder`, or for comparison in memory. 32 clients say things in a room each, so that
    the acknowledgement is all that a message costs on the way out; or, as the other extreme, to one another.
    """
    fast = Plan(port=0, server=0, messages=messages, clients=_CLIENTS, window=_WINDOW)
    paced = replace(fast, messages=offered, rate=_OFFERED)
    plans = {"rooms": (fast, True), "people": (replace(fast, direct=True), True), "memory": (fast, False)}
    found: dict[str, list[Outcome]] = {name: [] for name in (*plans, "paced")}
    with progress("servers", rounds * len(found)) as bar:
        for _ in range(rounds):
            for name, (plan, is_stored) in (*plans.items(), ("paced", (paced, True))):
                found[name].append(_outcome(folder, plan, is_stored))
                bar.update()
    yield from _rates(found, messages)
    yield from _costs("at full speed", found["rooms"], messages)
    yield from _latencies(found["paced"])
    yield from _costs(f"at {_OFFERED:,.0f} a second", found["paced"], offered)


def _rates(found: dict[str, list[Outcome]], messages: int) -> Iterator[Figure]:
    for name, what, least in (
        ("rooms", "acknowledged messages, in a room each", _LEAST_A_SECOND),
        ("people", "acknowledged messages, to one another", None),
        ("memory", "acknowledged messages, in a room each, memory store", None),
    ):
        rates = [messages / each.seconds for each in found[name]]
        yield Figure(name=what, unit="/s", rounds=rates, target=least, more_is_better=True)


def _costs(when: str, outcomes: Sequence[Outcome], messages: int) -> Iterator[Figure]:
    for what, unit, values in (
        ("reactor thread, of a message", "µs", [each.reactor_cpu / messages * 1e6 for each in outcomes]),
        ("other threads, of a message", "µs", [each.other_cpu / messages * 1e6 for each in outcomes]),
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


def _outcome(folder: Path, plan: Plan, is_stored: bool) -> Outcome:
    with (
        tempfile.TemporaryDirectory(dir=folder) as data,
        RunningServer("--data", data if is_stored else ":memory:", "--rate", "0") as server,
    ):
        there = replace(plan, port=server.port, server=server.process.pid)
        command = [sys.executable, "-m", "bench.load", msgspec.json.encode(there).decode()]
        done = subprocess.run(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, timeout=_SECONDS)
    if done.returncode:
        raise SystemExit("bench: the load did not come to its end")
    return msgspec.json.decode(done.stdout, type=Outcome)
