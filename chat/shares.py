"""Something that is limited as a whole, and of which nobody may take it all."""

from typing import NamedTuple


class Share(NamedTuple):
    """How much of something there is in all, and how much of that one holder may have."""

    total: int
    each: int


class Shares:
    """Counts who holds how much of something. A holder is an account, or the address of guests (`Session.holder`).

    Nothing is remembered of a holder that holds nothing.
    """

    def __init__(self, share: Share) -> None:
        self._share = share
        self._held: dict[str, int] = {}
        self._total = 0

    @property
    def total(self) -> int:
        """How much is held by all."""
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
        """Whether `holder` may have `amount` more: neither its share nor the total is used up."""
        return self.held(holder) + amount <= self._share.each and self._total + amount <= self._share.total

    def take(self, holder: str, amount: int = 1) -> int:
        """`holder` has `amount` more; how much it has now.

        Whether it may is what `has_room` says; some things cannot be refused.
        """
        held = self._held[holder] = self._held.get(holder, 0) + amount
        self._total += amount
        return held

    def give_back(self, holder: str, amount: int = 1) -> None:
        """`holder` has `amount` less."""
        left = self._held.pop(holder, 0) - amount
        if left > 0:
            self._held[holder] = left
        self._total -= amount
