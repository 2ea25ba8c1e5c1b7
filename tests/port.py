"""A port in memory: what a connection begins with, and who gets it."""

from collections.abc import Sequence
from contextlib import suppress as suppressed

from OpenSSL import SSL
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, IProtocolFactory
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

NEAR = IPv4Address("TCP", "127.0.0.1", 4321)
FAR = IPv4Address("TCP", "192.0.2.7", 4321)


class End(StringTransport):
    """A connection's transport: as a real one, it hands what comes to the protocol that it has at the time."""

    def __init__(self, factory: IProtocolFactory, address: IAddress = NEAR) -> None:
        super().__init__(peerAddress=address)
        # As TCP knows it.
        self.disconnecting = False
        self.protocol = factory.buildProtocol(address)
        assert self.protocol is not None
        self.protocol.makeConnection(self)

    def receive(self, *chunks: bytes) -> "End":
        """What the peer sends."""
        for chunk in chunks:
            if not self.disconnecting:
                assert self.protocol is not None
                self.protocol.dataReceived(chunk)
        return self

    def half_close(self) -> None:
        """The peer sends no more."""
        IHalfCloseableProtocol(self.protocol).readConnectionLost()

    def lose(self) -> None:
        """The connection is gone."""
        assert self.protocol is not None
        self.protocol.connectionLost(Failure(ConnectionDone()))

    def abortConnection(self) -> None:
        super().abortConnection()
        self.disconnecting = True

    def said(self) -> bytes:
        """What was written since the last call."""
        written: bytes = self.value()
        self.clear()
        return written


@implementer(IHalfCloseableProtocol)
class Recorder(Protocol):
    """Notes what it is given, and ends."""

    def __init__(self, name: str, address: IAddress | None) -> None:
        self.name = name
        self.address = address
        self.received = b""
        self.ends: list[str] = []

    def dataReceived(self, data: bytes) -> None:
        self.received += data

    def readConnectionLost(self) -> None:
        self.ends.append("read")

    def writeConnectionLost(self) -> None:
        self.ends.append("write")

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.ends.append("all")


class Recorders(Factory[Recorder]):
    """Makes recorders of one name, and keeps them."""

    noisy = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.made: list[Recorder] = []

    def buildProtocol(self, addr: IAddress | None) -> Recorder:
        self.made.append(Recorder(self.name, addr))
        return self.made[-1]


class TlsPeer:
    """The other side of TLS on an `End`, which trusts everybody. It offers `protocols` to agree on (ALPN)."""

    def __init__(self, end: End, protocols: Sequence[bytes] = ()) -> None:
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        if protocols:
            context.set_alpn_protos(list(protocols))
        self.end = end
        self.connection = SSL.Connection(context, None)
        self.connection.set_connect_state()

    def hello(self) -> bytes:
        """Its first bytes."""
        with suppressed(SSL.WantReadError):
            self.connection.do_handshake()
        return bytes(self.connection.bio_read(65536))

    def shake_hands(self) -> "TlsPeer":
        """Do the handshake, to its end."""
        self._carry()
        self.connection.do_handshake()
        self._carry()
        return self

    def send(self, data: bytes) -> None:
        """Say something."""
        self.connection.send(data)
        self._carry()

    def said(self) -> bytes:
        """What was written to it since the last call."""
        self._carry()
        heard = b""
        with suppressed(SSL.WantReadError, SSL.ZeroReturnError):
            while True:
                heard += self.connection.recv(65536)
        return heard

    def _carry(self) -> None:
        if written := self.end.said():
            self.connection.bio_write(written)
        with suppressed(SSL.WantReadError):
            self.connection.do_handshake()
        with suppressed(SSL.WantReadError):
            self.end.receive(self.connection.bio_read(65536))
        if written := self.end.said():
            self.connection.bio_write(written)
