"""A room: its members, and how an event reaches all of them."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from chat.events import Event, Joined, Presence, RoomEvent
from chat.hub.people import Asker
from chat.hub.roster import Roster
from chat.interfaces import Batch, Later
from chat.limits import Limits

# For each member that posted something in a batch: the answers that it gets in place of its own events, by their index.
_Receipts = Mapping[Asker, Mapping[int, Event | None]]


class Posted(Struct, frozen=True, eq=False):
    """An event as a room sees it: `receipt` takes its place in the view of its own `session`, which gets no copy."""

    event: RoomEvent
    session: Asker | None
    receipt: Event | None


class _Pending(NamedTuple):
    """A batch that is delivered in slices. `left` are the members still to get it; the last one is next."""

    batch: Batch
    left: dict[Asker, None]


class Room:
    """One room. `key` is its identity, `name` is what people see.

    `members` are the sessions of this process that hear the room, in the order they came. `roster` lists the people
    who are in the room by the journal, on whatever node; `Rooms` writes both.

    `last_seq` is the seq of the room's last event, `last_at` the time of the last one that was told to all. The cursors
    of its members have been saved up to `noted_seq`. With `later`, a batch for very many members leaves slice by slice,
    so that other work is done in between. Each member still gets everything in order.
    """

    def __init__(
        self, key: str, name: str, limits: Limits, later: Later | None = None, roster: Roster | None = None
    ) -> None:
        self.key = key
        self.name = name
        self.members: dict[Asker, None] = {}
        self.roster = Roster() if roster is None else roster
        self.last_seq = 0
        self.last_at = 0.0
        self.noted_seq = 0
        self._limits = limits
        self._later = later
        self._pending: deque[_Pending] = deque()
        # The place of the joins and leaves that have not been announced yet, and how many there are of each.
        self._place: str | None = None
        self._joined = 0
        self._left = 0

    @property
    def is_named(self) -> bool:
        """Whether the journal has people here: the first of them has named the room."""
        return bool(self.roster)

    @property
    def is_behind(self) -> bool:
        """Whether some members have not got everything yet."""
        return bool(self._pending)

    def enter(self, session: Asker) -> None:
        """`session` is a member from now on."""
        self.members[session] = None

    def leave(self, session: Asker) -> None:
        """`session` is no member any more; it need not have been one."""
        self.members.pop(session, None)

    def fan_out(self, posts: Sequence[Posted]) -> None:
        """Push `posts` to every member, in order: one batch for all, but changed for members that posted in it."""
        last = posts[-1].event
        self.last_seq, self.last_at = last.seq, last.sent_at
        receipts: dict[Asker, dict[int, Event | None]] = {}
        for at, post in enumerate(posts):
            if post.session is not None:
                receipts.setdefault(post.session, {})[at] = post.receipt
        self._push(Batch(*(post.event for post in posts)), receipts)
        for sender, owed in receipts.items():
            if sender not in self.members:
                sender.peer.deliver(Batch(*filter(None, owed.values())))

    def announce(self, post: Posted) -> None:
        """Tell every member that somebody came or left.

        In a crowd only that session is told now. The others are told a count later (`tell_presence`).
        """
        if len(self.members) <= self._limits.announced_members:
            self.fan_out([post])
            return
        self.last_seq = post.event.seq
        self._place = post.event.place
        if isinstance(post.event, Joined):
            self._joined += 1
        else:
            self._left += 1
        if post.session is not None:
            self.catch_up(post.session)
            if post.receipt is not None:
                post.session.tell(post.receipt)

    def tell_presence(self) -> None:
        """Tell every member how many people came and left since the last time without being announced."""
        joined, left, self._joined, self._left = self._joined, self._left, 0, 0
        if joined or left:
            count = len(self.roster)
            counts = Presence(place=self._place, joined=joined, left=left, count=count, seq=self.last_seq)
            self._push(Batch(counts), {})

    def catch_up(self, session: Asker) -> None:
        """Deliver to `session` at once all batches that it has still to get."""
        for pending in self._pending:
            if session in pending.left:
                del pending.left[session]
                session.peer.deliver(pending.batch)

    def _push(self, batch: Batch, receipts: _Receipts) -> None:
        if self._later is None or (len(self.members) <= self._limits.told_members and not self._pending):
            for member in self.members:
                member.peer.deliver(batch if member not in receipts else batch.changed(receipts[member]))
            return
        # Members that wait for an answer get it now. `popitem` takes the last item of a dict, so the order is reversed.
        left = dict.fromkeys(reversed(self.members))
        for sender, owed in receipts.items():
            if sender in left:
                del left[sender]
                self.catch_up(sender)
                sender.peer.deliver(batch.changed(owed))
        self._pending.append(_Pending(batch, left))
        if len(self._pending) == 1:
            self._go_on()
        elif len(self._pending) > self._limits.walking_batches:
            self._take_steps(self._pending[0], len(self._pending[0].left))

    def _go_on(self) -> None:
        self._take_steps(self._pending[0], self._limits.told_members)
        while self._pending and not self._pending[0].left:
            self._pending.popleft()
        if self._pending and self._later is not None:
            self._later(self._go_on)

    def _take_steps(self, pending: _Pending, count: int) -> None:
        for _ in range(min(count, len(pending.left))):
            pending.left.popitem()[0].peer.deliver(pending.batch)
