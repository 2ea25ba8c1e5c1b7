"""What happens when the journal commits: members move, and everybody who should know is told."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat.events import (
    Copied,
    Entered,
    Event,
    Exited,
    Failure,
    Head,
    Joined,
    Left,
    Message,
    Recalled,
    RequestId,
    Roll,
    RoomEvent,
    Sent,
    Welcome,
)
from chat.hub.people import Origin
from chat.hub.replay import Replay
from chat.hub.room import Posted, Room
from chat.interfaces import Batch, State
from chat.names import fold
from chat.store.interfaces import Commit, MessageStore, Refusal

if TYPE_CHECKING:
    from chat.hub.hub import Hub
    from chat.hub.session import Session


class _Runs:
    """What was said, by room. Told room by room, each session's acknowledgements have the order of its messages."""

    def __init__(self) -> None:
        self.posts: dict[str, list[Posted]] = {}
        self._numbers: dict[str, int] = {}
        self._latest: dict[Session, int] = {}

    def has_place_for(self, session: "Session | None", room: str) -> bool:
        """Whether what `session` has said in `room` comes behind what it has said in others before."""
        return session is None or self._numbers.get(room, len(self._numbers)) >= self._latest.get(session, 0)

    def add(self, room: str, post: Posted) -> None:
        """Something was said in `room`."""
        if (posts := self.posts.get(room)) is None:
            posts = self.posts[room] = []
            self._numbers[room] = len(self._numbers)
        posts.append(post)
        if post.session is not None:
            self._latest[post.session] = self._numbers[room]


