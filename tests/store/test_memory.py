"""`MemoryStore` keeps the contract."""

from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.events import Left, Message
from chat.limits import Limits
from chat.store.interfaces import Commit, Draft
from chat.store.memory.store import MemoryStore
from tests.store.accounts import AccountsContract, ChangesContract, DeletedContract, GuestsPastContract
from tests.store.amending import AmendingContract
from tests.store.case import RecordingSink, Store, StoreCase, said
from tests.store.contract import StoreContract
from tests.store.history import HeadsContract, HistoryContract
from tests.store.moderation import ModerationContract
from tests.store.rooms import RoomContract
from tests.store.searching import SearchContract
from tests.store.sent import FilesContract
from tests.store.tokens import TokensContract

LIMITS = Limits(waiting_messages=3, known_rooms=4, remembered_ids=2)


class MemoryCase(StoreCase):
    """A store whose clock is the test's."""

    def make_store(self, limits: Limits) -> Store:
        self._memory = MemoryStore(limits, lambda: self.now)
        return self._memory

    def upkeep(self) -> None:
        self._memory.sweep()


class Journal(MemoryCase, StoreContract, SynchronousTestCase):
    """The journal's contract."""


class History(MemoryCase, HistoryContract, SynchronousTestCase):
    """The contract of the past."""


class Heads(MemoryCase, HeadsContract, SynchronousTestCase):
    """The contract of who belongs where."""


class Search(MemoryCase, SearchContract, SynchronousTestCase):
    """The contract of searches."""


class Rooms(MemoryCase, RoomContract, SynchronousTestCase):
    """The contract of rooms with a state."""


class Amending(MemoryCase, AmendingContract, SynchronousTestCase):
    """The contract of messages that are changed."""


class Accounts(MemoryCase, AccountsContract, SynchronousTestCase):
    """The contract of accounts."""


class Moderation(MemoryCase, ModerationContract, SynchronousTestCase):
    """The contract of what is kept for moderators and operators."""


class Files(MemoryCase, FilesContract, SynchronousTestCase):
    """See `FilesContract`."""


class Tokens(MemoryCase, TokensContract, SynchronousTestCase):
    """The contract of access tokens."""


class Changes(MemoryCase, ChangesContract, SynchronousTestCase):
    """The contract of what is told of accounts."""


class GuestsPast(MemoryCase, GuestsPastContract, SynchronousTestCase):
    """The contract of what a guest said before an account was made."""


class Deleted(MemoryCase, DeletedContract, SynchronousTestCase):
    """The contract of deleted accounts."""


class Memory(SynchronousTestCase):
    """What only this store promises."""

    def setUp(self) -> None:
        self.now = 100.0
        self.sink = RecordingSink()
        self.store = MemoryStore(LIMITS, lambda: self.now)
        self.store.open(self.sink)

    def test_at_once(self) -> None:
        """The commit has come when `append` returns, with the time of the clock."""
        self.store.append(Draft(said("a")))
        self.now = 200.5
        self.store.append(Draft(said("b")))
        self.assertEqual([commit.event.sent_at for commit in self.sink.commits], [100.0, 200.5])

    def test_one_at_a_time(self) -> None:
        """Each commit is a batch of its own, so what it changed is seen by the next."""
        sizes: list[int] = []
        self.sink.also = lambda _: sizes.append(len(self.sink.commits))
        for text in "abc":
            self.store.append(Draft(said(text)))
        self.assertEqual(sizes, [1, 2, 3])

    def test_forgets_old_ids(self) -> None:
        """The last two ids are recognised; one before them is new again."""
        for nonce in ("int:1", "int:2", "int:3", "int:2", "int:3", "int:1"):
            self.store.append(Draft(said("a", nonce=nonce)))
        self.assertEqual([commit.repeat for commit in self.sink.commits], [False, False, False, True, True, False])

    def test_failing_sink(self) -> None:
        """A sink that raised does not keep later events from being committed."""

        def fail_once(commit: Commit) -> None:
            self.sink.also = lambda _: None
            raise ZeroDivisionError

        self.sink.also = fail_once
        self.assertRaises(ZeroDivisionError, self.store.append, Draft(said("a")))
        self.store.append(Draft(said("b")))
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2])

    def test_soon(self) -> None:
        """With a reactor, what has gathered in one turn of it is committed together."""
        turns: list[Callable[[], None]] = []
        store = MemoryStore(LIMITS, lambda: self.now, turns.append)
        store.open(self.sink)
        for text in "ab":
            store.append(Draft(said(text)))
        self.assertEqual(self.sink.commits, [])
        turns.pop()()
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2])
        store.append(Draft(said("c")))
        self.assertEqual((len(turns), len(self.sink.commits)), (1, 2))

    def test_much_in_one_turn(self) -> None:
        """A batch that has become large is committed within the turn, and what is appended meanwhile comes after it."""
        turns: list[Callable[[], None]] = []
        store = MemoryStore(LIMITS, lambda: self.now, turns.append)
        store.open(self.sink)

        def say_more(commit: Commit) -> None:
            self.sink.also = lambda _: None
            for _ in range(1000):
                store.append(Draft(said("b")))

        self.sink.also = say_more
        for _ in range(1000):
            store.append(Draft(said("a")))
        self.assertGreater(len(self.sink.commits), 1000)
        while turns:
            turns.pop()()
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [*range(1, 2001)])
        texts = [commit.event.text for commit in self.sink.commits if isinstance(commit.event, Message)]
        first = texts.index("b")
        self.assertEqual((texts[first : first + 1000], texts.count("a")), (["b"] * 1000, 1000))

    def test_soon_and_stopped(self) -> None:
        """What has gathered is committed before the end; the turn that comes after it finds nothing to do."""
        turns: list[Callable[[], None]] = []
        store = MemoryStore(LIMITS, lambda: self.now, turns.append)
        store.open(self.sink)
        store.append(Draft(said("a")))
        self.successResultOf(store.stop())
        turns.pop()()
        self.assertEqual(len(self.sink.commits), 1)

    def test_rooms_full(self) -> None:
        """With as many rooms as it may count it forgets those without use first, and only then refuses another."""
        store = MemoryStore(Limits(known_rooms=3, kept_messages=2), lambda: self.now)
        store.open(self.sink)
        for room in ("a", "b", "c", "d", "e"):
            store.append(Draft(said("x", room=room)))
        self.assertEqual(store.state().holdings.rooms, 3)
        self.sink.used = {"a", "b", "c", "d", "e"}
        error = self.assertRaises(ChatError, store.append, Draft(said("x", room="f")))
        self.assertEqual(error.code, "rooms_full")
        store.append(Draft(Left(room="f", place="F", sender="Al")))
