"""The audit log, as moderators and operators see it."""

from collections.abc import Mapping

from chat.events import Entries, Entry, RequestId
from chat.hub.books import Books
from chat.hub.oversight import Oversight
from chat.hub.people import Asker
from chat.names import Name, fold
from chat.numbers import number_in
from chat.store.interfaces import AuditEntry, AuditStore

# What operators ask for in place of a room: the whole server, and all rooms that they see.
_ALL = "all"


class AuditLog:
    """`Session.run` runs its coroutine; it raises ChatError if it refuses."""

    def __init__(self, books: Books, oversight: Oversight, store: AuditStore) -> None:
        self._rooms, self._permissions, self._limits = books.rooms, books.permissions, books.limits
        self._finder = books.finder
        self._oversight = oversight
        self._store = store

    async def audit(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """List what was done in a room, or, for operators, everywhere: the newest first, those `before` a number."""
        before = number_in(asked, "before") if asked.get("before") is not None else None
        room, first = None, 0.0
        if fold(str(asked.get("room", ""))[: len(_ALL) + 1]) == _ALL:
            self._oversight.check_operator(session)
        else:
            name = self._finder.room(session, asked.get("room"))
            self._permissions.may_change(session, name, "audit")
            # An earlier room of this name was somebody else's.
            room, first = name.key, self._permissions.state_of(name.key).made_at
        limit = self._limits.listed_entries
        found = await self._store.entries(room, before, limit + 1)
        shown, more = found[:limit], len(found) > limit
        entries = [
            self._entry_of(each)
            for each in shown
            if each.at >= first and (not each.room or self._oversight.moderates(session, each.room))
        ]
        next_one = shown[-1].number if more else 0
        session.answer(Entries(request="audit", entries=entries, more=more, next=next_one, id=request_id))

    def _entry_of(self, found: AuditEntry) -> Entry:
        place = self._rooms.shown(Name(found.room, found.room)).shown if found.room else None
        return Entry(
            number=found.number,
            at=found.at,
            by=found.by,
            what=found.what,
            place=place,
            whom=found.whom,
            why=found.why,
        )
