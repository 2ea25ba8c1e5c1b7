"""Reports: anybody puts a message before the operators."""

from collections.abc import Awaitable, Callable, Mapping

from chat.errors import ChatError
from chat.events import Done, Entry, Message, Reported, RequestId
from chat.hub.books import Books
from chat.hub.oversight import Oversight
from chat.hub.people import Asker, user_of
from chat.names import fold
from chat.numbers import number_in
from chat.store.interfaces import AuditEntry, MessageStore, OpenReport, Report, Span

# Finds the room or the conversation that somebody means, as `History.place` does.
FindPlace = Callable[[Asker, Mapping[str, object]], Awaitable[tuple[str, str, int]]]


class Reports:
    """`Session.run` runs its coroutines; they raise ChatError if they refuse."""

    def __init__(self, books: Books, oversight: Oversight, store: MessageStore, find_place: FindPlace) -> None:
        self._permissions, self._paced, self._limits = books.permissions, books.paced, books.limits
        self._oversight = oversight
        self._store = store
        self._find_place = find_place

    async def report(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Put the message `seq` of a room or a conversation before the operators. Only its number is kept."""
        user, seq, why = user_of(session), number_in(asked, "seq"), self._oversight.reason(asked)
        self._paced.take(session, "reports_a_minute")
        self._paced.take(session, "reports_a_day")
        room, _, since = await self._find_place(session, asked)
        page = await self._store.history(room, Span(1, max(0, seq - 1), since=since))
        event = next(iter(page.events), None)
        is_hidden = seq <= self._permissions.since(session, room)
        if not isinstance(event, Message) or event.seq != seq or is_hidden:
            raise ChatError("no_such_message", seq=seq)
        kept = Report(user.name, room, event.place, seq, event.sent_at, why)
        number = await self._store.moderation.reports.add(kept, self._limits.open_reports)
        other = None
        if event.to is not None:
            other = event.to if fold(event.sender) == user.key else event.sender
        told = Reported(number=number, sender=user.name, place=event.place, to=other, seq=seq, reason=why)
        self._oversight.tell_operators(told)
        session.answer(Done(request="report", message="the operators of this server will see it", id=request_id))

    async def reports(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """List the open reports, each with its message as it is now, or `close` the one with that number."""
        user = self._oversight.check_operator(session)
        moderation = self._store.moderation
        if "close" not in asked:
            found = await moderation.reports.open(self._limits.listed_entries + 1)
            self._oversight.list_entries(session, "reports", [_entry_of(each) for each in found], request_id)
            return
        number = number_in(asked, "close")
        if not await moderation.reports.close(number):
            raise ChatError("no_such_report")
        await moderation.audit.note(AuditEntry(user.name, f"close report {number}"))
        session.answer(Done(request="reports", message=f"report {number} is closed", id=request_id))


def _entry_of(found: OpenReport) -> Entry:
    report = found.report
    return Entry(
        number=report.number,
        at=report.at,
        by=report.by,
        what="report",
        place=report.place,
        whom=found.sender or "",
        why=report.why,
        seq=report.seq,
        text=found.text,
    )
