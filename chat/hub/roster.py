"""Names that are kept in alphabetical order, so that no question has to sort them."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping

from chat.events import Roll


class Roster:
    """People by the keys of their names, each once, however many sessions they have."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._names: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._names

    @property
    def names(self) -> Mapping[str, str]:
        """The names, by their keys, in no order."""
        return self._names

    def add(self, key: str, name: str) -> None:
        """List `name`; where the key is listed already, it is shown as `name` from now on."""
        if key not in self._names:
            insort(self._keys, key)
        self._names[key] = name

    def discard(self, key: str) -> None:
        """List `key` no longer; it need not have been listed."""
        if self._names.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def page(self, limit: int, after: str = "") -> Roll:
        """The first `limit` names after the key `after`, which need not be one of them."""
        first = bisect_right(self._keys, after)
        names = [self._names[key] for key in self._keys[first : first + limit]]
        return Roll(names, len(self._keys), len(self._keys) - first - len(names))
