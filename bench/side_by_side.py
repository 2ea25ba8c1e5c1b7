"""The short table: what an everyday case costs our server, and what it costs the best of the others."""

from collections.abc import Iterator, Sequence

from bench.figures import markdown
from bench.peers import MEMORY, STORED, SYNCED
from bench.results import Described, Report, Summary, summaries
from bench.scenarios import EVERYDAY

# Everybody is in then, and nothing is said.
_AT_REST = "storm"
_OURS = ("durable", "memory")
_KEEPING = {SYNCED: "best that syncs", STORED: "best that stores", MEMORY: "best in memory"}


def side_by_side(report: Report) -> str:
    """Microseconds of processor for a delivery, or somebody who comes in; and the memory of a connection."""
    ours = [each for each in report.peers if each.is_ours and each.name.partition("@")[0] in _OURS]
    rows = list(_rows(report, ours))
    heads = ("µs of server CPU for each", *(each.name for each in ours), *_KEEPING.values())
    return markdown(heads, rows) if ours and rows else ""


def _rows(report: Report, ours: Sequence[Described]) -> Iterator[Sequence[str]]:
    there = {each.name: each for each in report.scenarios}
    for name in EVERYDAY:
        if name in there:
            costs = {peer: each.cpu for peer, each in _measured(report, there[name])}
            yield (there[name].what, *_cells(report, ours, costs))
    if _AT_REST in there:
        sizes = {peer: each.of_a_connection / 1e3 for peer, each in _measured(report, there[_AT_REST])}
        yield ("memory of an idle connection, kB", *_cells(report, ours, sizes))


def _measured(report: Report, scenario: Described) -> Iterator[tuple[str, Summary]]:
    for peer, found in summaries(report, scenario).items():
        if isinstance(found, Summary):
            yield peer, found


def _cells(report: Report, ours: Sequence[Described], figures: dict[str, float]) -> Iterator[str]:
    """Those of our servers, and the least of the others that keep what is said in the same way."""
    for peer in ours:
        yield _shown(figures[peer.name]) if peer.name in figures else ""
    for keeps in _KEEPING:
        others = [each.name for each in report.peers if each.keeps == keeps and not each.is_ours]
        best = min((name for name in others if name in figures), key=figures.__getitem__, default=None)
        yield "" if best is None else f"{best} {_shown(figures[best])}"


def _shown(value: float) -> str:
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f}"
