"""Who may write to a partial file: one at a time, and the last who came."""

from collections import deque
from collections.abc import Callable

from twisted.internet.defer import Deferred


class Turn:
    """The right to write to one partial file, until `end`."""

    def __init__(self, turns: "Turns", name: str, give_way: Callable[[], None]) -> None:
        self._turns = turns
        self._name = name
        self.give_way = give_way
        self._is_over = False

    def end(self) -> None:
        """Let the next one write. Nothing of ours is on its way to the disk any more."""
        if not self._is_over:
            self._is_over = True
            self._turns.ended(self._name)


class Turns:
    """The turns of all partial files.

    Connections hang: the one that had the turn may be dead, and its client has come back. So whoever comes takes over.
    """

    def __init__(self) -> None:
        self._writing: dict[str, Turn] = {}
        self._waiting: dict[str, deque[tuple[Turn, Deferred[Turn]]]] = {}

    def take(self, name: str, give_way: Callable[[], None]) -> Deferred[Turn]:
        """Fires with the turn of the partial file `name`, once whoever has it now has ended theirs.

        `give_way` is called, perhaps more than once, when somebody else wants it; the turn is to end soon then.
        """
        turn = Turn(self, name, give_way)
        ready: Deferred[Turn] = Deferred()
        self._waiting.setdefault(name, deque()).append((turn, ready))
        if (holder := self._writing.get(name)) is None:
            self._next(name)
        else:
            holder.give_way()
        return ready

    def ended(self, name: str) -> None:
        """The turn of `name` is over."""
        self._writing.pop(name, None)
        self._next(name)

    def _next(self, name: str) -> None:
        waiting = self._waiting.get(name)
        if not waiting:
            self._waiting.pop(name, None)
            return
        turn, ready = waiting.popleft()
        self._writing[name] = turn
        is_wanted = bool(waiting)
        ready.callback(turn)
        if is_wanted and self._writing.get(name) is turn:
            turn.give_way()
