"""The shapes of loads: who talks to whom, how much at once, and what counts as a delivery."""

from collections.abc import Iterator, Sequence
from itertools import cycle, pairwise
from random import Random
from typing import TypeVar

import msgspec

from bench.corpus import zipf
from bench.crowd import Place
from bench.wires import LOBBY

_T = TypeVar("_T")
# Of a mixed day: how many of ten people only write to one another, and of a hundred messages how many those are.
_IN_PAIRS = 1 / 10
_DIRECT = 5 / 100


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A crowd of `members`, evenly in so many `rooms` or, if `in_pairs`, in none: then each second one hears the other.

    One member of each room or pair talks. With a `rate` all together send so many messages a second, whatever comes
    back; with a `window` each has so many on their way, and those are all heard by everybody before there are more;
    with neither nothing is said, and no room is entered. That goes on for `seconds`, after `warm_up` seconds that do
    not count. Meanwhile so many `visitors` more go from room to room, and look around.
    """

    members: int
    rooms: int = 1
    in_pairs: bool = False
    window: int = 0
    rate: float = 0.0
    seconds: float = 3.0
    warm_up: float = 0.5
    visitors: int = 0

    @property
    def is_silent(self) -> bool:
        """Whether nothing is said: what is measured is to connect, and to be connected."""
        return not self.window and not self.rate

    @property
    def sizes(self) -> Sequence[int]:
        """How many are in each room or pair."""
        size = 2 if self.in_pairs else self.members // self.rooms
        return [size] * (self.members // size)

    @property
    def groups(self) -> int:
        """How many talk."""
        return len(self.sizes)

    def is_pair(self, _group: int) -> bool:
        """Whether the two of that group are in no room."""
        return self.in_pairs

    def turns(self) -> Iterator[int]:
        """With a rate: which group each message is said in, without end."""
        return cycle(range(self.groups))

    def grouped(self, everybody: Sequence[_T]) -> Sequence[Sequence[_T]]:
        """All but the visitors, who come last, by their groups. The first one of each is who talks."""
        ends = [0]
        for size in self.sizes:
            ends.append(ends[-1] + size)
        return [everybody[start:end] for start, end in pairwise(ends)]

    def places(self, tag: str) -> list[Place]:
        """Everybody, group after group and then the visitors, with names that begin with `tag`."""
        rooms = [self._room(group) for group, size in enumerate(self.sizes) for _ in range(size)]
        return [Place(f"{tag}{number}", room) for number, room in enumerate([*rooms, *[None] * self.visitors])]

    def _room(self, group: int) -> str | None:
        if self.is_pair(group) or self.is_silent:
            return None
        return LOBBY if self.rooms == 1 else f"room{group}"


class MixedDay(Shape, frozen=True, kw_only=True):
    """Rooms of all sizes, by Zipf's law: the second has half as many people as the first, and half of its messages.

    A tenth of the people are in none. They are in pairs, whose messages are a twentieth of all.
    """

    @property
    def sizes(self) -> Sequence[int]:
        """See `Shape.sizes`. The pairs come last."""
        pairs = int(self.members * _IN_PAIRS / 2)
        weights = zipf(self.rooms)
        people = self.members - 2 * pairs
        shares = [max(round(people / rank / weights[-1]), 2) for rank in range(1, self.rooms + 1)]
        shares[0] += people - sum(shares)
        return [*shares, *[2] * pairs]

    def is_pair(self, group: int) -> bool:
        """See `Shape.is_pair`."""
        return group >= self.rooms

    def turns(self) -> Iterator[int]:
        """See `Shape.turns`. They are the same each time."""
        random, weights, groups = Random(4), zipf(self.rooms), self.groups
        while True:
            if random.random() < _DIRECT:
                yield random.randrange(self.rooms, groups)
            else:
                yield random.choices(range(self.rooms), cum_weights=weights)[0]
