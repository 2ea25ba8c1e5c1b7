"""A store that forgets when the process ends: for tests, and for trying things."""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from itertools import islice

from msgspec.structs import replace
from twisted.internet.defer import Deferred, succeed

from chat.errors import ChatError
from chat.events import Message, RoomEvent
from chat.limits import Limits
from chat.names import fold
from chat.store.interfaces import Commit, Draft, Sink


class MemoryStore:
    """A `MessageStore` in memory, which commits at once, within `append`.

    It keeps what its contract needs it to give back: messages that wait, counters of rooms, and the last nonces.
    `now` gives the time in seconds since the epoch.
    """

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._sink: Sink | None = None
        self._commits: deque[Commit] = deque()
        self._committing = False
        self._seqs: OrderedDict[str, int] = OrderedDict()
        self._waiting: dict[str, deque[Message]] = {}
        self._waiting_bytes = 0
        self._nonces_bytes = 0
        self._nonces: OrderedDict[tuple[str, str], Message] = OrderedDict()

    def open(self, sink: Sink) -> None:
        self._sink = sink

    def start(self) -> None:
        """See `MessageStore.start`: there is nothing to take hold of."""

    def stop(self) -> Deferred[None]:
        return succeed(None)

    def append(self, draft: Draft) -> None:
        first = self._repeated(draft.event)
        if first is None:
            self._check_space(draft)
        self._commits.append(Commit(first or self._placed(draft.event), draft.origin, repeat=first is not None))
        if not self._committing:
            self._commit()

    def forget(self, room: str) -> None:
        self._seqs.pop(room, None)

    def waiting(self, user: str) -> int:
        return len(self._waiting.get(user, ()))

    def missed(self, user: str, limit: int) -> Deferred[Sequence[Message]]:
        uncommitted = {(commit.event.room, commit.event.seq) for commit in self._commits if not commit.repeat}
        waiting = self._waiting.get(user, ())
        return succeed(list(islice((each for each in waiting if (each.room, each.seq) not in uncommitted), limit)))

    def acknowledge(self, user: str, room: str, seq: int) -> None:
        waiting = self._waiting.pop(user, None)
        if waiting is None:
            return
        left = deque(message for message in waiting if message.room != room or message.seq > seq)
        self._waiting_bytes -= sum(map(_size, waiting)) - sum(map(_size, left))
        if left:
            self._waiting[user] = left

    def _commit(self) -> None:
        assert self._sink is not None, "open() comes first"
        self._committing = True
        try:
            while self._commits:
                self._sink.committed([self._commits.popleft()])
        finally:
            self._committing = False

    def _placed(self, event: RoomEvent) -> RoomEvent:
        seq = self._seqs[event.room] = self._seqs.get(event.room, 0) + 1
        self._seqs.move_to_end(event.room)
        placed = replace(event, seq=seq, sent_at=self._now())
        if isinstance(placed, Message):
            self._keep(placed)
        return placed

    def _keep(self, message: Message) -> None:
        if message.nonce is not None:
            self._nonces[fold(message.sender), message.nonce] = message
            self._nonces_bytes += _size(message)
            while len(self._nonces) > self._limits.remembered_ids or self._nonces_bytes > self._limits.remembered_bytes:
                self._nonces_bytes -= _size(self._nonces.popitem(last=False)[1])
        if message.to is not None:
            self._waiting.setdefault(fold(message.to), deque()).append(message)
            self._waiting_bytes += _size(message)

    def _repeated(self, event: RoomEvent) -> Message | None:
        if not isinstance(event, Message) or event.nonce is None:
            return None
        return self._nonces.get((fold(event.sender), event.nonce))

    def _check_space(self, draft: Draft) -> None:
        event = draft.event
        if draft.waits and isinstance(event, Message) and event.to is not None:
            size = self._waiting_bytes + _size(event)
            if self.waiting(fold(event.to)) >= self._limits.waiting_messages or size > self._limits.waiting_bytes:
                raise ChatError("mailbox_full", name=event.to)
        if event.room not in self._seqs and len(self._seqs) >= self._limits.known_rooms:
            self._forget_a_conversation()

    def _forget_a_conversation(self) -> None:
        """Make room for the counter of a new room: drop that of the two who have not spoken for longest."""
        for room in self._seqs:
            kind, *users = room.split(":")
            if kind == "direct" and not any(user in self._waiting for user in users):
                del self._seqs[room]
                return
        raise ChatError("rooms_full")


def _size(message: Message) -> int:
    # The text, and about what the objects around it take.
    return len(message.text) * 4 + 500
