"""The real server that tests run."""

import socket
from contextlib import closing

from twisted.trial.unittest import SynchronousTestCase

from tests.running import SECONDS, RunningServer

# Two lines for each connection are more than a pipe holds, which is 64 kB.
_CONNECTIONS = 700


class Log(SynchronousTestCase):
    """What the server logs is read while it runs."""

    def test_much(self) -> None:
        """It answers though it has logged more than a pipe holds, and all of that is in `log` at the end."""
        with RunningServer() as server:
            for _ in range(_CONNECTIONS):
                with closing(socket.create_connection(("127.0.0.1", server.port), SECONDS)) as line:
                    line.sendall(b"server:quit\r\n")
                    while line.recv(1024):
                        pass
            server.stop()
        self.assertGreater(len(server.log), 65_536)
