"""The people in the chat, their sessions as the domain sees them, and the requests that events come from."""

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from msgspec import Struct
from twisted.internet.defer import Deferred

from chat.accounts.rules import Credentials
from chat.errors import ChatError
from chat.events import Command, Event, Head, RequestId
from chat.hub.backlog import Backlog
from chat.hub.present import Reading
from chat.interfaces import Peer, State
from chat.names import Name, fold
from chat.personal import NO_SETTINGS, PersonalSettings
from chat.store.interfaces import Account

_NONE = Credentials()
_NOWHERE: Final[Mapping[str, int]] = {}
_NEVER: Final = -math.inf


class Scope(NamedTuple):
    """The limits of a program that came in with the access token `handle`: it sees only `rooms`, by their keys.

    `account` is the key of the account that it speaks for.
    """

    handle: str
    rooms: frozenset[str]
    account: str | None = None


class ClientTraits(NamedTuple):
    """How a client describes itself when it registers.

    `is_alone`: a person types there, is in one room at a time, and enters and leaves rooms by hand. `confirms`: a
    program says by itself what has arrived. `hears_typing`: it wants to know who is writing.
    """

    is_alone: bool = False
    confirms: bool = False
    hears_typing: bool = False


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
    was_put_out: bool
    said_goodbye: bool
    turns: deque[tuple[int, Callable[[], object]]] | None
    ignored: Mapping[str, str]
    acted_at: float
    came_at: float
    login: str | None

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

    @property
    def device(self) -> str:
        """See `Session.device`."""

    def introduce(self, client: ClientTraits, scope: Scope | None, login: str | None = None) -> None:
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

    A guest has no `account`. A user with an account, or a guest with a token, may have several sessions. `programs`
    counts those that have a scope. `said` has the room and the seq of what a guest said last, on this visit; None
    before the first. `typed_at`: when the others were told last that this person is writing. `tells_seen`: others may
    know what this person has read. `admitted` are the rooms (keys) that a guest was let into on this visit, each with
    the seq at which they first entered, or 0. `made` are the rooms that a guest has made, by key: False until the
    journal says so.

    `settings` are kept with an account. `ignored` are all people whom the user does not want to
    hear, as in `PersonalSettings`: among them `ignored_guests`, as long as the user is here. `Personal` writes these.
    `told_away` has the people who are away, by key, and when the user was told of that last.
    """

    __slots__ = (
        "account",
        "admitted",
        "client_id",
        "ignored",
        "ignored_guests",
        "key",
        "made",
        "name",
        "programs",
        "said",
        "sessions",
        "settings",
        "told_away",
        "typed_at",
    )

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
        self.sessions: tuple[Asker, ...] = ()
        self.programs = 0
        self.settings = settings
        self.ignored = settings.ignored
        self.ignored_guests = NO_SETTINGS.ignored
        self.told_away: dict[str, float] | None = None
        self.said: deque[tuple[str, int]] | None = None
        self.typed_at = _NEVER
        self.admitted: Mapping[str, int] = _NOWHERE
        self.made: dict[str, bool] | None = None

    def admit(self, room: str, seq: int = 0) -> None:
        """Let this person into the room with this key for this visit; `seq` is that of their entering, if known."""
        self.admitted = {**self.admitted, room: self.admitted.get(room, 0) or seq}

    def shut_out(self, room: str) -> None:
        """Let this person into the room with this key no more."""
        if room in self.admitted:
            self.admitted = {key: seq for key, seq in self.admitted.items() if key != room}

    @property
    def is_here(self) -> bool:
        """Whether a session is here that hears direct messages."""
        return len(self.sessions) > self.programs

    def has_made(self, room: str, *, is_new: bool) -> None:
        """The journal has answered a guest's joining of a `room`, by its key: whether they have made it."""
        if self.made is not None and room in self.made:
            if is_new:
                self.made[room] = True
            elif not self.made[room]:
                del self.made[room]

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

    Without a `name` the access token, or the ticket, in `credentials` says whom the client speaks for.
    """

    name: str | None
    client_id: int | None = None
    credentials: Credentials = _NONE
    remember: bool = False
    client: ClientTraits = PLAIN_CLIENT


class Arrival(NamedTuple):
    """The part of a welcome that is about the account. `is_new`: the account was made just now.

    `is_back`: a guest who is here by another session has shown their token; `replaces` is the oldest session, which
    gives way where they have too many. `reading` is that of the `heads`: what was deleted since is not shown.
    """

    token: str | None = None
    heads: Sequence[Head] = ()
    reading: Reading | None = None
    is_new: bool = False
    is_back: bool = False
    replaces: Asker | None = None


_NOTHING = Arrival()


class Origin(Struct, frozen=True, eq=False, gc=False):
    """Which session asked for an event, and under which request id.

    `arrival` belongs to the event with which a session enters the chat. With `replay_from` there was no request:
    the user belongs to the room, the session comes back into it, and has missed the messages after that seq.
    `others` are the user's other sessions that leave a room with this one. `recall`: how many earlier messages a
    session wants to see when it enters a room. `request` is the command that asked for a change, and `nonce` the id
    of it that is unique for its user; None where the client gave it no id.
    """

    session: Asker
    request_id: RequestId
    arrival: Arrival = _NOTHING
    replay_from: int | None = None
    others: Sequence[Asker] = ()
    recall: int = 0
    request: str = ""
    nonce: str | None = None


def key_of(session: Asker) -> str | None:
    """The key of the account for which `session` speaks; None for a guest. HTTP's visitors have it by their token."""
    user = session.user
    if user is not None and user.account is not None:
        return user.account.key
    return session.scope.account if session.scope is not None else None


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


def answered(session: Asker) -> "Deferred[None]":
    """Fires when everything that `session` has asked of the journal is answered."""
    deferred = Deferred[None]()
    session.in_turn(lambda: deferred.callback(None))
    return deferred
