"""The contract every store keeps. `tests/store/contract.py` and `accounts.py` there check it."""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred

from chat.counters import Histogram
from chat.errors import ChatError
from chat.events import AccessToken, Head, Message, RoomEvent
from chat.names import Name


class StoreError(Exception):
    """The store cannot be opened. The message is a sentence for the operator."""


# --- the journal


class Draft(NamedTuple):
    """An event on its way into the journal. `origin` is whatever the hub wants to see again beside the result.

    `waits`: it is a direct message to somebody who is not here to take it, and needs room in their mailbox.
    `belongs`: with Joined, its sender belongs to the room from now on; with Left, no longer.
    `recall`: so many of the messages before it in its room are wanted beside the commit.
    `holder`: whose share of what is limited it takes (`Session.holder`); `number`: a guest's session, for only that
    one may take the message back. Both together are an `Author`.
    """

    event: RoomEvent
    origin: object = None
    waits: bool = True
    belongs: bool = False
    recall: int = 0
    holder: str = ""
    number: int = 0


class Author(NamedTuple):
    """Who may take back a message that waits: an account, by its key and without a number, or one guest's session."""

    holder: str
    number: int = 0


class Commit(NamedTuple):
    """An event that has its place: `seq` and `sent_at` are set, and what it says is stored.

    `repeat`: it was stored before, under the same nonce; `event` is the first one, nothing new was stored.
    `recalled` are the messages that its draft wanted, the oldest first. `unknown`: it is a message to a name that is
    no account, and nobody of that name has ever been here.
    """

    event: RoomEvent
    origin: object
    repeat: bool
    recalled: Sequence[Message] = ()
    unknown: bool = False


class Refusal(NamedTuple):
    """A draft that could not be stored after all, and why."""

    draft: Draft
    error: ChatError


class Sink(Protocol):
    """Who is told of commits: the hub."""

    def committed(self, commits: Sequence[Commit]) -> None:
        """Called on the reactor's thread with each batch of commits, in the order of their drafts."""

    def refused(self, refusal: Refusal) -> None:
        """Called on the reactor's thread, instead, for each draft that could not be stored after all, in its turn."""

    def is_used(self, room: str) -> bool:
        """Whether somebody is in the room, so that it is not forgotten, though nothing was said in it."""


def batch_histograms() -> tuple[Histogram, Histogram]:
    """Empty ones for `StoreState`: of events in a batch, and of seconds."""
    return Histogram(1, 4, 16, 64, 256, 1024, 4096), Histogram(0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1, 5)


# --- what was said before


class Page(NamedTuple):
    """Some messages, and whether there are `more`; `next` is where those begin, for whoever asks again.

    `reached`: there may be more, but it was only looked at what was said since then, in seconds since the epoch.
    """

    messages: Sequence[Message]
    more: bool = False
    next: int = 0
    reached: float | None = None


class Span(NamedTuple):
    """Which messages of a room: seqs over `after` and, if given, under `before`; at most `limit` of them.

    `newest`: those at the end of the span, instead of those at its beginning; the oldest comes first all the same.
    `since` hides what is older than an account (`Account.since`).
    """

    limit: int
    after: int = 0
    before: int | None = None
    newest: bool = False
    since: int = 0


class Query(NamedTuple):
    """What is searched for: messages with all of `words`, by `sender`, in `room`, said `after` and `before` a time.

    Rooms and people are given by their keys, times in seconds since the epoch. Public rooms are searched (with
    `rooms`: only those) and, if given, the direct conversations of the account `user` from its `since` on. `next` is
    that of the page before.
    """

    words: Sequence[str]
    limit: int
    user: str | None = None
    since: int = 0
    sender: str | None = None
    room: str | None = None
    after: float | None = None
    before: float | None = None
    next: int = 0
    rooms: frozenset[str] | None = None


class Holdings(NamedTuple):
    """What a store holds, and has let go of since it was started.

    What waits, in bytes, for accounts and people who are here, and for `strangers`: names that are no account.
    """

    waiting_bytes: int = 0
    strangers_bytes: int = 0
    expired: int = 0
    rooms: int = 0
    forgotten_rooms: int = 0


_NOTHING_HELD = Holdings()


