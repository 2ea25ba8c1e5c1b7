"""Replays a transcript of a chat against a server, over `StringTransport` or a real socket.

A transcript is lines of these shapes; names are the connections' own, and `…` stands for any text:

    Alice connects
    Alice starts the client       the bundled one, which asks for a name
    Alice starts the client as N  the same with --name N
    Alice> what Alice types
    Alice< what Alice reads next
    Alice closes                  the client goes away (the connection is cut)
    Alice is closed               the server has closed the connection
    half a second passes          (in memory only: the clock is the test's)

Every line that a connection was sent must be in the transcript, in its order.
"""

import re
import socket
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from twisted.internet.interfaces import IProtocolFactory
from twisted.internet.task import Clock

from chat.client.conversation import Profile
from chat.hub.hub import Hub, Lobby
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.listening import PortSettings, make_port
from chat.web.origins import Origins
from chat.web.routes import make_site
from tests.client.harness import Client, Network
from tests.client_framing import Lines
from tests.fresh import fresh_hub
from tests.port import End
from tests.running import SECONDS, RunningServer, start_client


class Connection(Protocol):
    """One client's end."""

    def send(self, line: str) -> None:
        """Send a line, and have it handled."""

    def read(self) -> str | None:
        """The next line, waiting for it where that makes sense; None at the end of the connection."""

    def pending(self) -> str | None:
        """The next line of those that have come already; None where there is none."""

    def close(self) -> None:
        """Go away."""

    def is_closed(self) -> bool:
        """Whether the server closed it."""


class Wire(Protocol):
    """A server, and a way to reach it."""

    def connect(self) -> Connection:
        """A new connection."""

    def start_client(self, name: str | None) -> Connection:
        """The bundled client, on pipes."""

    def settle(self) -> None:
        """Return when the server has seen all that happened so far."""


class MemoryConnection:
    """A connection to a port in memory."""

    def __init__(self, port: IProtocolFactory, framing: Lines) -> None:
        self._end = End(port)
        self._framing = framing
        self._lines: deque[str] = deque()

    def send(self, line: str) -> None:
        self._end.receive(self._framing.say(line))
        self._listen()

    def read(self) -> str | None:
        return self.pending()

    def pending(self) -> str | None:
        self._listen()
        return self._lines.popleft() if self._lines else None

    def close(self) -> None:
        if self._end.connected:
            self._end.connected = False
            self._end.lose()

    def is_closed(self) -> bool:
        self._listen()
        return not self._end.connected

    def _listen(self) -> None:
        self._lines.extend(self._framing.hear(self._end.said()))
        if owed := self._framing.owed():
            self._end.receive(owed)
        if self._end.disconnecting:
            self.close()


class MemoryWire:
    """A server without a network, and its clock. `framing` is how its clients frame lines."""

    def __init__(
        self,
        limits: Limits | None = None,
        lobby: Lobby | None = None,
        motd: Sequence[str] = (),
        framing: type[Lines] = Lines,
    ) -> None:
        limits = limits or Limits()
        self._framing = framing
        self.clock = Clock()
        self.serve(fresh_hub(limits, lambda: 1_700_000_000.5, lobby, motd))

    def serve(self, hub: Hub) -> None:
        """From now on clients find a server there with this hub."""
        self.factory = ChatFactory(hub, self.clock)
        self._port = make_port(self.factory, make_site(self.factory, Origins(), self.clock), PortSettings(), self.clock)
        self._port.doStart()

    def connect(self) -> MemoryConnection:
        return MemoryConnection(self._port, self._framing())

    def start_client(self, name: str | None) -> Client:
        # What is pushed to it while another one acts is carried when it is read.
        network = Network(self.factory)
        return Client(network, self.clock, Profile(name, may_ask=name is None))

    def settle(self) -> None:
        """All is settled as soon as it is sent."""


