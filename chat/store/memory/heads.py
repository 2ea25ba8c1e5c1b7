"""The rooms that somebody belongs to, in a store in memory: how far each has come, and what is unread there."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from chat.events import MOST_COUNTED, Head, Message
from chat.names import fold, other_of
from chat.store.shown_names import shown_name


class Cursor:
    """How far somebody has received and read a room; what was said up to `begin` does not count as unread."""

    __slots__ = ("begin", "delivered", "read")

    def __init__(self, begin: int) -> None:
        self.begin = self.delivered = begin
        self.read = 0


class Heads:
    """The heads of one user, who has these `cursors`, by room. `since` is that of the account.

    `waiting` are the messages that have not arrived. What the people `without` have said is not unread.
    """

    def __init__(
        self,
        user: str,
        cursors: Mapping[str, Cursor],
        since: int,
        waiting: Iterable[tuple[int, Message]],
        without: Collection[str] = (),
    ) -> None:
        self._user = user
        self._not_unread = {user, *without}
        self._cursors = cursors
        self._since = since
        self._waiting = {(message.room, message.seq): number for number, message in waiting}
        self._unwanted = frozenset(without)
        # By room: the number of unread messages, those that name the user, the place of the last message, and the last
        # one that is shown, with its place.
        self._unread: dict[str, int] = {}
        self._mentions: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._latest: dict[str, tuple[int, Message]] = {}

    def count(self, messages: Iterable[tuple[int, Message]]) -> None:
        """Count what is unread among these messages, in one pass."""
        for number, message in messages:
            room = message.room
            if (cursor := self._cursors.get(room)) is None:
                continue
            self._last[room] = max(number, self._last.get(room, 0))
            self._note_latest(number, message)
            if message.seq <= max(cursor.read, cursor.begin) or fold(message.sender) in self._not_unread:
                continue
            if message.to is None or number > self._since or (room, message.seq) in self._waiting:
                self._unread[room] = self._unread.get(room, 0) + 1
            if self._user in message.mentions:
                self._mentions[room] = self._mentions.get(room, 0) + 1

    def _note_latest(self, number: int, message: Message) -> None:
        room = message.room
        if number <= self._latest.get(room, (0, message))[0] or fold(message.sender) in self._unwanted:
            return
        if message.to is None or number > self._since or (room, message.seq) in self._waiting:
            self._latest[room] = number, message

    def heads(
        self, seqs: Mapping[str, int], names: Mapping[str, str], name_of: Callable[[str], str | None]
    ) -> Sequence[Head]:
        """The heads, after `count`. `seqs` has the last seqs of the rooms, `names` their shown names.

        `name_of` gives the shown name of an account by its key, None if there is none.
        """
        return [
            self._head(room, cursor, seqs[room], self._name_of(room, names, name_of))
            for room, cursor in self._cursors.items()
            if self._is_theirs(room)
        ]

    def _name_of(self, room: str, names: Mapping[str, str], name_of: Callable[[str], str | None]) -> str:
        if (other := other_of(room, self._user)) is None:
            return names.get(room, room)
        return name_of(other) or shown_name(other, self._latest[room][1] if room in self._latest else None)

    def _is_theirs(self, room: str) -> bool:
        """False for a conversation that an earlier guest of that name had, before the account was made."""
        if other_of(room, self._user) is None or any(each == room for each, _ in self._waiting):
            return True
        last = self._last.get(room)
        return last is None or last > self._since

    def _head(self, room: str, cursor: Cursor, last: int, name: str) -> Head:
        other, delivered = other_of(room, self._user), cursor.delivered
        if other is not None:
            # Everything before the first message that waits has arrived.
            delivered = min((seq for each, seq in self._waiting if each == room), default=last + 1) - 1
        unread, mentions = (min(MOST_COUNTED, each.get(room, 0)) for each in (self._unread, self._mentions))
        latest = self._latest[room][1] if room in self._latest else None
        return Head(room, name, other is not None, last, delivered, cursor.read, unread, mentions, latest=latest)
