"""What somebody missed while they were away, and when it counts as arrived."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.events import Batch, Done, Event, Message, Missed, Peer, Recalled, RequestId, WasRead
from chat.limits import Limits
from chat.names import direct_room, parse_name, person_key, room_key
from chat.store.interfaces import MessageStore, Page, Span
from chat.user import User

if TYPE_CHECKING:
    from chat.session import Session

# A page of missed messages: at 16 KiB each, half of what may be queued for a peer.
_PAGE = 32


class Replay:
    """Brings each session what waited for its user, then what comes; page by page, as fast as its peer takes it."""

    def __init__(self, store: MessageStore, limits: Limits) -> None:
        self._store = store
        self._limits = limits

    def begin(self, session: "Session", user: User) -> None:
        """`session` came in: tell it of the direct messages that waited, and then deliver them."""
        if count := self._store.waiting(user.key):
            session.tell(Missed(count=count))
        self._catch_up(session, 0)

    def takes(self, message: Message, session: "Session") -> bool:
        """Whether `session` is to get a new direct message at once, and not, where older ones wait, behind them."""
        session.entered.setdefault(message.room, message.seq)
        if not session.caught_up:
            # It finds the message in the store, in its order.
            session.is_behind = True
            session.live_from.setdefault(message.room, message.seq)
        return session.caught_up and message.seq > session.replayed.get(message.room, 0)

    def push(self, events: Sequence[Event], session: "Session") -> None:
        """Deliver direct messages that `session` takes, and what else there is to tell of the conversation."""
        arrived = {event.room: event.seq for event in events if type(event) is Message}
        if session.peer.deliver(Batch(*events)) and arrived:
            self._acknowledge_when_sent(session, arrived)

    def rooms(self, session: "Session", positions: Mapping[str, int]) -> None:
        """Nobody asked: bring what was said in rooms, by key, after the seqs and before `session` came in."""

        async def bring() -> None:
            for room, seq in positions.items():
                await self._bring(session, room, seq)

        Deferred.fromCoroutine(bring()).addErrback(lambda failure: failure.trap(ChatError))

    async def resume(
        self, session: "Session", rooms: Mapping[str, int], direct: Mapping[str, int], request_id: RequestId
    ) -> None:
        """Bring what `session` missed in rooms that it is in, and in conversations, by name, after the seqs.

        Raises ChatError (`not_in_room`, `account_needed`).
        """
        user = session.user
        assert user is not None, "the command table lets only registered sessions here"
        if direct and user.account is None:
            raise ChatError("account_needed")
        # The longest room's name, with its sign, is also longer than any person's.
        longest = self._limits.room_characters + 1
        positions = {room_key(name[:longest]): seq for name, seq in rooms.items()}
        if not positions.keys() <= session.entered.keys() or any(":" in room for room in positions):
            raise ChatError("not_in_room")
        if direct and session.scope is not None:
            raise ChatError("wrong_room")
        for room in positions:
            session.check_scope(room)
        positions |= {direct_room(user.key, person_key(name[:longest])): seq for name, seq in direct.items()}
        more = False
        for room, seq in positions.items():
            more = await self._bring(session, room, seq) or more
        session.answer(Done(request="resume", more=more, id=request_id))

    def mark(self, session: "Session", asked: Mapping[str, object], request_id: RequestId, *, was_read: bool) -> None:
        """A program says how far a room, or a conversation, has arrived, or was read; its other connections hear of it.

        Raises ChatError (`not_in_room`).
        """
        user = session.user
        assert user is not None, "the command table lets only registered sessions here"
        seq, to = asked.get("seq"), asked.get("to")
        longest = self._limits.room_characters + 1
        if to is None:
            key, other = room_key(str(asked.get("room"))[:longest]), None
        else:
            name = parse_name(str(to), self._limits.name_characters)
            key, other = direct_room(user.key, name.key), name.shown
        if other is None and key not in session.rooms:
            raise ChatError("not_in_room")
        if isinstance(seq, int):
            (self._store.mark_read if was_read else self._store.acknowledge)(user.key, key, seq)
            for each in user.others(session) if was_read else ():
                each.tell(WasRead(place=session.rooms.get(key), to=other, seq=seq))
        session.answer(Done(request="read" if was_read else "delivered", id=request_id))

    async def _bring(self, session: "Session", room: str, seq: int) -> bool:
        """Deliver what was said after `seq`; whether that was too much to bring all of it."""
        since = session.user.account.since if session.user is not None and session.user.account is not None else 0
        is_direct = ":" in room
        left = self._limits.resumed_messages
        while left > 0:
            span = Span(min(_PAGE, left), seq, session.entered.get(room), since=since if is_direct else 0)
            page = await self._store.history(room, span)
            if not page.messages:
                return False
            session.peer.deliver(Batch(*(Recalled(message=message) for message in page.messages)))
            seq = page.messages[-1].seq
            if session.user is not None and session.user.account is not None and session.scope is None:
                self._acknowledge_when_sent(session, {room: seq})
            if not page.more:
                return False
            left -= len(page.messages)
            await taken(session.peer)
        return True

    def _catch_up(self, session: "Session", after: int) -> None:
        if session.user is not None:
            session.is_behind = False
            missed = self._store.missed(session.user.key, _PAGE, after)
            missed.addCallback(self._replay, session).addErrback(lambda failure: failure.trap(ChatError))

    def _replay(self, page: Page, session: "Session") -> None:
        if session.user is None:
            return
        # What was sent, but not acknowledged yet, is not sent again.
        news = [message for message in page.messages if message.seq > session.replayed.get(message.room, 0)]
        arrived = {message.room: message.seq for message in news}
        for room, seq in arrived.items():
            session.entered.setdefault(room, seq)
        session.replayed.update(arrived)
        if news and not session.peer.deliver(Batch(*(_told(message, session) for message in news))):
            return
        self._acknowledge_when_sent(session, arrived)
        if page.more or session.is_behind:
            session.peer.when_taken(lambda: self._catch_up(session, page.next))
        else:
            session.caught_up = True
            session.live_from.clear()

    def _acknowledge_when_sent(self, session: "Session", arrived: Mapping[str, int]) -> None:
        """Messages up to `arrived`, by room, were given to the session's peer."""
        user = session.user
        assert user is not None, "nobody else is sent direct messages"
        if session.confirms or not arrived:
            return

        def acknowledge() -> None:
            for room, seq in arrived.items():
                self._store.acknowledge(user.key, room, seq)

        session.peer.when_sent(acknowledge)


def _told(message: Message, session: "Session") -> Event:
    """How a message from the store is told: as one from before, unless it came while `session` was here."""
    live_from = session.live_from.get(message.room, math.inf)
    is_live = message.sent_at > session.came_at or message.seq >= live_from
    return message if is_live else Recalled(message=message)


def taken(peer: Peer) -> Deferred[None]:
    """Fires when `peer` takes more; never where it is lost."""
    deferred = Deferred[None]()
    peer.when_taken(lambda: deferred.callback(None))
    return deferred


def shortened(messages: Sequence[Message], most: int) -> Sequence[Message]:
    """As many of `messages`, from the first, as have `most` bytes together, and always one."""
    size = 0
    for count, message in enumerate(messages):
        size += len(message.text.encode())
        if size > most and count:
            return messages[:count]
    return messages
