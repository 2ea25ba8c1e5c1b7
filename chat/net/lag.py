"""Measures how late the reactor makes its calls."""

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall

from chat.counters import Histogram

_SECONDS = 0.25


class ReactorDelay:
    """Measures four times a second how much too late a timed call is made."""

    def __init__(self) -> None:
        self.seconds = Histogram(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
        self._loop = LoopingCall(self._look)
        self._due = 0.0

    def start(self, clock: IReactorTime) -> None:
        """Begin to measure."""
        self._loop.clock = clock
        self._due = clock.seconds() + _SECONDS
        self._loop.start(_SECONDS, now=False)

    def stop(self) -> None:
        """Measure no more."""
        if self._loop.running:
            self._loop.stop()

    def _look(self) -> None:
        now = self._loop.clock.seconds()
        self.seconds.add(max(0.0, now - self._due))
        # After a long delay the loop skips the calls that it missed, and keeps its rhythm.
        late = (now - self._due) % _SECONDS
        self._due = now + _SECONDS - late
