"""How far one room, or the conversation with one person, was heard."""

from collections.abc import Sequence

from chat.client.memory import Heard
from chat.wire import schema

RoomPush = schema.Message | schema.Joined | schema.Left


class Place:
    """Says of everything that comes from it what is to be shown now: each thing once, in the order of the place.

    `address` names it in a request. `heard` is how far it was shown, None where it never was. `entered` is where we
    came in, if we did: what was said before that is not missed. While it `is_resuming`, what comes is held, for what
    was missed comes first; `elsewhere` is how far the server says that it has reached us, here or on another device.
    """

    def __init__(self, key: str, address: dict[str, str], heard: Heard | None = None) -> None:
        self.key = key
        self.address = address
        self.heard = heard
        self.entered = 0
        self.elsewhere = 0
        self.is_resuming = False
        self._asked_after = 0
        # By seq; of what we said ourselves, which nobody needs to read again, only the time.
        self._held: dict[int, RoomPush | str] = {}

    @property
    def position(self) -> int:
        """After which seq something may have been missed; 0 where nothing is known of it."""
        return max(self.heard.seq if self.heard is not None else 0, self.entered)

    def take(self, push: RoomPush) -> Sequence[RoomPush]:
        """What is to be shown now that `push` has come."""
        if self.is_resuming:
            self._held.setdefault(push.seq, push)
            return ()
        if self._is_repeated(push):
            return ()
        self._advance(push.seq, push.timestamp)
        return (push,)

    def enter(self, seq: int, *, by_hand: bool) -> None:
        """We came in, at `seq`. Who enters by hand has not missed what was said before."""
        if self.position > seq:
            # It has come less far than we have heard it: the server has begun anew.
            self.forget()
        if by_hand:
            self.entered = seq

    def said(self, seq: int, at: str) -> None:
        """We said something ourselves, and it has its place."""
        if self.is_resuming:
            self._held[seq] = at
        elif seq > self.position:
            self._advance(seq, at)

    def begin(self) -> int:
        """What was missed is asked for: after the seq that this returns. What comes is held."""
        self.is_resuming = True
        self._asked_after = self.position
        return self._asked_after

    def brought(self, *, more: bool) -> Sequence[RoomPush]:
        """What was missed has come: what of it, and of what came meanwhile, is to be shown now.

        With `more` not all of it has come; then it `is_resuming` still, and is to be asked for again.
        """
        reached = self._reached() if more else None
        if reached is None:
            self.is_resuming = False
        shown: list[RoomPush] = []
        for seq in sorted(self._held):
            if reached is None or seq <= reached:
                push = self._held.pop(seq)
                if isinstance(push, str):
                    self._advance(seq, push)
                elif not self._is_repeated(push):
                    self._advance(seq, push.timestamp)
                    shown.append(push)
        return shown

    def disconnected(self) -> None:
        """What was held comes again, but for what we said ourselves."""
        self.is_resuming = False
        self._held = {seq: push for seq, push in self._held.items() if isinstance(push, str)}

    def forget(self) -> None:
        """The server has begun anew."""
        self.heard = None
        self.entered = self.elsewhere = 0
        self._held.clear()

    def _reached(self) -> int | None:
        """Up to where nothing is missing in what is held of the past; None where that is no further than before.

        The server also brings by itself what comes after `elsewhere`. So what is behind that says nothing about what
        is before it, as long as anything before it came.
        """
        past = [seq for seq, push in self._held.items() if isinstance(push, schema.Message) and push.past]
        past = [seq for seq in past if seq > self._asked_after]
        if before := [seq for seq in past if seq <= self.elsewhere]:
            return max(before)
        return max(past, default=None)

    def _is_repeated(self, push: RoomPush) -> bool:
        """Whether it was shown before. A server that has begun anew counts anew, but later."""
        if self.heard is None or not (isinstance(push, schema.Message) and push.past):
            return False
        return push.seq <= self.heard.seq and push.timestamp <= self.heard.at

    def _advance(self, seq: int, at: str) -> None:
        self.heard = Heard(self.key, seq, max(at, self.heard.at if self.heard is not None else ""))
