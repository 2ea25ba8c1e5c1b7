"""One session's catching up: what it missed, and how far it has been told of that."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from chat.events import Head, Message

_NOTHING: Final[Mapping[str, int]] = {}


class Backlog:
    """Keeps where a session's catching up stands. `Replay` reads the store and moves it on.

    For each room and conversation, `entered` is the first seq that the session heard live; it missed everything
    before. `past` holds the rooms whose missed messages are still to be brought: each key with the seq after which
    they begin, and the seq that they have been brought up to. `returning` are rooms that the user belongs to and that
    the session has still to come back into.

    `is_counted`: the session was told how many direct messages wait. `caught_up` is False until those have been
    delivered. `is_working`: the session is being told of what it missed. `has_failed`: that could not go on, and will
    be tried again.
    """

    __slots__ = (
        "_is_behind",
        "_live_from",
        "_replayed",
        "_replayed_from",
        "came_at",
        "caught_up",
        "entered",
        "has_failed",
        "is_counted",
        "is_working",
        "past",
        "returning",
    )

    def __init__(self) -> None:
        self.entered: dict[str, int] = {}
        self.caught_up = False
        self.is_counted = False
        self.is_working = False
        self.has_failed = False
        # When the session came into the chat, in seconds since the epoch.
        self.came_at = math.inf
        # These dicts exist only while they hold something: an idle session has none.
        self.past: dict[str, tuple[int, int]] | None = None
        self.returning: dict[str, Head] | None = None
        # By conversation: the first and the last seq that were delivered from the store, and the first one that came
        # meanwhile.
        self._replayed_from: Mapping[str, int] = _NOTHING
        self._replayed: Mapping[str, int] = _NOTHING
        self._live_from: dict[str, int] | None = None
        # Whether more direct messages came while those from the store were being delivered.
        self._is_behind = False

    @property
    def is_deaf(self) -> bool:
        """Whether the session cannot be told of direct messages for now."""
        return self.has_failed and not self.caught_up

    # --- rooms

    def came_into(self, room: str, seq: int) -> None:
        """The session hears everything in `room` from that seq on."""
        self.entered[room] = seq

    def left(self, room: str) -> None:
        """The session hears nothing of `room` any more."""
        self.entered.pop(room, None)
        if self.past is not None:
            self.past.pop(room, None)

    def missed(self, room: str, seq: int) -> None:
        """The messages in `room` after that seq, and before the session came into it, are still to be brought."""
        if self.past is None:
            self.past = {}
        self.past[room] = (seq, seq)

    def brought(self, room: str, seq: int) -> None:
        """The missed messages of `room` have been brought up to that seq."""
        if self.past is not None and room in self.past:
            self.past[room] = self.past[room][0], seq

    def returns(self, head: Head) -> None:
        """The session is to come back into that room."""
        if self.returning is None:
            self.returning = {}
        self.returning[head.room] = head

    # --- direct messages

    def takes(self, message: Message) -> bool:
        """True if a new direct message can be delivered now; False if older messages must be delivered first.

        Then the session gets it from the store, behind those.
        """
        room, seq = message.room, message.seq
        self.entered.setdefault(room, seq)
        if not self.caught_up:
            self._is_behind = True
            if self._live_from is None:
                self._live_from = {}
            self._live_from.setdefault(room, seq)
            return False
        return not self._replayed or seq > self._replayed.get(room, 0)

    def reads(self) -> None:
        """The next page of direct messages is read now: everything that has come so far is in it, or after it."""
        self._is_behind = False

    def needs(self, message: Message) -> bool:
        """Whether a direct message from the store has not been delivered yet, acknowledged or not."""
        return message.seq > self._replayed.get(message.room, 0)

    def has_told(self, message: Message) -> bool:
        """Whether a direct message to the session's user was among those that waited, and has been delivered."""
        first = self._replayed_from.get(message.room, math.inf)
        return first <= message.seq <= self._replayed.get(message.room, 0)

    def replayed(self, messages: Sequence[Message]) -> None:
        """These direct messages from the store were delivered, in their order."""
        self._replayed_from = {**{each.room: each.seq for each in reversed(messages)}, **self._replayed_from}
        self._replayed = {**self._replayed, **{each.room: each.seq for each in messages}}

    def catches_up(self) -> bool:
        """The store had no more direct messages. Whether none came meanwhile: then the session is `caught_up`."""
        if not self._is_behind:
            self.caught_up = True
            self._live_from = None
        return self.caught_up

    def is_live(self, message: Message) -> bool:
        """Whether a direct message from the store was sent while the session was here.

        The session did not miss such a message. It is read from the store only to keep its order behind older ones.
        """
        live_from = self._live_from.get(message.room, math.inf) if self._live_from is not None else math.inf
        return message.sent_at > self.came_at or message.seq >= live_from
