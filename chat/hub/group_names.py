"""Made-up names for groups: two short words, easy to read, say and type."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Final

_FIRST: Final = (
    *("amber", "brave", "bright", "calm", "clever", "cosy", "early", "fair", "fresh", "gentle", "golden", "grand"),
    *("green", "happy", "jolly", "kind", "late", "light", "lively", "lucky", "merry", "mild", "misty", "neat"),
    *("noble", "plain", "proud", "quick", "quiet", "rapid", "round", "silver", "simple", "snowy", "sunny", "swift"),
    *("tidy", "warm", "wild", "wise"),
)
_SECOND: Final = (
    *("acorn", "anchor", "apple", "badger", "beacon", "birch", "bridge", "brook", "canoe", "castle", "cedar", "cloud"),
    *("comet", "falcon", "fern", "garden", "harbor", "heron", "island", "kettle", "ladder", "lake", "lantern", "maple"),
    *("meadow", "moon", "orchard", "otter", "owl", "pebble", "pine", "piper", "robin", "sail", "sparrow", "stone"),
    *("tulip", "valley", "walnut", "willow"),
)
# After this number of groups a number makes the next name.
_PLAIN: Final = 10


def group_names(choose: Callable[[Sequence[str]], str]) -> Iterator[str]:
    """Names without end, each made by `choose` from the words; after some of them they have a number."""
    for tried in count(1):
        name = f"{choose(_FIRST)}-{choose(_SECOND)}"
        yield name if tried <= _PLAIN else f"{name}-{tried - _PLAIN + 1}"
