"""twistd for this server alone, in the foreground and without a pid file."""

import sys
from collections.abc import Callable, Iterator

from twisted.application import app
from twisted.python import usage
from twisted.scripts.twistd import ServerOptions, runApp  # type: ignore[attr-defined]  # public, but not in __all__

from twisted.plugins.chatserver_plugin import chatserver


class _Twistd(ServerOptions):
    """twistd's options, with the server as the one plugin there is: nothing is searched for on the disk."""

    # `--help` of the server goes on behind it: "Usage: chatserver [options]".
    synopsis = "Usage:"

    @property
    def subCommands(self) -> Iterator[tuple[str, None, Callable[[], usage.Options], str]]:
        self.loadedPlugins = {chatserver.tapname: chatserver}
        yield chatserver.tapname, None, lambda: chatserver.options(), chatserver.description


def run() -> None:
    """Run the server with the options of the command line."""
    sys.argv[1:1] = ["-n", "--pidfile=", chatserver.tapname]
    app.run(runApp, _Twistd)
