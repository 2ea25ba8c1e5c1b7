"""The scenarios of `python -m bench`, and their smaller likes of `--quick`."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from bench.shapes import MixedDay, Shape

# The cases of a small chat, and its door: the rows of the short table.
EVERYDAY = ("direct-1", "direct-64", "rooms-16", "room-500-1", "room-500-16", "mixed", "storm")
MEMBERS = (10, 100, 500, 1000, 3000)
_QUICK_MEMBERS = 100
_QUICK_RATE = 20.0


class Scenario(msgspec.Struct, frozen=True):
    """A shape; `unit` is what is counted. `in_plot`: it is a point of the plot over members.

    `about` tells what it is, with the shape's own fields in it.
    """

    name: str
    about: str
    shape: Shape
    unit: str = "deliveries/s"
    in_plot: bool = False

    @property
    def what(self) -> str:
        """What it is, in a few words."""
        shape = self.shape
        return self.about.format(shape=shape, size=shape.sizes[0], groups=shape.groups)

    def quick(self) -> "Scenario":
        """The same in a moment. It says whether all works, and not how fast it is."""
        shape = self.shape
        small = min(shape.members, _QUICK_MEMBERS)
        rate = _QUICK_RATE if shape.rate else 0.0
        rooms = max(shape.rooms * small // shape.members, 1)
        brief = replace(shape, members=small, rooms=rooms, rate=rate, seconds=0.2, warm_up=0.05)
        return replace(self, shape=brief)


def _fan_out(members: int, window: int) -> Scenario:
    shape = Shape(members=members, window=window)
    return Scenario(f"room-{members}-{window}", _IN_FLIGHT, shape, in_plot=window == 16)


def _rooms(window: int) -> Scenario:
    return Scenario(f"rooms-{window}", _IN_EACH, Shape(members=500, rooms=50, window=window))


def _direct(window: int) -> Scenario:
    return Scenario(f"direct-{window}", _DIRECT, Shape(members=200, in_pairs=True, window=window))


_IN_FLIGHT = "a room of {size:,}, {shape.window} in flight"
_IN_EACH = "{groups} rooms of {size}, {shape.window} in flight in each"
_DIRECT = "direct messages, {shape.window} in flight in each of {groups} pairs"
_MIXED = (
    "a mixed day: {shape.members} people, {shape.rooms} rooms by Zipf's law, 5 % direct, {shape.rate:g} messages a"
    " second, and visits with history and search"
)
_PACED = "a room of {size:,}, {shape.rate:g} messages a second"

SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        *(_fan_out(500, window) for window in (1, 16, 256)),
        *(_rooms(window) for window in (1, 16)),
        *(_direct(window) for window in (1, 64)),
        Scenario("latency", _PACED, Shape(members=500, rate=100, seconds=5)),
        Scenario("big", _PACED, Shape(members=10_000, rate=5, seconds=8, warm_up=1)),
        Scenario("mixed", _MIXED, MixedDay(members=500, rooms=40, rate=50, seconds=10, warm_up=1, visitors=10)),
        Scenario("storm", "{size:,} connect and register", Shape(members=5000), unit="registrations/s"),
        Scenario("idle", "{size:,} connected, and silent", Shape(members=10_000, seconds=5), unit="registrations/s"),
        *(_fan_out(members, 16) for members in MEMBERS if members != 500),
    )
}


def chosen(names: Sequence[str], *, is_quick: bool) -> Sequence[Scenario]:
    """The scenarios of these names. Of the quick ones that have come to be the same, the first."""
    if not is_quick:
        return [SCENARIOS[name] for name in names]
    kept: dict[Shape, Scenario] = {}
    for name in names:
        brief = SCENARIOS[name].quick()
        kept.setdefault(brief.shape, brief)
    return list(kept.values())
