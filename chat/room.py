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
        senders = {post.session for post in posts}
        for member in self.members:
            member.peer.deliver(_view(posts, member) if member in senders else common)
        for sender in senders:
            if sender is not None and sender not in self.members:
                sender.peer.deliver(Batch(*receipts_of(posts, sender)))


def receipts_of(posts: Sequence[Posted], session: "Session") -> Sequence[Event]:
    """The receipts among `posts` that `session` is owed."""
    return [post.receipt for post in posts if post.session is session and post.receipt is not None]


def _view(posts: Sequence[Posted], member: "Session") -> Batch:
    events: list[Event] = []
    for post in posts:
        if post.session is not member:
            events.append(post.event)
        elif post.receipt is not None:
            events.append(post.receipt)
    return Batch(*events)
