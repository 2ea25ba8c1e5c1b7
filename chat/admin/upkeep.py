"""What a running server does for its operator: it takes orders, and prunes what need not be kept any longer."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from sqlite3 import Connection

from twisted.internet.defer import CancelledError, Deferred, ensureDeferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime, IReactorUNIX
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from chat.admin import pruning
from chat.admin.control import Control
from chat.admin.desk import Desk, Running
from chat.admin.people import stored_bans
from chat.store import forgetting
from chat.store.sqlite.store import SqliteStore

log = Logger(namespace="chat.admin")

ROUND_SECONDS = 60.0
# Between two steps everybody else has their turn.
STEP_SECONDS = 0.02


class Pruning:
    """Looks every minute for what need not be kept, and takes it out in small steps, on the writer's thread.

    `now` is in seconds since the epoch. Nothing happens before `start` and after `stop`.
    """

    def __init__(self, store: SqliteStore, now: Callable[[], float], clock: IReactorTime) -> None:
        self._store = store
        self._now = now
        self._clock = clock
        self._next: IDelayedCall | None = None
        self._round: Deferred[None] | None = None
        self._is_due = False
        self._looked: dict[int, object] = {}
        # So many messages the index of words still remembers in vain; at so many it is worth asking whether to merge.
        self._vain = 0
        self._ask_at = 1

    @property
    def is_busy(self) -> bool:
        """Whether it is in the middle of a round."""
        return self._round is not None

    def start(self) -> None:
        """Begin with a first round."""
        self._next = self._clock.callLater(0, self._begin)

    def wake(self) -> None:
        """A policy has changed: look at once or, in the middle of a round, when that is over."""
        self._is_due = True
        if self._next is not None:
            self._next.reset(0)

    def stop(self) -> None:
        """Leave the rest for later."""
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
        now, after = self._now(), 0
        last = await self._store.read(pruning.last_room)
        while after < last:
            look = partial(pruning.overdue, after=after, now=now, looked=self._looked)
            for target in await self._store.read(look):
                await self._repeat(partial(pruning.prune, target=target, now=now))
            after += pruning.ROOMS_AT_ONCE
        await self._let_go(now)
        if await self._store.read(partial(pruning.has_remains, now=now)):
            await self._repeat(partial(pruning.forget, now=now))
        while pages := await self._store.read(pruning.spare_pages):
            await self._store.run(f"PRAGMA incremental_vacuum({pages})")
            await self._rest()

    async def _let_go(self, now: float) -> None:
        """Take out what nobody will ever fetch, and forget rooms in which nothing is and nobody."""
        while await self._store.kept.expire():
            await self._rest()
        found: Sequence[forgetting.EmptyRoom] = ()
        while found := await self._store.read(
            partial(forgetting.empty_rooms, after=found[-1].id if found else 0, now=now)
        ):
            # Whoever has come in by what was read is known then; whoever comes in later is seen by the step.
            await self._store.told()
            left: Sequence[forgetting.EmptyRoom] = [room for room in found if not self._store.is_used(room.key)]
            while left:
                step = await self._store.transact(partial(forgetting.forget_rooms, rooms=left, now=now))
                self._store.forgotten(len(step.rooms))
                left = step.left
                await self._rest()
        if await self._store.read(forgetting.has_marks):
            after = await self._store.transact(partial(forgetting.clear_marks, after=0))
            while after:
                await self._rest()
                after = await self._store.transact(partial(forgetting.clear_marks, after=after))

    async def _repeat(self, do: Callable[[Connection], pruning.Step]) -> None:
        """Do steps until there is no more to do."""
        step = pruning.Step(more=True)
        while step.more:
            step = await self._store.transact(do)
            self._vain += step.messages
            await self._rest()
            if self._vain >= self._ask_at:
                await self._merge()

    async def _merge(self) -> None:
        """Merge the parts of the index where more than half of it is in vain: so a page costs about one other."""
        size = await self._store.read(pruning.index_size)
        if self._vain >= size:
            self._vain = 0
            step = await self._store.transact(partial(pruning.merge, is_first=True))
            while step.more:
                await self._rest()
                step = await self._store.transact(partial(pruning.merge, is_first=False))
        self._ask_at = max(1, (self._vain + size) // 2)

    async def _rest(self) -> None:
        await deferLater(self._clock, STEP_SECONDS)


class Upkeep:
    """The control socket, the bans and the pruning of a server that is `running` on the data folder `folder`."""

    def __init__(
        self, store: SqliteStore, folder: Path, clock: IReactorTime, sockets: IReactorUNIX, running: Running
    ) -> None:
        self._store = store
        self._bans = running.bans
        self._pruning = Pruning(store, time.time, clock)
        self._control = Control(folder, Desk(store, time.time, self._pruning.wake, running), sockets)

    def start(self) -> None:
        """Begin; the store has been started."""
        self._store.read(stored_bans).addCallbacks(self._bans.load, _cannot_read)
        self._control.start()
        self._pruning.start()

    def stop(self) -> Deferred[None]:
        """End; the store is stopped later."""
        self._pruning.stop()
        return self._control.stop()


def _cannot_read(failure: Failure) -> None:
    log.error("could not read who is banned: {error}", error=failure.value)
