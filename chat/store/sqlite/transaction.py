"""One transaction of the writer: the seqs that events get in it, and the rows that it writes."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chat.changes import Change, Deleted, Edited, OfMessage, Reacted, SettingsChanged
from chat.errors import ChatError
from chat.events import Joined, Left, Message, RoomEvent
from chat.names import fold
from chat.room_state import RoomState, apply, next_state
from chat.store.audited import AUDITED
from chat.store.belonging import given_to, may_belong, removed_by
from chat.store.interfaces import Commit, Draft, Refusal
from chat.store.kinds import MESSAGE
from chat.store.mailbox_shares import Held
from chat.store.sqlite.amending import MENTION, amend, find_message
from chat.store.sqlite.auditing import audit
from chat.store.sqlite.numbers import NumberedRoom, Numbers
from chat.store.sqlite.rows import COLUMNS, INSERT, message_of, row_of
from chat.store.sqlite.said_files import check_file, say_file
from chat.store.sqlite.states import keep_state, set_settings

# The two people of a conversation belong to it.
_TALK = "INSERT INTO cursors (user_id, room_id, delivered_seq) VALUES (?, ?, 0) ON CONFLICT DO NOTHING"
_BELONG = "INSERT INTO cursors (user_id, room_id, delivered_seq, from_seq) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_CURSOR = (
    "UPDATE cursors SET read_seq = max(read_seq, min(?, r.last_seq)), delivered_seq ="
    " CASE WHEN delivered_seq >= ? THEN max(delivered_seq, min(?, r.last_seq)) ELSE delivered_seq END"
    " FROM rooms r, users u"
    " WHERE r.id = room_id AND u.id = user_id AND u.name_key = ? AND r.name_key = ?"
)
_RECALL = (
    f"SELECT {COLUMNS} FROM messages m WHERE m.room_id = ? AND m.kind = {MESSAGE} AND m.seq < ? AND m.seq > ?"
    " ORDER BY m.seq DESC LIMIT ?"
)
_STORED = (
    f"SELECT {COLUMNS}, r.name_key FROM messages m JOIN rooms r ON r.id = m.room_id"
    " WHERE m.sender_id = ? AND m.nonce = ?"
)
# A sender's own message has arrived, unless a message of the other person still waits before it.
_OWN_CURSOR = (
    "UPDATE cursors SET delivered_seq = ? WHERE user_id = ? AND room_id = ? AND NOT EXISTS (SELECT 1 FROM messages"
    " WHERE room_id = cursors.room_id AND seq > cursors.delivered_seq AND sender_id != cursors.user_id"
    f" AND kind = {MESSAGE})"
)
# These set marks: the room has messages, and some may wait. Only `chat.store.sqlite.forgetting` clears them.
_CAME_FAR = (
    "UPDATE rooms SET last_seq = ?, has_messages = max(has_messages, ?), may_wait = max(may_wait, ?) WHERE id = ?"
)


class Cursor(NamedTuple):
    """How far somebody has a room: everything after `after`, to `delivered`, has arrived; it was read to `read`."""

    delivered: int
    read: int = 0
    after: int = 0

    def and_also(self, other: "Cursor") -> "Cursor":
        """Both as one cursor. If there may be a gap between them only the earlier counts; the other comes again."""
        read = max(self.read, other.read)
        if max(self.after, other.after) > min(self.delivered, other.delivered):
            return min(self, other, key=_after)._replace(read=read)
        return Cursor(max(self.delivered, other.delivered), read, min(self.after, other.after))


def _after(cursor: Cursor) -> int:
    return cursor.after


# By user and room.
Cursors = Mapping[tuple[str, str], Cursor]


class Queued(NamedTuple):
    """A draft to be written. With a `refusal` there is no space for it, unless it is a repeat, which needs none.

    `held` is the space that a direct message takes in the mailboxes.
    """

    draft: Draft
    refusal: ChatError | None = None
    held: Held | None = None


class Transaction:
    """The rows of one transaction, which begins with `cursors`: they are older than its drafts."""

    def __init__(self, numbers: Numbers, connection: sqlite3.Connection, now: float, cursors: Cursors) -> None:
        self._numbers = numbers
        self._connection = connection
        self._now = now
        self._first_id = numbers.last_id + 1
        # The rows that are not written yet.
        self._messages: list[Sequence[object]] = []
        self._mentions: list[tuple[object, ...]] = []
        self._seqs: dict[int, int] = {}
        self._nonces: dict[tuple[int, str], Message] = {}
        self._sent: dict[tuple[int, int], int] = {}
        self._talks: list[tuple[int, int]] = []
        self._moves: list[tuple[int, int, int, bool]] = []
        self._said: dict[int, list[Message]] = {}
        if cursors:
            rows = [(each.read, each.after, max(each.delivered, each.read), *whose) for whose, each in cursors.items()]
            connection.executemany(_CURSOR, rows)

    def place(self, queued: Queued) -> Commit | Refusal:
        """Give the draft its seq, and note its rows."""
        draft, event = queued.draft, queued.draft.event
        message = event if isinstance(event, Message) else None
        # Whoever asks for a change that is refused has not been here by that.
        sender_id = 0 if message is None else self._numbers.user_id(fold(event.sender))
        if message is not None and message.nonce is not None:
            first = self._nonces.get((sender_id, message.nonce)) or self._stored(sender_id, message.nonce)
            if first is not None:
                return Commit(first, draft.origin, True, (), self._is_unknown(queued.held))
        if queued.refusal is not None:
            return Refusal(draft, queued.refusal)
        if message is not None and message.to is not None and self._numbers.is_held(fold(message.to)):
            return Refusal(draft, ChatError("name_held", name=message.to))
        state: RoomState | None = None
        try:
            if message is None:
                self._check(event)
            elif message.file is not None:
                check_file(self._connection, message, draft.holder)
            room = self._numbers.room(event, draft.holder)
            placed = replace(event, seq=room.last_seq + 1, sent_at=self._now)
            if message is None:
                state = self._changed(room, placed, draft)
        except ChatError as error:
            return Refusal(draft, error)
        room.last_seq, room.is_new = placed.seq, False
        if message is None:
            sender_id = self._numbers.user_id(fold(event.sender))
        if type(placed) in AUDITED:
            audit(self._connection, placed, room.id)
        self._note(placed, room, sender_id)
        if draft.belongs and isinstance(placed, Joined | Left) and may_belong(room.state, placed):
            self._moves.append((sender_id, room.id, placed.seq, isinstance(placed, Joined)))
        recalled = self._recalled(placed, room, draft.recall) if draft.recall else ()
        return Commit(placed, draft.origin, False, recalled, self._is_unknown(queued.held), state)

    def write(self) -> None:
        """Write all rows."""
        self.flush()
        last_id = self._numbers.last_id
        if last_id >= self._first_id:
            self._numbers.note_times(self._first_id, self._now)
            self._connection.execute("UPDATE state SET last_id = ?", (last_id,))

    def flush(self) -> None:
        """Write the rows so far: what comes next looks at them."""
        execute = self._connection.executemany
        if self._messages:
            execute(INSERT, self._messages)
            direct = {room for _, room in self._sent}
            execute(_CAME_FAR, [(seq, room in self._said, room in direct, room) for room, seq in self._seqs.items()])
        if self._talks:
            execute(_TALK, self._talks)
        if self._sent:
            execute(_OWN_CURSOR, [(seq, user, room) for (user, room), seq in self._sent.items()])
        if self._mentions:
            execute(MENTION, self._mentions)
        for user, room, seq, joins in self._moves:
            if joins:
                self._connection.execute(_BELONG, (user, room, seq, seq))
            else:
                self._connection.execute("DELETE FROM cursors WHERE user_id = ? AND room_id = ?", (user, room))
        rows = self._messages, self._mentions, self._seqs, self._nonces
        for each in (*rows, self._sent, self._talks, self._moves, self._said):
            each.clear()

    def _remove(self, user: str, room_id: int) -> None:
        """The user with this key belongs to the room no more."""
        user_id = self._numbers.user_if_known(user)
        if user_id is not None:
            self._moves.append((user_id, room_id, 0, False))

    def _check(self, event: RoomEvent) -> None:
        """Raise ChatError for a change of a room that is not there, if it makes none, or for a deleted account."""
        if (name := given_to(event)) is not None and self._numbers.is_held(fold(name)):
            raise ChatError("name_held", name=name)
        if isinstance(event, Change) and self._numbers.room_if_known(event.room) is None:
            if isinstance(event, OfMessage):
                raise ChatError("no_such_message", seq=event.of)
            apply(None, event)

    def _changed(self, room: NumberedRoom, event: RoomEvent, draft: Draft) -> RoomState | None:
        """Carry out what `event` does to the room and its messages; the room's state, if that is another one now.

        Raises ChatError, and has changed nothing.
        """
        after = next_state(room.state, event, is_new=room.is_new, belongs=draft.belongs)
        if isinstance(event, OfMessage):
            self.flush()
            if isinstance(event, Edited | Deleted | Reacted):
                amend(self._connection, room.id, event)
            else:
                find_message(self._connection, room.id, event.of)
        if (user := removed_by(event, room.state)) is not None:
            self._remove(user, room.id)
        if after is None or after is room.state:
            return None
        if isinstance(event, SettingsChanged):
            self.flush()
            after = set_settings(self._connection, room.id, event, room.state, after)
        keep_state(self._connection, room.id, after)
        room.state = after
        return after

    def _note(self, event: RoomEvent, room: NumberedRoom, sender_id: int) -> None:
        number, room_id = self._numbers.next_id(), room.id
        self._messages.append(row_of(number, room_id, sender_id, event))
        self._seqs[room_id] = event.seq
        if isinstance(event, Message):
            if event.file is not None:
                say_file(self._connection, event.file.id, number)
            self._said.setdefault(room_id, []).append(event)
            if event.mentions:
                self._mentions += [(number, room_id, event.seq, key, sender_id) for key in event.mentions]
            if event.nonce is not None:
                self._nonces[sender_id, event.nonce] = event
            if event.to is not None:
                # A sender's own messages do not wait for the sender.
                self._sent[sender_id, room_id] = event.seq
                if not room.has_both:
                    room.has_both = True
                    recipient_id, _ = self._numbers.recipient(fold(event.to))
                    self._talks += [(sender_id, room_id), (recipient_id, room_id)]

    def _is_unknown(self, held: Held | None) -> bool:
        """See `Commit.unknown`."""
        return held is not None and held.is_stranger and not self._numbers.recipient(held.user)[1]

    def _recalled(self, event: RoomEvent, room: NumberedRoom, count: int) -> Sequence[Message]:
        """The messages before `event`, those of this batch included, which are not in the table yet."""
        after = 0 if room.state is None else room.state.since(fold(event.sender))
        pending = [message for message in self._said.get(room.id, ()) if after < message.seq < event.seq]
        rows = self._connection.execute(_RECALL, (room.id, event.seq, after, count)).fetchall()
        return [*(message_of(event.room, row) for row in reversed(rows)), *pending][-count:]

    def _stored(self, sender_id: int, nonce: str) -> Message | None:
        row = self._connection.execute(_STORED, (sender_id, nonce)).fetchone()
        return None if row is None else message_of(row[-1], row[:-1])
