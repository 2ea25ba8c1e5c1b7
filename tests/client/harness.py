"""The bundled client without a terminal or a network: `StringTransport` on both of its sides."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import count

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone, ConnectionRefusedError
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.client.console import Console
from chat.client.conversation import Conversation, Profile
from chat.client.memory import Memory
from chat.client.network import Connector
from chat.client.screen import Screen
from chat.server.factory import ChatFactory

NOON = datetime(2026, 1, 1, 12, 0)
_runs = count(1)


@implementer(IStreamClientEndpoint)
class Network:
    """Connects clients to a `ChatFactory`; bytes move when `pump` is called, in both directions until all is quiet.

    `is_up` says whether it can be reached, `held` whether what the server sends is held back, `is_lossy` whether what
    clients send gets lost; `sent` is what they sent, in lines. Another `factory` is another server.
    """

    def __init__(self, factory: ChatFactory) -> None:
        self.is_up = True
        self.held = False
        self.is_lossy = False
        self.sent: list[bytes] = []
        self.factory = factory
        self._links: list[tuple[IProtocol, StringTransport, IProtocol, StringTransport]] = []

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        """See `IStreamClientEndpoint.connect`."""
        if not self.is_up:
            return fail(ConnectionRefusedError())
        client = protocolFactory.buildProtocol(IPv4Address("TCP", "127.0.0.1", 8080))
        assert client is not None
        server = self.factory.buildProtocol(None)
        link = (client, StringTransport(lenient=True), server, StringTransport(lenient=True))
        self._links.append(link)
        server.makeConnection(link[3])
        client.makeConnection(link[1])
        return succeed(client)

    def pump(self) -> None:
        """Carry everything, and close what is to be closed."""
        while any(map(self._carry, list(self._links))):
            pass

    def cut(self) -> None:
        """Lose every connection."""
        links, self._links = self._links, []
        for client, _, server, _ in links:
            server.connectionLost(Failure(ConnectionDone()))
            client.connectionLost(Failure(ConnectionDone()))

    def hang(self) -> None:
        """Lose every connection, as clients see it: the server does not know yet."""
        links, self._links = self._links, []
        for client, _, _, _ in links:
            client.connectionLost(Failure(ConnectionDone()))

    def _carry(self, link: tuple[IProtocol, StringTransport, IProtocol, StringTransport]) -> bool:
        client, from_client, server, from_server = link
        up, down = from_client.value(), b"" if self.held else from_server.value()
        from_client.clear()
        self.sent += up.splitlines()
        if self.is_lossy:
            up = b""
        if not self.held:
            from_server.clear()
        if up:
            server.dataReceived(up)
        if down:
            client.dataReceived(down)
        if not (up or down) and (from_client.disconnecting or from_server.disconnecting) and link in self._links:
            self._links.remove(link)
            server.connectionLost(Failure(ConnectionDone()))
            client.connectionLost(Failure(ConnectionDone()))
            return True
        return bool(up or down)


class Client:
    """A whole client; also a `Connection` of a transcript, whose lines are those of its standard input and output.

    `ending` is its exit status and complaint, once it has ended.
    """

    def __init__(
        self,
        network: Network,
        clock: Clock,
        profile: Profile,
        *,
        is_terminal: bool = False,
        remember: Callable[[str], Memory] | None = None,
    ) -> None:
        self.network = network
        self.clock = clock
        self.output = StringTransport(lenient=True)
        self.ending: tuple[int, str | None] | None = None
        self.console = Console(is_terminal=is_terminal, done=self._done)
        run, numbers = next(_runs), count(1)
        self.conversation = Conversation(
            Screen(self.console, lambda: NOON, shows_numbers=profile.is_person),
            profile,
            lambda: f"{run}-{next(numbers)}",
            remember,
        )
        self.console.listener = self.conversation
        self.connector = Connector(
            self.conversation, network, "example:8080", clock, backoff=lambda attempts: float(2**attempts)
        )
        self._lines: deque[str] = deque()
        self.console.makeConnection(self.output)
        self.connector.connect()
        self._carry()

    def send(self, line: str) -> None:
        self.feed(f"{line}\n".encode())

    def feed(self, data: bytes) -> None:
        """Bytes on standard input."""
        self.console.dataReceived(data)
        self._carry()
        self._close_if_done()

    def end_input(self) -> None:
        """End of standard input."""
        self.console.readConnectionLost()
        self._carry()
        self._close_if_done()

    def printed(self) -> list[str]:
        """The lines on standard output since the last call."""
        self._carry()
        self._close_if_done()
        self._lines.clear()
        return self.raw_output().split("\n")[:-1]

    def raw_output(self) -> str:
        """All characters on standard output since the last call."""
        text: str = self.output.value().decode()
        self.output.clear()
        return text

    def read(self) -> str | None:
        return self.pending()

    def pending(self) -> str | None:
        self._carry()
        self._lines.extend(self.raw_output().split("\n")[:-1])
        return self._lines.popleft() if self._lines else None

    def close(self) -> None:
        self.network.cut()

    def is_closed(self) -> bool:
        self._close_if_done()
        return self.ending is not None

    def kill(self) -> None:
        """As by SIGKILL: no connection, no farewell, and its files are as they are."""
        self.connector.stop()
        self.conversation.close()
        self.network.cut()

    def _carry(self) -> None:
        """Carry everything, and have all that was printed leave."""
        self.network.pump()
        while self.output.producer is not None:
            self.output.producer.resumeProducing()
            self.network.pump()

    def _close_if_done(self) -> None:
        if self.output.disconnecting and self.ending is None:
            self.console.connectionLost(Failure(ConnectionDone()))

    def _done(self, status: int, complaint: str | None) -> None:
        assert self.ending is None, "it ends once"
        self.ending = (status, complaint)
        self.connector.stop()


def welcome(name: str, online: int = 1) -> str:
    """The first line that a client shows."""
    return f"12:00 * welcome, {name}; {online} online, help lists the commands"


def sent_at() -> datetime:
    """The local time of all messages: the clock of the test's server stands still."""
    return datetime.fromtimestamp(1_700_000_000.5)


def at() -> str:
    """How a live message begins."""
    return f"{sent_at():%H:%M}"


def day() -> str:
    """How a message from the past begins."""
    return f"{sent_at():%Y-%m-%d %H:%M}"
