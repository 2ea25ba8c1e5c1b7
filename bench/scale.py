"""What grows with the number of rooms, accounts and messages, and how much: `python -m bench.scale`.

Each size is measured once, in a process and a folder of its own. See bench/README.md.
"""

import argparse
import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from bench.figures import put_into, this_machine
from bench.growth import Figures, Growth, Report, draw, tables
from bench.long_past import measure
from bench.many_rooms import measure_accounts, measure_rooms

_CROWDS = (1_000, 10_000, 100_000, 1_000_000)
_JOURNALS = (100_000, 1_000_000, 10_000_000, 100_000_000)
_QUICK = (1_000,)
# How many messages are said among the rooms, and how often each question is asked.
_MESSAGES, _SAMPLES = 20_000, 500
_QUICK_MESSAGES, _QUICK_SAMPLES = 200, 5
# A size for which the disk has not this much, and what it would leave then, is left out.
_BYTES_EACH = 300
_SPARE_BYTES = 25e9

_Measure = Callable[[Path, int, int], Figures]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or read what was measured, and print the tables."""
    options = _options(arguments)
    report = _read(options.read) if options.read is not None else _measure(options)
    print(tables(report))
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    if options.into is not None:
        put_into(options.into, "scale", tables(report))
    if options.plot is not None:
        print(f"\n{draw(report, options.plot)}")
    return 0


def _measure(options: argparse.Namespace) -> Report:
    messages, samples = (_QUICK_MESSAGES, _QUICK_SAMPLES) if options.quick else (_MESSAGES, _SAMPLES)
    with tempfile.TemporaryDirectory(dir=options.data) as folder:
        plans: Sequence[tuple[str, _Measure, Sequence[int], int]] = (
            ("rooms", measure_rooms, options.rooms, messages),
            ("accounts", measure_accounts, options.accounts, messages),
            ("messages", measure, options.messages, samples),
        )
        growths = [
            Growth(what, {size: _in_process(Path(folder), each, size, effort) for size in sizes if _fits(folder, size)})
            for what, each, sizes, effort in plans
        ]
        return Report(sys.argv, this_machine(Path(folder)), growths)


def _in_process(folder: Path, each: _Measure, size: int, effort: int) -> Figures:
    """Measure one size in a new process, whose memory nothing else has used, and a new folder."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(dir=folder) as own, ProcessPoolExecutor(1, spawn) as pool:
        return pool.submit(each, Path(own), size, effort).result()


def _fits(folder: str, size: int) -> bool:
    fits = shutil.disk_usage(folder).free > _BYTES_EACH * size + _SPARE_BYTES * (size > max(_CROWDS))
    if not fits:
        print(f"bench: {size:,} are left out, the disk has no space for them", file=sys.stderr)
    return fits


def _read(file: Path) -> Report:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError) as error:
        raise SystemExit(f"bench: cannot read {file}: {error}") from None


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="check that it runs; the figures mean little")
    for what, sizes in (("rooms", _CROWDS), ("accounts", _CROWDS), ("messages", _JOURNALS)):
        parser.add_argument(f"--{what}", type=int, nargs="*", metavar="N", help=f"sizes [default: {sizes}]")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the databases are made, and deleted")
    parser.add_argument("--json", type=Path, metavar="FILE", help="a file for the same figures")
    parser.add_argument("--read", type=Path, metavar="FILE", help="measure nothing: take the figures of such a file")
    parser.add_argument("--into", type=Path, metavar="DOCUMENT", help="a document with a place for the tables")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a .png or .svg of the curves")
    options = parser.parse_args(arguments)
    for what, sizes in (("rooms", _CROWDS), ("accounts", _CROWDS), ("messages", _JOURNALS)):
        if getattr(options, what) is None:
            setattr(options, what, _QUICK if options.quick else sizes)
    return options


if __name__ == "__main__":
    raise SystemExit(main())
