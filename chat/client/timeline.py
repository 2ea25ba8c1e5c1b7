"""The events of one room, or of the conversation with one person, and how far they were shown."""

from collections.abc import Sequence

from chat.client.memory import ReadPosition
from chat.wire import schema

RoomPush = schema.Message | schema.Joined | schema.Left | schema.AnyChange


class Timeline:
    """Puts events in the order of their seqs, and returns each one once, when it is to be shown.

    `address` names the room or person in a request. `shown` is the position up to which events were shown, None before
    the first. `entered` is the seq at which we came in: earlier events are not missed. While `is_resuming`, new events
    are held back, because the missed ones come first. `elsewhere` is the position that the server reports for our
    account, which may have been reached on another device.
    """

    def __init__(self, key: str, address: dict[str, str], shown: ReadPosition | None = None) -> None:
        self.key = key
        self.address = address
        self.shown = shown
        self.entered = 0
        self.elsewhere = 0
        self.is_resuming = False
        self._asked_after = 0
        # By seq. Of our own messages, which are not shown again, only the time.
        self._held: dict[int, RoomPush | str] = {}

    @property
    def position(self) -> int:
        """Events after this seq may have been missed; 0 if we know no position."""
        return max(self.shown.seq if self.shown is not None else 0, self.entered)

    def take(self, push: RoomPush) -> Sequence[RoomPush]:
        """Take one event; returns the events to show now."""
        if self.is_resuming:
            self._held.setdefault(push.seq, push)
            return ()
        if self._is_repeated(push):
            return ()
        self._advance(push.seq, push.timestamp)
        return (push,)

    def enter(self, seq: int, *, by_hand: bool) -> None:
        """We came in, at `seq`. Somebody who entered `by_hand` has not missed earlier events."""
        if self.position > seq:
            # The room's latest seq is below ours: the server started again.
            self.forget()
        if by_hand:
            self.entered = seq

    def sent(self, seq: int, at: str) -> None:
        """The server acknowledged our own message as `seq`."""
        if self.is_resuming:
            self._held[seq] = at
        elif seq > self.position:
            self._advance(seq, at)

    def begin(self) -> int:
        """Start resuming; returns the seq after which to ask. Events are held back from now on."""
        self.is_resuming = True
        self._asked_after = self.position
        return self._asked_after

    def brought(self, *, more: bool) -> Sequence[RoomPush]:
        """The missed events have come; returns those of all held events that are to be shown now.

        With `more` the server has further ones: then `is_resuming` may stay true, and the caller asks again.
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
        """Held events come again, except our own messages."""
        self.is_resuming = False
        self._held = {seq: push for seq, push in self._held.items() if isinstance(push, str)}

    def forget(self) -> None:
        """Forget all positions: the server started again."""
        self.shown = None
        self.entered = self.elsewhere = 0
        self._held.clear()

    def _reached(self) -> int | None:
        """The seq up to which the held past events have no gap; None if that is no progress.

        The server also sends everything after `elsewhere` by itself. So as long as events before it came, those after
        it do not show how far our own request got.
        """
        past = [seq for seq, push in self._held.items() if not isinstance(push, str) and _is_past(push)]
        past = [seq for seq in past if seq > self._asked_after]
        if before := [seq for seq in past if seq <= self.elsewhere]:
            return max(before)
        return max(past, default=None)

    def _is_repeated(self, push: RoomPush) -> bool:
        """Whether it was shown before. After a restart of the server, numbers repeat, but with later times."""
        if self.shown is None or not _is_past(push):
            return False
        return push.seq <= self.shown.seq and push.timestamp <= self.shown.at

    def _advance(self, seq: int, at: str) -> None:
        self.shown = ReadPosition(self.key, seq, max(at, self.shown.at if self.shown is not None else ""))


def _is_past(push: RoomPush) -> bool:
    return isinstance(push, schema.Message | schema.RoomChange) and push.past
