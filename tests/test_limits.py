"""The table of limits."""

from dataclasses import FrozenInstanceError, fields

from twisted.trial.unittest import SynchronousTestCase

from chat.limits import TOLD, Limits, told_to_clients


class Table(SynchronousTestCase):
    """Each limit explains itself."""

    def test_explained(self) -> None:
        """Every limit has a unit and a reason, and allows something."""
        for field in fields(Limits):
            self.assertTrue(field.metadata["unit"], field.name)
            self.assertGreater(len(field.metadata["reason"].split()), 3, field.name)
            self.assertGreater(getattr(Limits(), field.name), 0, field.name)

    def test_named_by_unit(self) -> None:
        """A name that ends in a unit has that unit."""
        for field in fields(Limits):
            last = field.name.rpartition("_")[2]
            if last in ("bytes", "characters", "seconds", "messages", "ids", "rooms"):
                self.assertEqual(field.metadata["unit"], last, field.name)

    def test_shared(self) -> None:
        """Nobody changes the limits that all share."""
        self.assertRaises(FrozenInstanceError, setattr, Limits(), "max_clients", 5)

    def test_told(self) -> None:
        """Clients are told limits of the table, as this server has them."""
        told = told_to_clients(Limits(line_bytes=77))
        self.assertEqual(tuple(told), TOLD)
        self.assertEqual((told["line_bytes"], told["message_lines"]), (77, 100))
        self.assertLessEqual(set(TOLD), {field.name for field in fields(Limits)})
