"""What the tests of HTTP and WebSocket share: a site on a test's clock, and connections to it."""

import json
from collections.abc import Sequence
from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from chat.web.origins import Origins
from chat.web.routes import make_site
from chat.web.routing import Route, Routes
from chat.web.site import ChatSite
from tests.server.case import ADDRESS, ServerCase
from tests.web.frames import CLOSE, TEXT, Frame, Frames, request, text


class Transport(StringTransport):
    """Knows its protocol, as real ones do, so that another one can take its place."""

    protocol: Protocol


class Served:
    """One connection to a site, in memory."""

    def __init__(self, protocol: Protocol) -> None:
        self.transport = Transport(peerAddress=ADDRESS, lenient=True)
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)

    @property
    def protocol(self) -> Protocol:
        """Who has the connection now."""
        return self.transport.protocol

    def send(self, data: bytes) -> None:
        """The client sends this."""
        self.protocol.dataReceived(data)

    def answer(self) -> bytes:
        """All that was said since the last time."""
        data: bytes = self.transport.value()
        self.transport.clear()
        return data

    def status(self) -> int:
        """The status of one response, which is dropped."""
        return int(self.answer().split(b" ", 2)[1])

    def lose(self) -> None:
        """The connection is gone."""
        self.transport.disconnected = True
        self.protocol.connectionLost(Failure(ConnectionDone()))


class Socket(Served):
    """One WebSocket. `head` is how the server accepted it."""

    def __init__(self, protocol: Protocol, *headers: str, coalesced: bytes = b"") -> None:
        super().__init__(protocol)
        self._frames = Frames()
        self._read: list[Frame] = []
        self.send(request(*headers) + coalesced)
        head, _, rest = self.answer().partition(b"\r\n\r\n")
        self.head = head.decode()
        self._read += self._frames.feed(rest)

    def say(self, **fields: object) -> None:
        """Send a request, as a text frame."""
        self.send(text(json.dumps(fields)))

    def frames(self) -> Sequence[Frame]:
        """What came since the last time."""
        read, self._read = [*self._read, *self._frames.feed(self.answer())], []
        return read

    def heard(self) -> Sequence[dict[str, Any]]:
        """The same, where all of it is text."""
        frames = self.frames()
        assert all(frame.opcode == TEXT for frame in frames), frames
        return [json.loads(frame.payload) for frame in frames]

    def close_code(self) -> int | None:
        """The code of the close frame, which is the last of what came."""
        last = self.frames()[-1]
        assert last.opcode == CLOSE, last
        return last.code


class WebCase(ServerCase):
    """A site beside the factory, on the same clock."""

    origins = Origins()

    def setUp(self) -> None:
        super().setUp()
        self.site = make_site(self.factory, self.origins, self.clock)
        self.site.startFactory()

    def serve_routes(self, *routes: Route) -> None:
        """Have the site answer to these, and to nothing else."""
        self.site.stopFactory()
        self.site = ChatSite(Routes(routes), self.limits, self.site.access, self.clock)
        self.site.startFactory()

    def http(self) -> Served:
        """A new connection to the site."""
        return Served(self.site.buildProtocol(ADDRESS))

    def socket(self, *headers: str, coalesced: bytes = b"") -> Socket:
        """A new WebSocket."""
        return Socket(self.site.buildProtocol(ADDRESS), *headers, coalesced=coalesced)

    def join(self, name: str, **more: object) -> Socket:
        """A WebSocket that has a name, and has read its welcome."""
        socket = self.socket()
        socket.say(type="join", nickname=name, **more)
        (welcome,) = socket.heard()
        assert welcome["nickname"] == name, welcome
        return socket
