"""The journal of events, with its direct messages that wait for their recipients."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.events import Head, Message, RoomEvent
from chat.store.interfaces.pages import Page, Query, Span
from chat.store.interfaces.state import StoreState


class Draft(NamedTuple):
    """An event that the hub wants stored. The commit, or the refusal, brings `origin` back to the hub.

    `waits`: it is a direct message to somebody who is not here, and takes space in their mailbox.
    `belongs`: with Joined, its sender belongs to the room from now on; with Left, no longer.
    `recall`: the commit brings up to this many messages from before it in its room.
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
    """The sender of a waiting message, who may take it back: an account (its key, number 0) or one guest's session."""

    holder: str
    number: int = 0


class Commit(NamedTuple):
    """An event that is stored: `seq` and `sent_at` are set.

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
    """A draft that could not be stored, and the reason."""

    draft: Draft
    error: ChatError


class Sink(Protocol):
    """The receiver of commits: the hub."""

    def committed(self, commits: Sequence[Commit]) -> None:
        """Called on the reactor's thread with each batch of commits, in the order of their drafts."""

    def refused(self, refusal: Refusal) -> None:
        """Called on the reactor's thread, instead, for each draft that could not be stored after all, in its turn."""

    def is_used(self, room: str) -> bool:
        """Whether somebody is in the room, so that it is not forgotten, though nothing was said in it."""


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
        """Set the receiver of commits. Called once, before anything else."""

    def start(self) -> None:
        """Take hold of what the store needs; nothing but `open` comes before. Raises StoreError where it cannot."""

    def stop(self) -> Deferred[None]:
        """Write all that was appended, and release everything. Nothing may be called afterwards."""

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
        """The state of the store, for the people who watch the server."""

    def reached(self, room: str) -> Deferred[int]:
        """The seq of the last event of `room` that the sink has been told of; 0 if the store does not know the room."""

    def waiting(self, user: str) -> int:
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
