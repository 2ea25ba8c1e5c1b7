"""Coming and going: into the chat and its rooms, back into rooms, and out of them."""

from functools import partial

from msgspec.structs import replace

from chat.errors import ChatError
from chat.events import Exited, Invitation, Joined, Left, RequestId, failure_of
from chat.hub.books import Books
from chat.hub.founding import Founding
from chat.hub.people import Asker, Origin, User, user_of
from chat.hub.permissions import Action
from chat.hub.publisher import Publisher
from chat.hub.receipts import Receipts
from chat.hub.replay import Replay
from chat.hub.returning import Returning
from chat.hub.room import Room
from chat.names import Name, fold
from chat.store.interfaces import Account


class Membership:
    """Asks the journal for joins and leaves. `Delivery` carries them out when they are committed."""

    def __init__(self, books: Books, publisher: Publisher, replay: Replay, receipts: Receipts) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._naming = books.permissions, books.naming
        self._publisher = publisher
        self._replay = replay
        self._founding = Founding(books)
        self._receipts = receipts
        self.returning = Returning(replay, self._rooms, self.enter_again)

    # --- the chat

    def admit(self, session: Asker, user: User, account: Account | None, origin: Origin) -> None:
        """Make `session` one of `user`'s, and put it into the lobby. Raises ChatError if the name is taken by now.

        The session gets its welcome when the journal has the user's `Joined`: its own, or that of an earlier session.
        """
        self._naming.bans.check_name(user.key)
        is_back = origin.arrival.is_back
        if self._directory.claim(session, user, account, is_back=is_back):
            self._announce(session, user, origin)
        elif is_back and self._directory.is_listed(user.key):
            # Its answer comes before what it hears in the rooms of the sessions that are there.
            self._seat(session, self._rooms.lobby, origin)
        else:
            session.asked()
            self._wait(session, user, origin)
        session.peer.note("registered: {connection} as {name}", name=user.name)

    def came_in(self, session: Asker, origin: Origin) -> None:
        """`session` has got its welcome: bring it the messages that it missed."""
        if session.scope is None:
            self._tell_invitations(session)
            self._replay.go_on(session)
            self.returning.begin(session, origin.arrival.heads if user_of(session).account is not None else ())

    def _tell_invitations(self, session: Asker) -> None:
        user = user_of(session)
        for room, by in self._permissions.invitations(user.key) if user.account is not None else ():
            if fold(by) not in user.ignored:
                session.tell(Invitation(place=self._rooms.shown(Name(room, room)).shown, sender=by))

    def depart(self, session: Asker, *, is_told: bool) -> None:
        """`session` is gone: free its name at once and, with `is_told`, publish that it left."""
        user = session.user
        if user is None:
            return
        self._directory.release(session, is_lost=not session.said_goodbye)
        rooms = self._rooms.depart(session)
        if not is_told:
            return
        for key, shown in rooms.items():
            self._depart_from_room(user, Name(shown, key))
        if not user.sessions:
            self._depart(user, self._permissions.lobby, None)

    def _depart_from_room(self, user: User, room: Name) -> None:
        """One of the user's sessions is gone. The user stays in `room` while another session is, or comes, there."""
        staying = [other for other in user.sessions if room.key in other.rooms]
        there = self._rooms.find(room.key)
        if not staying:
            self._depart(user, room, room.shown)
        elif there is None or not any(other in there.members for other in staying):
            for other in staying:
                other.in_turn(partial(self._depart_if_refused, other, user, room))

    def _depart_if_refused(self, session: Asker, user: User, room: Name) -> None:
        """The journal has answered `session`, which was to stay in `room`: if it is not there, is anybody?"""
        there = self._rooms.find(room.key)
        is_left = there is not None and user.key in there.roster and not self._rooms.is_leaving(user.key, room.key)
        if is_left and session.user is user and not any(room.key in other.rooms for other in user.sessions):
            self._depart(user, room, room.shown)

    def _depart(self, user: User, room: Name, place: str | None) -> None:
        left = Left(room=room.key, place=place, sender=user.name, client_id=user.client_id)
        self._publisher.departed(left)

    def _announce(self, session: Asker, user: User, origin: Origin) -> None:
        key = self._permissions.lobby.key
        joined = Joined(room=key, place=None, sender=user.name, client_id=user.client_id)
        try:
            self._publisher.publish(joined, origin)
        except ChatError:
            self._directory.release(session)
            raise

    def _wait(self, session: Asker, user: User, origin: Origin) -> None:
        """Let `session` follow into the lobby when its user's first session has its answer."""
        first = next(iter(user.sessions))
        first.in_turn(lambda: self._follow_in(session, user, origin, first))

    def _follow_in(self, session: Asker, user: User, origin: Origin, waited_for: Asker) -> None:
        """Put `session` into the lobby where its user is by an earlier session, or else by itself."""
        if session.user is user:
            if self._directory.is_listed(user.key):
                self._seat(session, self._rooms.lobby, origin)
            elif next(iter(user.sessions)) not in (session, waited_for):
                self._wait(session, user, origin)
                return
            elif self._announces(session, user, origin):
                return
        session.settled()

    def _announces(self, session: Asker, user: User, origin: Origin) -> bool:
        """Whether the journal takes what a session that is owed an answer asks; if not, the session is told why."""
        # The journal's answer is that one.
        session.not_asked()
        try:
            self._announce(session, user, origin)
        except ChatError as error:
            session.asked()
            session.tell(failure_of(error, origin.request_id))
            return False
        return True

    # --- rooms

    def enter(self, session: Asker, name: Name, origin: Origin, recall: int) -> None:
        """Put `session` into the room called `name`, which is made if need be, and show it the last `recall` messages.

        Raises ChatError, also where the gate says no.
        """
        self._permissions.may(session, name, Action.ENTER)
        self._founding.check(session, name)
        self._enter(session, name, origin, recall)

    def enter_again(self, session: Asker, name: Name, origin: Origin) -> None:
        """Put `session` back into a room that its user belongs to, and that it may see. Raises ChatError."""
        self._enter(session, name, origin, 0)

    def leave(self, session: Asker, raw: str, request_id: RequestId) -> None:
        """Take all sessions of the user out of the room called `raw`, or only `session` if it entered by hand.

        Raises ChatError if it is not in that room.
        """
        user, key = user_of(session), self._rooms.key_of(raw)
        if key not in session.rooms:
            raise ChatError("not_in_room")
        shown = session.rooms[key]
        others = [other for other in user.others(session) if key in other.rooms]
        if others and not session.shares_rooms:
            self._rooms.step_back([session], key)
            self._rooms.step_out(session, key)
            # Its own entering may not have been committed yet.
            session.in_turn(lambda: self._rooms.step_out(session, key))
            session.answer(Exited(place=shown, id=request_id))
            return
        self._rooms.step_back([session, *others], key)
        self._rooms.leaves(user.key, key)
        left = Left(room=key, place=shown, sender=user.name, client_id=user.client_id)
        self._publisher.publish(left, Origin(session, request_id, others=others), belongs=_belongs(session, user))

    def _enter(self, session: Asker, name: Name, origin: Origin, recall: int) -> None:
        user, room, name = user_of(session), self._rooms.find(name.key), self._rooms.shown(name)
        self._rooms.expect(session, name)
        others = [other for other in user.others(session) if session.scope is not None or other.scope is None]
        # A session that is just leaving is still a member, and the user who is just leaving is still in the room.
        is_there = room is not None and any(other in room.members and name.key in other.rooms for other in others)
        if room is not None and is_there and not self._rooms.is_leaving(user.key, name.key):
            self._seat(session, room, origin)
            return
        joined = Joined(room=name.key, place=name.shown, sender=user.name, client_id=user.client_id)
        try:
            belongs = _belongs(session, user)
            self._publisher.publish(joined, replace(origin, recall=recall), belongs=belongs, recall=recall)
        except ChatError:
            self._rooms.take_back(session, name.key)
            raise

    def _seat(self, session: Asker, room: Room, origin: Origin) -> None:
        """Put `session` into `room`, where its user is already: the other members get no event."""
        self._rooms.seat(session, room, room.last_seq + 1)
        if room is self._rooms.lobby:
            # Whoever comes in has asked for nothing else.
            session.tell(self._receipts.welcome(origin, room.last_seq))
            self.came_in(session, origin)
        elif origin.replay_from is None:
            session.answer(self._receipts.entered(session, room, room.last_seq, origin.request_id))
        else:
            self._replay.bring(session, room.key, origin.replay_from)


def _belongs(session: Asker, user: User) -> bool:
    """Whether the store keeps a cursor of the user in a room that `session` enters. Programs keep their own."""
    return user.account is not None and session.scope is None
