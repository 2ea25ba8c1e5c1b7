"""Names that are kept in alphabetical order, so that no question has to sort them."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from chat.events import Roll


class Roster:
    """People by the keys of their names, each once, however many sessions they have."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._names: dict[str, str] = {}
        # In a crowd, whoever comes in is shown the same first page; it is replaced, never changed.
        self._first: Sequence[str] | None = None

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
        at = bisect_left(self._keys, key)
        if key not in self._names:
            self._keys.insert(at, key)
        self._names[key] = name
        if self._first is not None and at < len(self._first):
            self._first = None

    def discard(self, key: str) -> None:
        """List `key` no longer; it need not have been listed."""
        if self._names.pop(key, None) is not None:
            at = bisect_left(self._keys, key)
            del self._keys[at]
            if self._first is not None and at < len(self._first):
                self._first = None

    def page(self, limit: int, after: str = "") -> Roll:
        """The first `limit` names after the key `after`, which need not be one of them."""
        first, is_first = bisect_right(self._keys, after), not after
        if is_first and self._first is not None and len(self._first) == limit:
            names = self._first
        else:
            names = [self._names[key] for key in self._keys[first : first + limit]]
            if is_first and len(self._keys) > limit:
                self._first = names
        return Roll(names, len(self._keys), len(self._keys) - first - len(names))
