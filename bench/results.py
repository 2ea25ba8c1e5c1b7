"""Results of a benchmark: every run of every server, and the medians."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

import msgspec

from bench.figures import Machine
from bench.load import Outcome

# Above that a process does nothing else, and below the other it could do more.
_BUSY = 0.95
_IDLE = 0.85


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One server in one scenario, once. Either it has an `outcome`, or it `failed` for that reason."""

    scenario: str
    peer: str
    round: int
    outcome: Outcome | None = None
    failed: str = ""


class Described(msgspec.Struct, frozen=True):
    """A scenario or a server, for who reads the figures.

    A scenario has a `unit` and, if it is in the plot, its `members`; if it `is_paced`, all servers get the same to do.
    A chat server `keeps` what is said in one of three ways (`bench/peers.py`).
    """

    name: str
    what: str
    unit: str = ""
    members: int = 0
    is_paced: bool = False
    is_rival: bool = False
    is_ours: bool = False
    keeps: str = ""


class Report(msgspec.Struct, kw_only=True):
    """All of it, as it is in the file. `missing` says why a server could not be measured."""

    command: Sequence[str]
    machine: Machine
    pinned: str
    loop: str
    scenarios: Sequence[Described]
    peers: Sequence[Described]
    missing: dict[str, str] = {}
    runs: list[Run] = []


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The medians of one server in one scenario. `ratio` is to the best of the rivals; None where nothing can be said.

    `is_bound` says that the load was the bottleneck: the server may be faster than that.
    """

    per_second: float
    cpu: float
    p50: float
    p99: float
    resident: float
    of_a_connection: float
    idle: float
    others: float
    is_bound: bool
    ratio: float | None = None


def is_load_bound(outcome: Outcome) -> bool:
    """Whether the load took all of its core while the server did not."""
    return outcome.own_cpu > _BUSY * outcome.seconds and outcome.server_cpu < _IDLE * outcome.seconds


def summary_of(outcomes: Sequence[Outcome]) -> Summary:
    """The medians of some runs."""
    return Summary(
        per_second=median(each.events / each.seconds for each in outcomes),
        cpu=median(each.server_cpu / max(each.events, 1) * 1e6 for each in outcomes),
        p50=median(each.p50 for each in outcomes),
        p99=median(each.p99 for each in outcomes),
        resident=median(each.resident for each in outcomes),
        of_a_connection=median(each.of_a_connection for each in outcomes),
        idle=median(each.idle for each in outcomes),
        others=median(each.others for each in outcomes),
        is_bound=any(is_load_bound(each) for each in outcomes),
    )


def summaries(report: Report, scenario: Described) -> Mapping[str, Summary | str]:
    """The medians of each server in a scenario, or why there are none; in the order of the report."""
    found: dict[str, Summary | str] = {}
    for peer in report.peers:
        runs = [run for run in report.runs if (run.scenario, run.peer) == (scenario.name, peer.name)]
        failures = [run.failed for run in runs if run.failed]
        if failures:
            found[peer.name] = failures[0]
        elif runs:
            found[peer.name] = summary_of([run.outcome for run in runs if run.outcome is not None])
    return found if scenario.is_paced else _with_ratios(found, [peer.name for peer in report.peers if peer.is_rival])


def _with_ratios(found: Mapping[str, Summary | str], rivals: Iterable[str]) -> Mapping[str, Summary | str]:
    those = [each for name in rivals if isinstance(each := found.get(name), Summary)]
    if not those or any(each.is_bound for each in those):
        return found
    best = max(each.per_second for each in those)
    return {
        name: msgspec.structs.replace(each, ratio=each.per_second / best)
        if isinstance(each, Summary) and not each.is_bound and best
        else each
        for name, each in found.items()
    }
