"""`python -m tests.crash --kills 1000 [--seed N] [--club]`: the experiments at any length, with their figures."""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.crash.club_experiment import ClubExperiment
from tests.crash.harness import Experiment


def main() -> int:
    """Run it; the status is 1 if anything was lost, doubled or reordered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--club", action="store_true", help="a private room in which people change what is there")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    if options.club:
        return _run_club(options.kills, options.seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = Experiment(Path(folder), options.seed).run(options.kills)
    print(f"{outcome.kills} kills in {time.monotonic() - began:.0f} s")
    print(f"in the room: {outcome.acknowledged} messages acknowledged to those who are told, {outcome.stored} stored,")
    print(f"  {outcome.heard} heard by two listeners")
    print(f"between friends: {outcome.direct} acknowledged, {outcome.received} received")
    print(f"over HTTP: {outcome.posted} posted and acknowledged, {outcome.followed} heard by two followers")
    print(f"on the devices of four accounts, who came and went: {outcome.missed} heard")
    print(f"came more than once, with the same seq: {outcome.doubled}; faults: {len(outcome.faults)}")
    return _shown(outcome.faults)


def _run_club(kills: int, seed: int) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = ClubExperiment(Path(folder), seed).run(kills)
    print(f"{outcome.kills} kills in {time.monotonic() - began:.0f} s")
    print(f"in the club: {outcome.changed} messages and changes acknowledged; faults: {len(outcome.faults)}")
    return _shown(outcome.faults)


def _shown(faults: Sequence[str]) -> int:
    for fault in faults[:50]:
        print(f"! {fault}")
    return 1 if faults else 0


sys.exit(main())
