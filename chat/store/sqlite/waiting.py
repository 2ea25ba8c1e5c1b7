"""The waiting messages of SQLite: counted on the reactor's thread, and taken out if nobody is to get them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from chat.events import RoomEvent
from chat.limits import Limits
from chat.store.interfaces import Author, Page, TakenBack
from chat.store.mailboxes import Mailboxes, Waiting
from chat.store.sqlite.access import Access
from chat.store.sqlite.forgetting import take_out

# The most messages that one transaction takes out: each one has to be deleted from the index of words, too.
_AT_ONCE = 100


EventT = TypeVar("EventT", bound=RoomEvent)


class SqliteWaiting:
    """The direct messages that wait in a store. `now` is in seconds since the epoch."""

    def __init__(
        self, access: Access, limits: Limits, now: Callable[[], float], is_account: Callable[[str], bool]
    ) -> None:
        self._access = access
        self._limits = limits
        self._now = now
        self.mailboxes = Mailboxes(limits, is_account)
        # By room and seq: messages that are being taken out. Nobody gets them any more.
        self._going: set[tuple[str, int]] = set()
        self.expired = 0

    def take_back(
        self, authors: Sequence[Author], user: str | None, is_here: Callable[[str], bool]
    ) -> Deferred[TakenBack]:
        """See `MessageStore.take_back`."""
        return self._take_out(self.mailboxes.own(authors, user, is_here)).addCallback(
            lambda names: TakenBack(names[-1] if names else "", len(names))
        )

    async def drop(self, user: str, sender: str | None) -> int:
        """Take out all messages that wait for `user`, or only those from `sender`. Returns their number."""
        count = 0
        while found := self.mailboxes.addressed(user, sender)[:_AT_ONCE]:
            await self._take_out(found)
            count += len(found)
        return count

    async def expire(self) -> bool:
        """Take out some messages that have waited for strangers for too long. Returns whether there may be more."""
        found = self.mailboxes.expired(self._now() - self._limits.stranger_seconds, _AT_ONCE)
        await self._take_out(found)
        self.expired += len(found)
        return bool(found)

    def visible(self, page: Page[EventT]) -> Page[EventT]:
        """The page without the messages that are being taken out of the database."""
        if not self._going:
            return page
        return page._replace(events=[event for event in page.events if not self._goes(event)])

    def _goes(self, event: RoomEvent) -> bool:
        return (event.room, event.seq) in self._going

    def _take_out(self, found: Sequence[Waiting]) -> Deferred[Sequence[str]]:
        """Take these out. Fires with the names of their recipients."""
        if not found:
            return succeed(())
        places = [(each.room, each.seq) for each in found]
        self.mailboxes.take_out(found)
        self._going.update(places)

        def failed(failure: Failure) -> Failure:
            self.mailboxes.put_back(found)
            return failure

        def over(result: Sequence[str] | Failure) -> Sequence[str] | Failure:
            self._going.difference_update(places)
            return result

        done = self._access.transact(partial(take_out, places=places))
        return done.addErrback(failed).addBoth(over)
