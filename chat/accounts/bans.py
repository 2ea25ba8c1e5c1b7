"""Bans of names and networks. The operator makes them; a ban with an end expires by itself."""

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from chat.limits import Limits
from chat.names import parse_known_name
from chat.store.interfaces import Ban

__all__ = ["Ban", "Bans", "Network", "parse_target", "target_of"]

Network = IPv4Network | IPv6Network
# The prefix length that counts as one address, by IP version.
_ONE = {4: 32, 6: 64}
# The number of bits before the IPv4 address in `::ffff:a.b.c.d`.
_MAPPED_BITS = 96


class Bans:
    """All bans in force. `now` is in seconds since the epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._bans: dict[str, Ban] = {}
        # Networks larger than one source, which cannot be looked up by it.
        self._wide: dict[str, Network] = {}

    def __iter__(self) -> Iterator[Ban]:
        """The bans in force, the oldest first."""
        return iter([ban for ban in self._bans.values() if self._is_in_force(ban)])

    def load(self, bans: Iterable[Ban]) -> None:
        """Add the bans that were made before this server started."""
        for ban in bans:
            self.add(ban)

    def add(self, ban: Ban) -> None:
        """Add a ban. It replaces one for the same name or network."""
        self.remove(ban.target)
        self._bans[ban.target] = ban
        if not ban.is_name:
            network = ip_network(ban.target)
            if network.prefixlen < _ONE[network.version]:
                self._wide[ban.target] = network

    def remove(self, target: str) -> bool:
        """End a ban; returns whether there was one in force."""
        self._wide.pop(target, None)
        ban = self._bans.pop(target, None)
        return ban is not None and self._is_in_force(ban)

    def check_name(self, key: str) -> None:
        """Raise ChatError (`banned`) if the name with this key is banned."""
        ban = self._bans.get(key)
        if ban is not None and self._is_in_force(ban):
            raise ban.error()

    def of_host(self, host: IPv4Address | IPv6Address | None, source: str) -> Ban | None:
        """The ban of an address, or None. `source` is `chat.net.addresses.source_of` that address."""
        if host is None or not self._bans:
            return None
        targets = [source, *(target for target, network in self._wide.items() if host in network)]
        found = filter(None, map(self._bans.get, targets))
        return next(filter(self._is_in_force, found), None)

    def _is_in_force(self, ban: Ban) -> bool:
        return ban.until is None or ban.until > self._now()


def target_of(network: Network) -> str:
    """A network as the target of a ban. An IPv6 address stands for its /64 network."""
    if network.version == 6 and network.prefixlen > _ONE[6]:
        network = network.supernet(new_prefix=_ONE[6])
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


def parse_target(text: str, limits: Limits) -> tuple[str, bool]:
    """The target that `text` names, as a ban has it, and whether that is a name. Raises ChatError if it is neither."""
    network = _parse_network(text)
    if network is not None:
        return target_of(network), False
    return parse_known_name(text, limits.name_characters).key, True


def _parse_network(text: str) -> Network | None:
    # A zone (`%eth0`) is no part of the address.
    address, slash, bits = text.partition("/")
    try:
        network = ip_network(address.partition("%")[0] + slash + bits, strict=False)
    except ValueError:
        return None
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is not None and network.prefixlen >= _MAPPED_BITS:
        return IPv4Network((mapped, network.prefixlen - _MAPPED_BITS), strict=False)
    return network
