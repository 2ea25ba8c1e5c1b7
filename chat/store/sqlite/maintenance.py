"""Carries out an operator's orders on a running store on SQLite."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from twisted.internet.defer import Deferred, ensureDeferred

from chat.store.interfaces import Ban, RetentionPolicy
from chat.store.sqlite import forgetting, pruning
from chat.store.sqlite.access import Access
from chat.store.sqlite.moderation import SqliteModeration
from chat.store.sqlite.waiting import SqliteWaiting

Rest = Callable[[], Awaitable[None]]


class SqliteMaintenance:
    """See `Maintenance`. `now` is in seconds since the epoch; `is_used` says whether somebody is in a room, by its key.

    `deleted` is called with the keys of rooms that were closed for good, and are not there any more.
    `rooms_forgotten` counts the rooms that were forgotten since the start.
    """

    def __init__(
        self,
        access: Access,
        waiting: SqliteWaiting,
        moderation: SqliteModeration,
        now: Callable[[], float],
        is_used: Callable[[str], bool],
        deleted: Callable[[Sequence[str]], None],
    ) -> None:
        self._access = access
        self._waiting = waiting
        self._moderation = moderation
        self._now = now
        self._is_used = is_used
        self._deleted = deleted
        self.rooms_forgotten = 0
        self.first_bans: Sequence[Ban] = ()
        # The rooms that had fewer messages than their policy keeps: see `pruning.overdue`.
        self._looked: dict[int, object] = {}
        # An estimate of the index's entries of deleted messages, and with how many of them to ask for its size again.
        self._stale = 0
        self._ask_at = 1

    def load(self, connection: sqlite3.Connection) -> None:
        """Called once, when the store starts, with a connection to ask."""
        self.first_bans = _bans(connection)

    def bans(self) -> Deferred[Sequence[Ban]]:
        return self._access.read(_bans)

    def add_ban(self, ban: Ban) -> Deferred[None]:
        now = self._now()

        def change(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM bans WHERE until <= ?", (now,))
            connection.execute(
                "INSERT OR REPLACE INTO bans (target, is_name, made_at, until, reason) VALUES (?, ?, ?, ?, ?)", ban
            )

        return self._access.transact(change)

    def end_ban(self, target: str) -> Deferred[bool]:
        delete = "DELETE FROM bans WHERE target = ? AND (until IS NULL OR until > ?)"
        values = target, self._now()
        return self._access.transact(lambda connection: connection.execute(delete, values).rowcount > 0)

    def set_policy(self, room: str, policy: RetentionPolicy | None) -> Deferred[None]:
        def change(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM retention WHERE room_key = ?", (room,))
            if policy is not None:
                connection.execute(
                    "INSERT INTO retention (room_key, seconds, messages) VALUES (?, ?, ?)", (room, *policy)
                )

        return self._access.transact(change)

    def drop_waiting(self, user: str, sender: str | None) -> Deferred[int]:
        return ensureDeferred(self._waiting.drop(user, sender))

    async def prune(self, rest: Rest) -> None:
        now, after = self._now(), 0
        last = await self._access.read(pruning.last_room)
        while after < last:
            look = partial(pruning.overdue, after=after, now=now, looked=self._looked)
            for target in await self._access.read(look):
                await self._repeat(partial(pruning.prune, target=target, now=now), rest)
            after += pruning.ROOMS_AT_ONCE
        while await self._waiting.expire():
            await rest()
        await self._delete_rooms(rest)
        await self._moderation.prune()
        await self._forget_rooms(now, rest)
        await self._clear_marks(rest)
        if await self._access.read(partial(pruning.has_remains, now=now)):
            await self._repeat(partial(pruning.forget, now=now), rest)
        while pages := await self._access.read(pruning.spare_pages):
            await self._access.run(f"PRAGMA incremental_vacuum({pages})")
            await rest()

    async def _forget_rooms(self, now: float, rest: Rest) -> None:
        """Forget the rooms that are empty, and in which nobody is."""
        found: Sequence[forgetting.EmptyRoom] = ()
        while found := await self._access.read(
            partial(forgetting.empty_rooms, after=found[-1].id if found else 0, now=now)
        ):
            # After this the hub knows everybody who was in when the rooms were read; `forget_rooms` sees later ones.
            await self._access.told()
            left: Sequence[forgetting.EmptyRoom] = [room for room in found if not self._is_used(room.key)]
            while left:
                step = await self._access.transact(partial(forgetting.forget_rooms, rooms=left, now=now))
                self.rooms_forgotten += len(step.rooms)
                left = step.left
                await rest()

    async def _delete_rooms(self, rest: Rest) -> None:
        """Delete the rooms that are closed for good, with all that is in them, as soon as nobody is in them."""
        found: Sequence[forgetting.EmptyRoom] = ()
        while found := await self._access.read(partial(forgetting.deleted_rooms, after=found[-1].id if found else 0)):
            await self._access.told()
            for room in found:
                while not self._is_used(room.key):
                    if await self._access.transact(partial(forgetting.delete_room, room=room)):
                        self.rooms_forgotten += 1
                        self._deleted([room.key])
                        break
                    await rest()

    async def _clear_marks(self, rest: Rest) -> None:
        """Take the mark off conversations in which nothing waits, where there are many of them."""
        if not await self._access.read(forgetting.has_marks):
            return
        after = await self._access.transact(partial(forgetting.clear_marks, after=0))
        while after:
            await rest()
            after = await self._access.transact(partial(forgetting.clear_marks, after=after))

    async def _repeat(self, do: Callable[[sqlite3.Connection], pruning.Step], rest: Rest) -> None:
        """Do steps until there is no more to do."""
        step = pruning.Step(more=True)
        while step.more:
            step = await self._access.transact(do)
            self._stale += step.messages
            await rest()
            if self._stale >= self._ask_at:
                await self._merge(rest)

    async def _merge(self, rest: Rest) -> None:
        """Merge the parts of the index when more than half of its entries are of deleted messages."""
        size = await self._access.read(pruning.index_size)
        if self._stale >= size:
            self._stale = 0
            step = await self._access.transact(partial(pruning.merge, is_first=True))
            while step.more:
                await rest()
                step = await self._access.transact(partial(pruning.merge, is_first=False))
        self._ask_at = max(1, (self._stale + size) // 2)


def _bans(connection: sqlite3.Connection) -> Sequence[Ban]:
    rows = connection.execute("SELECT target, is_name, made_at, until, reason FROM bans ORDER BY made_at, target")
    return [Ban(target, bool(is_name), *rest) for target, is_name, *rest in rows]
