"""Shares of a limited amount: nobody may take all of it."""

from typing import NamedTuple


class Share(NamedTuple):
    """The total amount, and the most that each holder may have."""

    total: int
    each: int


class Shares:
    """Counts how much each holder has. A holder is an account, or the address of guests (`Session.holder`).

    A holder that has nothing is forgotten.
    """

    def __init__(self, share: Share) -> None:
        self._share = share
        self._held: dict[str, int] = {}
        self._total = 0

    @property
    def total(self) -> int:
        """How much all holders have together."""
        return self._total

    @property
    def each(self) -> int:
        """How much one holder may have."""
        return self._share.each

    def held(self, holder: str) -> int:
        """How much `holder` has."""
        return self._held.get(holder, 0)

    def largest(self, count: int) -> list[tuple[str, int]]:
        """The `count` holders that have the most, the largest first."""
        return sorted(self._held.items(), key=lambda item: -item[1])[:count]

    def has_room(self, holder: str, amount: int = 1) -> bool:
        """Whether `holder` may have `amount` more within its share and the total."""
        return self.held(holder) + amount <= self._share.each and self._total + amount <= self._share.total

    def take(self, holder: str, amount: int = 1) -> int:
        """Give `holder` `amount` more; returns how much it has now.

        Ask `has_room` before, unless the amount cannot be refused.
        """
        held = self._held[holder] = self._held.get(holder, 0) + amount
        self._total += amount
        return held

    def give_back(self, holder: str, amount: int = 1) -> None:
        """Take `amount` back from `holder`."""
        left = self._held.pop(holder, 0) - amount
        if left > 0:
            self._held[holder] = left
        self._total -= amount
