"""The IP addresses of this machine, without a question to any name server and without a packet."""

import fcntl
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

# Addresses for documents (RFC 5737, RFC 3849). No route to them is special, so the system picks the one to everywhere.
_SOMEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
_PORT = 9
_SIOCGIFADDR = 0x8915
_IPV6_INTERFACES = Path("/proc/net/if_inet6")
_GLOBAL = "00"
_MOST = 32


def machine_addresses(family: socket.AddressFamily) -> Sequence[str]:
    """The addresses of `family` under which other machines can reach this one, the likeliest first; perhaps none.

    That is the address of the default route. If there is no such route, as in a network without a way out, these are
    the addresses of all interfaces.
    """
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing: it only chooses a route, and with it an address of this machine.
        probe.connect((_SOMEWHERE[family], _PORT))
        return [probe.getsockname()[0]]
    with suppress(OSError):
        return _ipv4_addresses() if family == socket.AF_INET else _ipv6_addresses()
    return []


def _ipv4_addresses() -> Sequence[str]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex()[:_MOST]:
            with suppress(OSError):
                answer = fcntl.ioctl(probe, _SIOCGIFADDR, struct.pack("256s", name.encode()))
                found.append(socket.inet_ntoa(answer[20:24]))
    return [address for address in found if not address.startswith("127.")]


def _ipv6_addresses() -> Sequence[str]:
    with _IPV6_INTERFACES.open() as lines:
        rows = [line.split() for line in islice(lines, _MOST)]
    return [
        socket.inet_ntop(socket.AF_INET6, bytes.fromhex(row[0]))
        for row in rows
        if row[3] == _GLOBAL and row[0] != f"{1:032x}"
    ]
