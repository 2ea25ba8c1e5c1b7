"""A room: its members, and how an event reaches all of them."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from chat.events import Event, Joined, Message, Presence, RoomEvent
from chat.hub.ignoring import said_by
from chat.hub.own import copied
from chat.hub.people import Asker, User
from chat.hub.roster import Roster
from chat.interfaces import Batch, Later
from chat.limits import Limits

# For each member that posted something in a batch: the answers that it gets in place of its own events, by their index.
_Receipts = Mapping[Asker, Mapping[int, Event | None]]
_NO_VIEWS: Final[Mapping[Asker, Batch]] = {}


class Posted(Struct, frozen=True, eq=False, gc=False):
    """An event as a room sees it: `receipt` takes its place in the view of its own `session`, which gets no copy."""

    event: RoomEvent
    session: Asker | None
    receipt: Event | None


class _Pending(NamedTuple):
    """A batch that is delivered in slices. `left` are the members still to get it; the last one is next.

    `views` has what some of them get in its place.
    """

    batch: Batch
    left: dict[Asker, None]
    views: Mapping[Asker, Batch]


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
        # The members that ignore somebody, and whom: in most rooms none.
        self._ignoring: dict[Asker, Mapping[str, str]] = {}
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
        if session.ignored:
            self._ignoring[session] = session.ignored

    def leave(self, session: Asker) -> None:
        """`session` is no member any more; it need not have been one."""
        self.members.pop(session, None)
        if self._ignoring:
            self._ignoring.pop(session, None)

    def note_ignored(self, session: Asker) -> None:
        """`session`, a member, ignores other people from now on."""
        if session.ignored:
            self._ignoring[session] = session.ignored
        else:
            self._ignoring.pop(session, None)

    def fan_out(self, posts: Sequence[Posted]) -> None:
        """Push `posts` to every member, in order: one batch for all.

        It is changed for members that posted in it, and for those that ignore somebody who did.
        """
        last = posts[-1].event
        self.last_seq, self.last_at = last.seq, last.sent_at
        receipts: dict[Asker, dict[int, Event | None]] = {}
        for at, post in enumerate(posts):
            if (session := post.session) is None:
                continue
            receipts.setdefault(session, {})[at] = post.receipt
            if (user := session.user) is not None and len(user.sessions) > 1 and isinstance(post.event, Message):
                self._copy(at, post.event, user, receipts)
        batch = Batch(*[post.event for post in posts])
        self._push(batch, receipts, self._views(batch, posts, receipts) if self._ignoring else _NO_VIEWS)
        for sender, owed in receipts.items():
            if sender not in self.members and (answers := [*filter(None, owed.values())]):
                sender.peer.deliver(Batch(*answers))

    def announce(self, post: Posted) -> None:
        """Tell every member that somebody came or left.

        In a crowd only that session is told now. The others are told a count later (`tell_presence`). While a count is
        to be told, everybody is counted, also where the room is smaller by now. Where many leave at once their sessions
        go before the journal has it: those are counted who are there by the journal.
        """
        is_coming = isinstance(post.event, Joined)
        there = max(len(self.members), len(self.roster) - (not is_coming))
        if there <= self._limits.announced_members and not (self._joined or self._left):
            self.fan_out([post])
            return
        self.last_seq = post.event.seq
        self._place = post.event.place
        if is_coming:
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
            self._push(Batch(counts), {}, _NO_VIEWS)

    def catch_up(self, session: Asker) -> None:
        """Deliver to `session` at once all batches that it has still to get."""
        for pending in self._pending:
            if session in pending.left:
                del pending.left[session]
                session.peer.deliver(pending.views.get(session, pending.batch))

    def _copy(self, at: int, message: Message, user: User, receipts: dict[Asker, dict[int, Event | None]]) -> None:
        """The other sessions of `user`, who said the message at that index, get it with its id."""
        if message.nonce is not None:
            own = copied(message)
            for other in user.sessions:
                if other in self.members:
                    receipts.setdefault(other, {}).setdefault(at, own)

    def _views(
        self, batch: Batch, posts: Sequence[Posted], receipts: dict[Asker, dict[int, Event | None]]
    ) -> Mapping[Asker, Batch]:
        """What members get in place of `batch` that ignore somebody who said something in it.

        Of those that posted in it, `receipts` tells it. Members that ignore the same events share one view.
        """
        keys = [said_by(post.event) for post in posts]
        speakers = {*keys}
        views: dict[Asker, Batch] = {}
        made: dict[tuple[int, ...], Batch] = {}
        for member, ignored in self._ignoring.items():
            if ignored.keys().isdisjoint(speakers):
                continue
            hidden = tuple(at for at, key in enumerate(keys) if key in ignored)
            if member in receipts:
                receipts[member] = {**dict.fromkeys(hidden), **receipts[member]}
                continue
            if hidden not in made:
                made[hidden] = batch.changed(dict.fromkeys(hidden))
            views[member] = made[hidden]
        return views

    def _push(self, batch: Batch, receipts: _Receipts, views: Mapping[Asker, Batch]) -> None:
        if self._later is None or (len(self.members) <= self._limits.told_members and not self._pending):
            for member in self.members:
                if member in receipts:
                    _answer(member, batch, receipts[member])
                else:
                    member.peer.deliver(views.get(member, batch) if views else batch)
            return
        # Members that wait for an answer get it now. `popitem` takes the last item of a dict, so the order is reversed.
        left = dict.fromkeys(reversed(self.members))
        for sender, owed in receipts.items():
            if sender in left:
                del left[sender]
                self.catch_up(sender)
                _answer(sender, batch, owed)
        self._pending.append(_Pending(batch, left, views))
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
            member = pending.left.popitem()[0]
            member.peer.deliver(pending.views.get(member, pending.batch))


def _answer(sender: Asker, batch: Batch, owed: Mapping[int, Event | None]) -> None:
    """Push `batch` to a member that posted in it, with these answers in the place of its own events."""
    view = batch.changed(owed)
    if view.events:
        sender.peer.deliver(view)
