"""The host names that this server answers to: the defence against DNS rebinding.

In that attack a page makes its own host name lead to our address, and asks us as if we were its own server.
"""

import re
import socket
from collections.abc import Callable, Collection
from typing import Final, NamedTuple

from chat.net.addresses import parse_host

_PORT: Final = re.compile(r"[0-9]{0,5}")
_NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_LONGEST: Final = 253


class Authority(NamedTuple):
    """The host and, where it says one, the port of an address; `host` is in lower case, an IPv6 address in brackets."""

    host: str
    port: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host


def parse_authority(text: str) -> Authority | None:
    """The host and port in a `Host` header, or in an absolute address; None if it is malformed."""
    if text.startswith("["):
        host, bracket, port = text.partition("]")
        host += bracket
        if not bracket or (port and not port.startswith(":")) or parse_host(host[1:-1]) is None:
            return None
        port = port[1:]
    else:
        host, _, port = text.partition(":")
        host = host.lower().removesuffix(".")
        if len(host) > _LONGEST or _NAME.fullmatch(host) is None:
            return None
    return Authority(host.lower(), port) if _PORT.fullmatch(port) else None


def parse_host_name(text: str) -> str | None:
    """A configured host name in lower case and ASCII, perhaps beginning with `*.`; None if it is malformed."""
    wildcard = text[:2] if text.startswith("*.") else ""
    try:
        name = text.removeprefix("*.").rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return wildcard + name if len(name) <= _LONGEST and _NAME.fullmatch(name) else None


class Hosts:
    """Knows `names`, this machine's names, those that `certified` returns at the time, and all IP addresses.

    `*.example.org` stands for every name below it.
    """

    def __init__(self, names: Collection[str] = (), certified: Callable[[], Collection[str]] = tuple) -> None:
        self._names = frozenset(names) | {"localhost", "*.localhost"} | _own_names()
        self._certified = certified

    def permit(self, host: str) -> bool:
        """Whether a request may be for `host`, as `parse_authority` tells it.

        IP addresses are permitted: no other site has one of our addresses in its URL.
        """
        if parse_host(host.strip("[]")) is not None:
            return True
        parts = host.split(".")
        known = {host, *("*." + ".".join(parts[at:]) for at in range(1, len(parts)))}
        return not known.isdisjoint(self._names) or not known.isdisjoint(self._certified())


class AnyHost(Hosts):
    """Answers to every name, for tests and for sites that refuse everything."""

    def __init__(self) -> None:
        super().__init__()

    def permit(self, host: str) -> bool:
        return True


def _own_names() -> frozenset[str]:
    """This machine's names: the host name, the one in its domain, and the one of multicast DNS (`.local`)."""
    name, full = socket.gethostname().lower(), socket.getfqdn().lower()
    return frozenset((name, full, f"{name.partition('.')[0]}.local"))
