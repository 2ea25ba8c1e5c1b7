"""Fifty thousand rooms and conversations: what is kept of them in memory is bounded, and they are forgotten."""

from twisted.trial.unittest import SynchronousTestCase

from chat.limits import Limits
from chat.store.interfaces import Draft
from tests.store.case import StoreCase, came, said, sent, went
from tests.store.test_memory import MemoryCase
from tests.store.test_sqlite import SqliteCase

ROOMS = 50_000
LIMITS = Limits(told_rooms=1000, unwritten_events=10_000)


class Floods(StoreCase):
    """Mixed into the test case of each store."""

    def flood(self) -> None:
        """Forty guests of many addresses come to rooms, and go, and write to people who are here."""
        for number in range(ROOMS):
            holder = f"at 192.0.2.{number // 900}"
            room = f"den{number}"
            sender = f"mal{number % 40}"
            events = (came(sender, room), went(sender, room)) if number % 5 else (sent("x", f"friend{number}", sender),)
            for event in events:
                self.store.append(Draft(event, waits=False, holder=holder))
            if not number % 5:
                self.store.acknowledge(f"friend{number}", events[0].room, 1)
            if number % 1000 == 0:
                self.settle()
        self.settle()

    def test_many(self) -> None:
        """Others go on meanwhile and afterwards, and only what somebody may want to read is left."""
        self.start(LIMITS)
        self.flood()
        events = said("a"), sent("b"), came(room="attic")
        commits = self.append_drafts(*(Draft(event, holder="at 198.51.100.1") for event in events))
        self.assertEqual(len(commits), 3)
        self.sink.used = {"attic"}
        self.upkeep()
        rooms = self.store.state().holdings.rooms
        self.assertLessEqual(rooms, ROOMS // 5 + 3)
        self.assertLess(self.counted(), 12_000)
        self.assertEqual(self.append(said("c"))[0].event.seq, commits[0].event.seq + 1)

    def counted(self) -> int:
        """The most that is counted of anything in memory."""
        kept = [self.store, *vars(self.store).values()]
        return max(
            len(each) for one in kept for each in getattr(one, "__dict__", {}).values() if isinstance(each, dict)
        )


class InMemory(MemoryCase, Floods, SynchronousTestCase):
    """The memory store."""


class OnDisk(SqliteCase, Floods, SynchronousTestCase):
    """The SQLite store."""
