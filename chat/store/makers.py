"""Counts the rooms and conversations that each holder has made lately, so that nobody makes any number of them."""

from collections.abc import Callable

from chat.errors import ChatError
from chat.limits import Limits
from chat.shares import Share, Shares

_DAY = 86400.0
# There is no limit on all holders together: rooms are kept on the disk only, and a disk has room for them.
_TOTAL = 2**62


class Makers:
    """Counts, by holder and day, the rooms and conversations that were made. `now` is in seconds since the epoch."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        # The holders of the rooms that the current batch makes; the batch may still be undone.
        self._lately: list[str] = []
        # How many rooms were made, by anybody.
        self.made = 0
        self._forget()

    def make(self, holder: str) -> None:
        """`holder` makes a room; nobody ("") is not counted. Raises ChatError (`room_share_full`)."""
        if holder:
            self._take(holder)
        self._lately.append(holder)
        self.made += 1

    def begin(self) -> None:
        """A batch begins: the rooms that were made before it stay."""
        self._lately.clear()

    def undo(self) -> None:
        """The batch failed: forget the rooms that were made since `begin`."""
        self.made -= len(self._lately)
        for holder in self._lately:
            shares = self._shares(holder)
            if shares.held(holder):
                shares.give_back(holder)
        self._lately.clear()

    def _take(self, holder: str) -> None:
        if abs(self._now() - self._begun) >= _DAY:
            self._forget()
        shares = self._shares(holder)
        if not shares.has_room(holder):
            raise ChatError("room_share_full", limit=shares.each)
        shares.take(holder)

    def _shares(self, holder: str) -> Shares:
        return self._guests if holder.startswith("at ") else self._accounts

    def _forget(self) -> None:
        self._begun = self._now()
        self._guests = Shares(Share(_TOTAL, self._limits.guest_rooms))
        self._accounts = Shares(Share(_TOTAL, self._limits.account_rooms))
