"""The clock that everything is paced and timed by: one that no operator and no time server can set."""

import time
from typing import Any


def never_step_back(reactor: Any) -> None:
    """Have `reactor` count time by the machine's monotonic clock. Safe to call again.

    Twisted's reactors ask the wall clock: when that is set back, every timed call comes later by as much. All that
    they time goes through their `seconds` (`callLater`, `timeout`, `runUntilCurrent` of `ReactorBase`), so that is
    what is replaced. What is scheduled already keeps its distance from now.
    """
    if reactor.seconds is time.monotonic:
        return
    shift = time.monotonic() - reactor.seconds()
    for call in reactor.getDelayedCalls():
        # All by the same: the reactor's heap keeps its order.
        call.time += shift
        call.seconds = time.monotonic
    reactor.seconds = time.monotonic
