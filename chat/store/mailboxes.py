"""How much waits for whom: what a store counts, to refuse in time what would be too much."""

from collections import deque
from collections.abc import Mapping, Sequence

from chat.errors import ChatError
from chat.events import Message
from chat.limits import Limits
from chat.names import fold


class Mailboxes:
    """Counts the direct messages that are not acknowledged, those that are still being written included."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._written: dict[tuple[str, str], deque[tuple[int, int]]] = {}
        self._count: dict[str, int] = {}
        self._bytes = 0

    def load(self, waiting: Mapping[tuple[str, str], Sequence[tuple[int, int]]]) -> None:
        """Begin with these: (user, room) to the seq and size in bytes of each."""
        for (user, room), messages in waiting.items():
            self._written[user, room] = deque(messages)
            self._count[user] = self._count.get(user, 0) + len(messages)
            self._bytes += sum(size for _, size in messages)

    def count(self, user: str) -> int:
        """How many wait for a user."""
        return self._count.get(user, 0)

    def total(self) -> int:
        """How many wait, for anybody."""
        return sum(self._count.values())

    def reserve(self, message: Message, *, is_limited: bool) -> None:
        """`message` is going to be written. Raises ChatError (`mailbox_full`) where it would be too much to wait."""
        user, size = fold(message.to or ""), _size(message.text)
        count = self._count.get(user, 0)
        if is_limited and (count >= self._limits.waiting_messages or self._bytes + size > self._limits.waiting_bytes):
            raise ChatError("mailbox_full", name=message.to)
        self._count[user] = count + 1
        self._bytes += size

    def written(self, message: Message) -> None:
        """A reserved message has its place."""
        key = fold(message.to or ""), message.room
        if (waiting := self._written.get(key)) is None:
            waiting = self._written[key] = deque()
        waiting.append((message.seq, _size(message.text)))

    def release(self, message: Message) -> None:
        """A reserved message was not written, or had been written before."""
        self._take(fold(message.to or ""), _size(message.text))

    def acknowledge(self, user: str, room: str, seq: int) -> None:
        """All to `user` in `room` up to `seq` have arrived."""
        waiting = self._written.get((user, room))
        while waiting and waiting[0][0] <= seq:
            self._take(user, waiting.popleft()[1])
        if waiting is not None and not waiting:
            del self._written[user, room]

    def rename(self, user: str, old: str, new: str) -> int | None:
        """The conversation `old` has another key now; what waits in it for `user` still does.

        Returns the seq of the first message that waits there.
        """
        if (waiting := self._written.pop((user, old), None)) is None:
            return None
        self._written[user, new] = waiting
        return waiting[0][0]

    def forget(self, user: str) -> None:
        """Nothing waits for `user` any more, but for what is still being written."""
        for key in [key for key in self._written if key[0] == user]:
            for _, size in self._written.pop(key):
                self._take(user, size)

    def _take(self, user: str, size: int) -> None:
        self._bytes -= size
        left = self._count.get(user, 0) - 1
        if left > 0:
            self._count[user] = left
        else:
            self._count.pop(user, None)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
