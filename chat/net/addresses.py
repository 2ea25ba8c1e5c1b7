"""The addresses of peers: the one place that reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from os import fsdecode

from twisted.internet import address as addresses
from twisted.internet.interfaces import IAddress
from zope.interface import implementer

Networks = Sequence[IPv4Network | IPv6Network]

# The source of a peer that has no IP address: a socket in the file system, or a test.
HERE = "here"
# A tuple: a union would be made anew at each question.
_IP = (addresses.IPv4Address, addresses.IPv6Address)


@implementer(IAddress)
@dataclass(frozen=True, slots=True)
class Behind:
    """An unknown client behind `proxy`. It is not local, and in no network."""

    proxy: IAddress


def believed(proxy: IAddress, client: IAddress | None) -> IAddress:
    """The peer of a connection that came through `proxy`, which names `client`, or names none (None).

    A proxy on another machine may name its own loopback address: that is not this machine.
    """
    if client is None or (is_local(client) and not is_local(proxy)):
        return Behind(proxy)
    return client


def shown(address: IAddress | None) -> str:
    """An address for the log: `127.0.0.1:8080`, or a path."""
    if isinstance(address, Behind):
        return f"behind {shown(address.proxy)}"
    if isinstance(address, _IP):
        return f"{address.host}:{address.port}"
    return fsdecode(getattr(address, "name", None) or "somewhere")


def host_of(address: IAddress | None) -> IPv4Address | IPv6Address | None:
    """The peer's IP address, or None if it has none. An IPv4 client of an IPv6 listener has its IPv4 address."""
    if not isinstance(address, _IP):
        return None
    return parse_host(address.host)


# Cached: each connection asks several times.
@lru_cache(maxsize=1024)
def parse_host(text: str) -> IPv4Address | IPv6Address | None:
    """The IP address that `text` spells, without a zone (`%eth0`) and without `::ffff:`; None for anything else."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def source_of(address: IAddress | None) -> str:
    """The source that a peer counts for: its IPv4 address, its IPv6 network of 64 bits, or `HERE`."""
    if isinstance(address, _IP):
        return _source_of_host(address.host)
    return source_of(address.proxy) if isinstance(address, Behind) else HERE


@lru_cache(maxsize=1024)
def _source_of_host(text: str) -> str:
    host = parse_host(text)
    if host is None:
        return HERE
    return str(IPv6Network((host, 64), strict=False) if isinstance(host, IPv6Address) else host)


def is_local(address: IAddress | None) -> bool:
    """Whether a peer is on this machine."""
    host = host_of(address)
    return host.is_loopback if host is not None else not isinstance(address, Behind)


def is_in(address: IAddress | None, networks: Networks) -> bool:
    """Whether a peer is in one of `networks`. A peer on a socket in the file system never is."""
    if not networks:
        return False
    host = host_of(address)
    return host is not None and any(host in network for network in networks)
