"""What the client's tests share: a server in memory, a network to it, and clients on that."""

from twisted.trial.unittest import SynchronousTestCase

from chat.client.conversation import Profile
from chat.limits import Limits
from tests.client.harness import Client, Network
from tests.transcript import MemoryConnection, MemoryWire


class ClientCase(SynchronousTestCase):
    """Start clients with `client()`; `other()` is somebody with `nc`."""

    limits: Limits | None = None

    def setUp(self) -> None:
        self.wire = MemoryWire(self.limits)
        self.network = Network(self.wire.factory)

    def client(self, name: str | None = None, *, may_ask: bool = True, is_terminal: bool = False) -> Client:
        """A client that was started with `--name name`, or without."""
        profile = Profile(name, may_ask=may_ask)
        return Client(self.network, self.wire.clock, profile, is_terminal=is_terminal)

    def other(self, name: str) -> MemoryConnection:
        """Somebody else who is online and has read all so far."""
        connection = self.wire.connect()
        connection.send(f"server:register {name}")
        self.read(connection)
        return connection

    def read(self, connection: MemoryConnection) -> list[str]:
        """All that a connection was sent since the last time."""
        return list(iter(connection.pending, None))
