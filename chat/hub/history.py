"""Looks up earlier messages, for history and search, and takes back messages that have not arrived."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chat.commands.queries import parse_search, without_next
from chat.errors import ChatError
from chat.events import Listed, Message, RequestId, RoomEvent, Unsent
from chat.hub.books import Books
from chat.hub.ignoring import heard
from chat.hub.own import ids_of
from chat.hub.pages import shortened
from chat.hub.people import Asker, account_of, answered, user_of
from chat.hub.permissions import Action
from chat.hub.positions import Position, check_position
from chat.hub.present import Reading
from chat.names import (
    PERSON_SIGNS,
    ROOM_SIGNS,
    Name,
    conversation_of,
    direct_room,
    parse_known_name,
    parse_name,
    person_key,
)
from chat.numbers import number_in
from chat.store.interfaces import Author, MessageStore, Page, Query, Span
from chat.store.words import phrases_of

# How many messages an answer has, unless the request says otherwise.
_USUAL = 20
# The results of a search go out whole: up to this many of the longest lines fit into the queue of a peer.
_MOST_FOUND = 30
# How many pages in a row are read that have only what the reader does not want.
_MOST_PAGES = 20


class _Part(NamedTuple):
    """The messages of one side of a place; whether there are `more` on that side, and where to go on (or 0)."""

    messages: Sequence[RoomEvent]
    more: bool
    next: int


class History:
    """Looks up messages for sessions, in places that the gate lets them see."""

    def __init__(self, books: Books, store: MessageStore) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits
        self._finder = books.finder
        self._store = store

    async def history(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Answer with the messages of a place: the last ones, those `before` a seq, or those after a seq (`since`).

        With `around` they are those on both sides of a seq. Raises ChatError, such as `other_life`: `asked` may say to
        which `life` the seq belongs.
        """
        room, title, since = await self.place(session, asked)
        limit = min(number_in(asked, "limit", _USUAL), self._limits.page_messages)
        if (field := next((each for each in ("since", "around") if each in asked), None)) is not None:
            life = asked.get("life")
            await check_position(self._store, room, Position(number_in(asked, field), str(life) if life else None))
        spans = _spans(asked, limit, self._permissions.since(session, room), since)
        reading = self._rooms.present.reading()
        pages = [await self._page(session, room, span) for span in spans]
        await answered(session)
        # Somebody may have been put out of the room meanwhile.
        self._permissions.may(session, Name(title, room), Action.SEE)
        parts = [self._part(reading, *each, len(spans)) for each in zip(spans, pages, strict=True)]
        messages = [message for part in parts for message in part.messages]
        session.answer(
            Listed(
                request="since" if "since" in asked else "history",
                title=title,
                messages=messages,
                more=parts[0].more,
                newer=len(parts) > 1 and parts[1].more,
                next=parts[0].next,
                ids=ids_of(user_of(session), messages),
                id=request_id,
            )
        )

    def _part(self, reading: Reading, span: Span, found: tuple[Page[RoomEvent], int], parts: int) -> _Part:
        """What is shown of a page: as it is now, and cut where it is too long for one of so many `parts`."""
        (events, more, *_), edge = found
        messages = events = self._rooms.presented(reading.present(events))
        most = self._limits.page_bytes // parts
        messages = shortened(messages[::-1], most)[::-1] if span.newest else shortened(messages, most)
        return _Part(messages, more or len(messages) < len(events), edge)

    async def search(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Answer with the messages that have all the words, the newest first."""
        limits = self._limits
        typed = str(asked["query"])
        found = parse_search(typed)
        words = sum(map(len, {phrase for word in found.words for phrase in phrases_of(word)}))
        if not words and not (found.mentions_me and not found.words):
            raise ChatError("unsearchable")
        if words > limits.search_words:
            raise ChatError("too_many_words", limit=limits.search_words)
        visible = self._permissions.visible(session)
        query = Query(
            words=found.words,
            limit=min(number_in(asked, "limit", _USUAL), _MOST_FOUND),
            user=visible.user,
            since=visible.since,
            sender=person_key(found.sender[: limits.name_characters + 1]) if found.sender is not None else None,
            room=await self._searched(session, asked, found.place),
            after=found.after,
            before=found.before,
            next=found.next or number_in(asked, "next", 0),
            rooms=visible.rooms,
            own=visible.own,
            mentions=account_of(session).key if found.mentions_me else None,
        )
        reading = self._rooms.present.reading()
        page = await self._store.search(query)
        await answered(session)
        found_here = self._rooms.presented(heard(reading.present(page.events), session.ignored))
        answer = Listed(
            request="search",
            title=without_next(typed),
            messages=[each for each in found_here if self._is_seen(session, each)],
            more=page.more,
            next=page.next,
            reached=page.reached,
            id=request_id,
        )
        session.answer(replace(answer, ids=ids_of(user_of(session), answer.messages)))

    def _is_seen(self, session: Asker, message: Message) -> bool:
        """Whether `session` may see a message that was found; rooms may have changed since the store was asked."""
        if message.to is not None:
            return True
        hidden = self._permissions.since(session, message.room)
        return message.seq > hidden and self._permissions.sees(session, message.room)

    async def take_back(self, session: Asker, raw: str | None, request_id: RequestId) -> None:
        """Take back all that `session` sent to the person called `raw`, or the last message it sent to anybody away.

        Raises ChatError (`nothing_waits`) where all of it was delivered, or is being delivered now.
        """
        name = parse_name(raw, self._limits.name_characters, "bad_recipient") if raw is not None else None
        user = user_of(session)
        authors = [Author(f"at {session.address}", session.number)]
        if user.account is not None:
            authors.append(Author(user.key))
        taken = await self._store.take_back(authors, name.key if name else None, self._directory.present.__contains__)
        if not taken.messages:
            raise ChatError("nothing_waits", name=name.shown if name else "anybody")
        session.answer(Unsent(to=taken.to, count=taken.messages, id=request_id))

    async def _page(self, session: Asker, room: str, span: Span) -> tuple[Page[RoomEvent], int]:
        """The page, and where to go on if all that was looked at is by people whom `session` ignores, or 0."""
        if session.ignored:
            return await self._heard(session, room, span)
        return await self._store.history(room, span), 0

    async def _heard(self, session: Asker, room: str, span: Span) -> tuple[Page[RoomEvent], int]:
        """The page, or, where people whom `session` ignores have said all of it, the next one with something else.

        If there is nothing else on many pages: an empty one, and the seq from where a later question may go on.
        """
        page, edge = await self._store.history(room, span), 0
        for _ in range(_MOST_PAGES):
            events = heard(page.events, session.ignored)
            if events or not page.more:
                return page._replace(events=events), 0
            edge = page.events[0 if span.newest else -1].seq
            span = span._replace(before=edge) if span.newest else span._replace(after=edge)
            page = await self._store.history(room, span)
        return page._replace(events=()), edge

    async def place(self, session: Asker, asked: Mapping[str, object]) -> tuple[str, str, int]:
        """The key and the title of the room or conversation that is meant, and what is hidden of it (`Span.since`).

        A word without a sign means the room if that has messages, else the conversation if that has some. So it means
        the same whether or not that person is here. Raises ChatError if `session` may not see the place.
        """
        if "to" in asked:
            return self._conversation(session, str(asked["to"]))
        raw = asked.get("room", asked.get("where"))
        if raw is not None and str(raw)[:1] in PERSON_SIGNS:
            return self._conversation(session, str(raw))
        name = self._finder.room(session, raw)
        self._permissions.may(session, name, Action.SEE)
        name = self._rooms.shown(name)
        if name.key == self._rooms.lobby.key and not self._permissions.lobby_is_open:
            raise ChatError("no_lobby_here")
        place = name.key, name.shown, 0
        where = str(raw)
        is_room = raw is None or "room" in asked or where[0] in ROOM_SIGNS or name.key == self._rooms.lobby.key
        if is_room or name.key in session.rooms or len(where) > self._limits.name_characters:
            return place
        if await self._has_messages(name.key, 0):
            return place
        account = user_of(session).account
        if account is not None and await self._has_messages(direct_room(account.key, name.key), account.since):
            return self._conversation(session, where)
        return self._conversation(session, where) if name.key in self._directory.users else place

    async def _searched(self, session: Asker, asked: Mapping[str, object], typed: str | None) -> str | None:
        """The key of the one place that is searched: the room that the request names, or the `typed` one (`in:`)."""
        room = (await self.place(session, {"room": asked["room"]}))[0] if "room" in asked else None
        if typed is None:
            return room
        place = (await self.place(session, {"where": typed}))[0]
        if room is not None and place != room:
            raise ChatError("other_room")
        return place

    async def _has_messages(self, room: str, since: int) -> bool:
        return bool((await self._store.history(room, Span(1, since=since))).events)

    def _conversation(self, session: Asker, raw: str) -> tuple[str, str, int]:
        account = account_of(session)
        name = parse_known_name(raw, self._limits.name_characters)
        room = conversation_of(account.key, name)
        self._permissions.may(session, room, Action.SEE)
        return room.key, room.shown, account.since


def _spans(asked: Mapping[str, object], limit: int, hidden: int, since: int) -> Sequence[Span]:
    """The spans of a room to read, the older one first: one, or two with `around`. `hidden` as `Permissions.since`."""
    if "around" in asked:
        # The message itself is the first one of the newer half.
        around, older = number_in(asked, "around", 0), limit // 2
        newer = Span(limit - older, max(around - 1, hidden), since=since)
        return Span(older, hidden, around, newest=True, since=since), newer
    before = number_in(asked, "before", 0) if asked.get("before") is not None else None
    return (Span(limit, max(number_in(asked, "since", 0), hidden), before, newest="since" not in asked, since=since),)
