"""Moderators and operators: who they are, how they are told of something, and the lists that they look at."""

from collections.abc import Iterable, Mapping, Sequence

from chat.errors import ChatError
from chat.events import Entries, Entry, Event, RequestId
from chat.hub.books import Books
from chat.hub.people import Asker, User, user_of
from chat.interfaces import Batch
from chat.room_state import Role
from chat.sanitize import clean_line


class Oversight:
    """What reports, held messages, the audit log and the acts of operators have in common."""

    def __init__(self, books: Books) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits

    def check_operator(self, session: Asker) -> User:
        """The operator who asks. Raises ChatError (`operators_only`) for everybody else."""
        user = user_of(session)
        if not self.is_operator(session):
            raise ChatError("operators_only")
        return user

    def is_operator(self, session: Asker) -> bool:
        """Whether `session` is an operator's: programs with an access token, and newcomers, are none."""
        user = session.user
        if user is None or user.account is None or session.scope is not None:
            return False
        return user.key in self._permissions.operators

    def moderates(self, session: Asker, room: str) -> bool:
        """Whether `session` is a moderator of the room with that key, and may see it."""
        role = self._permissions.role_of(session, room)
        return role.rank >= Role.MODERATOR.rank and self._permissions.sees(session, room)

    def tell_operators(self, event: Event) -> None:
        """Push an event to every operator who is here."""
        self._tell(self._permissions.operators, event)

    def tell_moderators(self, room: str, event: Event) -> None:
        """Push an event to the moderators of a room and, where they may see it, to the operators."""
        members = self._permissions.state_of(room).members
        keys = {key for key, member in members.items() if member.role.rank >= Role.MODERATOR.rank}
        if not self._permissions.is_private(room):
            keys.update(self._permissions.operators)
        self._tell(keys, event)

    def tell_everybody(self, event: Event) -> None:
        """Push an event to everybody who is here, except programs, which hear only their rooms."""
        self._tell(list(self._directory.users), event, guests=True)

    def reason(self, asked: Mapping[str, object]) -> str:
        """The reason that somebody gives, clean and in one line; the end of a long one is dropped."""
        typed = " ".join(clean_line(str(asked.get("reason") or "")).split())
        return typed[: self._limits.reason_characters].strip()

    def list_entries(self, session: Asker, request: str, found: Sequence[Entry], request_id: RequestId) -> None:
        """Answer with the first of `found`: as many as one answer has."""
        shown = found[: self._limits.listed_entries]
        session.answer(Entries(request=request, entries=shown, more=len(found) > len(shown), id=request_id))

    def _tell(self, keys: Iterable[str], event: Event, *, guests: bool = False) -> None:
        batch = Batch(event)
        for key in keys:
            user = self._directory.users.get(key)
            if user is not None and (guests or user.account is not None):
                for session in list(user.sessions):
                    if session.scope is None:
                        session.peer.deliver(batch)
