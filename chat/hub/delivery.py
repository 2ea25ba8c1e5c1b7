"""Carries out each commit of the journal: changes the books, and delivers the events."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from chat.changes import Change, Renamed, SettingsChanged
from chat.counters import Tally
from chat.events import Failure, Head, Joined, Left, Message, RoomEvent
from chat.hub.direct import DirectDelivery
from chat.hub.directory import Directory
from chat.hub.exclusion import Exclusion
from chat.hub.ignoring import heard
from chat.hub.own import recalled
from chat.hub.people import Asker, Origin
from chat.hub.posts import PostsByRoom
from chat.hub.receipts import Receipts
from chat.hub.replay import Replay
from chat.hub.room import Posted, Room
from chat.hub.rooms import Rooms
from chat.interfaces import Batch, Corking, State, Uncorked
from chat.names import fold, is_direct
from chat.room_state import Closed, RoomState
from chat.store.interfaces import Commit, Refusal

EventT = TypeVar("EventT", bound=RoomEvent)


class Delivery:
    """The store's `Sink`: applies each batch of commits to the books, in its order, and delivers it.

    A commit without an `Origin` is applied like any other: the books change, and members in this process hear of it.
    `came_in` is called with each session that has come into the lobby, after its welcome was delivered. While anybody
    comes or goes, and while anything else changes, `corking` gathers what each peer is told.
    """

    def __init__(
        self,
        directory: Directory,
        rooms: Rooms,
        replay: Replay,
        receipts: Receipts,
        exclusion: Exclusion,
        came_in: Callable[[Asker, Origin], None],
    ) -> None:
        self._directory = directory
        self._rooms = rooms
        self._exclusion = exclusion
        self._replay = replay
        self._receipts = receipts
        self._came_in = came_in
        self.corking: Corking = Uncorked()
        self.tally = Tally()
        self._direct = DirectDelivery(directory, replay, self.tally)

    def committed(self, commits: Sequence[Commit]) -> None:
        """Deliver a batch. Messages in one room go out together, between two changes of any membership."""
        is_corked = False
        try:
            gathered = PostsByRoom()
            settled: list[Asker] = []
            for commit in commits:
                if isinstance(event := commit.event, Message):
                    gathered = self._gather(event, commit, gathered)
                else:
                    if not is_corked:
                        is_corked = True
                        self.corking.cork()
                    gathered = self._flush(gathered)
                    self._move(commit)
                if isinstance(commit.origin, Origin):
                    session = commit.origin.session
                    if session.turns is None:
                        settled.append(session)
                    else:
                        # The session asked for something after this event. It gets that answer before later events.
                        gathered = self._flush(gathered)
                        session.settled()
            self._tell(gathered)
            for session in settled:
                session.settled()
        finally:
            if is_corked:
                self.corking.uncork()

    def refused(self, refusal: Refusal) -> None:
        """Answer the session that asked for it, and undo what was done before the commit."""
        event, origin = refusal.draft.event, refusal.draft.origin
        if isinstance(event, Renamed):
            self._rooms.names.answered(fold(event.name))
        if isinstance(event, Left):
            # A leave happens even if the store refuses it: a full disk keeps nobody in a room.
            self._go(event, origin if isinstance(origin, Origin) else None)
        if not isinstance(origin, Origin):
            return
        session = origin.session
        if isinstance(event, Joined) and session.state is not State.CLOSED:
            self._take_back(event, origin)
        # Coming back into a room is no request, so it gets no answer: the server tries again later.
        if origin.replay_from is None:
            failure = Failure(code=refusal.error.code, message=str(refusal.error), id=origin.request_id)
            session.tell(failure)
        session.settled()

    def restated(self, states: Mapping[str, RoomState | None]) -> None:
        """See `Sink.restated`."""
        self._rooms.restate(states)

    def is_used(self, room: str) -> bool:
        """See `Sink.is_used`."""
        return self._rooms.find(room) is not None

    # --- messages

    def _gather(self, event: Message, commit: Commit, gathered: PostsByRoom) -> PostsByRoom:
        origin = commit.origin
        if event.place is not None and event.place != (room := self._rooms.of(event)).name:
            event = self._named(event, room)
        session, receipt = None, None
        if isinstance(origin, Origin):
            session, receipt = origin.session, self._receipts.of_message(event, origin, unknown=commit.unknown)
        if commit.repeat:
            gathered = self._flush(gathered)
            if session is not None and receipt is not None:
                # The message was delivered the first time. Only its sender, who repeated the request, gets an answer.
                session.tell(receipt)
            return gathered
        post = Posted(event, session, receipt)
        if not gathered.takes(post):
            gathered = self._flush(gathered)
            gathered.takes(post)
        if session is not None and (user := session.user) is not None and user.account is None:
            # Not for a repeat: another guest of that name may have said it first.
            if user.said is None:
                user.said = deque(maxlen=self._rooms.permissions.limits.guest_own)
            user.said.append((event.room, event.seq))
        return gathered

    def _flush(self, gathered: PostsByRoom) -> PostsByRoom:
        if not gathered.posts:
            return gathered
        self._tell(gathered)
        return PostsByRoom()

    def _tell(self, gathered: PostsByRoom) -> None:
        for posts in gathered.posts.values():
            first, tally = posts[0].event, self.tally
            tally.messages += len(posts)
            assert isinstance(first, Message)
            if first.to is not None:
                self._direct.deliver(posts)
            else:
                room = self._rooms.of(first)
                room.fan_out(posts)
                tally.deliveries += len(posts) * len(room.members)

    # --- changes

    def _change(self, event: Change, origin: Origin | None) -> None:
        room = self._rooms.of(event)
        self._rooms.present.changed(event)
        named = event if event.place is None else self._named(event, room)
        session = origin.session if origin is not None else None
        # Without a name of a request the change is only half of what was asked: the answer comes later.
        is_answered = origin is not None and bool(origin.request)
        post = Posted(named, session, self._receipts.of(named, origin) if origin is not None and is_answered else None)
        if is_direct(event.room):
            self._direct.tell_both(post)
        else:
            room.fan_out([post])
        if isinstance(event, SettingsChanged) and event.settings.get("closed") == Closed.DELETED:
            self._exclusion.closed(event, room)

    # --- joins and leaves

    def _move(self, commit: Commit) -> None:
        event = commit.event
        origin = commit.origin if isinstance(commit.origin, Origin) else None
        if isinstance(event, Joined):
            self._come(event, origin)
        elif isinstance(event, Left):
            self._announce_leaving(event, origin)
            self._go(event, origin)
        elif isinstance(event, Change):
            self._change(event, origin)
        before = self._rooms.permissions.states.get(event.room)
        if commit.state is not None:
            self._rooms.restate({event.room: commit.state})
        if isinstance(event, Renamed):
            self._rooms.names.answered(fold(event.name))
        if isinstance(event, Change) and not is_direct(event.room):
            self._exclusion.changed(event, self._rooms.of(event), before)
        if commit.recalled and origin is not None and event.room in origin.session.backlog.entered:
            self._recall(commit, origin)

    def _recall(self, commit: Commit, origin: Origin) -> None:
        """Show a session that entered a room the messages from before, as far as they are not hidden from it."""
        hidden = self._rooms.permissions.since(origin.session, commit.event.room)
        news = heard(self._rooms.presented(commit.recalled), origin.session.ignored)
        if seen := [message for message in news if message.seq > hidden]:
            origin.session.peer.deliver(Batch(*recalled(origin.session.user, seen)))
        self._note_recalled(commit, origin)

    def _come(self, event: Joined, origin: Origin | None) -> None:
        if event.place is not None:
            room = self._rooms.came(event)
        else:
            room = self._rooms.lobby
            self._directory.came(event, is_ours=origin is not None)
        named = self._named(event, room)
        if origin is None or origin.session.state is State.CLOSED:
            room.announce(Posted(named, None, None))
            return
        session = origin.session
        if event.place is not None and session.user is not None:
            session.user.has_made(room.key, is_new=event.seq == 1)
        # Two may have made the room at once, under two spellings: the first one counts.
        self._rooms.rename(session, room)
        is_asked_for = origin.replay_from is None
        is_seated = self._rooms.seat(session, room, event.seq)
        if room is not self._rooms.lobby:
            if not is_seated:
                self._exclusion.turn_away(event, room, origin)
                return
            if session.user is not None and room.key in session.user.admitted:
                session.user.admit(room.key, event.seq)
            self._bring_others(named, room, session)
        room.announce(Posted(named, session, self._receipts.of(named, origin) if is_asked_for else None))
        if event.place is None:
            session.backlog.came_at = event.sent_at
            self._came_in(session, origin)
        elif origin.replay_from is not None:
            self._replay.bring(session, room.key, origin.replay_from)

    def _bring_others(self, event: RoomEvent, room: Room, session: Asker) -> None:
        """A user who comes into a room is in it on all devices, except those where they enter rooms by hand.

        Whoever has asked to leave meanwhile stays out.
        """
        if self._rooms.is_leaving(fold(event.sender), room.key):
            return
        others = session.user.others(session) if session.user is not None and session.scope is None else ()
        for other in others:
            if other.shares_rooms and room.key not in other.rooms:
                self._rooms.bring(other, room, event.seq)

    def _announce_leaving(self, event: Left, origin: Origin | None) -> None:
        room = self._rooms.of(event)
        named = self._named(event, room)
        if origin is None:
            room.announce(Posted(named, None, None))
        else:
            room.announce(Posted(named, origin.session, self._receipts.of(named, origin)))

    def _go(self, event: Left, origin: Origin | None) -> None:
        """The sender is in the room no more, with all sessions that left it. Those may be gone by now."""
        if event.place is None:
            self._directory.went(event)
            return
        room = self._rooms.of(event)
        if origin is not None:
            self._rooms.unseat(origin.session, room)
            for other in origin.others:
                self._rooms.step_out(other, room.key)
        elif (user := self._directory.users.get(fold(event.sender))) is not None:
            # The user left on another node, so their sessions here leave the room, too.
            for session in user.sessions:
                if session in room.members:
                    self._rooms.put_out(session, room)
        self._rooms.went(event, is_ours=origin is not None)

    def _take_back(self, event: Joined, origin: Origin) -> None:
        session = origin.session
        if event.place is not None:
            if session.user is not None:
                session.user.has_made(event.room, is_new=False)
            if self._rooms.is_leaving(fold(event.sender), event.room):
                # The user has left since. If the session expects to be in the room, a later request of its made it so.
                return
            self._rooms.take_back(session, event.room)
            if origin.replay_from is not None:
                self._replay.put_off(session, Head(event.room, event.place, delivered=origin.replay_from))
            return
        self._rooms.depart(session)
        self._directory.release(session)

    def _note_recalled(self, commit: Commit, origin: Origin) -> None:
        """A session that entered a room was shown the messages from before, or some of them."""
        is_all = len(commit.recalled) < origin.recall
        after = 0 if is_all else commit.recalled[0].seq - 1
        self._replay.acknowledge_room(origin.session, commit.event.room, commit.event.seq, after)

    def _named(self, event: EventT, room: Room) -> EventT:
        """The event with the name that `room` has here."""
        if event.place is None or event.place == room.name or not room.is_named:
            return event
        return replace(event, place=room.name)
