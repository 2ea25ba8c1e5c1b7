"""What happens when the journal commits: members move, and everybody who should know is told."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat.commands import State
from chat.events import Batch, Entered, Event, Exited, Failure, Joined, Left, Message, Missed, RoomEvent, Sent, Welcome
from chat.names import fold
from chat.room import Posted, Room, receipts_of
from chat.store.interfaces import Commit, MessageStore, Refusal
from chat.user import Origin

if TYPE_CHECKING:
    from chat.hub import Hub
    from chat.session import Session


# A page of missed messages: at 16 KiB each, half of what may be queued for a peer.
_PAGE = 32


class Delivery:
    """The store's `Sink`: applies each batch of commits to the hub's rooms, in its order, and delivers it."""

    def __init__(self, hub: "Hub", store: MessageStore) -> None:
        self._hub = hub
        self._store = store

    def committed(self, commits: Sequence[Commit]) -> None:
        """Deliver a batch. What was said in one room goes out together, between two changes of any membership."""
        runs: dict[str, list[Posted]] = {}
        for commit in commits:
            if isinstance(commit.event, Message):
                self._gather(commit, runs)
            else:
                self._flush(runs)
                self._move(commit)
        self._flush(runs)
        for commit in commits:
            if isinstance(commit.origin, Origin):
                commit.origin.session.settled()

    def refused(self, refusal: Refusal) -> None:
        """Tell who asked for it, and take back what was done in expectation of it."""
        event, origin = refusal.draft.event, refusal.draft.origin
        if not isinstance(origin, Origin):
            return
        session = origin.session
        if session.state is not State.CLOSED:
            self._take_back(event, session)
            failure = Failure(code=refusal.error.code, message=str(refusal.error), id=origin.request_id)
            session.tell(failure)
        session.settled()

    def _take_back(self, event: RoomEvent, session: "Session") -> None:
        if isinstance(event, Joined) and event.place is None:
            self._hub.withdraw(session)
            session.rooms.clear()
        elif isinstance(event, Joined):
            session.rooms.pop(event.room, None)
        elif isinstance(event, Left):
            # Nobody is kept in a room because a disk is full.
            self._hub.unseat(session, self._room(event))

    def _gather(self, commit: Commit, runs: dict[str, list[Posted]]) -> None:
        event, origin = commit.event, commit.origin
        if isinstance(event, Message) and event.place is not None:
            name = self._room(event).name
            event = event if event.place == name else replace(event, place=name)
        if not isinstance(origin, Origin):
            runs.setdefault(event.room, []).append(Posted(event, None, None))
        elif commit.repeat:
            # It was delivered when it came first; only its sender asks again.
            origin.session.tell(self._receipt(event, origin))
        else:
            runs.setdefault(event.room, []).append(Posted(event, origin.session, self._receipt(event, origin)))

    def _flush(self, runs: dict[str, list[Posted]]) -> None:
        for posts in runs.values():
            first = posts[0].event
            if isinstance(first, Message) and first.to is not None:
                self._deliver_direct(posts)
            else:
                self._room(first).fan_out(posts)
        runs.clear()

    def _deliver_direct(self, posts: Sequence[Posted]) -> None:
        for post in posts:
            message = post.event
            assert isinstance(message, Message) and message.to is not None
            for session in self._sessions_of(message.to):
                self._push(message, session)
            if post.session is not None:
                post.session.peer.deliver(Batch(*receipts_of([post], post.session)))

    def _move(self, commit: Commit) -> None:
        event, origin = commit.event, commit.origin
        session = origin.session if isinstance(origin, Origin) else None
        gone = session is None or session.state is State.CLOSED
        room = self._room(event)
        if event.place is not None and event.place != room.name:
            # Two made the room at once, under two spellings: the first one counts.
            event = replace(event, place=room.name)
            if session is not None and isinstance(event, Joined) and room.key in session.rooms:
                session.rooms[room.key] = room.name
        if isinstance(event, Joined) and session is not None and not gone:
            room.members[session] = None
            if room is not self._hub.lobby:
                self._hub.rooms[room.key] = room
        receipt = self._receipt(event, origin) if isinstance(origin, Origin) and not gone else None
        room.fan_out([Posted(event, session, receipt)])
        if isinstance(event, Left) and session is not None:
            self._hub.unseat(session, room)
        if isinstance(event, Joined) and event.place is None and session is not None:
            self._greet_back(session)

    def _push(self, message: Message, session: "Session") -> None:
        if not session.caught_up:
            # It finds the message in the store, in its order.
            session.is_behind = True
        elif message.seq > session.replayed.get(message.room, 0) and session.tell(message):
            self._acknowledge_when_sent(session, {message.room: message.seq})

    def _acknowledge_when_sent(self, session: "Session", arrived: Mapping[str, int]) -> None:
        """Messages up to `arrived`, by room, were given to the session's peer."""
        user = session.user
        assert user is not None, "nobody else is sent direct messages"

        def acknowledge() -> None:
            for room, seq in arrived.items():
                self._store.acknowledge(user.key, room, seq)

        session.peer.when_sent(acknowledge)

    def _greet_back(self, session: "Session") -> None:
        if session.user is None:
            return
        if count := self._store.waiting(session.user.key):
            session.tell(Missed(count=count))
        self._catch_up(session)

    def _catch_up(self, session: "Session") -> None:
        if session.user is not None:
            session.is_behind = False
            self._store.missed(session.user.key, _PAGE).addCallback(self._replay, session)

    def _replay(self, messages: Sequence[Message], session: "Session") -> None:
        if session.user is None:
            return
        # What was sent, but not acknowledged yet, is not sent again.
        news = [message for message in messages if message.seq > session.replayed.get(message.room, 0)]
        if not news and not session.is_behind:
            session.caught_up = True
            return
        arrived = {message.room: message.seq for message in news}
        session.replayed.update(arrived)
        if session.peer.deliver(Batch(*news)):
            self._acknowledge_when_sent(session, arrived)
            session.peer.when_sent(lambda: self._catch_up(session))

    def _room(self, event: RoomEvent) -> Room:
        if event.room == self._hub.lobby.key:
            return self._hub.lobby
        # Everybody may have left while the event was being committed; then it reaches its sender alone.
        return self._hub.rooms.get(event.room) or Room(event.room, event.place or "")

    def _sessions_of(self, name: str) -> Sequence["Session"]:
        user = self._hub.users.get(fold(name))
        return list(user.sessions) if user else []

    def _receipt(self, event: RoomEvent, origin: Origin) -> Event:
        """What tells the one who asked for `event` that it happened."""
        hub, asked = self._hub, origin.request_id
        if isinstance(event, Message):
            queued = event.to is not None and fold(event.to) not in hub.users
            return Sent(place=event.place, to=event.to, seq=event.seq, sent_at=event.sent_at, queued=queued, id=asked)
        if isinstance(event, Left):
            return Exited(place=event.place or "", id=asked)
        if event.place is not None:
            return Entered(place=event.place, members=hub.rooms[event.room].names(), seq=event.seq, id=asked)
        return Welcome(
            name=event.sender,
            client_id=event.client_id,
            online=hub.names(),
            lobby=hub.lobby.name if hub.lobby_is_open else None,
            motd=hub.motd,
            id=asked,
        )
