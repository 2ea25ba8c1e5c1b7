"""Brings sessions the messages that they missed, and notes when these count as arrived."""

from collections.abc import Mapping, Sequence
from functools import partial

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure as TwistedFailure

from chat.errors import ChatError
from chat.events import Done, Event, Head, Message, Missed, Recalled, RequestId, RoomEvent, WasRead, failure_of
from chat.hub.ignoring import heard, said_by
from chat.hub.own import recalled
from chat.hub.pages import parts_of, taken
from chat.hub.people import Asker, account_of, user_of
from chat.hub.permissions import Action
from chat.hub.positions import Position, Positions, check_position
from chat.hub.present import Reading
from chat.hub.room import Room
from chat.hub.rooms import Rooms
from chat.interfaces import Batch, Reason
from chat.names import Name, direct_room, is_direct, parse_known_name, person_key
from chat.store.interfaces import MessageStore, Page, Span

log = Logger(namespace="chat.hub.replay")

# How many missed messages are read at once.
_PAGE = 32


class Replay:
    """Brings each session the messages that its user missed, page by page, as fast as its peer takes them.

    First come the direct messages, then the rooms, one after another. Where the store cannot be read, the session is
    `failing`, and is tried again later; until then messages wait.
    """

    def __init__(self, store: MessageStore, rooms: Rooms) -> None:
        self._store = store
        self._rooms = rooms
        self._permissions = rooms.permissions
        self._limits = rooms.permissions.limits
        self.failing: dict[Asker, None] = {}

    @property
    def life(self) -> str:
        """See `MessageStore.life`."""
        return self._store.life

    def bring(self, session: Asker, room: str, seq: int) -> None:
        """Bring the messages in `room`, by its key, after that seq and before `session` came in. It sent no request."""
        session.backlog.missed(room, seq)
        if not session.backlog.has_failed:
            self.go_on(session)

    def put_off(self, session: Asker, head: Head) -> None:
        """`session` could not come back into that room now; try again later."""
        session.backlog.returns(head)
        self._try_later(session)

    def go_on(self, session: Asker) -> None:
        """Bring `session` everything that its backlog still misses, unless that is being done already.

        First the session is told how many direct messages wait.
        """
        backlog = session.backlog
        if self._misses_nothing(session):
            backlog.is_counted = True
            backlog.reads()
            backlog.catches_up()
        elif not backlog.is_working:
            backlog.is_working, backlog.has_failed = True, False
            Deferred.fromCoroutine(self._tell_all(session)).addErrback(self._could_not, session)

    def take_failing(self) -> Sequence[Asker]:
        """The sessions that could not be brought something, each once; the caller lets them `go_on`."""
        failed, self.failing = self.failing, {}
        return list(failed)

    def push(self, session: Asker, events: Sequence[Event], last: Message | None) -> None:
        """Deliver direct messages of one conversation, and receipts and copies among them.

        `last` is the last one to the session, which its backlog `takes`; None if they are all its own.
        """
        if session.peer.deliver(Batch(*events)) and last is not None:
            self._acknowledge_direct(session, last.room, last.seq)

    # --- what programs ask

    async def resume(self, session: Asker, asked: Positions, request_id: RequestId) -> None:
        """Bring the messages that `session` missed in rooms that it is in, and in conversations.

        Raises ChatError (`not_in_room`, `bad_name`, `account_needed`, `other_life`, and what the gate says).
        """
        user = user_of(session)
        since = account_of(session).since if asked.direct else 0
        rooms = {self._rooms.typed(name): seq for name, seq in asked.rooms.items()}
        for place in rooms:
            self._permissions.check_admitted(session, place)
            self._permissions.check_ban(session, place)
        positions = {place.key: seq for place, seq in rooms.items()}
        if not positions.keys() <= session.backlog.entered.keys():
            raise ChatError("not_in_room")
        for name, seq in asked.direct.items():
            positions[direct_room(user.key, parse_known_name(name, self._limits.name_characters).key)] = seq
        for room in positions:
            self._permissions.may(session, Name(room, room), Action.SEE)
        for room, seq in positions.items():
            await check_position(self._store, room, Position(seq, asked.life))
        more = False
        for room, seq in positions.items():
            after = max(seq, self._permissions.since(session, room))
            more = await self._resume(session, room, after, since if is_direct(room) else 0) or more
        session.answer(Done(request="resume", more=more, id=request_id))

    def mark(self, session: Asker, asked: Mapping[str, object], request_id: RequestId, *, was_read: bool) -> None:
        """Note how far a room or a conversation has arrived, or was read; the user's other sessions are told.

        Raises ChatError (`not_in_room`, and what the gate says).
        """
        user = user_of(session)
        seq, to = asked.get("seq"), asked.get("to")
        lobby, shown, other = self._permissions.lobby, None, None
        if to is None:
            place = self._rooms.typed(str(asked.get("room")))
            self._permissions.check_admitted(session, place)
            self._permissions.check_ban(session, place)
            key = place.key
            shown = lobby.shown if was_read and key == lobby.key else session.rooms.get(key)
            if shown is None:
                raise ChatError("not_in_room")
        else:
            name = parse_known_name(str(to), self._limits.name_characters)
            key, other = direct_room(user.key, name.key), name.shown
        self._permissions.may(session, Name(key, key), Action.SEE)
        if isinstance(seq, int) and was_read:
            # Nobody has a cursor in the lobby.
            if key != lobby.key:
                self._store.mark_read(user.key, key, seq)
            for each in user.others(session):
                each.tell(WasRead(place=shown, to=other, seq=seq))
        elif isinstance(seq, int):
            self._store.acknowledge(user.key, key, seq)
        session.answer(Done(request="read" if was_read else "delivered", id=request_id))

    # --- what has arrived

    def acknowledge_room(self, session: Asker, room: str, seq: int, after: int) -> None:
        """The messages in `room` after the one seq, up to the other, were given to the session's peer."""
        user = session.user
        if user is not None and user.account is not None and not session.client.confirms and session.scope is None:
            key = user.key
            session.peer.when_sent(lambda: self._store.acknowledge(key, room, seq, after))

    def passes_over(self, user: str, room: str, seq: int) -> None:
        """The user ignores whoever writes to them in this conversation: up to `seq` it counts as read."""
        self._store.mark_read(user, room, seq)

    def _pass_over(self, session: Asker, messages: Sequence[Message]) -> None:
        """Those of `messages`, which came from the store, that the user of `session` does not want count as read."""
        unwanted = {message.room: message.seq for message in messages if said_by(message) in session.ignored}
        for room, seq in unwanted.items():
            if session.user is not None:
                self.passes_over(session.user.key, room, seq)

    def note_arrived(self, session: Asker) -> None:
        """Save how far `session` has come in each of its rooms, as soon as everything there has reached it."""
        for room in filter(None, map(self._rooms.find, session.rooms)):
            if session in room.members:
                room.catch_up(session)
                self._note_arrived(session, room)

    def note_all_arrived(self) -> None:
        """Save how far every room has reached its members; called now and then."""
        for room in self._rooms.entered.values():
            if room.noted_seq != room.last_seq and not room.is_behind:
                room.noted_seq = room.last_seq
                for session in room.members:
                    self._note_arrived(session, room)

    def _note_arrived(self, session: Asker, room: Room) -> None:
        if (entered := session.backlog.entered.get(room.key)) is not None:
            self.acknowledge_room(session, room.key, room.last_seq, entered - 1)

    def _acknowledge_direct(self, session: Asker, room: str, seq: int) -> None:
        """Messages in that conversation, up to that seq, were given to the session's peer."""
        if (user := session.user) is not None and not session.client.confirms:
            session.peer.when_sent(partial(self._store.acknowledge, user.key, room, seq))

    # --- page by page

    async def _tell_all(self, session: Asker) -> None:
        backlog = session.backlog
        try:
            await self._tell_direct(session)
            had_past = bool(backlog.past)
            while backlog.past:
                await self._tell_past(session, next(iter(backlog.past)))
        finally:
            backlog.is_working = False
        if had_past:
            backlog.past = None
            self.note_arrived(session)

    def _try_later(self, session: Asker) -> None:
        session.backlog.has_failed = True
        self.failing[session] = None

    def _could_not(self, failure: TwistedFailure, session: Asker) -> None:
        if isinstance(failure.value, ChatError):
            self._try_later(session)
        else:
            # A session that cannot get its messages must not stay.
            log.failure("failed: bringing what was missed", failure)
            error = ChatError("internal")
            session.finish(Reason.FAILED, failure_of(error))

    def _misses_nothing(self, session: Asker) -> bool:
        """Whether it is known at once that nothing waits for `session`: so most people come in."""
        backlog, user = session.backlog, session.user
        is_new = not (backlog.is_working or backlog.has_failed or backlog.past)
        return is_new and user is not None and not self._store.may_wait(user.key)

    async def _tell_direct(self, session: Asker) -> None:
        backlog, after = session.backlog, 0
        if session.user is not None and not backlog.is_counted:
            count = await self._store.waiting(session.user.key, session.ignored)
            backlog.is_counted = True
            if count:
                session.tell(Missed(count=count))
        while session.user is not None and not backlog.caught_up:
            backlog.reads()
            reading = self._rooms.present.reading()
            page = await self._store.missed(session.user.key, _PAGE, after)
            if not await self._tell_page(session, page, reading):
                return
            after = page.next
            if page.more or not backlog.catches_up():
                await taken(session.peer)

    async def _tell_page(self, session: Asker, page: Page[Message], reading: Reading) -> bool:
        """Deliver a page of direct messages; False where the session is gone."""
        backlog = session.backlog
        if session.ignored:
            self._pass_over(session, page.events)
        news = [message for message in heard(page.events, session.ignored) if backlog.needs(message)]
        for part in parts_of(news, self._limits.page_bytes):
            if part is not news:
                await taken(session.peer)
            events = (each if backlog.is_live(each) else Recalled(event=each) for each in reading.present(part))
            if not session.peer.deliver(Batch(*events)):
                return False
            backlog.replayed(part)
            for room, seq in {message.room: message.seq for message in part}.items():
                self._acknowledge_direct(session, room, seq)
        return session.user is not None

    async def _tell_past(self, session: Asker, room: str) -> None:
        """Bring the missed messages of a room, up to where the session came in."""
        backlog = session.backlog
        while backlog.past and room in backlog.past:
            begin, reached = backlog.past[room]
            entered = backlog.entered[room]
            hidden = self._permissions.since(session, room)
            reading = self._rooms.present.reading()
            page = await self._store.history(room, Span(_PAGE, max(reached, hidden), entered, amendments=True))
            for part in parts_of(self._rooms.presented(page.events), self._limits.page_bytes):
                await taken(session.peer)
                if not backlog.past or room not in backlog.past:
                    return
                news = heard(reading.present(part), session.ignored)
                if news and not session.peer.deliver(Batch(*recalled(session.user, news))):
                    backlog.past.clear()
                    return
                backlog.brought(room, part[-1].seq)
                self.acknowledge_room(session, room, part[-1].seq, begin)
            if not page.more:
                backlog.past.pop(room, None)
                self.acknowledge_room(session, room, entered - 1, begin)

    async def _resume(self, session: Asker, room: str, seq: int, since: int) -> bool:
        """Deliver the messages after `seq`; whether there were too many to deliver all of them. `since`: see `Span`."""
        is_conversation, backlog = is_direct(room), session.backlog
        left, begin = self._limits.resumed_messages, seq
        while left > 0:
            entered = backlog.entered.get(room)
            if entered is None and not is_conversation:
                return False
            span = Span(min(_PAGE, left), seq, entered, since=since, amendments=True)
            reading = self._rooms.present.reading()
            page = await self._store.history(room, span)
            for part in parts_of(self._rooms.presented(page.events), self._limits.page_bytes):
                await taken(session.peer)
                if not is_conversation and room not in backlog.entered:
                    # The session was put out meanwhile.
                    return False
                heard_of = heard(reading.present(part), session.ignored)
                news = [event for event in heard_of if not (is_conversation and _was_told(session, event))]
                if news and not session.peer.deliver(Batch(*recalled(session.user, news))):
                    return False
                seq = part[-1].seq
                if not is_conversation:
                    # Waiting direct messages are brought without a request, and acknowledged then.
                    self.acknowledge_room(session, room, seq, begin)
            if not page.more:
                return False
            left -= len(page.events)
        return True


def _was_told(session: Asker, event: RoomEvent) -> bool:
    """Whether it is a direct message that waited for the user of `session`, and was delivered to it for that reason."""
    if not isinstance(event, Message) or session.user is None:
        return False
    return person_key(event.to or "") == session.user.key and session.backlog.has_told(event)
