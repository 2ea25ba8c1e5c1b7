"""Throughput and latency against the number of members, as a picture."""

from collections.abc import Callable, Sequence
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

from bench.results import Described, Report, Summary, summaries


def draw(report: Report, file: Path) -> str:
    """Draw into `file`, whose name says which format; returns what to tell about it."""
    points = sorted((each for each in report.scenarios if each.members), key=attrgetter("members"))
    if not points:
        return "the plot was left out: none of these scenarios is a point of it"
    return draw_panels(file, (1, 2), (12, 5), lambda panels: _draw_points(panels, report, points))


def draw_panels(
    file: Path, shape: tuple[int, int], inches: tuple[int, int], fill: Callable[[Sequence[Any]], None]
) -> str:
    """Let `fill` draw into the panels of a picture, as many rows and columns as `shape` says; see `draw`."""
    try:
        mpl = import_module("matplotlib")
    except ImportError:
        return "the plot was left out: it needs matplotlib (pip install '.[bench]')"
    mpl.use("agg")
    pyplot = import_module("matplotlib.pyplot")
    figure, panels = pyplot.subplots(*shape, figsize=inches, layout="constrained")
    fill(list(panels.flat))
    figure.savefig(file)
    pyplot.close(figure)
    return f"the plot is in {file}"


def _draw_points(panels: Sequence[Any], report: Report, points: Sequence[Described]) -> None:
    for peer in report.peers:
        found = [(each.members, summaries(report, each).get(peer.name)) for each in points]
        there = [(members, each) for members, each in found if isinstance(each, Summary)]
        xs = [members for members, _ in there]
        panels[0].plot(xs, [each.per_second for _, each in there], marker="o", label=peer.name)
        panels[1].plot(xs, [each.p99 for _, each in there], marker="o", label=peer.name)
    for panel, what in zip(panels, ("deliveries a second", "p99 of a delivery, ms"), strict=True):
        panel.set(xlabel="members of the room, 16 messages in flight", ylabel=what, xscale="log", yscale="log")
        panel.grid(visible=True, which="both", alpha=0.3)
    panels[0].legend()
