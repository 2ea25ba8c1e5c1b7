"""The upkeep of a running server: it takes its operator's orders, and prunes old messages."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from twisted.internet.defer import CancelledError, Deferred, ensureDeferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime, IReactorUNIX
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from chat.accounts.bans import Bans
from chat.admin.context import OrderContext, Running
from chat.admin.control import Control
from chat.store.interfaces import Maintenance, Store

log = Logger(namespace="chat.admin")

ROUND_SECONDS = 60.0
# The pause between two steps, in which the store serves everybody else.
STEP_SECONDS = 0.02


class Pruning:
    """Has a store pruned every minute, in small steps. Nothing happens before `start` and after `stop`."""

    def __init__(self, maintenance: Maintenance, clock: IReactorTime) -> None:
        self._maintenance = maintenance
        self._clock = clock
        self._next: IDelayedCall | None = None
        self._round: Deferred[None] | None = None
        self._is_due = False

    @property
    def is_busy(self) -> bool:
        """Whether it is in the middle of a round."""
        return self._round is not None

    def start(self) -> None:
        """Begin the first round."""
        self._next = self._clock.callLater(0, self._begin)

    def wake(self) -> None:
        """A policy has changed: begin a round at once or, during a round, right after it."""
        self._is_due = True
        if self._next is not None:
            self._next.reset(0)

    def stop(self) -> None:
        """Stop pruning. The next server goes on from there."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._round is not None:
            self._round.cancel()

    def _begin(self) -> None:
        self._next = None
        self._is_due = False
        self._round = ensureDeferred(self._prune())
        self._round.addErrback(self._failed).addCallback(self._wait)

    def _failed(self, failure: Failure) -> bool:
        if failure.check(CancelledError):
            return False
        log.error("could not prune: {error}", error=failure.value)
        return True

    def _wait(self, goes_on: bool | None) -> None:
        self._round = None
        if goes_on is not False:
            self._next = self._clock.callLater(0 if self._is_due else ROUND_SECONDS, self._begin)

    async def _prune(self) -> None:
        await self._maintenance.prune(self._rest)

    async def _rest(self) -> None:
        await deferLater(self._clock, STEP_SECONDS)


class Upkeep:
    """The control socket, the bans and the pruning of a running server."""

    def __init__(self, maintenance: Maintenance, bans: Bans, pruning: Pruning, control: Control) -> None:
        self._maintenance = maintenance
        self._bans = bans
        self._pruning = pruning
        self._control = control

    def start(self) -> None:
        """Begin; the store has been started."""
        self._bans.load(self._maintenance.first_bans)
        self._control.start()
        self._pruning.start()

    def stop(self) -> Deferred[None]:
        """End; the store is stopped later."""
        self._pruning.stop()
        return self._control.stop()


def make_upkeep(
    store: Store,
    folder: Path,
    clock: IReactorTime,
    sockets: IReactorUNIX,
    running: Running,
    sweep: Callable[[], Awaitable[None]],
) -> Upkeep | None:
    """The upkeep of a server that is `running` on the data folder `folder`; None if its store needs none.

    `sweep` forgets old files, and removes their bytes.
    """
    maintenance = store.maintenance
    if maintenance is None:
        return None
    pruning = Pruning(maintenance, clock)
    context = OrderContext(
        store.accounts, maintenance, store.moderation, store.files, time.time, pruning.wake, sweep, running
    )
    return Upkeep(maintenance, running.bans, pruning, Control(folder, context, sockets))
