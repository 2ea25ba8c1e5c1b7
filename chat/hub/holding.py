"""What becomes of held messages: a moderator lets them be said, or drops them."""

from collections.abc import Awaitable, Callable, Mapping

from chat.errors import ChatError
from chat.events import Discarded, Done, Entry, RequestId
from chat.hub.books import Books
from chat.hub.oversight import Oversight
from chat.hub.people import Asker, user_of
from chat.names import Name, fold
from chat.store.interfaces import Account, AuditEntry, Draft, HeldMessage, MessageStore

FindAccount = Callable[[Name], Awaitable[Account | None]]


class Holding:
    """`Session.run` runs its coroutines; they raise ChatError if they refuse."""

    def __init__(self, books: Books, oversight: Oversight, store: MessageStore, find_account: FindAccount) -> None:
        self._directory, self._permissions, self._limits = books.directory, books.permissions, books.limits
        self._finder = books.finder
        self._oversight = oversight
        self._store = store
        self._find_account = find_account

    async def held(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """List the messages of a room that wait for a moderator, the oldest first."""
        name = self._finder.room(session, asked.get("room"))
        self._permissions.may_change(session, name, "held")
        found = await self._store.moderation.held.waiting(name.key, self._limits.listed_entries + 1)
        self._oversight.list_entries(session, "held", [_entry_of(each) for each in found], request_id)

    async def release(self, session: Asker, number: int, request_id: RequestId) -> None:
        """Publish a held message in the name of its author, as if it were said now."""
        held = await self._find(session, number)
        is_stale = await self._is_stale(held)
        await self._take(session, held, "discard" if is_stale else "release")
        if is_stale:
            raise ChatError("stale_held")
        self._store.append(Draft(held.message, None, waits=False, holder=held.holder))
        session.answer(Done(request="release", message=f"message {number} is said now", id=request_id))

    async def discard(self, session: Asker, number: int, request_id: RequestId) -> None:
        """Drop a held message, and tell its author."""
        held = await self._find(session, number)
        await self._take(session, held, "discard")
        session.answer(Done(request="discard", message=f"message {number} is discarded", id=request_id))
        author = self._directory.users.get(fold(held.message.sender))
        for each in list(author.sessions) if author is not None else ():
            if each.holder == held.holder and each.scope is None:
                each.tell(Discarded(place=held.message.place or ""))

    async def _find(self, session: Asker, number: int) -> HeldMessage:
        held = await self._store.moderation.held.find(number)
        if held is None or not self._oversight.moderates(session, held.message.room):
            raise ChatError("no_such_held")
        return held

    async def _take(self, session: Asker, held: HeldMessage, what: str) -> None:
        # Of two moderators at once only one takes it.
        if not await self._store.moderation.held.take(held.number):
            raise ChatError("no_such_held")
        entry = AuditEntry(user_of(session).name, what, held.message.room, held.message.sender)
        await self._store.moderation.audit.note(entry)

    async def _is_stale(self, held: HeldMessage) -> bool:
        """Whether the name of the author is somebody else's now."""
        name = Name(held.message.sender, fold(held.message.sender))
        account = await self._find_account(name)
        there = self._directory.users.get(name.key)
        is_another = there is not None and all(each.holder != held.holder for each in there.sessions)
        return (account.since if account is not None else None) != held.since or is_another


def _entry_of(held: HeldMessage) -> Entry:
    message = held.message
    return Entry(number=held.number, at=held.at, by=message.sender, what="held", place=message.place, text=message.text)
