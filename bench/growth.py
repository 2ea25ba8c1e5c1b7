"""What `python -m bench.scale` found, as values, as tables and as a picture."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.figures import Machine, markdown
from bench.plot import draw_panels

# By the heading of a column: one value, or several that stand together.
Figures = Mapping[str, Sequence[float]]


class Growth(msgspec.Struct, frozen=True):
    """How something that grows costs more: `what` grows, and the figures for each size, the smallest first."""

    what: str
    sizes: Mapping[int, Figures]


class Report(msgspec.Struct, frozen=True):
    """All that was measured, and on what."""

    command: Sequence[str]
    machine: Machine
    growths: Sequence[Growth]


# What is shown in a panel of the picture: its name, the heading, which of the values, or the sum of all (None).
_PANELS: Sequence[tuple[str, str, int | None]] = (
    ("processor for a message, µs", "said, µs", None),
    ("memory at the start, MB", "memory, MB", 0),
    ("start, ms", "start, ms", 0),
)
_QUESTIONS = "questions, median ms"
# A table is no wider than this many columns.
_COLUMNS = 8


def tables(report: Report) -> str:
    """All tables as Markdown has them, below a line about the machine."""
    machine = "; ".join(f"{name}: {value}" for name, value in report.machine.described())
    return "\n\n".join([machine, *(table for each in report.growths for table in _tables(each))])


def _tables(growth: Growth) -> Iterator[str]:
    heads = [*dict.fromkeys(head for figures in growth.sizes.values() for head in figures)]
    for first in range(0, len(heads), _COLUMNS):
        shown = heads[first : first + _COLUMNS]
        body = [
            (shown_size(size), *(_shown(figures.get(head, ())) for head in shown))
            for size, figures in growth.sizes.items()
        ]
        yield markdown((growth.what, *shown), body)


def shown_size(size: int) -> str:
    """A size for people: 10⁵, 3·10⁷."""
    digit, zeros = size, 0
    while digit >= 10 and digit % 10 == 0:
        digit, zeros = digit // 10, zeros + 1
    power = f"10{str(zeros).translate(_RAISED)}"
    return f"{size:,}" if digit >= 10 or not zeros else power if digit == 1 else f"{digit}·{power}"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _shown(values: Sequence[float]) -> str:
    return " / ".join(_number(value) for value in values) or "–"


def _number(value: float) -> str:
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def draw(report: Report, file: Path) -> str:
    """Draw into `file`, whose name says which format; returns what to tell about it."""
    return draw_panels(file, (2, 2), (12, 9), lambda panels: _draw_curves(panels, report))


def _draw_curves(panels: Sequence[Any], report: Report) -> None:
    for panel, (name, lines) in zip(panels, curves(report).items(), strict=True):
        _draw_lines(panel, name, lines)


Line = Sequence[tuple[int, float]]


def curves(report: Report) -> Mapping[str, Mapping[str, Line]]:
    """The lines of each panel of the picture, by their labels."""
    found: dict[str, Mapping[str, Line]] = {
        name: {growth.what: line for growth in report.growths if (line := _line(growth, head, which))}
        for name, head, which in _PANELS
    }
    heads = {head: None for growth in report.growths for each in growth.sizes.values() for head in each}
    found[_QUESTIONS] = {
        head.removesuffix(ASKED): line
        for growth in report.growths
        for head in heads
        if head.endswith(ASKED) and (line := _line(growth, head, 0))
    }
    return found


# The end of the headings of questions: the median, the 99th of a hundred, and the median from the disk.
ASKED = ": ms / p99 / cold"


def _line(growth: Growth, head: str, which: int | None) -> Line:
    there = [(size, figures[head]) for size, figures in growth.sizes.items() if head in figures]
    return [(size, sum(values) if which is None else values[which]) for size, values in there]


def _draw_lines(panel: Any, name: str, lines: Mapping[str, Line]) -> None:
    for label, line in lines.items():
        panel.plot([size for size, _ in line], [value for _, value in line], marker="o", label=label)
    panel.set(xlabel="how many there are", ylabel=name, xscale="log", yscale="log")
    panel.grid(visible=True, which="both", alpha=0.3)
    panel.legend()
