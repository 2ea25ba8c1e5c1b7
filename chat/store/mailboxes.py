"""Counts the direct messages that wait, by recipient and by sender, so that a store can refuse more than its limits."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from chat.errors import ChatError
from chat.events import Message
from chat.limits import Limits
from chat.names import direct_room, fold, people_of
from chat.store.interfaces import Author, Draft
from chat.store.mailbox_shares import NOBODY, Held, MailboxShares

# Bytes that a waiting message takes beside its text: its row, its place in the index, its entry here (measured).
_MESSAGE_BYTES = 512
# Bytes that the first message to a name takes beside that: the mailbox, the conversation, and the name (measured).
_NAME_BYTES = 1400


class Waiting(Struct, frozen=True, gc=False):
    """A message that waits in `room`, since `sent_at` (seconds since the epoch)."""

    room: str
    seq: int
    sent_at: float
    held: Held


class Stored(NamedTuple):
    """A waiting message as a database has it. `sender` is the key of its sender; `by_account`: they have an account."""

    user: str
    room: str
    seq: int
    sent_at: float
    text_bytes: int
    sender: str
    by_account: bool


class Mailboxes:
    """Counts the direct messages that are not acknowledged, those that are still being written included.

    `is_account` tells whether a name, by its key, is an account's.
    """

    def __init__(self, limits: Limits, is_account: Callable[[str], bool]) -> None:
        self._limits = limits
        self._is_account = is_account
        self._written: dict[tuple[str, str], deque[Waiting]] = {}
        # The number of messages by user, those that are being written included.
        self._count: dict[str, int] = {}
        # The messages that may be taken back, by author: the oldest first, room and seq to the user.
        self._own: dict[tuple[str, int], dict[tuple[str, int], str]] = {}
        # The messages that wait for strangers: the oldest first, room and seq to the user.
        self._expiring: dict[tuple[str, int], str] = {}
        self._shares = MailboxShares(limits)

    def load(self, waiting: Iterable[Stored]) -> None:
        """Begin with these, in the order of their commits."""
        for user, room, seq, sent_at, size, sender, by_account in waiting:
            holder = sender if by_account else NOBODY
            beside = _MESSAGE_BYTES + (0 if user in self._count else _NAME_BYTES)
            held = Held(user, beside + size, holder, True, sender, 0, not self._is_account(user), size)
            self._take(held)
            self.written(Waiting(room, seq, sent_at, held))

    def count(self, user: str, without: Iterable[str] = ()) -> int:
        """How many messages wait for a user, but for written ones from the people `without`."""
        hidden = 0
        for other in without:
            hidden += len(self._written.get((user, direct_room(user, other)), ()))
        return max(0, self._count.get(user, 0) - hidden)

    def total(self) -> int:
        """How many messages wait, for anybody."""
        return sum(self._count.values())

    def sizes(self) -> tuple[int, int]:
        """The bytes that they take: messages to accounts and to people who are here, and messages to strangers."""
        return self._shares.sizes()

    def reserve(self, draft: Draft) -> Held:
        """Reserve space for a draft, which is a direct message and is about to be written.

        Raises ChatError (`share_full`, `mailbox_full`, `strangers_full`) if there is no space for it.
        """
        message, holder = draft.event, draft.holder
        assert isinstance(message, Message) and message.to is not None, "only direct messages wait"
        user, text = fold(message.to), message.text
        count = self._count.get(user, 0)
        text_bytes = len(text) if text.isascii() else len(text.encode())
        size = _MESSAGE_BYTES + text_bytes + (0 if count else _NAME_BYTES)
        if draft.waits:
            is_stranger = not self._is_account(user)
            held = Held(user, size, holder, True, fold(message.sender), draft.number, is_stranger, text_bytes)
            self._shares.check(held, message.to, count)
            self._take(held)
            return held
        # It waits for a moment only, unless its recipient leaves without having read.
        if self._shares.unread.take(holder, size) > self._limits.unread_bytes and holder:
            self._shares.unread.give_back(holder, size)
            raise ChatError("share_full")
        self._count[user] = count + 1
        return Held(user, size, holder)

    def written(self, each: Waiting) -> None:
        """A reserved message was written, and has its seq."""
        key = each.held.user, each.room
        if (waiting := self._written.get(key)) is None:
            waiting = self._written[key] = deque()
        waiting.append(each)
        if each.held.waits:
            self._index(each)

    def release(self, held: Held) -> None:
        """A reserved message was not written, or had been written before."""
        self._give_back(held)

    def acknowledge(self, user: str, room: str, seq: int) -> None:
        """All messages to `user` in `room` up to `seq` have arrived."""
        key = user, room
        if (waiting := self._written.get(key)) is None:
            return
        unread, arrived = self._shares.unread, 0
        while waiting and waiting[0].seq <= seq:
            held = waiting[0].held
            if held.waits:
                self._drop(waiting.popleft())
            else:
                # As in `_give_back`: every direct message comes here.
                unread.give_back(held.holder, held.size)
                waiting.popleft()
                arrived += 1
        if arrived:
            self._count_less(user, arrived)
        if not waiting:
            del self._written[key]

    def rename(self, user: str, old: str, new: str) -> int | None:
        """The conversation `old` has the key `new` now, because its other account was deleted.

        Its messages to `user` still wait, but count for no sender. Returns the seq of the first one, or None.
        """
        if (waiting := self._written.pop((user, old), None)) is None:
            return None
        for each in waiting:
            self._drop(each)
            held = replace(each.held, holder=NOBODY)
            self._take(held)
            self.written(Waiting(new, each.seq, each.sent_at, held))
        return waiting[0].seq

    def forget(self, user: str) -> None:
        """Drop all messages that wait for `user`, except those that are still being written."""
        for key in [key for key in self._written if key[0] == user]:
            for each in self._written.pop(key):
                self._drop(each)

    def own(self, authors: Sequence[Author], user: str | None, is_here: Callable[[str], bool]) -> Sequence[Waiting]:
        """The messages that `authors` may take back: all that wait for `user` or, with None, the last to anybody.

        Messages to people who are here (`is_here`) are already on their way, and are not among them.
        """
        if user is None:
            places = (place for author in reversed(authors) for place in reversed(self._own.get(author, {}).items()))
            last = next((place for place in places if not is_here(place[1])), None)
            found = None if last is None else self._find(last[1], *last[0])
            return [] if found is None else [found]
        if is_here(user):
            return []
        rooms = {room for author in authors for (room, _), name in self._own.get(author, {}).items() if name == user}
        boxes = (each for room in sorted(rooms) for each in self._written.get((user, room), ()))
        return [each for each in boxes if (each.held.holder, each.held.number) in authors]

    def addressed(self, user: str, sender: str | None) -> Sequence[Waiting]:
        """All messages that wait for `user`, or only those from `sender`; both by the keys of their names."""
        waiting = (each for key, box in self._written.items() if key[0] == user for each in box)
        return [each for each in waiting if sender in (None, each.held.sender)]

    def expired(self, before: float, most: int) -> Sequence[Waiting]:
        """Up to `most` messages that have waited for strangers since `before`, the oldest first."""
        oldest = list(islice(self._expiring.items(), most))
        for place, user in oldest:
            if self._is_account(user):
                # The name has become an account.
                del self._expiring[place]
        found = (self._find(user, *place) for place, user in oldest if place in self._expiring)
        return [each for each in found if each is not None and each.sent_at <= before]

    def take_out(self, waiting: Sequence[Waiting]) -> None:
        """These messages do not wait any more, although they have not arrived."""
        for room, user in {(each.room, each.held.user) for each in waiting}:
            gone = {each.seq for each in waiting if each.room == room}
            left = deque[Waiting]()
            for each in self._written.pop((user, room), ()):
                if each.seq in gone:
                    self._drop(each)
                else:
                    left.append(each)
            if left:
                self._written[user, room] = left

    def withdraw(self, room: str, seq: int) -> None:
        """The message was deleted, if it waits in the conversation `room`."""
        self.take_out([each for user in people_of(room) if (each := self._find(user, room, seq)) is not None])

    def resize(self, room: str, seq: int, text: str) -> None:
        """The message has another `text` now, if it waits in the conversation `room`. It is never refused for that."""
        for user in people_of(room):
            each = self._find(user, room, seq)
            if each is None or not each.held.waits:
                continue
            text_bytes = len(text.encode())
            size = each.held.size - each.held.text_bytes + text_bytes
            held = replace(each.held, size=size, text_bytes=text_bytes)
            self._shares.give_back(each.held)
            self._shares.take(held)
            waiting = self._written[user, room]
            waiting[waiting.index(each)] = replace(each, held=held)

    def put_back(self, waiting: Sequence[Waiting]) -> None:
        """Undo `take_out`: these messages wait again."""
        for each in waiting:
            self._take(each.held)
            self._index(each)
            self._written.setdefault((each.held.user, each.room), deque()).append(each)
        for key in {(each.held.user, each.room) for each in waiting}:
            self._written[key] = deque(sorted(self._written[key], key=lambda each: each.seq))

    def _take(self, held: Held) -> None:
        user = held.user
        self._count[user] = self._count.get(user, 0) + 1
        if held.waits:
            self._shares.take(held)
        else:
            self._shares.unread.take(held.holder, held.size)

    def _give_back(self, held: Held) -> None:
        user = held.user
        if held.waits:
            self._shares.give_back(held)
        else:
            self._shares.unread.give_back(held.holder, held.size)
        self._count_less(user, 1)

    def _count_less(self, user: str, count: int) -> None:
        left = self._count.get(user, 0) - count
        if left > 0:
            self._count[user] = left
        else:
            self._count.pop(user, None)

    def _index(self, each: Waiting) -> None:
        place, held = (each.room, each.seq), each.held
        if held.holder != NOBODY:
            self._own.setdefault((held.holder, held.number), {})[place] = held.user
        if held.is_stranger:
            self._expiring[place] = held.user

    def _drop(self, each: Waiting) -> None:
        place, held = (each.room, each.seq), each.held
        self._give_back(held)
        if not held.waits:
            return
        self._expiring.pop(place, None)
        if (own := self._own.get((held.holder, held.number))) is not None:
            own.pop(place, None)
            if not own:
                del self._own[held.holder, held.number]

    def _find(self, user: str, room: str, seq: int) -> Waiting | None:
        return next((each for each in self._written.get((user, room), ()) if each.seq == seq), None)
