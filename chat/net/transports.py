"""Questions to a transport that Twisted's interfaces do not have: keepalive, acknowledged bytes, hang-ups."""

import fcntl
import select
import socket
import struct
import sys
import termios
from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.abstract import FileDescriptor
from twisted.internet.interfaces import INegotiated, IProtocol, ITransport
from twisted.internet.tcp import Connection, Port, Server
from twisted.protocols.policies import ProtocolWrapper

# linux/tcp.h, struct tcp_info: tcpi_bytes_acked stands behind 120 bytes, since Linux 4.1.
_ACKED = struct.Struct("=120xQ")

# Whether the machine tells what has arrived.
_TELLS_ARRIVED = hasattr(socket, "TCP_INFO")

# Up to this many positions in the stream are remembered for a connection with TLS.
_MARKS = 8
# A peer that leaves this many keepalive probes unanswered is gone.
_PINGS = 2


def hand_over(transport: ITransport, protocol: IProtocol, data: bytes = b"") -> None:
    """Replace the protocol of `transport` by `protocol`, which is given `data` first."""
    if isinstance(transport, ProtocolWrapper):
        transport.wrappedProtocol = protocol
    else:
        transport.protocol = protocol  # type: ignore[attr-defined]
    protocol.makeConnection(transport)
    if data and not lowest(transport).disconnecting:
        protocol.dataReceived(data)


def lowest(transport: Any) -> Any:
    """The transport that has the socket, below TLS and the like."""
    while isinstance(transport, ProtocolWrapper):
        transport = transport.transport
    return transport


def keep_alive(transport: object, seconds: float) -> None:
    """Make TCP probe a silent peer every `seconds`, and close the connection after two unanswered probes.

    Bytes that stay unacknowledged for that long end the connection, too: TCP does not probe a peer while it is sending.
    `transport` may be a listening port: the connections that it accepts inherit all of this.
    """
    tcp = lowest(transport)
    # Sockets in the file system claim to be TCP, too.
    if not isinstance(tcp, Connection | Port) or tcp.socket.family == socket.AF_UNIX:
        return
    tcp.socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", seconds),
        ("TCP_KEEPINTVL", seconds),
        ("TCP_KEEPCNT", _PINGS),
        ("TCP_USER_TIMEOUT", 1000 * seconds * (_PINGS + 1)),
    ):
        if hasattr(socket, option):
            tcp.socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), int(value))


def has_hung_up(transport: object) -> bool:
    """Whether the peer is gone. The reactor does not notice that while it does not read from the connection."""
    return _sees(transport, 0)


def has_ended(transport: object) -> bool:
    """Whether the peer has closed its side. It may still read answers, or be gone; only writing to it tells which."""
    return _sees(transport, getattr(select, "POLLRDHUP", 0))


def _sees(transport: object, events: int) -> bool:
    tcp = lowest(transport)
    descriptor = tcp.fileno() if isinstance(tcp, FileDescriptor) else -1
    if descriptor < 0:
        return False
    poll = select.poll()
    poll.register(descriptor, events)
    return bool(poll.poll(0))


def bytes_arrived(transport: object) -> int | None:
    """How many of the bytes written to a TCP connection its peer has acknowledged; None if that is unknown."""
    if not _TELLS_ARRIVED or not isinstance(transport, Server) or transport.TLS:
        return None
    try:
        info = transport.getHandle().getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ACKED.size)
    except OSError:
        return None
    return int(_ACKED.unpack(info)[0]) if len(info) == _ACKED.size else None


def arrival_of(transport: object, *, is_fresh: bool = False) -> Callable[[int], int | None]:
    """Returns a function: given the number of bytes written since now, how many of them has the peer acknowledged?

    Bytes that were written before (by HTTP) do not count; `is_fresh` says that there were none. The function returns
    None if the answer is unknown.
    """
    tcp = lowest(transport)
    if INegotiated.providedBy(transport):
        return _EncryptedArrival(tcp)
    return _PlainArrival(tcp, 0 if is_fresh else _given(tcp))


class _PlainArrival:
    """Counts the acknowledged bytes of `tcp`, without the first `before`. There is one for each connection."""

    __slots__ = ("_before", "_tcp")

    def __init__(self, tcp: object, before: int) -> None:
        self._tcp = tcp
        self._before = before

    def __call__(self, written: int) -> int | None:
        arrived = bytes_arrived(self._tcp)
        return None if arrived is None else arrived - self._before


class _EncryptedArrival:
    """Counts the acknowledged bytes that were written to TLS above `tcp`. Encryption changes the number of bytes.

    TLS encrypts at once: after each write it notes how many bytes `tcp` has been given for how many of ours.
    """

    def __init__(self, tcp: object) -> None:
        self._tcp = tcp
        self._arrived = 0
        self._marks: deque[tuple[int, int]] = deque()

    def __call__(self, written: int) -> int | None:
        arrived = bytes_arrived(self._tcp)
        if arrived is None:
            return None
        if len(self._marks) < _MARKS and (not self._marks or self._marks[-1][0] < written):
            self._marks.append((written, _given(self._tcp)))
        while self._marks and self._marks[0][1] <= arrived:
            self._arrived = self._marks.popleft()[0]
        return self._arrived


def _given(tcp: Any) -> int:
    """How many bytes a TCP connection was given: those that have arrived, and those in the kernel or the transport."""
    arrived = bytes_arrived(tcp)
    if arrived is None:
        return 0
    in_kernel = int.from_bytes(fcntl.ioctl(tcp.getHandle(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    in_transport = len(tcp.dataBuffer) - tcp.offset + tcp._tempDataLen
    return arrived + in_kernel + int(in_transport)
