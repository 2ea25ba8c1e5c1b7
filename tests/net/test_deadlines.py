"""Many deadlines, one timer."""

from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.net.deadlines import Deadlines

SECONDS = 10


class Watch:
    """Deadlines on a clock; `expired` lists what expired and when. `also` is done first for each."""

    def __init__(self, also: Callable[["Watch", str], None] = lambda *_: None) -> None:
        self.clock = Clock()
        self.expired: list[tuple[str, float]] = []
        self.deadlines = Deadlines[str](SECONDS, self._expire)
        self.deadlines.start(self.clock)
        self._also = also

    def at(self, seconds: float, *items: str) -> None:
        """Let it be `seconds`, and add the items."""
        self.clock.pump([0.5] * round((seconds - self.clock.seconds()) * 2))
        for item in items:
            self.deadlines.add(item)

    def timers(self) -> int:
        return len(self.clock.getDelayedCalls())

    def _expire(self, item: str) -> None:
        self.expired.append((item, self.clock.seconds()))
        self._also(self, item)


class Expiry(SynchronousTestCase):
    """Each item expires in its time."""

    def test_each(self) -> None:
        """Items expire in the order they were added, each after the delay and once."""
        watch = Watch()
        watch.at(0, "a")
        watch.at(1, "b", "c")
        watch.at(9.5)
        self.assertEqual(watch.expired, [])
        watch.at(100)
        self.assertEqual(watch.expired, [("a", 10), ("b", 11), ("c", 11)])

    def test_discard(self) -> None:
        """What is discarded does not expire; the others do, in their time, also where it was the next."""
        watch = Watch()
        watch.at(0, "a")
        watch.at(4, "b", "c")
        watch.deadlines.discard("a")
        watch.deadlines.discard("c")
        watch.deadlines.discard("never added")
        watch.at(100)
        self.assertEqual(watch.expired, [("b", 14)])

    def test_again(self) -> None:
        """What is added again gets the whole time again, and delays nobody else."""
        watch = Watch()
        watch.at(0, "a")
        watch.at(1, "b")
        watch.at(5, "a")
        watch.at(100)
        self.assertEqual(watch.expired, [("b", 11), ("a", 15)])

    def test_added_by_expiry(self) -> None:
        """An expiry may add items, also itself."""
        watch = Watch(lambda watch, item: watch.deadlines.add(item))
        watch.at(0, "a")
        watch.at(30)
        self.assertEqual(watch.expired, [("a", 10), ("a", 20), ("a", 30)])

    def test_discarded_by_expiry(self) -> None:
        """An expiry may discard items that are due in the same moment: they do not expire."""
        watch = Watch(lambda watch, _: watch.deadlines.discard("b"))
        watch.at(0, "a", "b", "c")
        watch.at(10)
        self.assertEqual(watch.expired, [("a", 10), ("c", 10)])

    def test_restarted_by_expiry(self) -> None:
        """An expiry may add anew an item that is due in the same moment: it gets the whole time again."""
        watch = Watch(lambda watch, item: watch.deadlines.add("b") if item == "a" else None)
        watch.at(0, "a", "b")
        watch.at(100)
        self.assertEqual(watch.expired, [("a", 10), ("b", 20)])

    def test_stopped_by_expiry(self) -> None:
        """An expiry may stop everything."""
        watch = Watch(lambda watch, _: watch.deadlines.stop())
        watch.at(0, "a", "b")
        watch.at(10)
        self.assertEqual((watch.expired, watch.timers()), ([("a", 10)], 0))

    @given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans(), st.integers(0, 12)), max_size=30))
    @settings(deadline=None)
    def test_model(self, steps: Sequence[tuple[str, bool, int]]) -> None:
        """Whatever is added and discarded when, each expires when it should, on one timer."""
        watch, due, expected, now = Watch(), dict[str, int](), set[tuple[str, float]](), 0
        for item, add, pause in [*steps, ("a", False, SECONDS)]:
            if add:
                watch.deadlines.add(item)
                due[item] = now + SECONDS
            else:
                watch.deadlines.discard(item)
                due.pop(item, None)
            self.assertLessEqual(watch.timers(), 1)
            now += pause
            watch.at(now)
            expected |= {(item, time) for item, time in due.items() if time <= now}
            due = {item: time for item, time in due.items() if time > now}
        self.assertEqual(sorted(watch.expired), sorted(expected))


class Timer(SynchronousTestCase):
    """What it costs the clock."""

    def test_one(self) -> None:
        """A thousand items need one timer, and none needs none."""
        watch = Watch()
        self.assertEqual(watch.timers(), 0)
        watch.at(0, *map(str, range(500)))
        watch.at(5, *map(str, range(500, 1000)))
        self.assertEqual(watch.timers(), 1)
        watch.at(12)
        self.assertEqual((len(watch.expired), watch.timers()), (500, 1))
        watch.at(100)
        self.assertEqual((len(watch.expired), watch.timers()), (1000, 0))

    def test_not_started(self) -> None:
        """Before the start nothing expires and no timer runs."""
        expired: list[str] = []
        deadlines = Deadlines[str](SECONDS, expired.append)
        deadlines.add("a")
        deadlines.discard("a")
        deadlines.stop()
        self.assertEqual(expired, [])

    def test_stop(self) -> None:
        """After the stop nothing expires and no timer is left; it can be started again."""
        watch = Watch()
        watch.at(0, "a")
        watch.deadlines.stop()
        watch.deadlines.add("b")
        self.assertEqual(watch.timers(), 0)
        watch.deadlines.start(watch.clock)
        watch.at(50, "c")
        watch.at(100)
        self.assertEqual(watch.expired, [("c", 60)])


class Age(SynchronousTestCase):
    """Who has waited for how long."""

    def test_older_than(self) -> None:
        """The oldest come first; whoever begins anew is young again, and while time stands still there is nobody."""
        watch = Watch()
        watch.at(0, "a", "b")
        watch.at(2, "c")
        watch.at(4, "a")
        self.assertEqual(list(watch.deadlines.older_than(2)), ["b", "c"])
        self.assertEqual(list(watch.deadlines.older_than(3)), ["b"])
        self.assertEqual(list(Deadlines[str](SECONDS, print).older_than(0)), [])
