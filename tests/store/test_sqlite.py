"""`SqliteStore` keeps the contract, and what it says of itself, on a real file."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.admin.upkeep import STEP_SECONDS, Pruning
from chat.limits import Limits
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.store import SqliteStore
from tests.running import SECONDS
from tests.store.accounts import AccountsContract, ChangesContract, DeletedContract, GuestsPastContract
from tests.store.amending import AmendingContract
from tests.store.case import Store, StoreCase, result_of
from tests.store.contract import StoreContract
from tests.store.history import HeadsContract, HistoryContract
from tests.store.moderation import ModerationContract
from tests.store.rooms import RoomContract
from tests.store.searching import SearchContract
from tests.store.sent import FilesContract
from tests.store.tokens import TokensContract

T = TypeVar("T")


class Reactor:
    """Stands for the reactor's thread: calls from others are kept until `turn` makes them."""

    def __init__(self) -> None:
        self._calls = SimpleQueue[Callable[[], object]]()

    def call(self, call: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        """See `InReactor`."""
        self._calls.put(lambda: call(*args, **kwargs))
        return None

    def turn(self) -> None:
        """Make one call, waiting for it."""
        self._calls.get(timeout=SECONDS)()

    def wait(self, deferred: Deferred[T]) -> T:
        """The result of `deferred`, making calls until it is there."""
        return result_of(deferred, self.turn)


class SqliteCase(StoreCase):
    """A store on a real file, whose clock is the test's."""

    def make_store(self, limits: Limits) -> Store:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.reactor = reactor = Reactor()
        self._limits, self._path, self._clock = limits, Path(folder.name), Clock()
        running: list[SqliteStore] = []
        self.addCleanup(lambda: reactor.wait(running[-1].stop()))
        self._running = running
        self._open()
        return self._store

    remembers = True

    def _open(self) -> None:
        folder, now = DataFolder(self._path), lambda: self.now
        self._store = SqliteStore(folder, self._limits, now, self.reactor.call, self._clock)
        self._store.open(self.sink)
        self._store.start()
        self._running.append(self._store)

    def reopen(self) -> None:
        self.reactor.wait(self._store.stop())
        self._open()
        self.store = self._store

    def upkeep(self) -> None:
        pruning = Pruning(self._store.maintenance, self._clock)
        pruning.start()
        self._clock.advance(0)
        while pruning.is_busy:
            if any(call.getTime() - self._clock.seconds() < 1 for call in self._clock.getDelayedCalls()):
                self._clock.advance(STEP_SECONDS)
            else:
                self.reactor.turn()
        pruning.stop()

    def turn(self) -> None:
        self.reactor.turn()

    def settle(self) -> None:
        while self._store.state().unwritten:
            self.reactor.turn()


class Journal(SqliteCase, StoreContract, SynchronousTestCase):
    """The journal's contract."""


class History(SqliteCase, HistoryContract, SynchronousTestCase):
    """The contract of the past."""


class Heads(SqliteCase, HeadsContract, SynchronousTestCase):
    """The contract of who belongs where."""


class Search(SqliteCase, SearchContract, SynchronousTestCase):
    """The contract of searches."""


class Rooms(SqliteCase, RoomContract, SynchronousTestCase):
    """The contract of rooms with a state."""


class Amending(SqliteCase, AmendingContract, SynchronousTestCase):
    """The contract of messages that are changed."""


class Accounts(SqliteCase, AccountsContract, SynchronousTestCase):
    """The contract of accounts."""


class Moderation(SqliteCase, ModerationContract, SynchronousTestCase):
    """The contract of what is kept for moderators and operators."""


class Files(SqliteCase, FilesContract, SynchronousTestCase):
    """See `FilesContract`."""


class Tokens(SqliteCase, TokensContract, SynchronousTestCase):
    """The contract of access tokens."""


class Changes(SqliteCase, ChangesContract, SynchronousTestCase):
    """The contract of what is told of accounts."""


class GuestsPast(SqliteCase, GuestsPastContract, SynchronousTestCase):
    """The contract of what a guest said before an account was made."""

    def reopen(self) -> None:
        self.reactor.wait(self._store.stop())
        self._store.stop = lambda: succeed(None)  # type: ignore[method-assign]
        store = SqliteStore(self._store._folder, Limits(), lambda: self.now, self.reactor.call, Clock())
        store.open(self.sink)
        store.start()
        self.addCleanup(lambda: self.reactor.wait(store.stop()))
        self.store = self._store = store


class Deleted(SqliteCase, DeletedContract, SynchronousTestCase):
    """The contract of deleted accounts."""
