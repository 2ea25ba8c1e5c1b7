"""The first line of the log: the data folder, and the commands that reach the server."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from socket import AF_INET, AF_INET6, AddressFamily
from typing import NamedTuple

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress

from chat.net.addresses import parse_host, shown

_EVERYWHERE = {"0.0.0.0": (AF_INET,), "::": (AF_INET, AF_INET6)}


class Announcement(NamedTuple):
    """Makes the line from the server's data folder, if any, its TLS, and the addresses of this machine."""

    folder: Path | None
    has_tls: bool
    machine_addresses: Callable[[AddressFamily], Sequence[str]]

    def text(self, listening: Sequence[IAddress]) -> str:
        """The line, for a server that listens on these addresses.

        If other machines can reach it, the commands are for them, otherwise for this machine.
        """
        kept = "messages are not kept" if self.folder is None else f"messages are kept in {self.folder.absolute()}"
        endpoints = [each for address in listening for each in self._endpoints(address)]
        public = [(host, port) for host, port in endpoints if not _is_loopback(host)]
        ways = [way for host, port in public or endpoints for way in self._ways(host, port)]
        if not public:
            ways += [f"nc -U {shown(each)}" for each in listening if not isinstance(each, IPv4Address | IPv6Address)]
        where = "connect with" if public else "connect on this machine with"
        return f"{kept}; {where} {' or '.join(ways)}" if ways else kept

    def _endpoints(self, address: IAddress) -> Iterator[tuple[str, int]]:
        if not isinstance(address, IPv4Address | IPv6Address):
            return
        families = _EVERYWHERE.get(address.host)
        if families is None:
            yield address.host, address.port
            return
        found = [host for family in families for host in self.machine_addresses(family)]
        for host in found or ["127.0.0.1"]:
            yield host, address.port

    def _ways(self, host: str, port: int) -> Sequence[str]:
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if self.has_tls:
            return f"openssl s_client -quiet -connect {place}", f"https://{place}/"
        return f"nc {host} {port}", f"http://{place}/"


def _is_loopback(host: str) -> bool:
    address = parse_host(host)
    return address is not None and address.is_loopback
