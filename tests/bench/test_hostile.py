"""The flood, and what a neighbour notices of it."""

import contextlib
import io
import re

from twisted.trial.unittest import SynchronousTestCase

from bench.__main__ import main
from bench.flood import FLOODS
from bench.hostile import Noticed


class Hostile(SynchronousTestCase):
    """`--only hostile`."""

    def test_promise(self) -> None:
        """One slow answer in a hundred is one too many."""
        for slow, is_kept in ((0, True), (1, False), (50, False)):
            times = [0.01] * (100 - slow) + [0.2] * slow
            self.assertEqual(Noticed(times, [0.01], 1.0, 1.0).is_kept, is_kept)
            self.assertEqual(Noticed([0.01], times, 1.0, 1.0).is_kept, is_kept)

    def test_quick(self) -> None:
        """It runs to its end, with a row without a flood and one for each."""
        with contextlib.redirect_stdout(io.StringIO()) as said:
            main(["--quick", "--only", "hostile"])
        rows = [line for line in said.getvalue().splitlines() if line.startswith("| ")][1:]
        self.assertEqual(len(rows), 3)
        self.assertIn(FLOODS["lines"].what, rows[1])
        self.assertTrue(all(re.search(r"\| [0-9.]+ ms +\|", row) for row in rows), rows)
