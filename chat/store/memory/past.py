"""History and search among the messages that a store in memory keeps."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TypeVar

from chat.changes import OfMessage
from chat.events import Message, RoomEvent
from chat.limits import Limits
from chat.names import fold
from chat.store.interfaces import Page, Query, Span
from chat.store.memory.kept import Numbered
from chat.store.words import holds, phrases_of, searchable

EventT = TypeVar("EventT", bound=RoomEvent)


def page_of(found: Sequence[tuple[int, EventT]], limit: int) -> Page[EventT]:
    """The first `limit` of these events."""
    page = found[:limit]
    return Page([event for _, event in page], len(found) > limit, page[-1][0] if page else 0)


def history(kept: Iterable[Numbered], room: str, span: Span) -> Page[RoomEvent]:
    """See `MessageStore.history`."""
    found = [
        (number, event)
        for number, event in kept
        if event.room == room
        and event.seq > span.after
        and (span.before is None or event.seq < span.before)
        and number > span.since
        and (span.amendments or not isinstance(event, OfMessage))
    ]
    if span.newest:
        first = max(0, len(found) - span.limit)
        return Page([event for _, event in found[first:]], first > 0)
    return page_of(found, span.limit)


class Search:
    """One search. `own` has the rooms that `query.user` belongs to; `is_private` tells whether a room is private.

    `deleted` has, by name, how far the journal had come when an account of that name was deleted.
    """

    def __init__(
        self,
        query: Query,
        own: Container[str],
        deleted: Mapping[str, int],
        is_private: Callable[[str], bool],
        limits: Limits,
    ) -> None:
        self._query = query
        self._own = own
        self._is_private = is_private
        self._deleted = deleted
        self._limits = limits

    def run(self, messages: Iterable[tuple[int, Message]]) -> Page[Message]:
        """See `MessageStore.search`. `messages` are all that are kept, the newest first."""
        query = self._query
        wanted = {phrase for typed in query.words for phrase in phrases_of(typed)}
        found: list[tuple[int, Message]] = []
        looked = 0
        for number, message in messages if wanted or (query.mentions and not query.words) else ():
            if query.next and number >= query.next:
                continue
            if len(found) > query.limit:
                break
            if looked >= self._limits.searched_characters:
                return Page([each for _, each in found], True, number + 1, message.sent_at)
            if self._may_match(number, message):
                looked += len(message.text) * (1 if message.text.isascii() else self._limits.slow_character)
                if holds(searchable(message.text, message.file_name), wanted):
                    found.append((number, message))
        return page_of(found, query.limit)

    def _may_match(self, number: int, message: Message) -> bool:
        """Whether a message is what the query asks for, except for its words."""
        query = self._query
        return (
            self._is_visible(number, message)
            and (query.mentions is None or self._names(query.mentions, message))
            and (query.sender is None or self._is_by(query.sender, number, message))
            and (query.room is None or message.room == query.room)
            and (query.rooms is None or message.room in query.rooms)
            and (query.after is None or message.sent_at >= query.after)
            and (query.before is None or message.sent_at < query.before)
        )

    def _is_visible(self, number: int, message: Message) -> bool:
        query, room = self._query, message.room
        if message.to is not None:
            return number > query.since and room in self._own
        return not self._is_private(room) or (room in query.own and message.seq > query.own[room])

    def _names(self, user: str, message: Message) -> bool:
        return user in message.mentions and fold(message.sender) != user

    def _is_by(self, user: str, number: int, message: Message) -> bool:
        # Messages from before the account was deleted belong to nobody.
        return fold(message.sender) == user and number > self._deleted.get(user, 0)