class SocketConnection:
    """A socket to a server in another process."""

    _BARRIER = "server:help too many"
    _BARRIER_REPLY = "server: error: type server:help"
    _JSON_BARRIER = '{"type":"barrier"}'
    _JSON_BARRIER_REPLY = '{"type":"error","code":"unknown_type"'

    def __init__(self, port: int, framing: Lines) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._framing = framing
        self._coming: deque[str] = deque()
        self._lines: deque[str] = deque()
        self._ended = False
        self._speaks_json: bool | None = None

    def send(self, line: str) -> None:
        if self._speaks_json is None:
            self._speaks_json = line.startswith("{")
        self._socket.sendall(self._framing.say(line))
        self.settle()

    def settle(self) -> None:
        """Wait until the server answers a question: it has handled what was sent, and sent what it owed."""
        if self._speaks_json is None or self._ended:
            return
        question, reply = (
            (self._JSON_BARRIER, self._JSON_BARRIER_REPLY)
            if self._speaks_json
            else (self._BARRIER, self._BARRIER_REPLY)
        )
        with suppress(OSError):
            self._socket.sendall(self._framing.say(question))
        while (line := self._next()) is not None and not line.startswith(reply):
            self._lines.append(line)

    def read(self) -> str | None:
        return self.pending() or (None if self._ended else self._next())

    def pending(self) -> str | None:
        if not self._lines:
            self.settle()
        return self._lines.popleft() if self._lines else None

    def close(self) -> None:
        self._socket.close()
        self._ended = True

    def is_closed(self) -> bool:
        return self._ended or self._next() is None

    def _next(self) -> str | None:
        while not self._coming and not self._ended:
            try:
                data = self._socket.recv(65536)
                self._coming.extend(self._framing.hear(data))
                self._ended = not data
                if owed := self._framing.owed():
                    self._socket.sendall(owed)
            except ConnectionError:
                self._ended = True
        return self._coming.popleft() if self._coming else None


class ProgramConnection:
    """The bundled client in a process of its own, on pipes."""

    def __init__(self, port: int, name: str | None) -> None:
        options = ["--port", str(port), *(["--name", name] if name is not None else [])]
        self._client = start_client(*options)
        self._has_left = False

    def send(self, line: str) -> None:
        assert self._client.stdin is not None
        self._client.stdin.write(f"{line}\n")
        self._client.stdin.flush()

    def read(self) -> str | None:
        assert self._client.stdout is not None
        return self._client.stdout.readline().rstrip("\n") or None

    def settle(self) -> None:
        """It is its own master: what it did is known when it is read."""

    def pending(self) -> str | None:
        # Nothing tells that no more will come, but the end: then there is its goodbye, and nothing else.
        if self._has_left:
            return None
        self._has_left = True
        left = self._client.communicate(timeout=SECONDS)[0]
        return left if left and not re.fullmatch(r"\d\d:\d\d \* goodbye\n", left) else None

    def close(self) -> None:
        self._client.kill()
        self._client.communicate()

    def is_closed(self) -> bool:
        return self._client.wait(SECONDS) is not None


class SocketWire:
    """A real `twistd`, reached over TCP. `framing` is how its clients frame lines."""

    def __init__(self, server: RunningServer, framing: type[Lines] = Lines) -> None:
        self._server = server
        self._framing = framing
        self._connections: list[SocketConnection | ProgramConnection] = []

    def connect(self) -> SocketConnection:
        connection = SocketConnection(self._server.port, self._framing())
        self._connections.append(connection)
        return connection

    def start_client(self, name: str | None) -> ProgramConnection:
        connection = ProgramConnection(self._server.port, name)
        self._connections.append(connection)
        return connection

    def settle(self) -> None:
        for connection in self._connections:
            connection.settle()

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


_STEP = re.compile(r"^(\w+)(?:(<|>) ?(.*)| (connects|closes|is closed|starts the client)(?: as (\w+))?)$")


def replay(transcript: str, wire: Wire) -> None:
    """Replay `transcript`; raises AssertionError with the line where the server said something else."""
    connections: dict[str, Connection] = {}
    for number, step in enumerate(transcript.strip().splitlines(), 1):
        step = step.strip()
        if not step or step.startswith("#"):
            continue
        if step == "half a second passes":
            assert isinstance(wire, MemoryWire)
            wire.clock.advance(0.5)
            continue
        match = _STEP.match(step)
        assert match, f"line {number} is no step of a transcript: {step}"
        who, direction, text, what, name = match.groups()
        where = f"line {number}: {step}"
        if what == "connects":
            connections[who] = wire.connect()
        elif what == "starts the client":
            connections[who] = wire.start_client(name)
        elif what == "closes":
            connections[who].close()
            wire.settle()
        elif what == "is closed":
            assert connections[who].is_closed(), f"{where}: it is still open"
        elif direction == ">":
            connections[who].send(text)
        else:
            read = connections[who].read()
            assert _matches(text, read), f"{where}\n  but read: {read}"
    wire.settle()
    for who, connection in connections.items():
        left = connection.pending()
        assert left is None, f"{who} was also sent: {left}"


def _matches(expected: str, read: str | None) -> bool:
    pattern = ".*".join(map(re.escape, expected.split("…")))
    return read is not None and re.fullmatch(pattern, read) is not None
