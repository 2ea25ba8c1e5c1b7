"""What the tests of the server share: a started factory on a test's clock, and connections to it."""

from typing import cast

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IPushProducer
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chat.events import Event
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from chat.wire.text import TextCodec
from tests.fresh import fresh_hub

ADDRESS = IPv4Address("TCP", "127.0.0.1", 4321)


def producer(transport: StringTransport) -> IPushProducer:
    """What the transport would pause, and resume, if its peer did not read."""
    return cast("IPushProducer", transport.producer)


class BrokenCodec(TextCodec):
    """A wire that cannot say anything."""

    name = "broken"

    def encode(self, event: Event) -> bytes:
        raise KeyError(event)


class ServerCase(SynchronousTestCase):
    """A started factory on a test's clock."""

    limits = Limits()
    # Where connections come from.
    comes_from = ADDRESS
    factory_class = ChatFactory

    def setUp(self) -> None:
        self.clock = Clock()
        self.factory = self.factory_class(fresh_hub(self.limits, self.clock.seconds), self.clock)
        self.factory.startFactory()
        self.events: list[LogEvent] = []
        observer = cast("ILogObserver", self.events.append)
        globalLogPublisher.addObserver(observer)
        self.addCleanup(globalLogPublisher.removeObserver, observer)

    def connect(self) -> tuple[ChatProtocol, StringTransport]:
        """A new connection."""
        protocol = self.factory.buildProtocol(self.comes_from)
        transport = StringTransport(lenient=True)
        protocol.makeConnection(transport)
        return protocol, transport

    def register(self, name: str) -> tuple[ChatProtocol, StringTransport]:
        """A new connection that has a name, and has read its welcome."""
        protocol, transport = self.connect()
        protocol.dataReceived(f"server:register {name}\n".encode())
        transport.clear()
        return protocol, transport

    def said(self, transport: StringTransport) -> list[str]:
        """The lines written since the last call."""
        lines: list[str] = transport.value().decode().split("\n")[:-1]
        transport.clear()
        return lines

    def lose(self, protocol: ChatProtocol) -> None:
        """The connection is gone."""
        protocol.connectionLost(Failure(ConnectionLost()))

    def logged(self) -> list[str]:
        """What the server's own namespaces logged."""
        ours = [event for event in self.events if str(event.get("log_namespace", "")).startswith("chat.")]
        return [str(event["log_format"]).format(**event) for event in ours]
