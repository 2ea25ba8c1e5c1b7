"""A thread that owns a resource, does one task after another with it, and makes it anew when it has broken."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chat.store.interfaces import StoreError
from chat.store.sqlite.faults import breaks

log = Logger(namespace="chat.store")


class Resource(Protocol):
    """The resource of a worker: it is made, used and closed on the worker's thread."""

    @property
    def is_sound(self) -> bool:
        """Whether it can still be used."""

    def close(self) -> None:
        """Release it."""


T = TypeVar("T", bound=Resource)
R = TypeVar("R")


# Runs a call on the reactor's thread, soon: `IReactorFromThreads.callFromThread`.
InReactor = Callable[..., object]

# Seconds until a failed attempt to make the resource is repeated: after the first failure, and at most.
_FIRST_REST: Final = 0.05
_LONGEST_REST: Final = 1.0


class _Task(NamedTuple):
    run: Callable[[], None]
    # Reports the failure to the caller who waits for the task.
    fail: Callable[[BaseException], object]


class Worker(Generic[T]):
    """Makes its resource with `make`, on its own thread, and runs tasks on it there until `stop`.

    No error ends the thread, and each task that fails reports it to its caller. After an error that breaks the
    resource (`faults.breaks`) it is closed, and made anew for the next task. While that is impossible, tasks fail at
    once, and `trouble` explains why. `restarts` counts how often the resource or the thread was made anew.
    """

    def __init__(
        self, name: str, make: Callable[[], T], in_reactor: InReactor, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._make = make
        self._in_reactor = in_reactor
        self._seconds = seconds
        self._tasks = SimpleQueue[_Task | None]()
        self._thread: Thread | None = None
        self._is_stopped = False
        self.trouble: str | None = None
        self.restarts = 0
        # When the current task began, by `seconds`.
        self._begun: float | None = None
        # Only used on the thread, or when it has ended:
        self._resource: T | None = None
        self._at_hand: _Task | None = None
        self._rest = 0.0
        self._not_before = 0.0

    def start(self) -> None:
        """Start the thread and wait until its resource is made. Raises what `make` raises, and StoreError."""
        made = Future[None]()

        def make() -> None:
            self._resource = self._make()
            made.set_result(None)

        self._tasks.put(_Task(make, made.set_exception))
        try:
            self._begin()
        except RuntimeError as error:
            raise StoreError(f"cannot start the thread {self._name}: {error}") from None
        made.result()

    def ask(self, function: Callable[[T], R]) -> R:
        """Run `function` on the thread, wait, and return its result or raise its error. Only for the start."""
        answer = Future[R]()
        self.submit(lambda: answer.set_result(function(self.resource())), answer.set_exception)
        return answer.result()

    def submit(self, run: Callable[[], None], fail: Callable[[BaseException], object]) -> None:
        """Call `run` on the thread, after earlier tasks. If it raises, `fail` gets the error, there or in `revive`."""
        self._tasks.put(_Task(run, fail))

    def call(self, function: Callable[[T], R]) -> Deferred[R]:
        """Run `function` on the thread. Fires with its result."""
        deferred = Deferred[R]()

        def run() -> None:
            result = function(self.resource())
            self._in_reactor(deferred.callback, result)

        self.submit(run, lambda error: self._in_reactor(deferred.errback, Failure(error)))
        return deferred

    def passed(self) -> Deferred[None]:
        """Fires when the tasks before it are done, or have failed."""
        deferred = Deferred[None]()

        def tell() -> None:
            self._in_reactor(deferred.callback, None)

        self.submit(tell, lambda _: tell())
        return deferred

    def revive(self) -> None:
        """Called now and then: start a new thread if this one has ended, which nothing should cause."""
        if self._thread is None or self._thread.is_alive() or self._is_stopped:
            return
        self.restarts += 1
        log.critical("the thread {name} has ended, and is started again", name=self._name)
        task, self._at_hand = self._at_hand, None
        try:
            if task is not None:
                task.fail(StoreError("the thread that was to do it has ended"))
            self._begin()
        except (RuntimeError, MemoryError) as error:
            self.trouble = f"cannot start the thread {self._name}: {error}"
            log.critical("{trouble}", trouble=self.trouble)

    def stop(self, seconds: float) -> bool:
        """End the thread after its tasks, and wait up to `seconds` for that; returns whether it has ended."""
        self._is_stopped = True
        self._tasks.put(None)
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def is_stuck(self, seconds: float) -> bool:
        """Whether one task has taken longer than `seconds` by now."""
        begun = self._begun
        return begun is not None and self._seconds() - begun > seconds

    # --- on the thread

    def resource(self) -> T:
        """The resource, made anew if need be. Raises the error of `make`, or StoreError if that failed just before."""
        if self._resource is None:
            if self._seconds() < self._not_before:
                raise StoreError(self.trouble or "it has broken")
            self._resource = self._made_anew()
        return self._resource

    def inspect(self, error: BaseException | None = None) -> None:
        """Something was done with the resource, and may have raised `error`: close it if it has broken."""
        resource = self._resource
        if resource is None:
            return
        try:
            is_broken = (error is not None and breaks(error)) or not resource.is_sound
        except Exception:
            is_broken = True
        if is_broken:
            self.trouble = "the connection to the database has broken" if error is None else _said(error)
            self._close()
            log.error("{name} has broken, and is made anew: {trouble}", name=self._name, trouble=self.trouble)

    def _made_anew(self) -> T:
        try:
            made = self._make()
        except BaseException as error:
            self._rest = min(2 * self._rest or _FIRST_REST, _LONGEST_REST)
            self._not_before = self._seconds() + self._rest
            self.trouble = _said(error)
            raise
        self._rest = self._not_before = 0.0
        self.trouble = None
        self.restarts += 1
        log.warn("{name} was made anew, and goes on", name=self._name)
        return made

    def _begin(self) -> None:
        self._thread = Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        # A resource that an earlier thread made cannot be used here.
        self._close()
        while (task := self._tasks.get()) is not None:
            self._at_hand = task
            self._begun = self._seconds()
            try:
                self._do(task)
            except BaseException:  # the thread goes on even if an error cannot be reported
                log.failure("{name}: a task could not even fail", name=self._name)
            self._at_hand = self._begun = None
        self._close()

    def _do(self, task: _Task) -> None:
        try:
            task.run()
        except BaseException as error:
            try:
                self.inspect(error)
            finally:
                # Callers must not get errors that end a thread or a program.
                task.fail(error if isinstance(error, Exception) else StoreError(_said(error)))
        else:
            self.inspect()

    def _close(self) -> None:
        resource, self._resource = self._resource, None
        if resource is None:
            return
        try:
            resource.close()
        except Exception as error:
            log.error("{name} could not be closed: {error}", name=self._name, error=error)


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
