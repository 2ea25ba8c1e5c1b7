"""The contract every store keeps. `tests/store/contract.py` checks it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.events import Message, RoomEvent


class StoreError(Exception):
    """The store cannot be opened. The message is a sentence for the operator."""


class Draft(NamedTuple):
    """An event on its way into the journal. `origin` is whatever the hub wants to see again beside the result.

    `waits`: it is a direct message to somebody who is not here to take it, and needs room in their mailbox.
    """

    event: RoomEvent
    origin: object = None
    waits: bool = True


class Commit(NamedTuple):
    """An event that has its place: `seq` and `sent_at` are set, and what it says is stored.

    `repeat`: it was stored before, under the same nonce; `event` is the first one, nothing new was stored.
    """

    event: RoomEvent
    origin: object
    repeat: bool


class Refusal(NamedTuple):
    """A draft that could not be stored after all, and why."""

    draft: Draft
    error: ChatError


class Sink(Protocol):
    """Who is told of commits: the hub."""

    def committed(self, commits: Sequence[Commit]) -> None:
        """Called on the reactor's thread with each batch of commits, in the order of their drafts."""

    def refused(self, refusal: Refusal) -> None:
        """Called on the reactor's thread, instead, for each draft that could not be stored after all."""


class MessageStore(Protocol):
    """A journal of room events, and for every user the direct messages that still wait.

    Users and rooms are named by their keys. All calls and all results are on the reactor's thread.
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
        appended from within `Sink.committed` commits after the batch at hand. Raises ChatError (`mailbox_full`,
        `rooms_full`, `busy`) and changes nothing where there is no room for it; that somebody left is always taken.
        """

    def forget(self, room: str) -> None:
        """Nobody is in the public room any more: a store that keeps no history may forget that it was there."""

    def waiting(self, user: str) -> int:
        """How many direct messages to `user` are not acknowledged."""

    def missed(self, user: str, limit: int) -> Deferred[Sequence[Message]]:
        """The oldest `limit` direct messages to `user` that are not acknowledged, in the order of their commits.

        A message that is committed while this is being answered may or may not be among them.
        """

    def acknowledge(self, user: str, room: str, seq: int) -> None:
        """All messages to `user` in the direct conversation `room` up to `seq` have arrived."""
