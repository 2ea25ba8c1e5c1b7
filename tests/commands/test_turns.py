"""Commands in one paste: each waits until the journal has answered those before it."""

from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.hub.hub import Hub
from chat.hub.powers import POWERS
from chat.limits import Limits
from tests.fresh import fresh_accounts
from tests.matrix.table import ROWS, Row
from tests.store.late import LateStore
from tests.transcript import MemoryConnection, MemoryWire

# The room is new: its first seq is that of Olga's own entering.
_BLANKS = {"room": "den", "name": "Max", "own": 2, "other": 2, "new": "lair"}


class OnePaste(SynchronousTestCase):
    """Olga makes a room, and gives a command about it in the same breath, over a store that takes its time."""

    def setUp(self) -> None:
        self.store, limits = LateStore(), Limits()
        accounts = fresh_accounts(self.store.accounts, limits, lambda: 0.0, Policy())
        self.wire = MemoryWire()
        self.wire.serve(Hub(self.store, accounts, limits))
        self.olga, *_ = (self._person(name) for name in ("Olga", "Max", "Ida"))

    def _person(self, name: str) -> MemoryConnection:
        person = self.wire.connect()
        person.send(f"server:register {name} correct-horse")
        self._settle()
        return person

    def _settle(self) -> None:
        # An answer of the store may be followed by one more question.
        for _ in range(5):
            self.store.flush()

    def _answers(self, row: Row, *, at_once: bool) -> list[str]:
        list(iter(self.olga.pending, None))
        typed = row.filled(_BLANKS).typed
        for line in ("join den", "server:say first", *(typed or "").split("\n")):
            self.olga.send(line)
            if not at_once:
                self._settle()
        self._settle()
        return list(iter(self.olga.pending, None))

    def _check(self, row: Row) -> None:
        slowly = self._answers(row, at_once=False)
        self.setUp()
        answers = self._answers(row, at_once=True)
        self.assertEqual(answers, slowly, row.typed)
        self.assertTrue(slowly or row.command in ("message", "say", "begin", "reply"), row.typed)
        self.assertEqual([answer for answer in answers if "nobody owns" in answer], [], row.typed)

    def test_all_powers(self) -> None:
        """Every command of the table of powers is among those that are tried here."""
        self.assertLessEqual(POWERS.keys(), {row.power for row in ROWS if row.typed is not None})


def _add(row: Row, number: int) -> None:
    setattr(OnePaste, f"test_{number:02}_{row.command}", lambda self: self._check(row))


for _number, _row in enumerate(ROWS):
    if _row.typed is not None and _row.command != "join":
        _add(_row, _number)
