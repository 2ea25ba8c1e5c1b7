"""What somebody missed while they were away, and when it counts as arrived."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure as TwistedFailure

from chat.errors import ChatError
from chat.events import Done, Event, Failure, Message, Missed, Recalled, RequestId, WasRead
from chat.hub.people import User
from chat.hub.positions import Position, Positions, check_position
from chat.interfaces import Batch, Peer, Reason
from chat.limits import Limits
from chat.names import direct_room, parse_known_name, person_key, room_key
from chat.store.interfaces import MessageStore, Page, Span

if TYPE_CHECKING:
    from chat.hub.session import Session

log = Logger(namespace="chat.hub.replay")

# A page of missed messages.
_PAGE = 32


class Replay:
    """Brings each session what waited for its user, then what comes; page by page, as fast as its peer takes it.

    First come the direct messages, then the rooms, one after another. Where the store cannot be read it goes on later
    (`failing`); until then messages wait. `note_arrived` is called with a session that has been told everything.
    """

    def __init__(self, store: MessageStore, limits: Limits, note_arrived: "Callable[[Session], None]") -> None:
        self._store = store
        self._limits = limits
        self._note_arrived = note_arrived
        self.failing: dict[Session, None] = {}

    def begin(self, session: "Session", user: User) -> None:
        """`session` came in: tell it of the direct messages that waited, and then deliver them."""
        if count := self._store.waiting(user.key):
            session.tell(Missed(count=count))
        self.go_on(session)

    def bring(self, session: "Session", room: str, seq: int) -> None:
        """Nobody asked: bring what was said in `room`, by its key, after the seq and before `session` came in."""
        session.backlog.missed(room, seq)
        if not session.backlog.has_failed:
            self.go_on(session)

    def go_on(self, session: "Session") -> None:
        """Tell `session` what its backlog says is still to be told, unless that is being done."""
        backlog = session.backlog
        if not backlog.is_working and session.user is not None:
            backlog.is_working, backlog.has_failed = True, False
            Deferred.fromCoroutine(self._tell_all(session)).addErrback(self._could_not, session)

    def try_later(self, session: "Session") -> None:
        """What `session` missed cannot be told now."""
        session.backlog.has_failed = True
        self.failing[session] = None

    def take_failing(self) -> "Sequence[Session]":
        """The sessions that something could not be told, each once; for whoever lets them `go_on`."""
        failed, self.failing = self.failing, {}
        return list(failed)

    def takes(self, message: Message, session: "Session") -> bool:
        """Whether `session` is to get a new direct message at once, and not, where older ones wait, behind them."""
        backlog = session.backlog
        room, seq = message.room, message.seq
        backlog.entered.setdefault(room, seq)
        if not backlog.caught_up:
            # It finds the message in the store, in its order.
            backlog.noted_live(room, seq)
            return False
        return not backlog.replayed or seq > backlog.replayed.get(room, 0)

    def push(self, events: Sequence[Event], session: "Session") -> None:
        """Deliver direct messages that `session` takes, and what else there is to tell of the conversation."""
        arrived = {event.room: event.seq for event in events if type(event) is Message}
        if session.peer.deliver(Batch(*events)) and arrived:
            self._acknowledge_direct(session, arrived)

    async def resume(self, session: "Session", asked: Positions, request_id: RequestId) -> None:
        """Bring what `session` missed in rooms that it is in, and in conversations.

        Raises ChatError (`not_in_room`, `account_needed`, `other_life`).
        """
        user = session.user
        assert user is not None, "the command table lets only registered sessions here"
        if asked.direct and user.account is None:
            raise ChatError("account_needed")
        # The longest room's name, with its sign, is also longer than any person's.
        longest = self._limits.room_characters + 1
        positions = {room_key(name[:longest]): seq for name, seq in asked.rooms.items()}
        if not positions.keys() <= session.backlog.entered.keys() or any(":" in room for room in positions):
            raise ChatError("not_in_room")
        if asked.direct and session.scope is not None:
            raise ChatError("wrong_room")
        for room in positions:
            session.check_scope(room)
        positions |= {direct_room(user.key, person_key(name[:longest])): seq for name, seq in asked.direct.items()}
        for room, seq in positions.items():
            await check_position(self._store, room, Position(seq, asked.life))
        more = False
        for room, seq in positions.items():
            more = await self._resume(session, room, seq) or more
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
            name = parse_known_name(str(to), self._limits.name_characters)
            key, other = direct_room(user.key, name.key), name.shown
        if other is None and key not in session.rooms:
            raise ChatError("not_in_room")
        if isinstance(seq, int):
            (self._store.mark_read if was_read else self._store.acknowledge)(user.key, key, seq)
            for each in user.others(session) if was_read else ():
                each.tell(WasRead(place=session.rooms.get(key), to=other, seq=seq))
        session.answer(Done(request="read" if was_read else "delivered", id=request_id))

    def acknowledge_room(self, session: "Session", room: str, seq: int, after: int) -> None:
        """All that was said in `room` after the one seq, up to the other, was given to the session's peer."""
        user = session.user
        if user is not None and user.account is not None and not session.confirms and session.scope is None:
            key = user.key
            session.peer.when_sent(lambda: self._store.acknowledge(key, room, seq, after))

    async def _tell_all(self, session: "Session") -> None:
        backlog = session.backlog
        try:
            await self._tell_direct(session)
            had_past = bool(backlog.past)
            while session.user is not None and backlog.past:
                await self._tell_past(session, next(iter(backlog.past)))
        finally:
            backlog.is_working = False
        if had_past:
            backlog.past = None
            self._note_arrived(session)

    def _could_not(self, failure: TwistedFailure, session: "Session") -> None:
        if isinstance(failure.value, ChatError):
            self.try_later(session)
        else:
            # Nobody is left here who does not hear what is said to them.
            log.failure("failed: bringing what was missed", failure)
            error = ChatError("internal")
            session.finish(Reason.FAILED, Failure(code=error.code, message=str(error)))

    async def _tell_direct(self, session: "Session") -> None:
        backlog, after = session.backlog, 0
        while session.user is not None and not backlog.caught_up:
            backlog.is_behind = False
            page = await self._store.missed(session.user.key, _PAGE, after)
            if not await self._tell_page(session, page):
                return
            after = page.next
            if page.more or backlog.is_behind:
                await taken(session.peer)
            else:
                backlog.caught_up = True
                backlog.live_from = None

    async def _tell_page(self, session: "Session", page: Page) -> bool:
        """Deliver a page of direct messages; False where the session is gone."""
        backlog = session.backlog
        # What was sent, but not acknowledged yet, is not sent again.
        news = [message for message in page.messages if message.seq > backlog.replayed.get(message.room, 0)]
        for part in self._parts(news):
            if part is not news:
                await taken(session.peer)
            arrived = {message.room: message.seq for message in part}
            if session.user is None or not session.peer.deliver(Batch(*(_told(each, session) for each in part))):
                return False
            for room, seq in arrived.items():
                backlog.entered.setdefault(room, seq)
            backlog.replayed = {**backlog.replayed, **arrived}
            self._acknowledge_direct(session, arrived)
        return session.user is not None

    async def _tell_past(self, session: "Session", room: str) -> None:
        """Bring what was missed in a room, up to where the session came in."""
        backlog = session.backlog
        while backlog.past and room in backlog.past:
            begin, reached = backlog.past[room]
            entered = backlog.entered[room]
            page = await self._store.history(room, Span(_PAGE, reached, entered))
            for part in self._parts(page.messages):
                await taken(session.peer)
                if not backlog.past or room not in backlog.past:
                    return
                if not session.peer.deliver(Batch(*(Recalled(message=message) for message in part))):
                    backlog.past.clear()
                    return
                backlog.past[room] = begin, part[-1].seq
                self.acknowledge_room(session, room, part[-1].seq, begin)
            if not page.more:
                backlog.past.pop(room, None)
                self.acknowledge_room(session, room, entered - 1, begin)

    async def _resume(self, session: "Session", room: str, seq: int) -> bool:
        """Deliver what was said after `seq`; whether that was too much to bring all of it."""
        account = session.user.account if session.user is not None else None
        is_direct = ":" in room
        left, begin = self._limits.resumed_messages, seq
        while left > 0:
            entered = session.backlog.entered.get(room)
            if entered is None and not is_direct:
                return False
            span = Span(min(_PAGE, left), seq, entered, since=account.since if is_direct and account else 0)
            page = await self._store.history(room, span)
            for part in self._parts(page.messages):
                await taken(session.peer)
                if not session.peer.deliver(Batch(*(Recalled(message=message) for message in part))):
                    return False
                seq = part[-1].seq
                if not is_direct:
                    # What waits of a conversation is brought without being asked for, and counted then.
                    self.acknowledge_room(session, room, seq, begin)
            if not page.more:
                return False
            left -= len(page.messages)
        return True

    def _parts(self, messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
        """`messages` in pieces that leave room in the queue of their peer."""
        while messages:
            part = shortened(messages, self._limits.page_bytes)
            yield part
            messages = messages[len(part) :]

    def _acknowledge_direct(self, session: "Session", arrived: Mapping[str, int]) -> None:
        """Messages up to `arrived`, by conversation, were given to the session's peer."""
        user = session.user
        if user is None or session.confirms or not arrived:
            return

        def acknowledge() -> None:
            for room, seq in arrived.items():
                self._store.acknowledge(user.key, room, seq)

        session.peer.when_sent(acknowledge)


def _told(message: Message, session: "Session") -> Event:
    """How a message from the store is told: as one from before, unless it came while `session` was here."""
    is_live = session.backlog.is_live(message.room, message.seq, message.sent_at)
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
