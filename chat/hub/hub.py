"""Who is here, what rooms there are, and what may be asked of them."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from msgspec.structs import replace

from chat.accounts.bans import Bans
from chat.accounts.rules import Accounts, Credentials
from chat.counters import Tally
from chat.errors import ChatError
from chat.events import Exited, Joined, Left, Message, RequestId, RoomEvent
from chat.hub.delivery import Delivery
from chat.hub.entrance import Entrance, user_of
from chat.hub.history import Archive
from chat.hub.people import Origin, User
from chat.hub.replay import Replay
from chat.hub.returning import Returning
from chat.hub.room import Later, Room
from chat.hub.roster import Roster
from chat.hub.session import Session
from chat.hub.visitors import Visitors
from chat.interfaces import State
from chat.limits import Limits
from chat.looks import Looks, Reserved, check_new
from chat.names import (
    EVERYBODY,
    RESERVED,
    Name,
    direct_room,
    fold,
    parse_known_name,
    person_key,
    room_key,
)
from chat.store.interfaces import Account, Draft, MessageStore, StoreState


class Lobby(NamedTuple):
    """The room all are in. Where it is not `is_open`, nobody speaks there: it only carries who comes and goes."""

    name: str = "lobby"
    is_open: bool = True


class Hub:
    """The users and the rooms; every front-end shares one.

    `users` maps each name's key to its user, `rooms` each room's key to the room. What is asked for becomes an
    event in the store's journal, and `Delivery` carries it out when it commits: names and the room a session
    types in change at once, membership and delivery follow the journal, so that all members see one order.
    """

    def __init__(
        self,
        store: MessageStore,
        accounts: Accounts,
        limits: Limits,
        lobby: Lobby | None = None,
        motd: Sequence[str] = (),
        later: Later | None = None,
        bans: Bans | None = None,
    ) -> None:
        lobby = lobby or Lobby()
        self.limits = limits
        self.motd = motd
        self.bans = bans or Bans(lambda: 0.0)
        self.users: dict[str, User] = {}
        self.rooms: dict[str, Room] = {}
        self.roster = Roster()
        self.looks = Looks()
        self._later = later
        self.lobby = self.new_room(fold(lobby.name), lobby.name)
        self.lobby_is_open = lobby.is_open
        self._reserved = Reserved(RESERVED | {self.lobby.key})
        self._stopping = False
        self._store = store
        self.tally = Tally()
        self.entrance = Entrance(self, store, accounts)
        self.replay = Replay(store, limits, self.note_arrived)
        self.returning = Returning(self)
        self.archive = Archive(self, store)
        self.visitors = Visitors(self, store, accounts)
        self._delivery = Delivery(self, store, self.replay)
        store.open(self._delivery)

    def free_name(self, raw: str, credentials: Credentials) -> Name:
        """The name that `raw` spells. Raises ChatError where nobody, or no guest, can have it now."""
        name = parse_known_name(raw, self.limits.name_characters)
        if name.key in self._reserved.keys:
            raise ChatError("reserved_name", name=name.shown)
        self.bans.check_name(name.key)
        if credentials.password is None and credentials.token is None:
            self.entrance.check_free(name)
        return name

    def check_not_reserved(self, name: Name) -> None:
        """Raise ChatError (`reserved_name`) for the name of a room that is a reserved one, or looks like it."""
        if self._reserved.are_like(name):
            raise ChatError("reserved_name", name=name.shown)

    def check_new(self, name: Name) -> None:
        """Raise ChatError where nobody may take `name` anew now: as `looks.check_new`, or `name_resembles`."""
        check_new(name, self._reserved)
        if self.looks.rivals(name):
            raise ChatError("name_resembles", name=name.shown)

    def admit(self, session: Session, user: User, account: Account | None, origin: Origin) -> None:
        """Make `session` one of `user`'s, in the lobby. Raises ChatError where somebody else was faster."""
        self.bans.check_name(user.key)
        is_back = origin.entry.replaces is not None
        if user.sessions and not is_back and (account is None or user.account is None):
            raise ChatError("name_taken", name=user.name)
        if len(user.sessions) >= self.limits.account_sessions:
            raise ChatError("too_many_sessions", limit=self.limits.account_sessions)
        is_first = not user.sessions
        self.users[user.key] = session.user = user
        user.sessions[session] = None
        user.programs += session.scope is not None
        session.state = State.REGISTERED
        if is_first:
            self.roster.add(user.key, user.name)
            self.looks.add(Name(user.name, user.key))
            joined = Joined(room=self.lobby.key, place=None, sender=user.name, client_id=user.client_id)
            try:
                self._publish(joined, origin)
            except ChatError:
                self.withdraw(session)
                raise
        else:
            self._delivery.seat(session, self.lobby, origin)
        session.peer.note("registered: {connection} as {name}", name=user.name)

    def say_to(self, session: Session, raw: str, text: str, request_id: RequestId) -> None:
        """Send `text` to the person called `raw`, now or, if they are away, when they come.

        `all`, `everyone` and the lobby's name mean everybody.
        """
        key = person_key(raw[: self.limits.room_characters + 1])
        if key in EVERYBODY or key == self.lobby.key:
            self.say_in_lobby(session, text, request_id)
            return
        if session.scope is not None:
            raise ChatError("wrong_room")
        name = parse_known_name(raw, self.limits.name_characters, "bad_recipient")
        user = user_of(session)
        if name.key in self._reserved.keys:
            raise ChatError("reserved_name", name=name.shown)
        if name.key == user.key:
            raise ChatError("to_yourself")
        there = self.users.get(name.key)
        message = Message(
            room=direct_room(user.key, name.key),
            place=None,
            sender=user.name,
            client_id=user.client_id,
            to=there.name if there else name.shown,
            text=text,
            nonce=_nonce(request_id, user, name.key, text),
        )
        self._publish(message, Origin(session, request_id), waits=there is None or not there.is_here)

    def is_here(self, key: str) -> bool:
        """Whether direct messages to the name with this key are told at once."""
        there = self.users.get(key)
        return there is not None and there.is_here

    def say_in(self, session: Session, raw: str, text: str, request_id: RequestId) -> None:
        """Say `text` in the room called `raw`, which the session must be in."""
        key = room_key(raw[: self.limits.room_characters + 1])
        if session.scope is not None:
            session.check_scope(key)
        if key == self.lobby.key:
            self.say_in_lobby(session, text, request_id)
        elif key in session.rooms:
            self._say(session, Name(session.rooms[key], key), text, request_id)
        else:
            raise ChatError("not_in_room")

    def say_in_lobby(self, session: Session, text: str, request_id: RequestId) -> None:
        """Say `text` to everybody."""
        if session.scope is not None:
            session.check_scope(self.lobby.key)
        if not self.lobby_is_open:
            raise ChatError("no_lobby")
        self._say(session, Name(self.lobby.name, self.lobby.key), text, request_id)

    def check_may_enter(self, session: Session, name: Name) -> None:
        """Raise ChatError where the room called `name` is not one that `session` could enter now."""
        session.check_scope(name.key)
        if name.key in session.rooms or (name.key == self.lobby.key and self.lobby_is_open):
            raise ChatError("already_in_room", room=name.shown)
        self.check_not_reserved(name)
        if len(session.rooms) >= self.limits.rooms_per_session:
            raise ChatError("too_many_rooms")

    def enter(self, session: Session, name: Name, origin: Origin, recall: int) -> None:
        """Put `session` into the room called `name`, which is made if need be. `check_may_enter` comes first.

        It is shown the last `recall` messages there.
        """
        user = user_of(session)
        room = self.rooms.get(name.key)
        shown = room.name if room else name.shown
        session.rooms[name.key] = shown
        others = [other for other in user.others(session) if session.scope is not None or other.scope is None]
        # Who is leaving just now is still a member.
        if room is not None and any(other in room.members and name.key in other.rooms for other in others):
            self._delivery.seat(session, room, origin)
            return
        joined = Joined(room=name.key, place=shown, sender=user.name, client_id=user.client_id)
        origin = replace(origin, recall=recall)
        try:
            self._publish(joined, origin, belongs=_belongs(session, user), recall=recall)
        except ChatError:
            session.rooms.pop(name.key, None)
            raise

    def leave(self, session: Session, raw: str, request_id: RequestId) -> None:
        """Take `session` out of the room called `raw`, and with it all of its user's, unless it entered by hand.

        Raises ChatError where it is not in it.
        """
        user = user_of(session)
        key = room_key(raw[: self.limits.room_characters + 1])
        if key not in session.rooms:
            raise ChatError("not_in_room")
        shown = session.rooms.pop(key)
        others = [other for other in user.others(session) if key in other.rooms]
        if others and not session.shares_rooms:
            self._step_out(session, key)
            # It may not have come in yet.
            session.in_turn(lambda: self._step_out(session, key))
            session.answer(Exited(place=shown, id=request_id))
            return
        for other in others:
            del other.rooms[key]
        left = Left(room=key, place=shown, sender=user.name, client_id=user.client_id)
        self._publish(left, Origin(session, request_id, others=others), belongs=_belongs(session, user))

    def hand_over(self, before: Session, session: Session, key: str) -> None:
        """`session` takes the place of `before`, of the same user, in the room with this key; nobody need be told."""
        room = self.rooms[key]
        session.rooms[key] = before.rooms.pop(key)
        session.backlog.came_into(key, room.last_seq + 1)
        room.enter(session)
        self.unseat(before, room)

    def new_room(self, key: str, name: str) -> Room:
        """A room that nobody is in yet; it is one of `rooms` from when somebody is."""
        return Room(key, name, self.limits, self._later)

    def depart(self, session: Session) -> None:
        """`session` is gone: free its name at once, and tell the others."""
        user = session.user
        if user is None:
            return
        self.withdraw(session, is_lost=not session.is_leaving)
        session.state = State.CLOSED
        rooms, session.rooms = session.rooms, {}
        for room in [self.lobby, *map(self.rooms.get, rooms)]:
            self.unseat(session, room)
        if self._stopping:
            return
        for key, shown in rooms.items():
            if any(key in other.rooms for other in user.sessions):
                continue
            self._publish(Left(room=key, place=shown, sender=user.name, client_id=user.client_id))
        if not user.sessions:
            self._publish(Left(room=self.lobby.key, place=None, sender=user.name, client_id=user.client_id))

    def _step_out(self, session: Session, key: str) -> None:
        if key not in session.rooms:
            self.unseat(session, self.rooms.get(key))

    def unseat(self, session: Session, room: Room | None) -> None:
        """Take `session` out of `room`'s members, and forget a room that is empty."""
        if room is not None:
            room.leave(session)
            session.backlog.left(room.key)
            if not room.members:
                self.rooms.pop(room.key, None)

    def note_arrived(self, session: Session) -> None:
        """Note that what was said in its rooms has reached `session`, as soon as that is so."""
        for room in filter(None, map(self.rooms.get, session.rooms)):
            if session in room.members:
                room.catch_up(session)
                self._note_arrived(session, room)

    def sweep(self) -> None:
        """Do for all rooms what is not worth doing for each message; called every `sweep_seconds`."""
        for room in (self.lobby, *self.rooms.values()):
            room.tell_presence()
            if room.noted_seq != room.last_seq and not room.is_behind and room is not self.lobby:
                room.noted_seq = room.last_seq
                for session in room.members:
                    self._note_arrived(session, room)
        self.returning.try_again()

    def _note_arrived(self, session: Session, room: Room) -> None:
        if (entered := session.backlog.entered.get(room.key)) is not None:
            self.replay.acknowledge_room(session, room.key, room.last_seq, entered - 1)

    @property
    def is_stopping(self) -> bool:
        """Whether the server goes down."""
        return self._stopping

    def store_state(self) -> StoreState:
        """How its store fares."""
        return self._store.state()

    def stop(self) -> None:
        """The server goes down: announce no more departures."""
        self._stopping = True

    def _say(self, session: Session, room: Name, text: str, request_id: RequestId) -> None:
        user = user_of(session)
        message = Message(
            room=room.key,
            place=room.shown,
            sender=user.name,
            client_id=user.client_id,
            text=text,
            nonce=_nonce(request_id, user, room.key, text),
        )
        self._publish(message, Origin(session, request_id))

    def _publish(
        self,
        event: RoomEvent,
        origin: Origin | None = None,
        *,
        waits: bool = False,
        belongs: bool = False,
        recall: int = 0,
    ) -> None:
        if origin is None:
            self._store.append(Draft(event, None, waits))
            return
        session = origin.session
        session.asked()
        # Only this session may take back what a guest sent; what an account sent any of its own.
        number = session.number if session.user is None or session.user.account is None else 0
        try:
            self._store.append(Draft(event, origin, waits, belongs, recall, session.holder, number))
        except ChatError:
            session.settled()
            raise

    def withdraw(self, session: Session, *, is_lost: bool = False) -> None:
        """Undo a registration: the session has no name, and the name is free. The others are not told.

        `is_lost`: its connection ended; then a guest's token is good for a little longer.
        """
        user = user_of(session)
        session.user = None
        session.state = State.NEW
        if session in user.sessions:
            del user.sessions[session]
            user.programs -= session.scope is not None
        if not user.sessions:
            del self.users[user.key]
            self.roster.discard(user.key)
            self.looks.discard(Name(user.name, user.key))
            self.entrance.left(user.key, is_lost=is_lost)


def _belongs(session: Session, user: User) -> bool:
    """Whether who enters a room belongs to it: a program keeps its own account of what it has."""
    return user.account is not None and session.scope is None


def _nonce(request_id: RequestId, user: User, place: str, text: str) -> str | None:
    """The store's id of a message: two runs of a script may both count from 1, and mean different messages."""
    if request_id is None:
        return None
    digest = blake2b(f"{user.client_id} {place}\n{text}".encode(), digest_size=8).hexdigest()
    return f"{type(request_id).__name__}:{request_id}:{digest}"
