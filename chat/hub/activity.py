"""Tells others what people do beside speaking: who is writing, and how far somebody has read. None of it is stored."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure as TwistedFailure

from chat.errors import ChatError
from chat.events import Done, RequestId, Seen, Typing
from chat.hub.books import Books
from chat.hub.people import Asker, User, user_of
from chat.hub.permissions import Action
from chat.interfaces import Batch
from chat.names import is_direct, other_of
from chat.store.interfaces import MessageStore


class _Read(NamedTuple):
    """How far somebody has read a room, and when the others were told last. `waits`: they do not know this yet."""

    user: User
    seq: int
    told_at: float
    waits: bool = False


class Activity:
    """Tells it those who may know. `sweep` is called every `sweep_seconds`."""

    def __init__(self, books: Books, store: MessageStore) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits
        self._store = store
        self._finder, self._now = books.finder, books.now
        # By the keys of a person and of a room.
        self._reads: dict[tuple[str, str], _Read] = {}

    def typing(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """The user of `session` is writing, in the `room` or `to` somebody. Raises what the gate does.

        The others are told at most once a second, and in large rooms nobody is.
        """
        user, (room, _) = user_of(session), self._finder.place(session, asked)
        self._permissions.may(session, room, Action.SAY)
        session.answer(Done(request="typing", id=request_id))
        now = self._now()
        if not self._is_due(user.typed_at, now):
            return
        user.typed_at = now
        if is_direct(room.key):
            if (other := self._other(user, room.key)) is not None:
                typing = Typing(place=None, sender=user.name, to=other.name)
                _tell((each for each in _devices(other) if each.client.hears_typing), typing, user)
        elif (there := self._rooms.find(room.key)) is not None and len(there.roster) < self._limits.typing_members:
            hearing = (each for each in there.members if each.client.hears_typing and each.user is not user)
            _tell(hearing, Typing(place=there.name, sender=user.name), user)

    def read(self, session: Asker, asked: Mapping[str, object]) -> None:
        """`session` has just marked a room, or the conversation with `to`, as read up to `seq`: the others hear of it.

        They hear of each person and room at most once a second. Later marks wait for the next `sweep`.
        """
        user, seq = user_of(session), asked.get("seq")
        key = self._finder.place(session, asked)[0].key
        is_private = is_direct(key) or self._permissions.is_private(key)
        if not (is_private and user.tells_seen and isinstance(seq, int)):
            return
        before, now = self._reads.get((user.key, key)), self._now()
        if before is None or (seq > before.seq and self._is_due(before.told_at, now)):
            self._tell_read(key, _Read(user, seq, now))
        elif seq > before.seq:
            self._reads[user.key, key] = _Read(user, seq, before.told_at, waits=True)

    def sweep(self) -> None:
        """Tell what has waited, and forget what the others know."""
        now = self._now()
        for (person, room), read in list(self._reads.items()):
            if not self._is_due(read.told_at, now):
                continue
            del self._reads[person, room]
            if read.waits:
                self._tell_read(room, _Read(read.user, read.seq, now))

    def _tell_read(self, room: str, read: _Read) -> None:
        self._reads[read.user.key, room] = read
        Deferred.fromCoroutine(self._tell_reached(room, read)).addErrback(_ignore_refusal)

    async def _tell_reached(self, room: str, read: _Read) -> None:
        # A client may claim to have read more than there is.
        seq, user = min(read.seq, await self._store.reached(room)), read.user
        if is_direct(room):
            if (other := self._other(user, room)) is not None:
                _tell(_devices(other), Seen(place=None, sender=user.name, seq=seq, to=other.name), user)
        elif (there := self._rooms.find(room)) is not None and user.key in there.roster:
            hearing = (each for each in there.members if each.user is not None and each.user is not user)
            _tell(hearing, Seen(place=there.name, sender=user.name, seq=seq), user)

    def _other(self, user: User, room: str) -> User | None:
        """Whom `user` talks to in a conversation, if they are here."""
        other = self._directory.users.get(other_of(room, user.key) or "")
        return other if other is not user else None

    def _is_due(self, before: float, now: float) -> bool:
        # A clock that was put back must not silence anybody.
        return abs(now - before) >= self._limits.typing_seconds


def _devices(user: User) -> Iterable[Asker]:
    """The sessions that hear of a conversation: programs do not."""
    return (each for each in user.sessions if each.scope is None)


def _tell(sessions: Iterable[Asker], event: Typing | Seen, by: User) -> None:
    """Tell those of `sessions` who do not ignore the person."""
    batch = Batch(event)
    for session in list(sessions):
        if by.key not in session.ignored:
            session.peer.deliver(batch)


def _ignore_refusal(failure: TwistedFailure) -> None:
    """A store that cannot be asked now is no reason to fail: the next mark tells as much."""
    failure.trap(ChatError)
