"""What is asked of a transport beyond Twisted's interfaces, where the transport has it."""

import fcntl
import select
import socket
import struct
import sys
import termios
from ipaddress import IPv6Network
from typing import Any

from twisted.internet.abstract import FileDescriptor
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IProtocol, ITCPTransport, ITransport
from twisted.internet.tcp import Server
from twisted.protocols.policies import ProtocolWrapper

# linux/tcp.h, struct tcp_info: tcpi_bytes_acked stands behind 120 bytes, since Linux 4.1.
_ACKED = struct.Struct("=120xQ")


def shown(address: IAddress | None) -> str:
    """An address for the log: `127.0.0.1:8080`, or a path."""
    if isinstance(address, IPv4Address | IPv6Address):
        return f"{address.host}:{address.port}"
    return str(getattr(address, "name", "somewhere"))


def source_of(address: IAddress | None) -> str:
    """Where somebody comes from, the same for all of their connections: a host, or for IPv6 its network of 64 bits."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address.host.partition("%")[0], 64), strict=False))
    return str(getattr(address, "host", "here"))


def hand_over(transport: ITransport, protocol: IProtocol, data: bytes = b"") -> None:
    """Let `protocol` take the place of the one that `transport` has now, and read `data` first."""
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


def keep_alive(transport: object) -> None:
    """Have TCP look after a peer that says nothing, so that a machine that is gone is noticed some day."""
    if ITCPTransport.providedBy(transport):
        ITCPTransport(transport).setTcpKeepAlive(True)


def has_hung_up(transport: object) -> bool:
    """Whether the peer is gone for good, which the reactor does not notice while it does not read."""
    descriptor = transport.fileno() if isinstance(transport, FileDescriptor) else -1
    if descriptor < 0:
        return False
    poll = select.poll()
    poll.register(descriptor, 0)
    return bool(poll.poll(0))


def bytes_arrived(transport: object, before: int = 0) -> int | None:
    """How many bytes the peer of a TCP connection has acknowledged, after the first `before`; None if not known."""
    if type(transport) is not Server or not hasattr(socket, "TCP_INFO"):
        return None
    try:
        info = transport.getHandle().getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ACKED.size)
    except OSError:
        return None
    return int(_ACKED.unpack(info)[0]) - before if len(info) == _ACKED.size else None


def bytes_sent(transport: object) -> int:
    """How many bytes have been given to a TCP connection so far: those that have arrived, and those on their way."""
    arrived = bytes_arrived(transport)
    if arrived is None:
        return 0
    on_the_way = fcntl.ioctl(lowest(transport).getHandle(), termios.TIOCOUTQ, bytes(4))
    return arrived + int.from_bytes(on_the_way, sys.byteorder)
