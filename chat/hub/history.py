"""What was said before, for whoever asks and may see it; and taking back what has not arrived."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chat.commands.queries import parse_search, without_next
from chat.errors import ChatError
from chat.events import Listed, RequestId, Unsent
from chat.hub.entrance import account_of, user_of
from chat.hub.positions import Position, check_position
from chat.hub.replay import shortened
from chat.names import PERSON_SIGNS, ROOM_SIGNS, direct_room, parse_known_name, parse_name, person_key
from chat.store.interfaces import Author, MessageStore, Query, Span
from chat.store.words import phrases_of

if TYPE_CHECKING:
    from chat.hub.hub import Hub
    from chat.hub.session import Session

_USUAL = 20
# What is found goes out whole: so many of the longest lines fit into the queue of a peer.
_MOST_FOUND = 30


class Archive:
    """Everybody may see what was said in public rooms; who has an account, also their own conversations."""

    def __init__(self, hub: "Hub", store: MessageStore) -> None:
        self._hub = hub
        self._store = store

    async def history(self, session: "Session", asked: Mapping[str, object], request_id: RequestId) -> None:
        """Answer with the messages of a place: the last ones, those `before` a seq, or those after a seq (`since`).

        Raises ChatError, such as `other_life`: `asked` may say which `life` the seq is of.
        """
        limits = self._hub.limits
        room, title, since = await self._place(session, asked)
        limit = min(_number(asked, "limit", _USUAL), limits.page_messages)
        before = _number(asked, "before", 0) if asked.get("before") is not None else None
        if "since" in asked:
            life = asked.get("life")
            await check_position(self._store, room, Position(_number(asked, "since", 0), str(life) if life else None))
        span = Span(limit, _number(asked, "since", 0), before, newest="since" not in asked, since=since)
        page = await self._store.history(room, span)
        messages = page.messages
        if span.newest:
            messages = shortened(messages[::-1], limits.page_bytes)[::-1]
        else:
            messages = shortened(messages, limits.page_bytes)
        request = "since" if "since" in asked else "history"
        more = page.more or len(messages) < len(page.messages)
        session.answer(Listed(request=request, title=title, messages=messages, more=more, id=request_id))

    async def search(self, session: "Session", asked: Mapping[str, object], request_id: RequestId) -> None:
        """Answer with the messages that have all the words, the newest first."""
        limits, account = self._hub.limits, user_of(session).account if session.scope is None else None
        typed = str(asked["query"])
        found = parse_search(typed)
        words = sum(map(len, {phrase for word in found.words for phrase in phrases_of(word)}))
        if not words:
            raise ChatError("unsearchable")
        if words > limits.search_words:
            raise ChatError("too_many_words", limit=limits.search_words)
        query = Query(
            words=found.words,
            limit=min(_number(asked, "limit", _USUAL), _MOST_FOUND),
            user=account.key if account is not None else None,
            since=account.since if account is not None else 0,
            sender=person_key(found.sender[: limits.name_characters + 1]) if found.sender is not None else None,
            room=(await self._place(session, {"where": found.place}))[0] if found.place is not None else None,
            after=found.after,
            before=found.before,
            next=found.next or _number(asked, "next", 0),
            rooms=session.scope.rooms if session.scope is not None else None,
        )
        page = await self._store.search(query)
        answer = Listed(
            request="search",
            title=without_next(typed),
            messages=page.messages,
            more=page.more,
            next=page.next,
            reached=page.reached,
            id=request_id,
        )
        session.answer(answer)

    async def take_back(self, session: "Session", raw: str | None, request_id: RequestId) -> None:
        """Take back what `session` sent to the person called `raw`, or the last that it sent to anybody who is away.

        Raises ChatError (`nothing_waits`) where all of it was delivered, or is just being.
        """
        name = parse_name(raw, self._hub.limits.name_characters, "bad_recipient") if raw is not None else None
        user = user_of(session)
        authors = [Author(f"at {session.address}", session.number)]
        if user.account is not None:
            authors.append(Author(user.key))
        taken = await self._store.take_back(authors, name.key if name else None, self._hub.is_here)
        if not taken.messages:
            raise ChatError("nothing_waits", name=name.shown if name else "anybody")
        session.answer(Unsent(to=taken.to, count=taken.messages, id=request_id))

    async def _place(self, session: "Session", asked: Mapping[str, object]) -> tuple[str, str, int]:
        """The key and the title of the room or conversation that is meant, and what is hidden of it.

        A word without a sign is a room where anybody has spoken there, else a conversation if there has been one. So
        it means the same whether that person is here or not.
        """
        if "to" in asked:
            return self._conversation(session, str(asked["to"]))
        where = str(asked.get("room") or asked.get("where") or session.place or self._hub.lobby.name)
        if where[0] in PERSON_SIGNS:
            return self._conversation(session, where)
        name = parse_name(where, self._hub.limits.room_characters, "bad_room")
        session.check_scope(name.key)
        if name.key == self._hub.lobby.key and not self._hub.lobby_is_open:
            raise ChatError("no_lobby_here")
        room = self._hub.rooms.get(name.key)
        place = name.key, room.name if room is not None else name.shown, 0
        is_room = "room" in asked or where[0] in ROOM_SIGNS or name.key == self._hub.lobby.key
        if is_room or name.key in session.rooms or len(where) > self._hub.limits.name_characters:
            return place
        if await self._has_messages(name.key, 0):
            return place
        account = user_of(session).account
        if account is not None and await self._has_messages(direct_room(account.key, name.key), account.since):
            return self._conversation(session, where)
        return self._conversation(session, where) if name.key in self._hub.users else place

    async def _has_messages(self, room: str, since: int) -> bool:
        return bool((await self._store.history(room, Span(1, since=since))).messages)

    def _conversation(self, session: "Session", raw: str) -> tuple[str, str, int]:
        account = account_of(session)
        if session.scope is not None:
            raise ChatError("wrong_room")
        name = parse_known_name(raw, self._hub.limits.name_characters)
        return direct_room(account.key, name.key), f"@{name.shown}", account.since


def _number(asked: Mapping[str, object], field: str, usual: int) -> int:
    value = asked.get(field, usual)
    if not isinstance(value, int) or value < 0:
        raise ChatError("bad_seq")
    return value
