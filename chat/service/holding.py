"""What a program that starts a server does first. It imports nothing else of ours, so that it is early."""

import signal


def hold_hangup() -> None:
    """Keep each SIGHUP of this process back until the server takes it: at first it would end the process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