class Delivery:
    """The store's `Sink`: applies each batch of commits to the hub's rooms, in its order, and delivers it."""

    def __init__(self, hub: "Hub", store: MessageStore, replay: Replay) -> None:
        self._hub = hub
        self._store = store
        self._replay = replay

    def committed(self, commits: Sequence[Commit]) -> None:
        """Deliver a batch. What was said in one room goes out together, between two changes of any membership."""
        runs = _Runs()
        settled: list[Session] = []
        for commit in commits:
            if isinstance(commit.event, Message):
                runs = self._gather(commit, runs)
            else:
                runs = self._flush(runs)
                self._move(commit)
            if isinstance(commit.origin, Origin):
                session = commit.origin.session
                if session.turns is None:
                    settled.append(session)
                else:
                    # Something was asked between this and the next, and is to be answered between them.
                    runs = self._flush(runs)
                    session.settled()
        self._tell(runs)
        for session in settled:
            session.settled()

    def refused(self, refusal: Refusal) -> None:
        """Tell who asked for it, and take back what was done in expectation of it."""
        event, origin = refusal.draft.event, refusal.draft.origin
        if not isinstance(origin, Origin):
            return
        session = origin.session
        self._take_back(event, origin)
        # Nobody asked to come back into a room: that is tried again.
        if session.state is not State.CLOSED and origin.replay_from is None:
            failure = Failure(code=refusal.error.code, message=str(refusal.error), id=origin.request_id)
            session.tell(failure)
        session.settled()

    def is_used(self, room: str) -> bool:
        """See `Sink.is_used`. All are in the lobby."""
        return room in self._hub.rooms or room == self._hub.lobby.key

    def _take_back(self, event: RoomEvent, origin: Origin) -> None:
        session = origin.session
        if isinstance(event, Left):
            # Nobody is kept in a room because a disk is full, or because they have gone meanwhile.
            self._unseat(origin, self._room(event))
        elif session.state is State.CLOSED:
            return
        elif isinstance(event, Joined) and event.place is None:
            self._hub.withdraw(session)
            session.rooms.clear()
        elif isinstance(event, Joined):
            session.rooms.pop(event.room, None)
            if origin.replay_from is not None:
                head = Head(event.room, event.place or "", delivered=origin.replay_from)
                self._hub.returning.put_off(session, head)

    def _gather(self, commit: Commit, runs: _Runs) -> _Runs:
        event, origin = commit.event, commit.origin
        if event.place is not None and event.place != (name := self._room(event).name):
            event = replace(event, place=name)
        session, receipt = None, None
        if isinstance(origin, Origin):
            session, receipt = origin.session, self._receipt(event, origin, unknown=commit.unknown)
        if commit.repeat or not runs.has_place_for(session, event.room):
            runs = self._flush(runs)
        if not commit.repeat:
            runs.add(event.room, Posted(event, session, receipt))
        elif session is not None and receipt is not None:
            # It was delivered when it came first; only its sender asks again.
            session.tell(receipt)
        return runs

    def _flush(self, runs: _Runs) -> _Runs:
        if not runs.posts:
            return runs
        self._tell(runs)
        return _Runs()

    def _tell(self, runs: _Runs) -> None:
        for posts in runs.posts.values():
            first, tally = posts[0].event, self._hub.tally
            tally.messages += len(posts)
            if isinstance(first, Message) and first.to is not None:
                self._deliver_direct(posts)
            else:
                room = self._room(first)
                room.fan_out(posts)
                tally.deliveries += len(posts) * len(room.members)

    def seat(self, session: "Session", room: Room, origin: Origin) -> None:
        """Put `session` into `room`, where its user is already: nobody else need be told."""
        if session.may_see(room.key):
            room.enter(session)
            session.backlog.came_into(room.key, room.last_seq + 1)
        if room is self._hub.lobby:
            session.answer(self._welcome(origin))
            self._greet_back(session, origin)
        elif origin.replay_from is None:
            session.answer(self._entered(room, room.last_seq, origin.request_id))
        else:
            self._replay.bring(session, room.key, origin.replay_from)

    def _deliver_direct(self, posts: Sequence[Posted]) -> None:
        """What was said in one conversation goes out together to each session of the two."""
        views: dict[Session, list[Event]] = {}
        name = ""
        hearing: Sequence[Session] = ()
        saying: Sequence[Session] = ()
        for post in posts:
            message, sender = post.event, post.session
            assert isinstance(message, Message) and message.to is not None
            if message.to != name:
                # Nobody comes or goes before all is told.
                name = message.to
                hearing, saying = self._sessions_of(name), self._sessions_of(message.sender)
            self._hub.tally.deliveries += len(hearing)
            for session in hearing:
                if self._replay.takes(message, session):
                    views.setdefault(session, []).append(message)
            for session in saying:
                if session is not sender:
                    views.setdefault(session, []).append(Copied(message=message))
            if sender is not None and post.receipt is not None:
                views.setdefault(sender, []).append(post.receipt)
        for session, events in views.items():
            self._replay.push(events, session)

    def _move(self, commit: Commit) -> None:
        event, origin = commit.event, commit.origin
        session = origin.session if isinstance(origin, Origin) else None
        room = self._room(event)
        if event.place is not None and event.place != room.name:
            # Two made the room at once, under two spellings: the first one counts.
            event = replace(event, place=room.name)
            if session is not None and isinstance(event, Joined) and room.key in session.rooms:
                session.rooms[room.key] = room.name
        if session is None or session.state is State.CLOSED or not isinstance(origin, Origin):
            room.announce(Posted(event, session, None))
        elif isinstance(event, Joined):
            self._come_in(event, room, origin)
        else:
            room.announce(Posted(event, session, self._receipt(event, origin)))
        if isinstance(event, Left) and isinstance(origin, Origin):
            self._unseat(origin, room)
        if commit.recalled and session is not None:
            session.peer.deliver(Batch(*(Recalled(message=message) for message in commit.recalled)))
            self._note_recalled(commit)

    def _note_recalled(self, commit: Commit) -> None:
        """Who entered a room was shown what came before, or some of it."""
        event, origin = commit.event, commit.origin
        if isinstance(origin, Origin):
            is_all = len(commit.recalled) < origin.recall
            after = 0 if is_all else commit.recalled[0].seq - 1
            self._replay.acknowledge_room(origin.session, event.room, event.seq, after)

    def _come_in(self, event: RoomEvent, room: Room, origin: Origin) -> None:
        session = origin.session
        if session.may_see(room.key):
            room.enter(session)
            session.backlog.came_into(room.key, event.seq)
        if room is not self._hub.lobby:
            self._hub.rooms[room.key] = room
            self._bring_others(event, room, session)
        room.announce(Posted(event, session, self._receipt(event, origin) if origin.replay_from is None else None))
        if event.place is None:
            session.backlog.came_at = event.sent_at
            self._greet_back(session, origin)
        elif origin.replay_from is not None:
            self._replay.bring(session, room.key, origin.replay_from)

    def _unseat(self, origin: Origin, room: Room) -> None:
        """Who asked for it has left `room`, and those that leave with it; all of them may be gone by now."""
        self._hub.unseat(origin.session, room)
        for other in origin.others:
            if room.key not in other.rooms:
                self._hub.unseat(other, room)

    def _bring_others(self, event: RoomEvent, room: Room, session: "Session") -> None:
        """Whoever belongs to a room is in it on all devices, but for those where they enter by hand."""
        others = session.user.others(session) if session.user is not None and session.scope is None else ()
        for other in others:
            if other.shares_rooms and room.key not in other.rooms:
                other.rooms[room.key] = room.name
                other.backlog.came_into(room.key, event.seq)
                room.enter(other)

    def _greet_back(self, session: "Session", origin: Origin) -> None:
        if session.user is not None and session.scope is None:
            self._replay.begin(session, session.user)
            self._hub.returning.begin(session, origin.entry.heads if session.user.account is not None else ())

    def _room(self, event: RoomEvent) -> Room:
        if event.room == self._hub.lobby.key:
            return self._hub.lobby
        # Everybody may have left while the event was being committed; then it reaches its sender alone.
        return self._hub.rooms.get(event.room) or self._hub.new_room(event.room, event.place or "")

    def _sessions_of(self, name: str) -> Sequence["Session"]:
        """Those that hear what is said to `name`, and by whom."""
        user = self._hub.users.get(fold(name))
        if user is None or not user.programs:
            return tuple(user.sessions) if user else ()
        return [session for session in user.sessions if session.scope is None]

    def _receipt(self, event: RoomEvent, origin: Origin, *, unknown: bool = False) -> Event:
        """What tells the one who asked for `event` that it happened."""
        hub, asked = self._hub, origin.request_id
        if isinstance(event, Message):
            there = hub.users.get(fold(event.to)) if event.to is not None else None
            queued = event.to is not None and (
                there is None or not there.is_here or (bool(self._replay.failing) and there.is_deaf)
            )
            return Sent(
                place=event.place,
                to=event.to,
                seq=event.seq,
                sent_at=event.sent_at,
                queued=queued,
                unknown=queued and unknown,
                id=asked,
            )
        if isinstance(event, Left):
            return Exited(place=event.place or "", id=asked)
        if event.place is not None:
            return self._entered(hub.rooms[event.room], event.seq, asked)
        return self._welcome(origin, event.seq)

    def _entered(self, room: Room, seq: int, asked: RequestId) -> Entered:
        return Entered(place=room.name, members=room.roster.page(self._hub.limits.listed_names), seq=seq, id=asked)

    def _welcome(self, origin: Origin, seq: int | None = None) -> Welcome:
        hub, user = self._hub, origin.session.user
        assert user is not None, "it has just come in"
        sees_lobby = origin.session.may_see(hub.lobby.key)
        return Welcome(
            name=user.name,
            client_id=user.client_id,
            online=hub.roster.page(hub.limits.listed_names) if sees_lobby else Roll((), 0),
            lobby=hub.lobby.name if hub.lobby_is_open and sees_lobby else None,
            seq=(hub.lobby.last_seq if seq is None else seq) if sees_lobby else 0,
            life=self._store.life,
            motd=hub.motd,
            has_account=user.account is not None,
            token=origin.entry.token,
            heads=origin.entry.heads,
            is_new=origin.entry.is_new,
            id=origin.request_id,
        )
