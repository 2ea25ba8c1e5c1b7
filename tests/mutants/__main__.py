"""`python -m tests.mutants`: what share of small faults in the core is noticed by its tests, and which are not."""

import argparse
import random
import sys
from collections.abc import Sequence
from contextlib import closing
from signal import SIG_IGN, SIGTERM, signal
from time import monotonic
from types import FrameType

from tests.mutants.mutations import Mutant, mutants
from tests.mutants.running import FailingTestsError, Result, Verdict, copies, run
from tests.mutants.tables import EQUIVALENTS, MODULES
from tests.running import ROOT


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status: 1 where fewer than `--least` per cent were noticed in a module.

    SIGTERM ends a run as Ctrl-C does: the copies of the tree are removed.
    """
    signal(SIGTERM, _end)
    options = _parse(arguments)
    is_well = True
    with copies(options.jobs) as trees:
        for name in options.module or MODULES:
            begun, results = monotonic(), list[Result]()
            chosen = sample(name, options.sample, options.seed)
            try:
                with closing(run(trees, path_of(name), chosen, MODULES[name])) as judged:
                    for result in judged:
                        results.append(result)
                        if result.verdict is Verdict.SURVIVED:
                            print(_told(name, result.mutant), flush=True)
            except FailingTestsError as error:
                print(error, file=sys.stderr)
                return 2
            share, seconds = rate(results), monotonic() - begun
            print(f"{name:20} {int(share):3} % of {len(results)} mutants noticed in {seconds:.0f} s", flush=True)
            is_well = is_well and share >= options.least
    return int(not is_well)


def _end(number: int, _: FrameType | None) -> None:
    # A second one, as `timeout` and a shell may both send, would end the clearing away.
    signal(number, SIG_IGN)
    sys.exit(128 + number)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--module", action="append", choices=list(MODULES), metavar="NAME", help="one of them, or more")
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="mutants of each module [%(default)s]")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), metavar="N", help="which ones [any]")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many are tried at a time [%(default)s]")
    parser.add_argument("--least", type=float, default=90, metavar="N", help="per cent to be noticed [%(default)g]")
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}", flush=True)
    return options


def path_of(name: str) -> str:
    """Where the module called `name` is in the tree."""
    return f"chat/{name}.py"


def sample(name: str, count: int, seed: int) -> Sequence[Mutant]:
    """Up to `count` mutants of a module, in the order of their lines; none that nothing can notice."""
    known = {(each.text, each.after) for each in EQUIVALENTS if each.module == name}
    every = [each for each in mutants((ROOT / path_of(name)).read_text()) if (each.text, each.after) not in known]
    chosen = random.Random(f"{seed} {name}").sample(every, min(count, len(every)))
    return sorted(chosen, key=lambda mutant: mutant.line)


def rate(results: Sequence[Result]) -> float:
    """How many per cent were noticed."""
    noticed = sum(result.verdict is not Verdict.SURVIVED for result in results)
    return 100 * noticed / max(1, len(results))


def _told(name: str, mutant: Mutant) -> str:
    return f"{path_of(name)}:{mutant.line}: {mutant.what}: {mutant.before} -> {mutant.after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