class StoreState(NamedTuple):
    """How a store fares. `batches` counts how many events were committed together, `seconds` how long that took.

    `is_failing`: what was to be written last could not be written, or something that the store needs has broken;
    `trouble` says what. `unwritten` events, and `waiting` direct messages. `restarts`: how often what had broken was
    made anew. `holdings` is what else it counts.
    """

    is_failing: bool
    unwritten: int
    waiting: int
    batches: Histogram
    seconds: Histogram
    trouble: str = ""
    restarts: int = 0
    holdings: Holdings = _NOTHING_HELD


class TakenBack(NamedTuple):
    """How many messages were taken back, and to whom they were, as it was spelled."""

    to: str
    messages: int


class MessageStore(Protocol):
    """A journal of room events, and for every user a cursor in each room that they belong to.

    Users and rooms are named by their keys. All calls and all results are on the reactor's thread. Two people
    belong to their direct conversation from its first message on; to other rooms belong those whose drafts say so.
    """

    @property
    def life(self) -> str:
        """Which life of the journal this is, once it has started: seqs of another one say nothing in it.

        It is another one where the journal was made anew, was put back from a backup, or has lost messages.
        """

    def open(self, sink: Sink) -> None:
        """Say who is told of commits. Called once, before anything else."""

    def start(self) -> None:
        """Take hold of what the store needs; nothing but `open` comes before. Raises StoreError where it cannot."""

    def stop(self) -> Deferred[None]:
        """Write what was appended, and let go of everything; nothing comes after."""

    def append(self, draft: Draft) -> None:
        """Journal an event; exactly one commit or refusal follows, possibly before this returns.

        Commits come in the order of the drafts. `seq` counts up from 1 without gaps in each room. A message with
        a `nonce` that its sender used lately is the message it was used for, and not stored again. A draft
        appended from within `Sink.committed` commits after the batch at hand. Raises ChatError and changes nothing
        where there is no room for it: for anybody (`mailbox_full`, `strangers_full`, `rooms_full`, `busy`), or of its
        holder's share (`share_full`, `room_share_full`); and (`name_held`) for a message to a deleted account. That
        somebody left is always taken.

        A room that was forgotten goes on behind the places it had: none is ever used again.
        """

    def state(self) -> StoreState:
        """How it fares, for whoever watches the server."""

    def reached(self, room: str) -> Deferred[int]:
        """How far `room` has come, as far as was told; 0 where nothing is known of it."""

    def waiting(self, user: str) -> Deferred[int]:
        """How many direct messages to `user` are not acknowledged."""

    def take_back(
        self, authors: Sequence[Author], user: str | None, is_here: Callable[[str], bool]
    ) -> Deferred[TakenBack]:
        """Take back what `authors` sent to `user` (None: the last that they sent to anybody) and still waits.

        What is for somebody of whom `is_here` says so is on its way, and stays. Nobody is shown any more what is
        taken back, and nothing is left of it but its place and its nonce.
        """

    def missed(self, user: str, limit: int, after: int = 0) -> Deferred[Page]:
        """The oldest `limit` direct messages to `user` that are not acknowledged, in the order of their commits.

        `after` is the `next` of the page before. A message that is committed while this is being answered may or
        may not be among them.
        """

    def acknowledge(self, user: str, room: str, seq: int, after: int = 0) -> None:
        """All messages to `user` in `room`, to which they belong, have arrived: those after `after` and up to `seq`.

        Nothing comes of it where some of those up to `after` have not: a cursor passes nothing that has not arrived.
        """

    def mark_read(self, user: str, room: str, seq: int) -> None:
        """`user` has read `room`, to which they belong, up to `seq`; so it has arrived, too."""

    def heads(self, user: str) -> Deferred[Sequence[Head]]:
        """The rooms that `user` belongs to.

        Of conversations from before they had their account, only those in which something waits for them.
        """

    def history(self, room: str, span: Span) -> Deferred[Page]:
        """What was said in `room`. `more`: there is more before the page (`newest`), or else after it."""

    def search(self, query: Query) -> Deferred[Page]:
        """What was said anywhere, the newest first: all that have each of the words, as `chat.store.words` knows them.

        It looks at no more than takes a moment (`Page.reached`).
        """


