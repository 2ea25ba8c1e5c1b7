"""The book of rooms: the lobby, every open room, and who is a member of which. Membership is written here alone."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from chat.changes import Renamed
from chat.errors import ChatError
from chat.events import Joined, Left, RoomEvent
from chat.hub.people import Asker
from chat.hub.permissions import Permissions
from chat.hub.present import Present
from chat.hub.room import Room
from chat.hub.room_names import RoomNames
from chat.hub.roster import Roster
from chat.interfaces import Later
from chat.limits import Limits
from chat.names import Name, fold, parse_known_name, parse_name, room_key
from chat.room_state import RoomState

EventT = TypeVar("EventT", bound=RoomEvent)


class Rooms:
    """The open rooms, by their keys; the lobby is one of them, and always open.

    A room is open while it has members in this process, or people by the journal. A session first *expects* to be in
    a room: it types there, but hears nothing. When the journal has committed that, it is *seated*: a member. When it
    leaves, it no longer types there at once, and is *unseated* with the commit.

    `names` says where names lead. `parse`, `typed` and `key_of` are the only ways from a typed name to a room.
    `chat.hub.finding` says which room a request means that names none. `present` keeps up to date what is read of the
    past.
    """

    def __init__(
        self, permissions: Permissions, people: Roster, limits: Limits, now: Callable[[], float], later: Later | None
    ) -> None:
        self.permissions = permissions
        self.present = Present()
        self.names = RoomNames(permissions.states, limits, now)
        # The same as `names.leads`, for the path of each message.
        self.leads: Mapping[str, str] = self.names.leads
        self._limits = limits
        self._later = later
        # Everybody in the chat is in the lobby, so both have the same roster.
        self.lobby = Room(permissions.lobby.key, permissions.lobby.shown, limits, later, people)
        self._open: dict[str, Room] = {self.lobby.key: self.lobby}
        # How often each user, by their key and the room's, has asked to leave and the journal has not answered yet.
        self._leaving = Counter[tuple[str, str]]()

    def __iter__(self) -> Iterator[Room]:
        return iter(list(self._open.values()))

    @property
    def entered(self) -> Mapping[str, Room]:
        """The open rooms that somebody entered: all but the lobby."""
        return {key: room for key, room in self._open.items() if room is not self.lobby}

    def find(self, key: str) -> Room | None:
        """The open room with this key."""
        return self._open.get(key)

    def of(self, event: RoomEvent) -> Room:
        """The room of an event.

        Everybody may have left it while the event was being committed. Then this is a room that nobody else finds, and
        the event reaches the session that asked for it alone.
        """
        return self._open.get(event.room) or self._new(event.room, event.place or event.room)

    def parse(self, raw: str) -> Name:
        """The room that a typed name means: its key, and the name as it was typed. Raises ChatError (`bad_room`).

        The gate comes before `shown`: people outside of a private room must not learn how it is called now.
        """
        name = parse_name(raw, self._limits.room_characters, "bad_room")
        return Name(name.shown, self.leads[name.key]) if name.key in self.leads else name

    def typed(self, raw: str) -> Name:
        """The same for a name that need not be a valid one: then it is shown by its key."""
        raw = raw[: self._limits.room_characters + 1]
        try:
            name = parse_known_name(raw, self._limits.room_characters, "bad_room")
        except ChatError:
            name = Name(room_key(raw), room_key(raw))
        return Name(name.shown, self.leads.get(name.key, name.key))

    def key_of(self, raw: str) -> str:
        """The key of the room that a typed name means, which need not be a valid one."""
        key = room_key(raw[: self._limits.room_characters + 1])
        return self.leads.get(key, key)

    def shown(self, name: Name) -> Name:
        """The name as people see it now. A room is called as it was spelled first, or as it was renamed."""
        room = self._open.get(name.key)
        if room is not None and (room is self.lobby or room.is_named):
            return Name(room.name, room.key)
        state = self.permissions.states.get(name.key)
        return Name(state.name, name.key) if state is not None and state.name else name

    def presented(self, events: Sequence[EventT]) -> Sequence[EventT]:
        """Events from the journal, with the present names of their rooms. A `Renamed` keeps the name before."""
        if not (states := self.permissions.states):
            return events
        named = {
            room for room in {event.room for event in events} if (state := states.get(room)) is not None and state.name
        }
        return [self._presented(event) if event.room in named else event for event in events] if named else events

    def _presented(self, event: EventT) -> EventT:
        state = self.permissions.states.get(event.room)
        if state is None or not state.name or event.place in (None, state.name) or isinstance(event, Renamed):
            return event
        return replace(event, place=state.name)

    def restate(self, states: Mapping[str, RoomState | None]) -> None:
        """These rooms, by key, have these states from now on; None: the room was deleted, and is gone."""
        is_renamed = False
        for key, state in states.items():
            is_renamed |= self.names.note(key, self.permissions.states.get(key), state)
            self.permissions.restate(key, state)
            if state is not None and state.name and (room := self._open.get(key)) is not None:
                self._call(room, state.name)
        if is_renamed:
            self.names.refresh()

    def _call(self, room: Room, name: str) -> None:
        room.name = name
        for session in room.members:
            if room.key in session.rooms:
                session.rooms[room.key] = name

    # --- what sessions expect

    def expect(self, session: Asker, name: Name) -> None:
        """`session` has asked to enter the room called `name`, and types there from now on."""
        session.rooms[name.key] = name.shown
        session.was_put_out = False

    def take_back(self, session: Asker, key: str) -> None:
        """`session` does not come into that room after all."""
        session.rooms.pop(key, None)
        self.unseat(session, self._open.get(key))

    def step_back(self, sessions: Sequence[Asker], key: str) -> None:
        """These sessions have asked to leave that room, and type there no more."""
        for session in sessions:
            del session.rooms[key]

    def leaves(self, user: str, room: str) -> None:
        """The user has asked the journal to leave that room, on all devices."""
        self._leaving[user, room] += 1

    def is_leaving(self, user: str, room: str) -> bool:
        """Whether the journal has still to answer a user who leaves that room."""
        return (user, room) in self._leaving

    def rename(self, session: Asker, room: Room) -> None:
        """`session` expects `room` under another spelling than the one that it has."""
        if room.key in session.rooms:
            session.rooms[room.key] = room.name

    # --- what the journal says

    def came(self, event: Joined) -> Room:
        """A committed event says that its sender is in a room, which is open from now on."""
        assert event.place is not None, "the directory lists people in the lobby"
        room = self._open[event.room] = self.of(event)
        if not room.is_named:
            # A follower may have opened it under another spelling.
            room.name = self._presented(event).place or event.place
        room.roster.add(fold(event.sender), event.sender)
        return room

    def went(self, event: Left, *, is_ours: bool) -> None:
        """A committed event says that its sender is not in that room any more.

        `is_ours`: a session of this process asked for it (`leaves`).
        """
        if is_ours:
            asked = fold(event.sender), event.room
            self._leaving[asked] -= 1
            if not self._leaving[asked]:
                del self._leaving[asked]
        if (room := self._open.get(event.room)) is not None:
            room.roster.discard(fold(event.sender))
            self._close_if_empty(room)

    # --- members

    def seat(self, session: Asker, room: Room, seq: int) -> bool:
        """Make `session` a member of `room`, which hears everything from that seq on.

        Nothing is done, and the answer is False, where the session may not see the room.
        """
        if not self.permissions.sees(session, room.key):
            return False
        room.enter(session)
        session.backlog.came_into(room.key, seq)
        return True

    def bring(self, session: Asker, room: Room, seq: int) -> None:
        """Seat `session` without a request of its own: its user is in `room` by another session."""
        if self.seat(session, room, seq):
            session.rooms[room.key] = room.name

    def follow(self, session: Asker, name: Name) -> None:
        """Seat a session without a user, which only listens; nobody is told."""
        room = self._open.get(name.key) or self._new(name.key, name.shown)
        if self.seat(session, room, room.last_seq + 1):
            self._open[name.key] = room
            session.rooms[name.key] = name.shown

    def unseat(self, session: Asker, room: Room | None) -> None:
        """`session` is no member of `room` any more; it need not have been one."""
        if room is not None:
            room.leave(session)
            session.backlog.left(room.key)
            self._close_if_empty(room)

    def step_out(self, session: Asker, key: str) -> None:
        """Unseat `session`, unless it has asked to come back meanwhile."""
        if key not in session.rooms:
            self.unseat(session, self._open.get(key))

    def put_out(self, session: Asker, room: Room) -> None:
        """Unseat `session` without a request of its own: its user left `room` on another node, or was removed."""
        if session.rooms.pop(room.key, None) is not None:
            session.was_put_out = True
        self.unseat(session, room)

    def strike(self, user: str, room: Room) -> None:
        """The person with this key is in `room` no more, although they have not left it."""
        room.roster.discard(user)
        self._close_if_empty(room)

    def empty(self, room: Room) -> None:
        """The room is gone: nobody is in it, on whatever node."""
        room.roster = Roster()
        for session in list(room.members):
            self.put_out(session, room)
        self._close_if_empty(room)

    def depart(self, session: Asker) -> Mapping[str, str]:
        """`session` is not in the chat, or not any more, so it is in no room.

        Returns the rooms that it was in, as `Session.rooms` does.
        """
        rooms, session.rooms = session.rooms, {}
        for key in (self.lobby.key, *rooms):
            self.unseat(session, self._open.get(key))
        return rooms

    def ignore(self, session: Asker, ignored: Mapping[str, str]) -> None:
        """`session` hears these people no more, in any room; the keys are theirs."""
        session.ignored = ignored
        for room in filter(None, map(self._open.get, (self.lobby.key, *session.rooms))):
            if session in room.members:
                room.note_ignored(session)

    def _new(self, key: str, name: str) -> Room:
        return Room(key, name, self._limits, self._later)

    def _close_if_empty(self, room: Room) -> None:
        if not room.members and not room.is_named and room is not self.lobby:
            self._open.pop(room.key, None)
