"""What the client's tests share: a server in memory, a network to it, and clients on that."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.accounts.tokens import digest
from chat.client.conversation import Profile
from chat.client.memory import Memory
from chat.client.state import open_memory
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.store.memory.store import MemoryStore
from tests.client.harness import Client, Network
from tests.fresh import fresh_accounts
from tests.transcript import MemoryConnection, MemoryWire

PASSWORD = "correct-horse"


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


class RememberingCase(ClientCase):
    """Here clients remember, in a folder of the test's; each has a network of its own, so that it can be killed."""

    def setUp(self) -> None:
        super().setUp()
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name, "state")

    def start(self, profile: Profile | str) -> Client:
        """A client that was started with this profile, or `--name`, and `--state`."""
        profile = Profile(profile) if isinstance(profile, str) else profile
        client = Client(self.client_network(), self.wire.clock, profile, remember=self.remember)
        self.addCleanup(client.kill)
        return client

    def client_network(self) -> Network:
        """A network for one client."""
        return Network(self.wire.factory)

    def remember(self, name: str) -> Memory:
        """The memory of `name`, as the program opens it."""
        return open_memory(self.folder, "example:8080", name)

    def begin_server_anew(self, policy: Policy | None = None, life: str = "", invitations: Sequence[str] = ()) -> None:
        """From now on clients find a server there that knows nothing, but for what it calls this life of its."""
        limits, policy = self.limits or Limits(), policy or Policy()
        store = MemoryStore(limits, lambda: 1_700_000_001.5, life=life)
        for invitation in invitations:
            store.accounts.add_invitation(digest(invitation), 1_800_000_000.0)
        self.wire.serve(Hub(store, fresh_accounts(store.accounts, limits, lambda: 1_700_000_001.5, policy), limits))

    def account(self, name: str, password: str = PASSWORD) -> None:
        """Somebody makes `name` theirs, and leaves."""
        connection = self.wire.connect()
        connection.send(f"server:register {name} {password}")
        connection.send("server:exit")
