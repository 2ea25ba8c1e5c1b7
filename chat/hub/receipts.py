"""The answers that tell a session that its request is committed."""

from collections.abc import Sequence

from msgspec.structs import replace

from chat import __version__
from chat.changes import Change
from chat.events import (
    MOST_SHOWN,
    Entered,
    Event,
    Exited,
    Head,
    Joined,
    Message,
    RequestId,
    Roll,
    RoomEvent,
    Sent,
    Welcome,
)
from chat.hub.books import Books
from chat.hub.changes import Changes
from chat.hub.people import Asker, Origin, user_of
from chat.hub.replay import Replay
from chat.hub.room import Room
from chat.limits import told_to_clients
from chat.names import Name, fold
from chat.room_state import Role
from chat.text_cuts import beginning


class Receipts:
    """Makes the answer to each event that a session asked for. `server` is the name of the server, if it has one."""

    server: str | None = None

    def __init__(self, books: Books, replay: Replay, changes: Changes, motd: Sequence[str]) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits
        self._replay = replay
        self._changes = changes
        self._motd = motd
        self._told = told_to_clients(books.limits)

    def of_message(self, event: Message, origin: Origin, *, unknown: bool = False) -> Sent | None:
        """The answer that tells the session that asked for `event` of its commit. `unknown`: see `Commit.unknown`.

        None where its wire has nothing to show.
        """
        is_queued = False
        if event.to is not None:
            key = fold(event.to)
            is_queued = key not in self._directory.present or (bool(self._replay.failing) and self._is_deaf(key))
        if not is_queued and not origin.session.peer.shows_sent:
            return None
        return Sent(
            place=event.place,
            to=event.to,
            seq=event.seq,
            sent_at=event.sent_at,
            queued=is_queued,
            unknown=is_queued and unknown,
            id=origin.request_id,
        )

    def of(self, event: RoomEvent, origin: Origin) -> Event:
        """The answer that tells the session that asked for `event`, which is no message, of its commit."""
        if isinstance(event, Change):
            return self._changes.committed(event, origin)
        if event.place is None:
            return self.welcome(origin, event.seq)
        if isinstance(event, Joined):
            entered = self.entered(origin.session, self._rooms.of(event), event.seq, origin.request_id)
            return replace(entered, request=origin.request) if origin.request else entered
        return Exited(place=event.place, id=origin.request_id)

    def entered(self, session: Asker, room: Room, seq: int, asked: RequestId) -> Entered:
        """The answer that tells `session` that it is in `room`, and hears everything there after that seq."""
        topic, private = self._facts(room.key)
        return Entered(
            place=room.name,
            members=room.roster.page(self._limits.listed_names),
            seq=seq,
            topic=topic,
            private=private,
            role=self._own_role(session, room.key),
            id=asked,
        )

    def welcome(self, origin: Origin, seq: int) -> Welcome:
        """The answer that tells a session that it is in the chat, and hears everything in the lobby after that seq."""
        user, lobby = origin.session.user, self._rooms.lobby
        assert user is not None, "it has just come in"
        sees_lobby = self._permissions.sees(origin.session, lobby.key)
        return Welcome(
            name=user.name,
            client_id=user.client_id,
            online=self._directory.page(self._limits.listed_names) if sees_lobby else Roll((), 0),
            lobby=lobby.name if self._permissions.lobby_is_open and sees_lobby else None,
            seq=seq if sees_lobby else 0,
            life=self._replay.life,
            motd=self._motd,
            has_account=user.account is not None,
            token=origin.arrival.token,
            heads=[head for each in origin.arrival.heads if (head := self._described(origin, each))],
            is_new=origin.arrival.is_new,
            server=self.server,
            version=__version__,
            limits=self._told,
            is_operator=user.account is not None and user.key in self._permissions.operators,
            id=origin.request_id,
        )

    def _described(self, origin: Origin, head: Head) -> Head | None:
        """The head, with what the room has now for the session; None where it may not see the room."""
        session = origin.session
        head = replace(head, latest=self._shown(origin, head.latest))
        if head.is_direct:
            # Guests may have come back with other capitals.
            there = self._directory.users.get(fold(head.name))
            return head if there is None else replace(head, name=there.name)
        if not self._permissions.sees(session, head.room):
            return None
        name = self._rooms.shown(Name(head.name, head.room)).shown
        people = {user_of(session).key: ""} if (room := self._rooms.find(head.room)) is None else room.roster.names
        head = replace(head, name=name, count=len(people) + (user_of(session).key not in people))
        topic, private = self._facts(head.room)
        return replace(head, topic=topic, private=private, role=self._own_role(session, head.room))

    def _facts(self, room: str) -> tuple[str, bool]:
        """The topic of a room, and whether it is private."""
        state = self._permissions.states.get(room)
        return ("", False) if state is None else (state.topic, state.settings.private)

    def _own_role(self, session: Asker, room: str) -> str:
        """The role of a session in a room, if it has one that not everybody has."""
        role = self._permissions.role_of(session, room)
        return "" if role in (Role.GUEST, Role.MEMBER) else role.value

    def _shown(self, origin: Origin, latest: Message | None) -> Message | None:
        """The beginning of the latest message of a room, unless it was deleted since, or is hidden from the session."""
        if latest is None or latest.seq <= self._permissions.since(origin.session, latest.room):
            return None
        reading = origin.arrival.reading
        now = [latest] if reading is None else reading.present([latest])
        return replace(now[0], text=beginning(now[0].text, MOST_SHOWN)) if now else None

    def _is_deaf(self, key: str) -> bool:
        there = self._directory.users.get(key)
        return there is not None and there.is_deaf
