"""TCP connections that write to their socket at once, without a turn of the reactor, if nothing is queued."""

import socket
from typing import Final

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IListeningPort
from twisted.internet.tcp import Port, Server


class TcpCork:
    """A `Corking` for all `EagerServer`s of the process. `waiting` are those that hold bytes; None while not corked."""

    def __init__(self) -> None:
        self.waiting: dict[EagerServer, None] | None = None

    def cork(self) -> None:
        """See `Corking.cork`."""
        if self.waiting is None:
            self.waiting = {}

    def uncork(self) -> None:
        """See `Corking.uncork`."""
        waiting, self.waiting = self.waiting, None
        for transport in waiting or ():
            transport.send_kept()


CORK: Final = TcpCork()


class EagerServer(Server):
    """Twisted's TCP transport, but if nothing is queued `write` sends at once as much as the socket takes.

    While `CORK` is in, it keeps about `bufferSize` bytes, and sends them in one piece when the cork is drawn. The rest,
    and every error, goes the ordinary way: producers, `loseConnection`, half-close and `abortConnection` work as
    always. It saves two `epoll_ctl` and a turn of the reactor for each write.
    """

    _peer: IPv4Address | IPv6Address | None = None

    def getPeer(self) -> IPv4Address | IPv6Address:
        """See `ITCPTransport.getPeer`. Everybody who asks gets the same object."""
        if self._peer is None:
            self._peer = super().getPeer()
        return self._peer

    def write(self, data: bytes) -> None:
        """See `ITransport.write`."""
        if (
            data
            and self.connected
            # A pull producer is asked for more when the reactor has written: it needs the reactor to write.
            and (self.streamingProducer or self.producer is None)
            and not (self.dataBuffer or self._tempDataBuffer or self._writeDisconnecting or self._writeDisconnected)
            and not (self.TLS or self._aborting)
        ):
            if CORK.waiting is not None:
                CORK.waiting[self] = None
                self._keep(data)
                return
            try:
                sent = self.socket.send(data)
            except OSError:
                # Full, or broken: the reactor finds out which, and tells the protocol in its own time.
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
        elif CORK.waiting is not None and self in CORK.waiting:
            if self._tempDataLen < self.bufferSize:
                self._keep(data)
                return
            del CORK.waiting[self]
        super().write(data)

    def send_kept(self) -> None:
        """Send what was kept while the cork was in."""
        data = b"".join(self._tempDataBuffer)
        self._tempDataBuffer.clear()
        self._tempDataLen = 0
        if not self._aborting:
            self.write(data)

    def _keep(self, data: bytes) -> None:
        # Where Twisted keeps what is to be sent: the ends of a connection look there.
        self._tempDataBuffer.append(data)
        self._tempDataLen += len(data)


def write_eagerly(port: IListeningPort) -> None:
    """Make the connections that `port` accepts write at once, if it is a TCP port. Call it when `port` listens."""
    if isinstance(port, Port) and port.transport is Server:
        port.transport = EagerServer
        # We write batches already, so the kernel need not wait for more (Nagle, RFC 896). Connections inherit this.
        port.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
