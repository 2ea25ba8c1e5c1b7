"""History and search among the messages that a store in memory keeps."""

from collections import deque
from collections.abc import Container, Mapping, Sequence

from chat.events import Message, RoomEvent
from chat.limits import Limits
from chat.names import fold
from chat.store.interfaces import Page, Query, Span
from chat.store.words import holds, phrases_of

# A message with its place among all messages.
Numbered = tuple[int, Message]


def page_of(found: Sequence[Numbered], limit: int) -> Page[Message]:
    """The first `limit` of these messages."""
    page = found[:limit]
    return Page([message for _, message in page], len(found) > limit, page[-1][0] if page else 0)


def history(kept: deque[Numbered], room: str, span: Span) -> Page[RoomEvent]:
    """See `MessageStore.history`."""
    found = [
        (number, message)
        for number, message in kept
        if message.room == room
        and message.seq > span.after
        and (span.before is None or message.seq < span.before)
        and number > span.since
    ]
    if span.newest:
        first = max(0, len(found) - span.limit)
        return Page([message for _, message in found[first:]], first > 0)
    return page_of(found, span.limit)


class Search:
    """One search. `own` has the rooms that `query.user` belongs to.

    `deleted` has, by name, how far the journal had come when an account of that name was deleted.
    """

    def __init__(self, query: Query, own: Container[str], deleted: Mapping[str, int], limits: Limits) -> None:
        self._query = query
        self._own = own
        self._deleted = deleted
        self._limits = limits

    def run(self, kept: deque[Numbered]) -> Page[Message]:
        """See `MessageStore.search`."""
        query = self._query
        wanted = {phrase for typed in query.words for phrase in phrases_of(typed)}
        found: list[Numbered] = []
        looked = 0
        for number, message in reversed(kept) if wanted else ():
            if query.next and number >= query.next:
                continue
            if len(found) > query.limit:
                break
            if looked >= self._limits.searched_characters:
                return Page([each for _, each in found], True, number + 1, message.sent_at)
            if self._may_match(number, message):
                looked += len(message.text) * (1 if message.text.isascii() else self._limits.slow_character)
                if holds(message.text, wanted):
                    found.append((number, message))
        return page_of(found, query.limit)

    def _may_match(self, number: int, message: Message) -> bool:
        """Whether a message is what the query asks for, except for its words."""
        query = self._query
        is_own = number > query.since and message.room in self._own
        return (
            (message.to is None or is_own)
            and (query.sender is None or self._is_by(query.sender, number, message))
            and (query.room is None or message.room == query.room)
            and (query.rooms is None or message.room in query.rooms)
            and (query.after is None or message.sent_at >= query.after)
            and (query.before is None or message.sent_at < query.before)
        )

    def _is_by(self, user: str, number: int, message: Message) -> bool:
        # Messages from before the account was deleted belong to nobody.
        return fold(message.sender) == user and number > self._deleted.get(user, 0)
