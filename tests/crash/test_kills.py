"""Ten kills, of the thousand that `python -m tests.crash` makes by hand."""

import random
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.crash.club_experiment import ClubExperiment
from tests.crash.harness import Experiment


class Kills(SynchronousTestCase):
    """`kill -9` at any instant."""

    def test_nothing_acknowledged_is_lost(self) -> None:
        """Every acknowledged message is stored once, at the place it was told, and in everybody's view, once."""
        seed = random.randrange(2**32)
        with tempfile.TemporaryDirectory() as folder:
            outcome = Experiment(Path(folder), seed).run(10)
        self.assertEqual(list(outcome.faults), [], f"seed {seed}")
        self.assertGreater(outcome.acknowledged, 100)
        self.assertGreater(outcome.heard, 100)
        self.assertGreater(outcome.received, 20)
        self.assertGreater(outcome.missed, 100)
        # On a busy machine these get the fewest turns.
        self.assertGreater(min(outcome.posted, outcome.followed), 5)

    def test_changes(self) -> None:
        """In a private room every acknowledged change is stored once, and told once; deleted texts are nowhere."""
        seed = random.randrange(2**32)
        with tempfile.TemporaryDirectory() as folder:
            outcome = ClubExperiment(Path(folder), seed).run(5)
        self.assertEqual(list(outcome.faults), [], f"seed {seed}")
        self.assertGreater(outcome.changed, 50)
