"""Who is in a room after a change: lets people in, and puts out whoever may not see the room any more."""

from collections.abc import Callable

from msgspec.structs import replace

from chat.changes import Banned, Change, Invited, Kicked, SettingsChanged, Uninvited
from chat.errors import ChatError
from chat.events import Invitation, Joined, failure_of
from chat.hub.directory import Directory
from chat.hub.people import Asker, Origin, User, key_of
from chat.hub.permissions import Action
from chat.hub.room import Room
from chat.hub.rooms import Rooms
from chat.names import Name, fold
from chat.room_state import RoomState


class Exclusion:
    """`Delivery` tells it of every change, when the members have heard of it and the room has its new state.

    `end_follower` ends a follower, by its session, whose room shows it nothing more after that event.
    """

    def __init__(self, directory: Directory, rooms: Rooms, end_follower: Callable[[Asker, Change], None]) -> None:
        self._directory = directory
        self._rooms = rooms
        self._permissions = rooms.permissions
        self._end_follower = end_follower

    def changed(self, event: Change, room: Room, before: RoomState | None) -> None:
        """`room` had the state `before` until `event`."""
        match event:
            case Invited():
                self._invited(event, room)
            case Uninvited(name=str(name)):
                if (user := self._directory.users.get(fold(name))) is not None:
                    user.shut_out(room.key)
                self._check_all(event, room)
            case Kicked() | Banned():
                self._removed(event, room, before)
                self._check_all(event, room)
            case SettingsChanged():
                if event.settings.get("private"):
                    self._admit_guests(room)
                # No other setting decides who sees the room.
                if not event.settings.keys().isdisjoint(("private", "closed")):
                    self._check_all(event, room)
            case _:
                pass

    def closed(self, event: SettingsChanged, room: Room) -> None:
        """With `event` the room is gone: nobody is in it any more, and followers have nothing to wait for."""
        for session in list(room.members):
            if session.user is None:
                self._put_out(session, event, room)
        self._rooms.empty(room)

    def turn_away(self, event: Joined, room: Room, origin: Origin) -> None:
        """The gate has shut since the session asked to enter, and the journal has let it in: it stays outside."""
        session, key = origin.session, fold(event.sender)
        shown = session.rooms.get(room.key, room.key)
        self._rooms.take_back(session, room.key)
        if not any(member.user is not None and member.user.key == key for member in room.members):
            self._rooms.strike(key, room)
        # Coming back into a room is no request.
        if origin.replay_from is None:
            try:
                self._permissions.may(session, Name(shown, room.key), Action.SEE)
            except ChatError as error:
                session.tell(failure_of(error, origin.request_id))

    def _invited(self, event: Invited, room: Room) -> None:
        user = self._directory.users.get(fold(event.name))
        if user is None:
            return
        if event.is_guest and user.account is None:
            user.admit(room.key)
        # Anyone who came by a link has invited themselves.
        if event.name != event.sender and fold(event.sender) not in user.ignored:
            for session in user.sessions:
                if session.scope is None:
                    session.tell(Invitation(place=event.place or room.name, sender=event.sender))

    def _admit_guests(self, room: Room) -> None:
        """Guests who are in a room that becomes private stay for this visit."""
        for session in room.members:
            if session.user is not None and session.user.account is None:
                session.user.admit(room.key, session.backlog.entered.get(room.key, 0))

    def _removed(self, event: Kicked | Banned, room: Room, before: RoomState | None) -> None:
        """The person is in the room no more, on any device or as a follower; they hear of it on all devices."""
        key = fold(event.name)
        user = self._directory.users.get(key)
        is_invited = before is not None and key in before.invited
        was_member = key in room.roster or (before is not None and key in before.members)
        is_ignored = user is not None and fold(event.sender) in user.ignored
        if user is not None and (was_member or (is_invited and not is_ignored)):
            # Nobody speaks by a reason to those who ignore them.
            told = replace(event, reason="") if is_ignored else event
            for session in user.sessions:
                if session not in room.members and session.scope is None:
                    session.tell(told)
        if user is not None:
            user.shut_out(room.key)
        for session in list(room.members):
            if key_of(session) == key or (session.user is not None and session.user.key == key):
                self._put_out(session, event, room)
        self._rooms.strike(key, room)

    def _check_all(self, event: Change, room: Room) -> None:
        """Put out all who may not see the room, and tell those why whom the event does not name."""
        if room is self._rooms.lobby:
            return
        name = Name(room.name, room.key)
        for session in list(room.members):
            try:
                self._permissions.may(session, name, Action.SEE)
            except ChatError as error:
                self._put_out(session, event, room)
                if session.user is not None:
                    session.tell(failure_of(error))
                    self._strike_if_gone(session.user, room)

    def _put_out(self, session: Asker, event: Change, room: Room) -> None:
        # It first gets what is on its way to it: that has the event.
        room.catch_up(session)
        if session.user is None:
            self._end_follower(session, event)
        else:
            self._rooms.put_out(session, room)

    def _strike_if_gone(self, user: User, room: Room) -> None:
        if not any(session in room.members for session in user.sessions):
            self._rooms.strike(user.key, room)
