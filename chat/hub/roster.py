"""Who is somewhere, in the order of the alphabet, without sorting everybody for each question."""

from bisect import bisect_left, bisect_right, insort

from chat.events import Roll


class Roster:
    """Names by their keys, each once, however many sessions bear it."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._names: dict[str, str] = {}
        self._sessions: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: str, name: str) -> None:
        """One more session of `name`."""
        if key not in self._sessions:
            insort(self._keys, key)
        self._names[key] = name
        self._sessions[key] = self._sessions.get(key, 0) + 1

    def discard(self, key: str) -> None:
        """One session of `key` less; it need not be there."""
        left = self._sessions.pop(key, 0) - 1
        if left > 0:
            self._sessions[key] = left
        elif left == 0:
            del self._names[key]
            del self._keys[bisect_left(self._keys, key)]

    def page(self, limit: int, after: str = "") -> Roll:
        """The first `limit` names behind the key `after`, which need not be one of them."""
        first = bisect_right(self._keys, after)
        names = [self._names[key] for key in self._keys[first : first + limit]]
        return Roll(names, len(self._keys), len(self._keys) - first - len(names))
