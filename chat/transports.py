"""What is asked of a transport beyond Twisted's interfaces, where the transport has it."""

import select
from ipaddress import IPv6Network

from twisted.internet.abstract import FileDescriptor
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, ITCPTransport


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
