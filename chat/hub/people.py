"""The people in the chat, their sessions as the domain sees them, and the requests that events come from."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from chat.accounts.rules import Credentials
from chat.errors import ChatError
from chat.events import Command, Event, Head, RequestId
from chat.hub.backlog import Backlog
from chat.interfaces import Peer, State
from chat.names import Name, fold
from chat.personal import NO_SETTINGS, PersonalSettings
from chat.store.interfaces import Account

_NONE = Credentials()


class Scope(NamedTuple):
    """The limits of a program that came in with the access token `handle`: it sees only `rooms`, by their keys."""

    handle: str
    rooms: frozenset[str]


class ClientTraits(NamedTuple):
    """How a client describes itself when it registers.

    `is_alone`: a person types there, is in one room at a time, and enters and leaves rooms by hand. `confirms`: a
    program says by itself what has arrived.
    """

    is_alone: bool = False
    confirms: bool = False


PLAIN_CLIENT = ClientTraits()


class Asker(Protocol):
    """A session as the rest of the domain sees it. `chat.hub.session.Session` says what each of these means."""

    peer: Peer
    address: str
    number: int
    state: State
    user: "User | None"
    rooms: dict[str, str]
    backlog: Backlog
    scope: Scope | None
    client: ClientTraits
    is_leaving: bool
    turns: deque[tuple[int, Callable[[], object]]] | None
    ignored: Mapping[str, str]
    acted_at: float

    @property
    def holder(self) -> str:
        """See `Session.holder`."""

    @property
    def account_hint(self) -> str:
        """See `Session.account_hint`."""

    @property
    def shares_rooms(self) -> bool:
        """See `Session.shares_rooms`."""

    @property
    def place(self) -> str | None:
        """See `Session.place`."""

    def introduce(self, client: ClientTraits, scope: Scope | None) -> None:
        """See `Session.introduce`."""

    def came_in(self, user: "User") -> None:
        """See `Session.came_in`."""

    def gone(self) -> None:
        """See `Session.gone`."""

    def handle(self, command: Command) -> ChatError | None:
        """See `Session.handle`."""

    def notes_first(self, what: str) -> bool:
        """See `Session.notes_first`."""

    def tell(self, event: Event) -> bool:
        """See `Session.tell`."""

    def answer(self, event: Event) -> None:
        """See `Session.answer`."""

    def in_turn(self, action: Callable[[], object]) -> None:
        """See `Session.in_turn`."""

    def asked(self) -> None:
        """See `Session.asked`."""

    def not_asked(self) -> None:
        """See `Session.not_asked`."""

    def settled(self) -> None:
        """See `Session.settled`."""

    def finish(self, reason: str, farewell: Event | None = None) -> None:
        """See `Session.finish`."""


class User:
    """A person who is here: the name as it was given, its key, and the sessions that speak for it.

    A guest has no `account`, and one session. A user with an account may have several. `programs` counts the sessions
    that have a scope. `settings` are kept with an account. `ignored` are all people whom the user does not want to
    hear, as in `PersonalSettings`: among them `ignored_guests`, as long as the user is here. `Personal` writes these.
    `told_away` has the people who are away, by key, and when the user was told of that last.
    """

    def __init__(
        self,
        name: Name,
        client_id: int | None,
        account: Account | None = None,
        settings: PersonalSettings = NO_SETTINGS,
    ) -> None:
        self.name = name.shown
        self.key = name.key
        self.client_id = client_id
        self.account = account
        self.sessions: dict[Asker, None] = {}
        self.programs = 0
        self.settings = settings
        self.ignored = settings.ignored
        self.ignored_guests = NO_SETTINGS.ignored
        self.told_away: dict[str, float] | None = None

    @property
    def is_here(self) -> bool:
        """Whether a session is here that hears direct messages."""
        return len(self.sessions) > self.programs

    @property
    def is_deaf(self) -> bool:
        """Whether no session can be told of direct messages for now, although the user is here."""
        return all(session.backlog.is_deaf for session in self.sessions if session.scope is None)

    @property
    def tells_seen(self) -> bool:
        """Whether others are told how far the user has read."""
        return self.settings.tells_seen

    def others(self, session: Asker) -> Sequence[Asker]:
        """The sessions beside `session`."""
        return [other for other in self.sessions if other is not session]


class Application(NamedTuple):
    """A client's request to register. `remember`: it wants a token, for the next time.

    Without a `name` the access token in `credentials` says whom the client speaks for.
    """

    name: str | None
    client_id: int | None = None
    credentials: Credentials = _NONE
    remember: bool = False
    client: ClientTraits = PLAIN_CLIENT


class Entry(NamedTuple):
    """The part of a welcome that is about the account. `is_new`: the account was made just now.

    `replaces`: the former session of the same guest, whose connection has not ended yet.
    """

    token: str | None = None
    heads: Sequence[Head] = ()
    is_new: bool = False
    replaces: Asker | None = None


_NOTHING = Entry()


class Origin(Struct, frozen=True, eq=False):
    """Which session asked for an event, and under which request id.

    `entry` belongs to the event with which a session enters the chat. With `replay_from` there was no request: the user
    belongs to the room, the session comes back into it, and has missed the messages after that seq. `others` are the
    user's other sessions that leave a room with this one. `recall`: how many earlier messages a session wants to see
    when it enters a room. `request` is the command that asked for a change.
    """

    session: Asker
    request_id: RequestId
    entry: Entry = _NOTHING
    replay_from: int | None = None
    others: Sequence[Asker] = ()
    recall: int = 0
    request: str = ""


def away_among(users: Mapping[str, User], names: Sequence[str]) -> Sequence[str]:
    """Those of `names`, which are shown names, who are here and away; `users` are the people who are here, by key."""
    there = ((name, users.get(fold(name))) for name in names)
    return [name for name, user in there if user is not None and user.settings.away is not None]


def user_of(session: Asker) -> User:
    """The user of a session that was registered. Raises ChatError (`not_registered`) where the user is gone by now."""
    if session.user is None:
        raise ChatError("not_registered")
    return session.user


def account_of(session: Asker) -> Account:
    """The account of the session's user. Raises ChatError (`account_needed`) for a guest, and says how to get one."""
    account = user_of(session).account
    if account is None:
        raise ChatError("account_needed", how=session.account_hint)
    return account
