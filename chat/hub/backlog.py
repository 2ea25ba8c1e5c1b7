"""What one session missed, and how far it has been told of it."""

import math
from collections.abc import Mapping
from typing import Final

from chat.events import Head

_NOTHING: Final[Mapping[str, int]] = {}


class Backlog:
    """The state of a session's catching up; `Replay` moves it on.

    `entered` is, for each room and conversation, the first seq that the session was told of at once: what is before
    was missed, what is from there on is live. `past` are the rooms whose past is still to be brought: key to the seq
    after which that begins, and to the one that it has come to. `returning` are rooms that its user belongs to and it
    has still to come back into.

    `caught_up` is False until the direct messages that waited for its user have been delivered; `replayed` is how far
    that went, in each conversation; `is_behind` notes that more came meanwhile. What was said to it after `came_at`
    (seconds since the epoch), or from the seqs in `live_from` on, by conversation, it has not missed: that comes
    through the store only because older messages do.

    `is_working`: it is being told. `has_failed`: that could not go on, and is tried again.
    """

    __slots__ = (
        *("came_at", "caught_up", "entered", "has_failed", "is_behind", "is_working"),
        *("live_from", "past", "replayed", "returning"),
    )

    def __init__(self) -> None:
        self.entered: dict[str, int] = {}
        self.caught_up = False
        self.is_behind = False
        self.is_working = False
        self.has_failed = False
        self.came_at = math.inf
        # There are dicts only while they hold something.
        self.replayed: Mapping[str, int] = _NOTHING
        self.live_from: dict[str, int] | None = None
        self.past: dict[str, tuple[int, int]] | None = None
        self.returning: dict[str, Head] | None = None

    @property
    def is_deaf(self) -> bool:
        """Whether it cannot be told of direct messages for now."""
        return self.has_failed and not self.caught_up

    def came_into(self, room: str, seq: int) -> None:
        """Whatever is said in `room` from that seq on is told at once."""
        self.entered[room] = seq

    def left(self, room: str) -> None:
        """Nothing of `room` is told any more."""
        self.entered.pop(room, None)
        if self.past is not None:
            self.past.pop(room, None)

    def missed(self, room: str, seq: int) -> None:
        """What was said in `room` after that seq, and before the session came into it, is still to be told."""
        if self.past is None:
            self.past = {}
        self.past[room] = (seq, seq)

    def returns(self, head: Head) -> None:
        """The session is to come back into that room."""
        if self.returning is None:
            self.returning = {}
        self.returning[head.room] = head

    def noted_live(self, room: str, seq: int) -> None:
        """A direct message came while older ones were still to be told."""
        self.is_behind = True
        if self.live_from is None:
            self.live_from = {}
        self.live_from.setdefault(room, seq)

    def is_live(self, room: str, seq: int, sent_at: float) -> bool:
        """Whether a direct message from the store came while the session was here."""
        live_from = self.live_from.get(room, math.inf) if self.live_from is not None else math.inf
        return sent_at > self.came_at or seq >= live_from
