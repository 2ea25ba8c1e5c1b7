"""A store that forgets when the process ends: for tests, and for trying things."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from msgspec.structs import replace
from twisted.internet.defer import Deferred, succeed

from chat.errors import ChatError
from chat.events import Head, Joined, Left, Message, RoomEvent
from chat.limits import Limits
from chat.names import fold, other_of
from chat.store.interfaces import Commit, Draft, Page, Query, Sink, Span, StoreState, batch_histograms
from chat.store.memory_accounts import MemoryAccounts
from chat.store.words import holds, phrases_of


class _Cursor:
    """How far somebody has received and read a room."""

    __slots__ = ("delivered", "read")

    def __init__(self, delivered: int) -> None:
        self.delivered = delivered
        self.read = 0


class MemoryStore:
    """A `MessageStore` in memory. It commits at once, within `append`, or, with `soon`, what has gathered by then.

    It keeps the last messages, those that wait, the rooms' counters, and the last nonces, and what its `accounts`
    are. `now` gives the time in seconds since the epoch. `soon` makes a call when the reactor has turned. `life` is
    that of its journal, which nobody but a test leaves empty.
    """

    def __init__(
        self,
        limits: Limits,
        now: Callable[[], float],
        soon: Callable[[Callable[[], None]], object] | None = None,
        life: str = "",
    ) -> None:
        self.life = life
        self._limits = limits
        self._now = now
        self._soon = soon
        self._sink: Sink | None = None
        self._commits: list[Commit] = []
        self._committing = False
        self._count = 0
        # Each with the place it has among all messages.
        self._kept: deque[tuple[int, Message]] = deque(maxlen=limits.kept_messages)
        self._seqs: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._cursors: dict[str, dict[str, _Cursor]] = {}
        # How far the journal had come when an account of that name was deleted.
        self._deleted: dict[str, int] = {}
        self._waiting: dict[str, deque[tuple[int, Message]]] = {}
        self._waiting_bytes = 0
        self._nonces_bytes = 0
        self._nonces: OrderedDict[tuple[str, str], Message] = OrderedDict()
        self._histograms = batch_histograms()
        self.accounts = MemoryAccounts(now, lambda: self._count, self._forget_user)

    def open(self, sink: Sink) -> None:
        self._sink = sink

    def start(self) -> None:
        """See `MessageStore.start`: there is nothing to take hold of."""

    def stop(self) -> Deferred[None]:
        if self._commits:
            self._commit()
        return succeed(None)

    def append(self, draft: Draft) -> None:
        first = self._repeated(draft.event)
        if first is None:
            self._check_space(draft)
        recalled = self._last(draft.event.room, draft.recall) if draft.recall else ()
        event = first or self._placed(draft.event)
        if draft.belongs:
            self._belong(event)
        self._commits.append(Commit(event, draft.origin, first is not None, recalled))
        if not self._committing:
            self._committing = True
            if self._soon is None:
                self._commit()
            else:
                self._soon(self._commit)

    def state(self) -> StoreState:
        return StoreState(False, 0, sum(map(len, self._waiting.values())), *self._histograms)

    def last_seq(self, room: str) -> int:
        return self._seqs.get(room, 0)

    def waiting(self, user: str) -> int:
        return len(self._waiting.get(user, ()))

    def missed(self, user: str, limit: int, after: int = 0) -> Deferred[Page]:
        uncommitted = {(commit.event.room, commit.event.seq) for commit in self._commits if not commit.repeat}
        waiting = self._waiting.get(user, ())
        found = [
            (number, message)
            for number, message in waiting
            if number > after and (message.room, message.seq) not in uncommitted
        ]
        return succeed(_page(found, limit))

    def acknowledge(self, user: str, room: str, seq: int, after: int = 0) -> None:
        if (cursor := self._cursors.get(user, {}).get(room)) is not None:
            if cursor.delivered < after:
                return
            cursor.delivered = max(cursor.delivered, min(seq, self._seqs[room]))
        if user in self._waiting:
            self._set_waiting(
                user, [(n, each) for n, each in self._waiting[user] if each.room != room or each.seq > seq]
            )

    def mark_read(self, user: str, room: str, seq: int) -> None:
        self.acknowledge(user, room, seq)
        if (cursor := self._cursors.get(user, {}).get(room)) is not None:
            cursor.read = max(cursor.read, min(seq, self._seqs[room]))

    def heads(self, user: str) -> Deferred[Sequence[Head]]:
        cursors = self._cursors.get(user, {})
        return succeed(
            [self._head(user, room, cursor) for room, cursor in cursors.items() if self._is_theirs(user, room)]
        )

    def history(self, room: str, span: Span) -> Deferred[Page]:
        found = [
            (number, message)
            for number, message in self._kept
            if message.room == room
            and message.seq > span.after
            and (span.before is None or message.seq < span.before)
            and number > span.since
        ]
        if span.newest:
            first = max(0, len(found) - span.limit)
            return succeed(Page([message for _, message in found[first:]], first > 0))
        return succeed(_page(found, span.limit))

    def search(self, query: Query) -> Deferred[Page]:
        wanted = {phrase for typed in query.words for phrase in phrases_of(typed)}
        found: list[tuple[int, Message]] = []
        looked = 0
        for number, message in reversed(self._kept) if wanted else ():
            if query.next and number >= query.next:
                continue
            if len(found) > query.limit:
                break
            if looked >= self._limits.searched_characters:
                return succeed(Page([each for _, each in found], True, number + 1, message.sent_at))
            if self._may_be_meant(number, message, query):
                looked += len(message.text)
                if holds(message.text, wanted):
                    found.append((number, message))
        return succeed(_page(found, query.limit))

    def _may_be_meant(self, number: int, message: Message, query: Query) -> bool:
        own = self._cursors.get(query.user, {}) if query.user is not None and number > query.since else {}
        return (
            (message.to is None or message.room in own)
            and (query.sender is None or self._is_by(query.sender, number, message))
            and (query.room is None or message.room == query.room)
            and (query.rooms is None or message.room in query.rooms)
            and (query.after is None or message.sent_at >= query.after)
            and (query.before is None or message.sent_at < query.before)
        )

    def _is_by(self, user: str, number: int, message: Message) -> bool:
        # What was said before the account was deleted is nobody's.
        return fold(message.sender) == user and number > self._deleted.get(user, 0)

    def _last(self, room: str, count: int) -> Sequence[Message]:
        found = list(islice((message for _, message in reversed(self._kept) if message.room == room), count))
        return found[::-1]

    def _is_theirs(self, user: str, room: str) -> bool:
        """Whether a room is none of those conversations that a guest of the name had before the account was made."""
        if other_of(room, user) is None or any(message.room == room for _, message in self._waiting.get(user, ())):
            return True
        said = (number for number, message in reversed(self._kept) if message.room == room)
        last = next(said, None)
        return last is None or last > self.accounts.since(user)

    def _head(self, user: str, room: str, cursor: _Cursor) -> Head:
        other = other_of(room, user)
        name = self._names.get(room, room) if other is None else other
        last, delivered = self._seqs[room], cursor.delivered
        if other is not None:
            # All has arrived up to the first message that waits.
            waiting = (message.seq for _, message in self._waiting.get(user, ()) if message.room == room)
            delivered = next(waiting, last + 1) - 1
        return Head(room, name, other is not None, last, delivered, cursor.read)

    def _commit(self) -> None:
        assert self._sink is not None, "open() comes first"
        try:
            while self._commits:
                commits, self._commits = self._commits, []
                self._sink.committed(commits)
        finally:
            self._committing = False

    def _placed(self, event: RoomEvent) -> RoomEvent:
        seq = self._seqs[event.room] = self._seqs.get(event.room, 0) + 1
        self._count += 1
        placed = replace(event, seq=seq, sent_at=self._now())
        if isinstance(placed, Message):
            self._keep(placed)
        if placed.place is not None:
            self._names.setdefault(placed.room, placed.place)
        return placed

    def _keep(self, message: Message) -> None:
        self._kept.append((self._count, message))
        if message.nonce is not None:
            self._nonces[fold(message.sender), message.nonce] = message
            self._nonces_bytes += _size(message)
            while len(self._nonces) > self._limits.remembered_ids or self._nonces_bytes > self._limits.remembered_bytes:
                self._nonces_bytes -= _size(self._nonces.popitem(last=False)[1])
        if message.to is not None:
            self._keep_waiting(message, fold(message.sender), fold(message.to))

    def _keep_waiting(self, message: Message, sender: str, to: str) -> None:
        for user in (sender, to):
            cursors = self._cursors.setdefault(user, {})
            if message.room not in cursors:
                cursors[message.room] = _Cursor(0)
        if to not in self._waiting:
            self._waiting[to] = deque()
        self._waiting[to].append((self._count, message))
        self._waiting_bytes += _size(message)

    def _belong(self, event: RoomEvent) -> None:
        cursors = self._cursors.setdefault(fold(event.sender), {})
        if isinstance(event, Joined):
            cursors.setdefault(event.room, _Cursor(event.seq))
        elif isinstance(event, Left):
            cursors.pop(event.room, None)

    def _set_waiting(self, user: str, left: Iterable[tuple[int, Message]]) -> None:
        self._waiting_bytes -= sum(_size(message) for _, message in self._waiting.pop(user, ()))
        if kept := deque(left):
            self._waiting[user] = kept
            self._waiting_bytes += sum(_size(message) for _, message in kept)

    def _repeated(self, event: RoomEvent) -> Message | None:
        if not isinstance(event, Message) or event.nonce is None:
            return None
        return self._nonces.get((fold(event.sender), event.nonce))

    def _check_space(self, draft: Draft) -> None:
        event = draft.event
        if isinstance(event, Message) and event.to is not None:
            if self.accounts.is_held(fold(event.to)):
                raise ChatError("name_held", name=event.to)
            size = self._waiting_bytes + _size(event)
            full = self.waiting(fold(event.to)) >= self._limits.waiting_messages or size > self._limits.waiting_bytes
            if draft.waits and full:
                raise ChatError("mailbox_full", name=event.to)
        if event.room not in self._seqs and len(self._seqs) >= self._limits.known_rooms:
            raise ChatError("rooms_full")

    def _forget_user(self, user: str) -> None:
        """Nothing that was said by or to `user` is found under the name any more."""
        self._deleted[user] = self._count
        self._set_waiting(user, ())
        for room in self._cursors.pop(user, {}):
            other = other_of(room, user)
            if other is not None:
                self._move_conversation(room, f"{room} deleted {self._count}", other)
        for key in [key for key in self._nonces if key[0] == user]:
            self._nonces_bytes -= _size(self._nonces.pop(key))

    def _move_conversation(self, old: str, new: str, user: str) -> None:
        """Give a conversation another key: only `user` belongs to it now."""
        self._seqs[new] = self._seqs.pop(old)
        cursors = self._cursors.get(user, {})
        if (cursor := cursors.pop(old, None)) is not None:
            cursors[new] = cursor
        for messages in (self._kept, self._waiting.get(user, deque())):
            for index, (number, message) in enumerate(messages):
                if message.room == old:
                    messages[index] = (number, replace(message, room=new))
        self._nonces.update(
            {key: replace(message, room=new) for key, message in self._nonces.items() if message.room == old}
        )


def _page(found: Sequence[tuple[int, Message]], limit: int) -> Page:
    page = found[:limit]
    return Page([message for _, message in page], len(found) > limit, page[-1][0] if page else 0)


def _size(message: Message) -> int:
    # The text, and about what the objects around it take.
    return len(message.text) * 4 + 500
