"""The server's clock: monotonic, so that setting the system's time changes no timer and no pace."""

import time
from typing import Any


def never_step_back(reactor: Any) -> None:
    """Make `reactor` use the machine's monotonic clock. It is safe to call this twice.

    Twisted's reactors ask the wall clock: when that is set back, every timed call comes later by as much. They read it
    through `seconds` alone (`callLater`, `timeout`, `runUntilCurrent` of `ReactorBase`), so this replaces `seconds`.
    Calls that are scheduled already keep their distance from now.
    """
    if reactor.seconds is time.monotonic:
        return
    shift = time.monotonic() - reactor.seconds()
    for call in reactor.getDelayedCalls():
        # All move by the same time, so that the reactor's heap keeps its order.
        call.time += shift
        call.seconds = time.monotonic
    reactor.seconds = time.monotonic
