"""A store without a reactor: what its threads want done there is kept, and done when told."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from chat.limits import Limits
from chat.store.interfaces import Commit, Refusal, Sink
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.store import SqliteStore

R = TypeVar("R")

# How long anything may take before it is given up.
_SECONDS = 300


class Nobody:
    """A `Sink` that does not listen."""

    def committed(self, commits: Sequence[Commit]) -> None:
        """See `Sink.committed`."""

    def refused(self, refusal: Refusal) -> None:
        """See `Sink.refused`."""

    def restated(self, states: object) -> None:
        """See `Sink.restated`."""

    def is_used(self, room: str) -> bool:
        """See `Sink.is_used`."""
        return False


class OpenStore:
    """A `SqliteStore` on `folder`, a context manager. `call` is its reactor's `callFromThread`.

    Without a `sink` it waits for a hub, which opens it.
    """

    def __init__(
        self, folder: Path, sink: Sink | None, now: Callable[[], float] = time.time, limits: Limits | None = None
    ) -> None:
        self._calls = SimpleQueue[Callable[[], object]]()
        self.store = SqliteStore(DataFolder(folder), limits or Limits(), now, self.call, Clock())
        if sink is not None:
            self.store.open(sink)

    def call(self, call: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        """See `InReactor`."""
        self._calls.put(lambda: call(*args, **kwargs))
        return None

    def next_call(self) -> Callable[[], object]:
        """What is to be done next on the reactor's thread; waits for it."""
        return self._calls.get(timeout=_SECONDS)

    def do_until(self, is_done: Callable[[], bool]) -> None:
        """Do what is to be done on the reactor's thread, until `is_done`."""
        while not is_done():
            self.next_call()()

    def answer(self, asked: Deferred[R]) -> R:
        """Wait for an answer. Raises its error."""
        found: list[R | Failure] = []
        asked.addBoth(found.append)
        self.do_until(lambda: bool(found))
        [answer] = found
        if isinstance(answer, Failure):
            answer.raiseException()
        return answer

    def __enter__(self) -> "OpenStore":
        self.store.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        stopped = self.store.stop()
        self.do_until(lambda: bool(stopped.called))
