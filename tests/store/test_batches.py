"""What is committed together, and when the writer begins."""

from chat.store.interfaces import Draft
from tests.store.case import said
from tests.store.folders import StoreCase


class Batches(StoreCase):
    """Drafts that come in one turn of the reactor."""

    def say(self, count: int) -> None:
        """They come, and the turn has not ended."""
        for number in range(count):
            self.store.append(Draft(said(f"text {number}")))

    def committed(self) -> int:
        """How many are in the database, when the writer has done what it was given."""
        return self.store._writer.ask(lambda writer: writer.numbers.last_id)

    def test_turn(self) -> None:
        """They are one batch, which the writer gets when the turn ends."""
        self.say(5)
        self.assertEqual(self.committed(), 0)
        # What the turn left to do, and no more.
        self.reactor.turn()
        self.assertEqual(self.committed(), 5)
        self.reactor.turn()
        self.assertEqual(len(self.sink.commits), 5)
        sizes = self.store.state().batches
        self.assertEqual((sizes.cumulative()[-1], sizes.sum), (1, 5))

    def test_alone(self) -> None:
        """One that comes alone waits for nothing else, and neither do those after it."""
        for number in range(3):
            self.say(1)
            self.reactor.turn()
            self.assertEqual(self.committed(), number + 1)
            # The commit is told.
            self.reactor.turn()

    def test_long_turn(self) -> None:
        """Of a hundred the first are written while the rest comes."""
        self.say(250)
        self.assertEqual(self.committed(), 200)
        while len(self.sink.commits) < 250:
            self.reactor.turn()

    def test_flush(self) -> None:
        """All that came is written when somebody needs it, in the middle of a turn."""
        self.say(3)
        self.reactor.wait(self.store._batches.flush())
        self.assertEqual(self.committed(), 3)
