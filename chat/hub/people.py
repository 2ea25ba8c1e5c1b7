"""Who somebody is, and which of their requests an event came from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from chat.accounts.rules import Credentials
from chat.events import Head, RequestId
from chat.names import Name
from chat.store.interfaces import Account

if TYPE_CHECKING:
    from chat.hub.session import Session

_NONE = Credentials()


class User:
    """Somebody who is here: the name as it was given, its key, and the sessions that speak for it.

    A guest has no `account`, and one session; who has an account may be here several times. `programs`: how many of
    the sessions have a scope.
    """

    def __init__(self, name: Name, client_id: int | None, account: Account | None = None) -> None:
        self.name = name.shown
        self.key = name.key
        self.client_id = client_id
        self.account = account
        self.sessions: dict[Session, None] = {}
        self.programs = 0

    @property
    def is_here(self) -> bool:
        """Whether somebody is here to whom direct messages are told."""
        return len(self.sessions) > self.programs

    @property
    def is_deaf(self) -> bool:
        """Whether no direct message can be told to them for now, although they are here."""
        return all(session.backlog.is_deaf for session in self.sessions if session.scope is None)

    def others(self, session: "Session") -> Sequence["Session"]:
        """The sessions beside `session`."""
        return [other for other in self.sessions if other is not session]


class Scope(NamedTuple):
    """What a program may do that came in with the access token `handle`: everything is about `rooms`, by their keys."""

    handle: str
    rooms: frozenset[str]


class Application(NamedTuple):
    """What somebody asks who wants to come in. `remember`: they want a token, for the next time.

    Without a `name` they are who their access token says.
    """

    name: str | None
    client_id: int | None = None
    credentials: Credentials = _NONE
    remember: bool = False
    is_alone: bool = False
    confirms: bool = False


class Entry(NamedTuple):
    """What somebody who comes in is told of their account. `is_new`: they have just made it.

    `replaces`: a guest's former session, which still hangs.
    """

    token: str | None = None
    heads: Sequence[Head] = ()
    is_new: bool = False
    replaces: "Session | None" = None


_NOTHING = Entry()


class Origin(Struct, frozen=True, eq=False):
    """Which session asked for an event, under which id of its own.

    `entry` is for who enters the chat. `replay_from`: nobody asked; the session's user belongs to the room, and
    misses what came after that seq. `others`: the sessions of the same user that leave a room with it. `recall`: how
    many messages from before it wants to see who enters a room.
    """

    session: "Session"
    request_id: RequestId
    entry: Entry = _NOTHING
    replay_from: int | None = None
    others: Sequence["Session"] = ()
    recall: int = 0
