"""Signals that Twisted leaves alone."""

import signal
from collections.abc import Callable


def heed_hangup(stop: Callable[[], None]) -> None:
    """`stop` is called at SIGHUP, the end of the terminal, so that what has to be undone is undone."""
    signal.signal(signal.SIGHUP, lambda number, frame: stop())
