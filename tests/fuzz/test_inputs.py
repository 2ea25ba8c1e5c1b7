"""Ten thousand mutated conversations on each wire. Every run tries the same; `python -m tests.fuzz` looks further."""

from random import Random

from twisted.trial.unittest import SynchronousTestCase

from tests.fuzz.inputs import WIRES, mutated
from tests.fuzz.target import Target

INPUTS = 10_000
SEED = 5


class Mutated(SynchronousTestCase):
    """Nothing fails, and no neighbour is disturbed."""

    def try_all(self, wire: str) -> None:
        """Feed the inputs of `wire`; tells the first that did harm."""
        target, random = Target(), Random(f"{SEED} {wire}")
        self.addCleanup(target.close)
        for number in range(INPUTS):
            chunks = mutated(wire, random)
            target.feed(chunks)
            self.flushLoggedErrors()
            self.assertEqual(target.faults, [], f"input {number}: {chunks}")

    def test_text(self) -> None:
        """What people type."""
        self.try_all("text")

    def test_ndjson(self) -> None:
        """What programs send."""
        self.try_all("ndjson")

    def test_websocket(self) -> None:
        """What pages send."""
        self.try_all("websocket")

    def test_http(self) -> None:
        """What browsers and curl send."""
        self.try_all("http")

    def test_all_wires(self) -> None:
        """Each wire has a test here."""
        self.assertEqual([name for name in WIRES if not hasattr(self, f"test_{name}")], [])
