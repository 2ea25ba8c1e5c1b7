"""The headers by which reverse proxies name the client: `Forwarded` (RFC 7239), and the older `X-Forwarded-…`."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address
from typing import Final, NamedTuple

from twisted.internet import address as addresses
from twisted.internet.interfaces import IAddress
from twisted.web.http_headers import Headers

from chat.net.addresses import Networks, believed, is_in, parse_host

# A request with one of these headers has come through a proxy.
_SIGNS: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
# Longer chains of proxies do not exist.
_HOPS: Final = 20
_PAIR: Final = re.compile(r'\s*([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*', re.IGNORECASE)
_NODE: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)|([0-9A-Fa-f:]+:[0-9A-Fa-f:.]*))(?::[0-9]{1,5})?")


class Caller(NamedTuple):
    """The origin of a request: its `client`, and the `scheme` and `host` that a proxy names."""

    client: IAddress
    scheme: str | None = None
    host: str | None = None


def is_forwarded(headers: Headers) -> bool:
    """Whether a request comes through a proxy, as far as its headers tell."""
    return any(map(headers.hasHeader, _SIGNS))


def caller_of(peer: IAddress, headers: Headers, trusted: Networks) -> Caller:
    """Where a request from `peer` comes from. The headers count only if `peer` is in `trusted`.

    The client is the last hop that is not in `trusted`. The hops before it may be forged.
    """
    if not is_in(peer, trusted) or not is_forwarded(headers):
        return Caller(peer)
    new, old = _hops(headers, "forwarded"), _hops(headers, "x-forwarded-for")
    by_new = _client(peer, [hop.get("for", "") for hop in map(_pairs, new)], trusted)
    by_old = _client(peer, old, trusted)
    if new and old and by_new[0] != by_old[0]:
        # The proxy wrote one of the two, and the client may have forged the other.
        return Caller(believed(peer, None))
    if new:
        client, at = by_new
        said = _pairs(new[at])
        return Caller(client, _scheme(said.get("proto")), said.get("host"))
    schemes, hosts = _hops(headers, "x-forwarded-proto"), _hops(headers, "x-forwarded-host")
    return Caller(by_old[0], _scheme(schemes[-1]) if schemes else None, hosts[-1] if hosts else None)


def _hops(headers: Headers, name: str) -> Sequence[str]:
    """The parts of the headers called `name`, at most the last `_HOPS`."""
    text = ",".join(headers.getRawHeaders(name, []))
    return [part.strip() for part in text.rsplit(",", _HOPS)[-_HOPS:]] if text.strip() else []


def _client(peer: IAddress, hops: Sequence[str], trusted: Networks) -> tuple[IAddress, int]:
    """The client behind the proxies, and the index of the hop that names it."""
    client, at = believed(peer, None), 0
    for at in range(len(hops) - 1, -1, -1):
        hop = _node(hops[at])
        client = believed(peer, hop)
        if hop is None or not is_in(hop, trusted):
            break
    return client, at


def _node(text: str) -> IAddress | None:
    """The address of a hop; None if it has none: `unknown`, an obfuscated name, or nonsense."""
    known = _NODE.fullmatch(text)
    host = parse_host(known[1] or known[2] or known[3]) if known else None
    if host is None:
        return None
    kind = addresses.IPv4Address if isinstance(host, IPv4Address) else addresses.IPv6Address
    return kind("TCP", str(host), 0)


def _pairs(element: str) -> dict[str, str]:
    """The well-formed parameters of one element of a `Forwarded` header."""
    found: dict[str, str] = {}
    position = 0
    while pair := _PAIR.match(element, position):
        found.setdefault(pair[1].lower(), re.sub(r"\\(.)", r"\1", pair[2]) if pair[2] is not None else pair[3])
        position = pair.end() + 1
    return found


def _scheme(text: str | None) -> str | None:
    return text.lower() if text is not None and text.lower() in ("http", "https") else None
