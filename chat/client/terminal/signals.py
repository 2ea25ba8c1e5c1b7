"""Signals that Twisted leaves alone."""

import signal
from collections.abc import Callable


def heed_signals(stop: Callable[[], None], go_on: Callable[[], None]) -> None:
    """`stop` is called at SIGHUP, the end of the terminal, so that what has to be undone is undone.

    `go_on` is called at SIGCONT, when the process was stopped.
    """
    signal.signal(signal.SIGHUP, lambda number, frame: stop())
    signal.signal(signal.SIGCONT, lambda number, frame: go_on())
