"""A room: who is in it, and how what happens there reaches them."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from chat.events import Event, Joined, Presence, RoomEvent
from chat.hub.roster import Roster
from chat.interfaces import Batch
from chat.limits import Limits

if TYPE_CHECKING:
    from chat.hub.session import Session

# Makes a call in the next turn of the reactor.
Later = Callable[[Callable[[], None]], object]
# What each who posted something in a batch is told instead, by its place there.
_Receipts = Mapping["Session", Mapping[int, Event | None]]


class Posted(Struct, frozen=True, eq=False):
    """An event as a room sees it: `receipt` takes its place in the view of its own `session`, which gets no copy."""

    event: RoomEvent
    session: "Session | None"
    receipt: Event | None


class _Walk(NamedTuple):
    """A batch on its way to those who are still to get it: the first is the last of them."""

    batch: Batch
    left: "dict[Session, str | None]"


class Room:
    """The sessions in one room, in the order they came. `key` is its identity, `name` is what people see.

    `last_seq` is how far it has come; `noted_seq` how far that was noted to have reached its members. With `later`,
    what goes to very many members leaves slice by slice, and others have their turn between; each member gets
    everything in its order all the same.
    """

    def __init__(self, key: str, name: str, limits: Limits, later: Later | None = None) -> None:
        self.key = key
        self.name = name
        self.members: dict[Session, str | None] = {}
        self.roster = Roster()
        self.last_seq = 0
        self.noted_seq = 0
        self._limits = limits
        self._later = later
        self._walks: deque[_Walk] = deque()
        # What comings and goings in a crowd were of, and how many have not been told.
        self._place: str | None = None
        self._joined = 0
        self._left = 0

    @property
    def is_behind(self) -> bool:
        """Whether some members have not been given yet all that was posted."""
        return bool(self._walks)

    def enter(self, session: "Session") -> None:
        """`session` is a member from now on; one without a user only listens, and is not listed."""
        if session not in self.members:
            user = session.user
            self.members[session] = user.key if user is not None else None
            if user is not None:
                self.roster.add(user.key, user.name)

    def leave(self, session: "Session") -> None:
        """`session` is no member any more; it need not have been one."""
        if (key := self.members.pop(session, None)) is not None:
            self.roster.discard(key)

    def fan_out(self, posts: Sequence[Posted]) -> None:
        """Push `posts` to every member, in order: one batch for all, and its own for each who posted one of them."""
        self.last_seq = posts[-1].event.seq
        receipts: dict[Session, dict[int, Event | None]] = {}
        for at, post in enumerate(posts):
            if post.session is not None:
                receipts.setdefault(post.session, {})[at] = post.receipt
        self._push(Batch(*(post.event for post in posts)), receipts)
        for sender, owed in receipts.items():
            if sender not in self.members:
                sender.peer.deliver(Batch(*filter(None, owed.values())))

    def announce(self, post: Posted) -> None:
        """Tell every member who came or left; in a crowd only who it was, and the others how many (`tell_presence`)."""
        if len(self.members) <= self._limits.announced_members:
            self.fan_out([post])
            return
        self.last_seq = post.event.seq
        self._place = post.event.place
        came = isinstance(post.event, Joined)
        self._joined += came
        self._left += not came
        if post.session is not None:
            self.catch_up(post.session)
            if post.receipt is not None:
                post.session.tell(post.receipt)

    def tell_presence(self) -> None:
        """Tell every member how many came and left since the last time, where that was not announced."""
        joined, left, self._joined, self._left = self._joined, self._left, 0, 0
        if joined or left:
            count = len(self.roster)
            counts = Presence(place=self._place, joined=joined, left=left, count=count, seq=self.last_seq)
            self._push(Batch(counts), {})

    def catch_up(self, session: "Session") -> None:
        """Give `session` at once what is on its way to it."""
        for walk in self._walks:
            if session in walk.left:
                del walk.left[session]
                session.peer.deliver(walk.batch)

    def _push(self, batch: Batch, receipts: _Receipts) -> None:
        if self._later is None or (len(self.members) <= self._limits.told_members and not self._walks):
            for member in self.members:
                member.peer.deliver(batch if member not in receipts else batch.changed(receipts[member]))
            return
        # Whoever waits for an answer gets it now. A dict gives up its last item first.
        left = dict(reversed(self.members.items()))
        for sender, owed in receipts.items():
            if sender in left:
                del left[sender]
                self.catch_up(sender)
                sender.peer.deliver(batch.changed(owed))
        self._walks.append(_Walk(batch, left))
        if len(self._walks) == 1:
            self._go_on()
        elif len(self._walks) > self._limits.walking_batches:
            self._take_steps(self._walks[0], len(self._walks[0].left))

    def _go_on(self) -> None:
        self._take_steps(self._walks[0], self._limits.told_members)
        while self._walks and not self._walks[0].left:
            self._walks.popleft()
        if self._walks and self._later is not None:
            self._later(self._go_on)

    def _take_steps(self, walk: _Walk, count: int) -> None:
        for _ in range(min(count, len(walk.left))):
            walk.left.popitem()[0].peer.deliver(walk.batch)
