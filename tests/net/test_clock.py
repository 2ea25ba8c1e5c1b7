"""The wall clock steps, and nobody waits for it."""

import socket
import sys
import time
from collections.abc import Iterable, Sequence
from http.client import HTTPConnection
from pathlib import Path
from unittest.mock import patch

from twisted.internet.epollreactor import EPollReactor
from twisted.trial.unittest import SynchronousTestCase

from chat.net.clock import never_step_back
from tests import running
from tests.running import SECONDS, RunningServer

# The fault: a clock that stands by as much off as a file in the working directory says.
_STEPPING = """
import os, time
real = time.time
def stepped():
    try:
        with open("step") as file:
            return real() + float(file.read())
    except FileNotFoundError:
        return real()
time.time = stepped
from twisted.scripts.twistd import run
run()
"""


class Reactor(SynchronousTestCase):
    """The reactor's own clock."""

    def test_what_is_scheduled_keeps_its_distance(self) -> None:
        """Calls made before the change come when they should, in their order, and may be moved."""
        reactor = EPollReactor()
        calls = [reactor.callLater(delay, list) for delay in (30, 10, 20)]
        reactor.timeout()
        calls.append(reactor.callLater(40, list))
        never_step_back(reactor)
        never_step_back(reactor)
        now = time.monotonic()
        for call, delay in zip(calls, (30, 10, 20, 40), strict=True):
            self.assertApproximates(call.getTime() - now, delay, 1)
        self.assertApproximates(reactor.timeout() or 0, 10, 1)
        calls[1].reset(15)
        self.assertApproximates(calls[1].getTime() - now, 15, 1)
        self.assertApproximates(reactor.seconds(), now, 1)


class Stepping(SynchronousTestCase):
    """A server whose wall clock is set while it runs."""

    def setUp(self) -> None:
        twistd = patch.object(running, "twistd", self.twistd)
        twistd.start()
        self.addCleanup(twistd.stop)

    def twistd(self) -> Sequence[str]:
        return [sys.executable, "-c", _STEPPING]

    def test_nobody_is_frozen(self) -> None:
        """Back by an hour, and forth by a day: people are answered, posts taken, and floods slowed as before."""
        with (
            RunningServer("--rate", "20") as server,
            socket.create_connection(("127.0.0.1", server.port), SECONDS) as person,
        ):
            lines = person.makefile("rb")
            person.sendall(b"server:register Ann\n")
            self.assertIn(b"welcome", self.read(lines, b"welcome"))
            for step in ("-3600", "86400", "-20"):
                self.post(server.port, "before")
                Path(server.folder, "new").write_text(step)
                Path(server.folder, "new").rename(server.folder / "step")
                began = time.monotonic()
                for _ in range(3):
                    person.sendall(b"server:who\n")
                    self.assertNotIn(b"too fast", self.read(lines, b"online"))
                    self.post(server.port, "after")
                self.assertLess(time.monotonic() - began, 10)

    def read(self, lines: Iterable[bytes], text: bytes) -> bytes:
        for line in lines:
            if text in line or b"error" in line:
                return line
        raise AssertionError("the server has closed")

    def post(self, port: int, text: str) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        connection.request("POST", "/rooms/team/messages", text)
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.read()[:1]), (201, b"{"))
        connection.close()
