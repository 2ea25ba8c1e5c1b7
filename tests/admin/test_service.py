"""What the server does for its operator, from its start to its stop, in this process."""

import tempfile
from pathlib import Path
from typing import cast

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IReactorUNIX
from twisted.logger import capturedLogs, formatEvent
from twisted.trial.unittest import SynchronousTestCase, TestCase

from chat.admin.context import OrderContext
from chat.admin.control import Control
from chat.tap import ChatService, Options, makeService


class Controls(SynchronousTestCase):
    """A control socket that cannot be."""

    def warnings(self, folder: Path) -> str:
        """What the log says when a server wants to listen in `folder`."""
        with capturedLogs() as events:
            control = Control(folder, cast("OrderContext", None), IReactorUNIX(reactor))
            control.start()
        self.successResultOf(control.stop())
        return "\n".join(formatEvent(event) for event in events)

    def test_refused(self) -> None:
        """It says so in the log, and the server goes on without."""
        self.assertIn("no orders: the path x", self.warnings(Path("x" * 100)))
        self.assertIn("no orders: cannot listen on no-folder/control: ", self.warnings(Path("no-folder")))


class Service(TestCase):
    """The control socket and the pruning, as parts of the service."""

    def start(self, data: str) -> ChatService:
        """A service that runs."""
        options = Options()
        options["data"] = data
        options.endpoints = [serverFromString(reactor, "tcp:0:interface=127.0.0.1")]
        service = makeService(options)
        service.privilegedStartService()
        service.startService()
        return service

    def test_stops(self) -> Deferred[None]:
        """Trial finds nothing left behind: no port, no socket in the folder, no timer."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        control = Path(folder.name, "data", "control")
        service = self.start(str(control.parent))
        self.assertTrue(control.is_socket())
        return service.stopService().addCallback(lambda _: self.assertFalse(control.exists()))

    def test_no_data(self) -> Deferred[None]:
        """A server that keeps nothing takes no orders."""
        before = set(Path().iterdir())
        service = self.start(":memory:")
        self.assertEqual(set(Path().iterdir()), before)
        return service.stopService()
