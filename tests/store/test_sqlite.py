"""`SqliteStore` keeps the contract, and what it says of itself, on a real file."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.limits import Limits
from chat.store.folder import DataFolder
from chat.store.interfaces import MessageStore
from chat.store.sqlite import SqliteStore
from tests.running import SECONDS
from tests.store.contract import StoreContract

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
        results: list[T] = []
        failures: list[BaseException] = []
        deferred.addCallbacks(results.append, lambda failure: failures.append(failure.value))
        while not results and not failures:
            self.turn()
        if failures:
            raise failures[0]
        return results[0]


class Contract(StoreContract, SynchronousTestCase):
    """The contract."""

    def make_store(self, limits: Limits) -> MessageStore:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.reactor = reactor = Reactor()
        store = SqliteStore(DataFolder(Path(folder.name)), limits, time.time, reactor.call, Clock())
        store.start()
        self.addCleanup(lambda: reactor.wait(store.stop()))
        self._store = store
        return store

    def settle(self) -> None:
        while not self._store.is_settled:
            self.reactor.turn()

    def result(self, deferred: "Deferred[T]") -> T:
        return self.reactor.wait(deferred)
