"""A store without a reactor: what its threads want done there is kept, and done when told."""

import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

from twisted.internet.task import Clock

from chat.limits import Limits
from chat.store.interfaces import Sink
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.store import SqliteStore

# How long anything may take before it is given up.
_SECONDS = 60


class OpenStore:
    """A `SqliteStore` on `folder`, a context manager. `call` is its reactor's `callFromThread`."""

    def __init__(self, folder: Path, sink: Sink, now: Callable[[], float] = time.time) -> None:
        self._calls = SimpleQueue[Callable[[], object]]()
        self.store = SqliteStore(DataFolder(folder), Limits(), now, self.call, Clock())
        self.store.open(sink)

    def call(self, call: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        """See `InReactor`."""
        self._calls.put(lambda: call(*args, **kwargs))
        return None

    def next_call(self) -> Callable[[], object]:
        """What is to be done next on the reactor's thread; waits for it."""
        return self._calls.get(timeout=_SECONDS)

    def __enter__(self) -> "OpenStore":
        self.store.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        stopped = self.store.stop()
        while not stopped.called:
            self.next_call()()
