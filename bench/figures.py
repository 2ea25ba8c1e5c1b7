"""Measured figures beside their promises, and the machine."""

import os
import platform
import re
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import msgspec

import twisted
from bench.processes import busy_seconds


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was measured, once in each of some `rounds`; its result is the median of them.

    `target` is the most, or if `more_is_better` the least, that it should be; None where nothing is promised.
    """

    name: str
    unit: str
    rounds: Sequence[float]
    target: float | None = None
    more_is_better: bool = False

    @property
    def result(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def best(self) -> float:
        """The best round."""
        return max(self.rounds) if self.more_is_better else min(self.rounds)

    @property
    def is_met(self) -> bool | None:
        """Whether the result keeps its promise; None if there is none."""
        if self.target is None:
            return None
        return self.result >= self.target if self.more_is_better else self.result <= self.target


class Machine(msgspec.Struct, frozen=True):
    """What the figures were measured on. `sync_ms` is the median of how long it takes to append a page and sync it."""

    processor: str
    processors: int
    kernel: str
    python: str
    sqlite: str
    twisted: str
    load: float
    sync_ms: float

    def described(self) -> Sequence[tuple[str, str]]:
        """Each of that for people."""
        return [(name, f"{value:.3g}" if isinstance(value, float) else str(value)) for name, value in _fields(self)]


def this_machine(folder: Path) -> Machine:
    """This one, with the disk that `folder` is on."""
    return Machine(
        processor=_processor(),
        processors=os.cpu_count() or 1,
        kernel=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        twisted=twisted.__version__,
        load=os.getloadavg()[0],
        sync_ms=_sync_ms(folder / "sync"),
    )


class Others:
    """Processor time of other programs since this object was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._seconds = self._taken()

    def figure(self) -> Figure:
        """How many processors they had, on average."""
        share = (self._taken() - self._seconds) / (time.perf_counter() - self._began)
        return Figure(name="processors that other programs took meanwhile", unit="of them", rounds=[max(share, 0.0)])

    @staticmethod
    def _taken() -> float:
        return busy_seconds() - sum(os.times()[:4])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Append how many milliseconds the body takes."""
    began = time.perf_counter()
    yield
    into.append((time.perf_counter() - began) * 1000)


def table(figures: Sequence[Figure]) -> str:
    """The figures for people, a row each, as Markdown has it."""
    return markdown(
        ("what", "target", "median", "best", ""),
        [
            (each.name, _target(each), _shown(each, each.result), _shown(each, each.best), _verdict(each))
            for each in figures
        ],
    )


def markdown(heads: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A table as Markdown has it, in columns for who reads it as it is."""
    rows = [heads, *body]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def put_into(document: Path, name: str, tables: str) -> None:
    """Put tables into a document, between `<!-- table: NAME -->` and `<!-- end -->`."""
    section = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    document.write_text(section.sub(lambda match: f"{match[1]}{tables}\n{match[2]}", document.read_text()))


def write_json(file: Path, machine: Machine, figures: Sequence[Figure]) -> None:
    """The same for programs, with all rounds."""
    rows = [{**msgspec.to_builtins(each), "result": each.result, "is_met": each.is_met} for each in figures]
    report = {"command": sys.argv, "machine": msgspec.to_builtins(machine), "figures": rows}
    file.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")


def _fields(machine: Machine) -> Sequence[tuple[str, object]]:
    return [(name, getattr(machine, name)) for name in machine.__struct_fields__]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _shown(figure: Figure, value: float) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {figure.unit}"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'≥' if figure.more_is_better else '≤'} {figure.target:,g} {figure.unit}"


def _verdict(figure: Figure) -> str:
    return {None: "", True: "met", False: "missed"}[figure.is_met]


def _sync_ms(file: Path) -> float:
    took: list[float] = []
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(100):
            with timed(took):
                os.write(descriptor, bytes(4096))
                os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
        file.unlink()
    return median(took)
