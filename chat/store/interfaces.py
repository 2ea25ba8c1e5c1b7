"""The contract every store keeps. `tests/store/contract.py` checks it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred

from chat.events import Message, RoomEvent


class Draft(NamedTuple):
    """An event on its way into the journal. `origin` is whatever the hub wants to see again beside the result."""

    event: RoomEvent
    origin: object = None


class Commit(NamedTuple):
    """An event that has its place: `seq` and `sent_at` are set, and what it says is stored.

    `repeat`: it was stored before, under the same nonce; `event` is the first one, nothing new was stored.
    """

    event: RoomEvent
    origin: object
    repeat: bool


class Sink(Protocol):
    """Who is told of commits: the hub."""

    def committed(self, commits: Sequence[Commit]) -> None:
        """Called on the reactor's thread with each batch of commits, in the order of their drafts."""


class MessageStore(Protocol):
    """A journal of room events, and for every user the direct messages that still wait.

    Users and rooms are named by their keys. All calls and all results are on the reactor's thread.
    """

    def open(self, sink: Sink) -> None:
        """Begin. Called once, before anything else."""

    def append(self, draft: Draft) -> None:
        """Journal an event; exactly one commit follows, possibly before this returns.

        Commits come in the order of the drafts. `seq` counts up from 1 without gaps in each room. A message with
        a `nonce` that its sender used lately, for the same text in the same room, is not stored again. A draft
        appended from within `Sink.committed` commits after the batch at hand. Raises ChatError (`mailbox_full`,
        `too_many_rooms`) and changes nothing where there is no room for it.
        """

    def missed(self, user: str, limit: int) -> Deferred[Sequence[Message]]:
        """The oldest `limit` direct messages to `user` that are not acknowledged, in the order of their commits."""

    def acknowledge(self, user: str, room: str, seq: int) -> None:
        """All messages to `user` in the direct conversation `room` up to `seq` have arrived."""
