"""The shapes of loads: who talks to whom, how much at once, and what counts as a delivery."""

import msgspec

from bench.crowd import Place
from bench.wires import LOBBY


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A crowd of `members`, evenly in so many `rooms` or, if `in_pairs`, in none: then each second one hears the other.

    One member of each room or pair talks. With a `rate` all together send so many messages a second, whatever comes
    back; with a `window` each has so many on their way, and those are all heard by everybody before there are more;
    with neither nothing is said, and no room is entered. That goes on for `seconds`, after `warm_up` seconds that do
    not count.
    """

    members: int
    rooms: int = 1
    in_pairs: bool = False
    window: int = 0
    rate: float = 0.0
    seconds: float = 3.0
    warm_up: float = 0.5

    @property
    def is_silent(self) -> bool:
        """Whether nothing is said: what is measured is to connect, and to be connected."""
        return not self.window and not self.rate

    @property
    def group_size(self) -> int:
        """How many are in one room or pair."""
        return 2 if self.in_pairs else self.members // self.rooms

    @property
    def groups(self) -> int:
        """How many talk."""
        return self.members // self.group_size

    def places(self, tag: str) -> list[Place]:
        """Everybody, group after group, with names that begin with `tag`; the first one of each group is who talks."""
        return [Place(f"{tag}{number}", self._room(number // self.group_size)) for number in range(self.members)]

    def _room(self, group: int) -> str | None:
        if self.in_pairs or self.is_silent:
            return None
        return LOBBY if self.rooms == 1 else f"room{group}"
