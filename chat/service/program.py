"""`chatserver`: the server as a program of its own, for `twistd -n --pidfile= chatserver`."""

from chat.service.holding import hold_hangup


def main() -> None:
    """Run the server with the options of the command line, in the foreground and without a pid file."""
    hold_hangup()
    # This takes half a second. Whoever starts the server may send a SIGHUP at once.
    from chat.service.foreground import run

    run()
