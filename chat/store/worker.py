"""A thread that owns something, and does one thing after another with it."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

T = TypeVar("T")
R = TypeVar("R")


# Runs a call on the reactor's thread, soon: `IReactorFromThreads.callFromThread`.
InReactor = Callable[..., object]


class Worker(Generic[T]):
    """Makes its resource with `make`, on its own thread, and runs tasks on it there until `stop`."""

    def __init__(self, name: str, make: Callable[[], T], in_reactor: InReactor) -> None:
        self._make = make
        self._in_reactor = in_reactor
        self._tasks = SimpleQueue[Callable[[T], None] | None]()
        self._made = SimpleQueue[BaseException | None]()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread and wait until its resource is made. Raises what `make` raises."""
        self._thread.start()
        error = self._made.get()
        if error is not None:
            raise error

    def ask(self, function: Callable[[T], R]) -> R:
        """The result of `function`, run on the thread; blocks. Raises what it raises. Only for the start."""
        answer = Future[R]()

        def task(resource: T) -> None:
            try:
                answer.set_result(function(resource))
            except Exception as error:
                answer.set_exception(error)

        self.submit(task)
        return answer.result()

    def submit(self, task: Callable[[T], None]) -> None:
        """Run `task` on the thread, behind the tasks before it. It must not raise."""
        self._tasks.put(task)

    def call(self, function: Callable[[T], R]) -> Deferred[R]:
        """The result of `function`, run on the thread."""
        deferred = Deferred[R]()

        def task(resource: T) -> None:
            try:
                result = function(resource)
            except Exception:
                self._in_reactor(deferred.errback, Failure())
            else:
                self._in_reactor(deferred.callback, result)

        self.submit(task)
        return deferred

    def stop(self) -> None:
        """End the thread behind its tasks, and wait for that; it may never have started."""
        self._tasks.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            resource = self._make()
        except BaseException as error:
            self._made.put(error)
            return
        self._made.put(None)
        while (task := self._tasks.get()) is not None:
            task(resource)