# --- accounts


class Account(NamedTuple):
    """A name that belongs to somebody, or, without a `password_hash`, to nobody until `held_until`.

    `since` tells their messages from those of whoever had the name before (see `Span` and `Query`).
    """

    key: str
    name: str
    password_hash: str | None
    created_at: float
    since: int = 0
    held_until: float | None = None


class What(Enum):
    """What happened to an account. After all but REHASHED and TOKEN, what was opened before is to end."""

    MADE = auto()
    PASSWORD = auto()
    REHASHED = auto()
    DELETED = auto()
    LOGGED_OUT = auto()
    TOKEN = auto()


class AccountChange(NamedTuple):
    """Something happened to the account `key`. `password_hash` is its hash from now on, where that is told.

    With REHASHED that stands for the same password as the hash `before`. With TOKEN the access token `handle` ended.
    """

    key: str
    what: What
    password_hash: str | None = None
    before: str | None = None
    handle: str | None = None


class AccountStore(Protocol):
    """The accounts, their tokens, and invitations. Digests are those of secrets, which no store ever sees.

    Where a method is told a `verified` hash it does nothing if the account has another one by then, or is gone: what
    somebody asks who has proved a password counts only as long as that is the password.
    """

    def watch(self, changed: Callable[[AccountChange], None]) -> None:
        """Have `changed` called on the reactor's thread for each change, whoever makes it, before its result is told.

        Called at most once.
        """

    def find(self, key: str) -> Deferred[Account | None]:
        """The account with this name, deleted ones included as long as they are held."""

    def resembling(self, name: Name) -> Deferred[bool]:
        """Whether another account, deleted ones included as long as they are held, looks like `name` (`chat.looks`)."""

    def create(self, account: Account, invitation: bytes | None) -> Deferred[Account]:
        """Keep a new account; its `since` is set. Fails with ChatError (`name_claimed`, `bad_invitation`).

        It fails (`name_resembles`) where `resembling` is so, also of two that are made at once.

        With `invitation` it uses that up, which must be valid.
        """

    def invitation(self, digest: bytes) -> Deferred[bool]:
        """Whether an invitation is valid now; it is not used up."""

    def change_password(self, key: str, password_hash: str, verified: str | None = None) -> Deferred[bool]:
        """Change it, and forget the account's tokens of both kinds; whether that was done."""

    def rehash(self, key: str, password_hash: str, verified: str) -> Deferred[bool]:
        """Keep another hash of the same password, and all tokens; whether that was done."""

    def delete(self, key: str, held_until: float, verified: str | None = None) -> Deferred[bool]:
        """Forget the account and its tokens of both kinds, and hold its name; whether that was done.

        Whoever has the name later has none of its messages.
        """

    def add_token(self, digest: bytes, account: Account, expires_at: float, most: int) -> Deferred[bool]:
        """Keep a token of an account, and no more than `most` of them: those that expire first go.

        Whether that was done: only while the account's hash is that of `account`.
        """

    def token_owner(self, digest: bytes) -> Deferred[Account | None]:
        """The account that a token, which has not expired, belongs to."""

    def drop_tokens(self, key: str) -> Deferred[None]:
        """Forget all tokens of an account, but for its access tokens."""

    def add_access_token(self, token: AccessToken, digest: bytes, most: int, verified: str | None) -> Deferred[bool]:
        """Keep an access token; whether that was done. Fails with ChatError (`too_many_tokens`) where there are `most`.

        Nothing is kept where there is no such account.
        """

    def access_token(self, handle: str) -> Deferred[tuple[AccessToken, bytes] | None]:
        """The access token with this handle, and its digest."""

    def access_tokens(self, user: str) -> Deferred[Sequence[AccessToken]]:
        """The access tokens of an account, the oldest first."""

    def drop_access_token(self, handle: str, user: str | None) -> Deferred[bool]:
        """Forget an access token, if it is `user`'s (None: anybody's); whether there was one."""

    def add_invitation(self, digest: bytes, expires_at: float) -> Deferred[None]:
        """Keep an invitation."""

    def all(self) -> Deferred[Sequence[Account]]:
        """Every account, in the order of the names."""
