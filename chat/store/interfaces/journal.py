"""The journal of events, with its direct messages that wait for their recipients."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct
from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.events import Head, Message, RoomEvent
from chat.room_state import RoomState
from chat.store.interfaces.files import FileStore
from chat.store.interfaces.moderation import ModerationStore
from chat.store.interfaces.pages import Page, Query, Span
from chat.store.interfaces.state import StoreState


class Draft(Struct, frozen=True, gc=False):
    """An event that the hub wants stored. The commit, or the refusal, brings `origin` back to the hub.

    `waits`: it is a direct message to somebody who is not here, and takes space in their mailbox.
    `belongs`: with Joined, its sender belongs to the room from now on; with Left, no longer.
    `recall`: the commit brings up to this many messages from before it in its room.
    `holder`: the limits count it for this holder (`Session.holder`). `number`: the guest's session that sent it; no
    other session may take it back. Both together are an `Author`.
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


class Commit(Struct, frozen=True, gc=False):
    """An event that is stored: `seq` and `sent_at` are set.

    `repeat`: it was stored before, under the same nonce; `event` is the stored one. `recalled` are the messages that
    its draft asked for, the oldest first. `unknown`: it is a message to a name that has no account, and under which
    nobody has ever been here. `state` is the room's from now on, where the event has changed it.
    """

    event: RoomEvent
    origin: object
    repeat: bool
    recalled: Sequence[Message] = ()
    unknown: bool = False
    state: RoomState | None = None


class Refusal(NamedTuple):
    """A draft that could not be stored, and the reason."""

    draft: Draft
    error: ChatError


class Sink(Protocol):
    """The receiver of commits: the hub."""

    def committed(self, commits: Sequence[Commit]) -> None:
        """Called on the reactor's thread with each batch of commits, in the order of their drafts."""

    def refused(self, refusal: Refusal) -> None:
        """Called on the reactor's thread, in the order of the drafts, for each draft that could not be stored."""

    def restated(self, states: Mapping[str, RoomState | None]) -> None:
        """These rooms have these states, by key, from now on.

        At the start, before any commit, these are all that have one; later those of a deleted account, and None for a
        room that was deleted.
        """

    def is_used(self, room: str) -> bool:
        """Whether somebody is in the room. The store forgets no such room, even if it has no messages."""


class TakenBack(NamedTuple):
    """The number of messages that were taken back, and the name of their recipient as the sender typed it."""

    to: str
    messages: int


class MessageStore(Protocol):
    """A journal of room events, and for every user a cursor in each room that they belong to.

    Users and rooms are named by their keys. All calls and all results are on the reactor's thread. Two people
    belong to their direct conversation from its first message on. To other rooms belong the senders of drafts with
    `belongs`.
    """

    @property
    def life(self) -> str:
        """The name of this life of the journal, from `start` on. Seqs of another life mean nothing in it.

        A new life begins when the journal is made, is put back from a backup, or has lost messages.
        """

    @property
    def moderation(self) -> ModerationStore:
        """What is kept for moderators and operators."""

    @property
    def files(self) -> FileStore:
        """The files that were sent, and those that are being sent."""

    def open(self, sink: Sink) -> None:
        """Set the receiver of commits. Called once, before anything else."""

    def start(self) -> None:
        """Open everything that the store needs. Only `open` comes before. Raises StoreError."""

    def stop(self) -> Deferred[None]:
        """Write all that was appended, and release everything. Nothing may be called afterwards."""

    def append(self, draft: Draft) -> None:
        """Journal an event; exactly one commit or refusal follows, possibly before this returns.

        Commits come in the order of the drafts. `seq` counts up from 1 without gaps in each room. A message with a
        `nonce` that its sender used lately is a repeat: the commit has the first message, and nothing is stored. A
        draft that is appended from within `Sink.committed` commits after the current batch.

        Raises ChatError, and changes nothing, if a limit of the server is reached (`mailbox_full`, `strangers_full`,
        `rooms_full`, `busy`) or one of the holder's (`share_full`, `room_share_full`), and for a message to a deleted
        account (`name_held`). A Left is never refused.

        A room that is made again after it was forgotten goes on after its last seq: no seq is used twice.

        The first Joined of a room, of a draft with `belongs`, makes its sender the owner. This and each `Change` puts
        the state of the room through `chat.room_state.apply`, and what that raises refuses the draft. A room with a
        state is not forgotten, unless it is closed for good. In the same commit `Edited`, `Deleted` and `Reacted`
        change the message that they point to; the draft is refused (`no_such_message`) where that is not there. Of a
        deleted message, and of an earlier text, no word is kept. With `Kicked` and `Banned` the person does not belong
        to the room any more.
        """

    def state(self) -> StoreState:
        """The state of the store, for the people who watch the server."""

    def reached(self, room: str) -> Deferred[int]:
        """The seq of the last event of `room` that the sink has got; 0 if the store does not know the room."""

    def may_wait(self, user: str) -> bool:
        """Whether direct messages to `user` may wait that are not acknowledged. Where it is False there are none."""

    def waiting(self, user: str, without: Collection[str] = ()) -> Deferred[int]:
        """How many direct messages to `user`, from others than the people `without`, are not acknowledged."""

    def take_back(
        self, authors: Sequence[Author], user: str | None, is_here: Callable[[str], bool]
    ) -> Deferred[TakenBack]:
        """Take back the waiting messages that `authors` sent to `user` (None: the last one that they sent to anybody).

        Messages to people who are here (`is_here`) are already on their way, and stay. The store keeps only the seq
        and the nonce of a message that is taken back; no question finds it.
        """

    def missed(self, user: str, limit: int, after: int = 0) -> Deferred[Page[Message]]:
        """The oldest `limit` direct messages to `user` that are not acknowledged, in the order of their commits.

        `after` is the `next` of the page before. A message that is committed while this is being answered may or
        may not be among them.
        """

    def acknowledge(self, user: str, room: str, seq: int, after: int = 0) -> None:
        """The messages to `user` in `room`, to which they belong, after `after` and up to `seq` have arrived.

        If earlier ones have not arrived, this has no effect: a cursor never passes a message that has not arrived.
        """

    def mark_read(self, user: str, room: str, seq: int) -> None:
        """`user` has read `room`, to which they belong, up to `seq`. So these messages have arrived, too."""

    def heads(self, user: str, without: Collection[str] = ()) -> Deferred[Sequence[Head]]:
        """The rooms that `user` belongs to. What the people `without`, by their keys, have said is not unread.

        Conversations from before they had their account are among them only if a message waits there. `Head.latest` is
        not by one of these people either; at most `MOST_SHOWN` and one more characters of its text are there.
        """

    def history(self, room: str, span: Span) -> Deferred[Page[RoomEvent]]:
        """Events of `room`. `more`: there are more after the page, or, with `newest`, before it."""

    def own(self, user: str, since: int, after: int, limit: int) -> Deferred[Page[Message]]:
        """Messages that the account `user` has said, and those of its conversations, in the order of their commits.

        They are numbered above `since` (`Account.since`) and `after`, the `next` of the page before. It takes a limited
        time: a page may have fewer than `limit`, or none, and there may be `more` all the same.
        """

    def search(self, query: Query) -> Deferred[Page[Message]]:
        """Messages that have all of the words (see `chat.store.words`), the newest first.

        It takes a limited time, and may end before it has looked at all messages (`Page.reached`).
        """
