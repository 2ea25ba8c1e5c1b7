"""The book of people: who is here, under which names, and who is listed."""

from collections.abc import Callable, Mapping, Set
from typing import Protocol

from chat.accounts.guest_tokens import GuestTokens
from chat.errors import ChatError
from chat.events import Joined, Left, Roll
from chat.hub.people import Asker, User
from chat.hub.roster import Roster
from chat.limits import Limits
from chat.looks import Looks
from chat.names import Name, fold
from chat.store.interfaces import Account


class Directory(Protocol):
    """Who is in the chat. The hub and its parts read it; nobody else writes it.

    A name is claimed and released at once, so that two sessions of this process never have the same one. The list of
    people follows the journal: it changes when `Joined` and `Left` are committed, from whatever node they come.
    """

    @property
    def users(self) -> Mapping[str, User]:
        """The users who have sessions in this process, by the keys of their names."""

    @property
    def present(self) -> Set[str]:
        """The keys of all people who get direct messages at once, on whatever node they are."""

    @property
    def looks(self) -> Looks:
        """The looks of these users' names."""

    def claim(self, session: Asker, user: User, account: Account | None, *, is_back: bool) -> bool:
        """Let `session` speak for `user` from now on; whether it is the user's first session.

        `is_back`: a guest has shown their token, so they may have several sessions.
        Raises ChatError (`name_taken`, `too_many_sessions`).
        """

    def release(self, session: Asker, *, is_lost: bool = False) -> None:
        """`session` speaks for nobody any more; with a user's last session their name is free.

        `is_lost`: its connection ended without a goodbye, so that a guest's token holds the name for a while.
        """

    def holds(self, key: str) -> bool:
        """Whether the name with this key is held for a guest who has left (`GuestTokens`)."""

    def is_listed(self, key: str) -> bool:
        """Whether the person with this key is in the chat by the journal."""

    def came(self, event: Joined, *, is_ours: bool) -> None:
        """A committed event says that its sender is in the chat. `is_ours`: a session of this process asked for it."""

    def went(self, event: Left) -> None:
        """A committed event says that its sender has left the chat."""

    def page(self, limit: int, after: str = "") -> Roll:
        """The first `limit` people behind the key `after`, in alphabetical order."""


class LocalDirectory:
    """A `Directory` of one process. People of whom only the journal tells are listed, and present elsewhere."""

    def __init__(self, limits: Limits, guests: GuestTokens) -> None:
        self.users: dict[str, User] = {}
        self.present: set[str] = set()
        self.looks = Looks()
        self.roster = Roster()
        self._limits = limits
        self._guests = guests
        self._departed: Callable[[User], None] = lambda _: None

    def watch(self, departed: Callable[[User], None]) -> None:
        """Call `departed` with each user whose last session is gone."""
        self._departed = departed

    def claim(self, session: Asker, user: User, account: Account | None, *, is_back: bool) -> bool:
        if user.sessions and not is_back and (account is None or user.account is None):
            raise ChatError("name_taken", name=user.name)
        if len(user.sessions) >= self._limits.account_sessions:
            raise ChatError("too_many_sessions", limit=self._limits.account_sessions)
        is_first = not user.sessions
        session.came_in(user)
        user.sessions = (*user.sessions, session)
        if session.scope is not None:
            user.programs += 1
        if is_first:
            self.users[user.key] = user
            self.looks.add(Name(user.name, user.key))
        self._note_presence(user)
        return is_first

    def release(self, session: Asker, *, is_lost: bool = False) -> None:
        user = session.user
        if user is None:
            return
        session.gone()
        if session in user.sessions:
            user.sessions = tuple(user.others(session))
            if session.scope is not None:
                user.programs -= 1
            self._note_presence(user)
        if not user.sessions:
            del self.users[user.key]
            self.looks.discard(Name(user.name, user.key))
            self._guests.left(user.key, session.address, is_lost=is_lost)
            self._departed(user)

    def holds(self, key: str) -> bool:
        return self._guests.holds(key)

    def is_listed(self, key: str) -> bool:
        return key in self.roster

    def came(self, event: Joined, *, is_ours: bool) -> None:
        key = fold(event.sender)
        self.roster.add(key, event.sender)
        if not is_ours:
            self.present.add(key)

    def went(self, event: Left) -> None:
        key = fold(event.sender)
        self.roster.discard(key)
        if key not in self.users:
            self.present.discard(key)

    def page(self, limit: int, after: str = "") -> Roll:
        return self.roster.page(limit, after)

    def _note_presence(self, user: User) -> None:
        if user.is_here:
            self.present.add(user.key)
        else:
            self.present.discard(user.key)
