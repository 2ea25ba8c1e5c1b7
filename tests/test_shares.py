"""What nobody may take all of."""

from twisted.trial.unittest import SynchronousTestCase

from chat.shares import Share, Shares


class Holders(SynchronousTestCase):
    """Ten there are, and four for each."""

    def setUp(self) -> None:
        self.shares = Shares(Share(10, 4))

    def test_each(self) -> None:
        """One holder's share is used up, and another's is not."""
        self.shares.take("al", 4)
        self.assertFalse(self.shares.has_room("al"))
        self.assertTrue(self.shares.has_room("bo", 4))
        self.assertFalse(self.shares.has_room("bo", 5))

    def test_total(self) -> None:
        """Where all is taken nobody has more, whatever their own share."""
        for holder, amount in (("al", 4), ("bo", 4), ("cy", 2)):
            self.shares.take(holder, amount)
        self.assertFalse(self.shares.has_room("di"))
        self.shares.give_back("al")
        self.assertTrue(self.shares.has_room("di"))
        self.assertEqual(self.shares.total, 9)

    def test_nothing_is_remembered(self) -> None:
        """A holder that gave all back takes no memory."""
        self.shares.take("al", 2)
        self.shares.give_back("al")
        self.assertEqual(self.shares.largest(5), [("al", 1)])
        self.shares.give_back("al")
        self.assertEqual(self.shares.largest(5), [])

    def test_largest(self) -> None:
        """Who has the most comes first."""
        self.shares.take("al", 1)
        self.shares.take("bo", 3)
        self.assertEqual(self.shares.largest(1), [("bo", 3)])
