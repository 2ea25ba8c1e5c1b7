"""A room: who is in it, and how what happens there reaches them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from chat.events import Batch, Event, RoomEvent

if TYPE_CHECKING:
    from chat.session import Session


class Posted(NamedTuple):
    """An event as a room sees it: `receipt` takes its place in the view of its own `session`, which gets no copy."""

    event: RoomEvent
    session: "Session | None"
    receipt: Event | None


class Room:
    """The sessions in one room, in the order they came. `key` is its identity, `name` is what people see.

    `last_seq` is how far it has come; `noted_seq` how far that was noted to have reached its members.
    """

    def __init__(self, key: str, name: str) -> None:
        self.key = key
        self.name = name
        self.members: dict[Session, None] = {}
        self.last_seq = 0
        self.noted_seq = 0

    def names(self) -> Sequence[str]:
        """Who is in it, each once, in the order of the alphabet."""
        users = {session.user.key: session.user.name for session in self.members if session.user}
        return [users[key] for key in sorted(users)]

    def fan_out(self, posts: Sequence[Posted]) -> None:
        """Push `posts` to every member, in order: one batch for all, and its own for each who posted one of them."""
        self.last_seq = posts[-1].event.seq
        common = Batch(*(post.event for post in posts))
        receipts: dict[Session, dict[int, Event | None]] = {}
        for at, post in enumerate(posts):
            if post.session is not None:
                receipts.setdefault(post.session, {})[at] = post.receipt
        for member in self.members:
            member.peer.deliver(common if member not in receipts else common.changed(receipts[member]))
        for sender, owed in receipts.items():
            if sender not in self.members:
                sender.peer.deliver(Batch(*filter(None, owed.values())))
