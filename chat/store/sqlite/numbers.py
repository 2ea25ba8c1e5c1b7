"""The ids of users, rooms and messages, and the last seqs and states of rooms, as the writer knows them."""

import sqlite3
from collections.abc import Callable

import msgspec

from chat.events import Left, RoomEvent
from chat.names import is_direct
from chat.room_state import RoomState
from chat.store.buckets import bucket_of
from chat.store.makers import Makers
from chat.store.sqlite.seeking import BLOCK, note_times

_ROOM = "SELECT r.id, r.last_seq, s.state FROM rooms r LEFT JOIN room_states s ON s.room_id = r.id WHERE r.name_key = ?"
# The most ids of users and of rooms, and the most held names, in memory: some megabytes.
_KEPT_IDS = 50_000
_NOTED_SECONDS = 60.0


class NumberedRoom:
    """A room: its id, its last seq, and its state, if it has one. `is_new`: nothing has happened there yet.

    `has_both`: it is a conversation, and belongs to both people by now.
    """

    __slots__ = ("has_both", "id", "is_new", "last_seq", "state")

    def __init__(self, number: int, last_seq: int, state: RoomState | None, *, is_new: bool) -> None:
        self.id = number
        self.last_seq = last_seq
        self.state = state
        self.is_new = is_new
        self.has_both = False


class Numbers:
    """Keeps numbers in memory, because no other connection writes. It is used within transactions of `connection`.

    `now` gives the time in seconds since the epoch; `makers` counts new rooms by holder.
    """

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], float], makers: Makers) -> None:
        self._connection = connection
        self._now = now
        self._makers = makers
        self.forget()

    def forget(self) -> None:
        """Drop everything: it is read from the database again when needed."""
        self._users: dict[str, int] = {}
        self._rooms: dict[str, NumberedRoom] = {}
        self._last_id = int(self._connection.execute("SELECT last_id FROM state").fetchone()[0])
        # By key: until when the name is held; 0 if it is not.
        self._held: dict[str, float] = {}
        # The last block of ids in the table `spans`, with its times.
        self._noted = -1, 0.0, 0.0

    def trim(self) -> None:
        """Forget everything if it takes too much memory."""
        if len(self._users) > _KEPT_IDS or len(self._rooms) > _KEPT_IDS:
            self.forget()

    def next_id(self) -> int:
        """A new message's id."""
        self._last_id += 1
        return self._last_id

    @property
    def last_id(self) -> int:
        """The newest message's id."""
        return self._last_id

    def user_id(self, key: str) -> int:
        """The id of the user with this key, who has sent something. Makes the user if there is none."""
        if (known := self._users.get(key)) is None:
            insert = "INSERT INTO users (name_key, was_here) VALUES (?, 1) ON CONFLICT DO UPDATE SET was_here = 1"
            self._connection.execute(insert, (key,))
            row = self._connection.execute("SELECT id FROM users WHERE name_key = ?", (key,)).fetchone()
            known = self._users[key] = int(row[0])
        return known

    def recipient(self, key: str) -> tuple[int, bool]:
        """The id of the user with this key, and whether they have ever been here. Makes the user if there is none."""
        if (known := self._users.get(key)) is not None:
            return known, True
        insert = "INSERT INTO users (name_key, was_here) VALUES (?, 0) ON CONFLICT DO NOTHING"
        self._connection.execute(insert, (key,))
        row = self._connection.execute("SELECT id, was_here FROM users WHERE name_key = ?", (key,)).fetchone()
        return int(row[0]), bool(row[1])

    def user_if_known(self, key: str) -> int | None:
        """The id of the user with this key, if there is one."""
        row = self._connection.execute("SELECT id FROM users WHERE name_key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])

    def room(self, event: RoomEvent, holder: str) -> NumberedRoom:
        """The event's room, which `holder` makes if there is none. Raises ChatError (`room_share_full`)."""
        if (known := self._rooms.get(event.room)) is None and (known := self.room_if_known(event.room)) is None:
            known = self._rooms[event.room] = self._new_room(event, holder)
        return known

    def room_if_known(self, key: str) -> NumberedRoom | None:
        """The room with this key, if there is one."""
        if (known := self._rooms.get(key)) is None:
            row = self._connection.execute(_ROOM, (key,)).fetchone()
            if row is not None:
                state = None if row[2] is None else msgspec.json.decode(row[2], type=RoomState)
                known = self._rooms[key] = NumberedRoom(row[0], row[1], state, is_new=False)
        return known

    def _new_room(self, event: RoomEvent, holder: str) -> NumberedRoom:
        """A new room, which goes on after the last seq that it had when it was forgotten."""
        # A Left is never refused.
        self._makers.make("" if isinstance(event, Left) else holder)
        kind = "direct" if is_direct(event.room) else "public"
        select = "SELECT last_seq FROM forgotten_rooms WHERE bucket = ?"
        row = self._connection.execute(select, (bucket_of(event.room),)).fetchone()
        last_seq = row[0] if row is not None else 0
        insert = "INSERT INTO rooms (name_key, kind, last_seq, name, first_seq) VALUES (?, ?, ?, ?, ?) RETURNING id"
        values = event.room, kind, last_seq, event.place or event.room, last_seq + 1
        number = int(self._connection.execute(insert, values).fetchone()[0])
        return NumberedRoom(number, last_seq, None, is_new=True)

    def note_times(self, first_id: int, now: float) -> None:
        """Messages from `first_id` on are written, which were sent at `now`."""
        block, earliest, latest = self._noted
        if block != first_id // BLOCK or block != self._last_id // BLOCK or not earliest <= now <= latest:
            # A minute ahead, so that not every batch needs a statement.
            note_times(self._connection, first_id, self._last_id, now, now + _NOTED_SECONDS)
            self._noted = self._last_id // BLOCK, now, now + _NOTED_SECONDS

    def is_held(self, key: str) -> bool:
        """Whether the name was deleted lately."""
        if (until := self._held.get(key)) is None:
            if len(self._held) > _KEPT_IDS:
                self._held.clear()
            row = self._connection.execute("SELECT held_until FROM accounts WHERE name_key = ?", (key,)).fetchone()
            until = self._held[key] = row[0] or 0.0 if row is not None else 0.0
        return until > self._now()
