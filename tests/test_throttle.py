"""How fast one connection may send."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.throttle import Buckets, TokenBucket


class Bucket(SynchronousTestCase):
    """Ten lines a second, and five at once."""

    def taken(self, times: Sequence[float], now: float = 0.0) -> Sequence[bool]:
        bucket = TokenBucket(10, 5, now)
        return [bucket.take(time) for time in times]

    def test_burst(self) -> None:
        """The burst goes through at once, whatever the clock shows; the line after it does not."""
        for now in (0.0, 1e9, -5.0):
            self.assertEqual(self.taken([now] * 6, now), [True] * 5 + [False])

    def test_steady(self) -> None:
        """At the rate, lines go through for ever."""
        self.assertTrue(all(self.taken([number * 0.1 for number in range(1000)])))

    def test_refill(self) -> None:
        """After a rest as many lines are allowed as it was long, and never more than the burst."""
        self.assertEqual(self.taken([0.0] * 5 + [0.25] * 3), [True] * 7 + [False])
        self.assertEqual(self.taken([0.0] * 5 + [1000.0] * 6), [True] * 10 + [False])

    def test_debt(self) -> None:
        """A line that was too many is made up for before the next goes through."""
        self.assertEqual(self.taken([0.0] * 7 + [0.25, 0.45]), [True] * 5 + [False, False, False, True])

    def test_no_limit(self) -> None:
        """A rate of 0 lets everything through."""
        bucket = TokenBucket(0, 5, 0.0)
        self.assertTrue(all(bucket.take(0.0) for _ in range(1000)))

    def test_was_full(self) -> None:
        """It tells whether all lines before the last one had been made up for."""
        bucket = TokenBucket(10, 5, 0.0)
        full = []
        for now in (0.0, 0.0, 0.15, 1.0, 1.05):
            bucket.take(now)
            full.append(bucket.was_full)
        self.assertEqual(full, [True, False, False, True, False])

    def test_all_or_none(self) -> None:
        """Lines that would be too many together are not counted, if that is wanted."""
        bucket = TokenBucket(10, 5, 0.0)
        taken = [bucket.take(0.0, count, or_none=True) for count in (6, 3, 3, 2, 1)]
        self.assertEqual((taken, bucket.taken), ([False, True, False, True, False], 5))
        self.assertTrue(bucket.take(0.1, or_none=True))
        self.assertTrue(TokenBucket(0, 5, 0.0).take(0.0, 100, or_none=True))

    @given(st.floats(0.1, 1000), st.integers(1, 500), st.lists(st.floats(0, 2), max_size=100))
    @settings(deadline=None)
    def test_never_more(self, rate: float, burst: int, pauses: Sequence[float]) -> None:
        """However they are spread, no more lines go through than the burst and the rate allow."""
        now, bucket = 0.0, TokenBucket(rate, burst, 0.0)
        through = 0
        for pause in pauses:
            now += pause
            through += bucket.take(now)
            self.assertLessEqual(through, burst + rate * now + 1e-6)

    def test_most_owed(self) -> None:
        """However many come at once, what is owed has been made up for after a known time."""
        bucket = TokenBucket(10, 5, 0, most_owed=20)
        self.assertFalse(bucket.take(0, 1_000_000))
        self.assertFalse(bucket.has_recovered(1.9))
        self.assertTrue(bucket.has_recovered(2))


class Sources(SynchronousTestCase):
    """Many addresses, each with its own pace."""

    def test_apart(self) -> None:
        """What one address has too much of, another has not; what is refused is not counted."""
        buckets = Buckets(1, 2)
        self.assertEqual([buckets.take("a", 0.0) for _ in range(4)], [True, True, False, False])
        self.assertTrue(buckets.take("b", 0.0))
        self.assertEqual([buckets.take("a", 1.0) for _ in range(2)], [True, False])

    def test_no_limit(self) -> None:
        """A rate of 0 is no limit."""
        buckets = Buckets(0, 1)
        self.assertTrue(all(buckets.take("a", 0.0) for _ in range(100)))

    def test_forgotten(self) -> None:
        """The sources that are remembered are limited, and the latest are."""
        buckets = Buckets(1, 1)
        for number in range(10_001):
            self.assertTrue(buckets.take(number, 0.0))
        self.assertEqual([buckets.take(number, 0.0) for number in (10_000, 0)], [False, True])

    def test_debts_are_kept(self) -> None:
        """Those are forgotten first that have made up for everything: new ones do not end an old debt."""
        buckets = Buckets(1, 2)
        buckets.of("debtor", 0.0).take(0.0, 1000)
        for number in range(30_000):
            buckets.take(number, number / 100)
        self.assertFalse(buckets.of("debtor", 300.0).has_recovered(300.0))

    def test_taken(self) -> None:
        """How much came from a source can be looked at, without remembering it for that."""
        buckets = Buckets(0, 1)
        buckets.of("a", 0.0).take(0.0, 3)
        self.assertEqual((buckets.taken("a"), buckets.taken("b")), (3, 0))
