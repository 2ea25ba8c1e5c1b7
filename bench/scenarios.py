"""The scenarios of `python -m bench`, and their smaller likes of `--quick`."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from bench.shapes import Shape

MEMBERS = (10, 100, 500, 1000, 3000)
_QUICK_MEMBERS = 100


class Scenario(msgspec.Struct, frozen=True):
    """A shape, and what it is for; `unit` is what is counted. `in_plot`: it is a point of the plot over members."""

    name: str
    what: str
    shape: Shape
    unit: str = "deliveries/s"
    in_plot: bool = False

    def quick(self) -> "Scenario":
        """The same in a moment. It says whether all works, and not how fast it is."""
        shape = self.shape
        small = min(shape.members, _QUICK_MEMBERS)
        rate = min(shape.rate, 20.0)
        rooms = max(shape.rooms * small // shape.members, 1)
        brief = replace(shape, members=small, rooms=rooms, rate=rate, seconds=0.2, warm_up=0.05)
        return replace(self, shape=brief)


def _fan_out(members: int, window: int) -> Scenario:
    what = f"a room of {members:,}, {window} in flight"
    return Scenario(f"room-{members}-{window}", what, Shape(members=members, window=window), in_plot=window == 16)


SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        *(_fan_out(500, window) for window in (1, 16, 256)),
        Scenario("rooms", "50 rooms of 10, 16 in flight in each", Shape(members=500, rooms=50, window=16)),
        *(
            Scenario(
                f"direct-{window}",
                f"100 pairs, {window} direct messages in flight in each",
                Shape(members=200, in_pairs=True, window=window),
            )
            for window in (1, 64)
        ),
        Scenario("latency", "a room of 500, 100 messages a second", Shape(members=500, rate=100, seconds=5)),
        Scenario("big", "a room of 10,000, 5 messages a second", Shape(members=10_000, rate=5, seconds=8, warm_up=1)),
        Scenario("storm", "5,000 connect and register, 100 at once", Shape(members=5000), unit="registrations/s"),
        Scenario("idle", "10,000 connected, and silent", Shape(members=10_000, seconds=5), unit="registrations/s"),
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
