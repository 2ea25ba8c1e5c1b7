"""`python -m tests.crash --kills 1000 [--seed N]`: the experiment at any length, with its figures."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.harness import Experiment


def main() -> int:
    """Run it; the status is 1 if anything was lost, doubled or reordered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
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
    for fault in outcome.faults[:50]:
        print(f"! {fault}")
    return 1 if outcome.faults else 0


sys.exit(main())
