"""The cost of storing: the server's speed with a disk, and its answers from a million messages.

`python -m bench.store` measures each thing in some rounds, and prints the median and the best beside what was promised.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench import questions, reactor_time, served
from bench.corpus import Shape, prepare
from bench.figures import Figure, Others, table, this_machine, write_json


class Effort(NamedTuple):
    """How much is done: `rounds` of everything; for how many `seconds` messages are sent; and so on."""

    rounds: int
    seconds: float
    batches: int
    samples: int
    kept: int


FULL = Effort(rounds=3, seconds=10.0, batches=40, samples=2000, kept=1_000_000)
QUICK = Effort(rounds=1, seconds=2.0, batches=4, samples=20, kept=20_000)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table. The exit status is 1 if a target was missed."""
    options = _options(arguments)
    effort = QUICK if options.quick else FULL
    with ExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        machine = this_machine(folder)
        print("\n".join(f"{name}: {value}" for name, value in machine.described()), end="\n\n", flush=True)
        others = Others()
        found = [*_measure(folder, effort, options.messages or effort.kept), others.figure()]
    print(table(found))
    if options.json is not None:
        write_json(options.json, machine, found)
    return int(any(each.is_met is False for each in found))


def _measure(folder: Path, effort: Effort, kept: int) -> Iterator[Figure]:
    yield from served.figures(folder, effort.rounds, effort.seconds)
    yield from reactor_time.figures(effort.rounds, effort.batches)
    shape = Shape(kept)
    prepare(folder, shape)
    yield from questions.figures(folder, shape, effort.rounds, effort.samples)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="check that it runs; the figures mean little")
    parser.add_argument("--messages", type=int, help="how many messages are kept where answers are timed")
    parser.add_argument("--data", type=Path, help="a folder to keep them in for the next time, and the servers' data")
    parser.add_argument("--json", type=Path, help="a file for the same figures, with those of each round")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
