"""The PROXY protocol, versions 1 and 2: a proxy first names the client whose connection it passes on."""

import re
import struct
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from twisted.internet import address as addresses
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol
from twisted.logger import Logger
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from zope.interface import implementer

from chat.net.addresses import believed, shown

log = Logger(namespace="chat.port")

V1: Final = b"PROXY "
V2: Final = b"\r\n\r\n\x00\r\nQUIT\n"
_LONGEST_V1: Final = 107
# The signature, the version with the command, the family with the transport, and the length of what follows.
_V2_HEAD: Final = struct.Struct("!12sBBH")
_LOCAL, _PROXIED = 0x20, 0x21
_INET, _INET6, _UNIX = 1, 2, 3
# The bytes of the addresses of each family: two addresses and two ports, or two paths.
_SIZES: Final = {_INET: 12, _INET6: 36, _UNIX: 216}
_PORT: Final = re.compile(rb"0|[1-9][0-9]{0,4}")


class HeaderError(Exception):
    """A proxy sent something that is not a header of the PROXY protocol."""


class Header(NamedTuple):
    """The header of a proxy: it names the `client`, or none. With `is_own` the proxy speaks for itself.

    `size` is the length of the header in bytes.
    """

    size: int
    client: addresses.IPv4Address | addresses.IPv6Address | None = None
    is_own: bool = False


def parse_header(data: bytes) -> Header | None:
    """The header at the beginning of `data`; None while that may become one. Raises HeaderError."""
    if data.startswith(V2):
        return _parse_v2(data)
    end = data.find(b"\r\n", 0, _LONGEST_V1)
    if end < 0:
        if len(data) >= _LONGEST_V1:
            raise HeaderError
        return None
    return Header(end + 2, _client_v1(data[:end].split(b" ")))


def _client_v1(words: list[bytes]) -> addresses.IPv4Address | addresses.IPv6Address | None:
    if words[:2] == [b"PROXY", b"UNKNOWN"]:
        # The rest of the line, if there is any, is to be ignored.
        return None
    if len(words) != 6 or words[0] != b"PROXY" or not all(map(_PORT.fullmatch, words[4:])):
        raise HeaderError
    source, port = words[2].decode("latin-1"), int(words[4])
    try:
        if words[1] == b"TCP4":
            IPv4Address(words[3].decode("latin-1"))
            return addresses.IPv4Address("TCP", str(IPv4Address(source)), port)
        if words[1] == b"TCP6":
            IPv6Address(words[3].decode("latin-1"))
            return addresses.IPv6Address("TCP", str(IPv6Address(source)), port)
    except ValueError:
        raise HeaderError from None
    raise HeaderError


def _parse_v2(data: bytes) -> Header | None:
    if len(data) < _V2_HEAD.size:
        return None
    _, command, family, length = _V2_HEAD.unpack_from(data)
    size = _V2_HEAD.size + length
    if command not in (_LOCAL, _PROXIED):
        raise HeaderError
    if len(data) < size:
        return None
    if command == _LOCAL:
        return Header(size, is_own=True)
    if length < _SIZES.get(family >> 4, 0):
        raise HeaderError
    if family >> 4 == _INET:
        source, _, port = struct.unpack_from("!4s4sH", data, _V2_HEAD.size)
        return Header(size, addresses.IPv4Address("TCP", str(IPv4Address(source)), port))
    if family >> 4 == _INET6:
        source, _, port = struct.unpack_from("!16s16sH", data, _V2_HEAD.size)
        return Header(size, addresses.IPv6Address("TCP", str(IPv6Address(source)), port))
    return Header(size)


@implementer(IHalfCloseableProtocol)
class ProxiedProtocol(ProtocolWrapper):
    """A connection behind a proxy. Its peer is the one that the header names. Half-closing works as ever."""

    _head: bytes | None = b""
    _peer: IAddress | None = None

    def dataReceived(self, data: bytes) -> None:
        if self._head is None:
            super().dataReceived(data)
            return
        self._head += data
        try:
            header = parse_header(self._head)
        except HeaderError:
            log.info("cut: no PROXY header from {address}", address=shown(self.getPeer()))
            self._head = b""
            self.abortConnection()
            return
        if header is not None:
            rest, self._head = self._head[header.size :], None
            if not header.is_own:
                self._peer = believed(super().getPeer(), header.client)
            if rest:
                super().dataReceived(rest)

    def getPeer(self) -> IAddress:
        """The client's address, if the proxy names it; otherwise the proxy's."""
        return super().getPeer() if self._peer is None else self._peer

    def readConnectionLost(self) -> None:
        successor = self.wrappedProtocol
        # TLS claims to provide every interface of its transport.
        if isinstance(successor, ProtocolWrapper) or not IHalfCloseableProtocol.providedBy(successor):
            self.loseConnection()
        else:
            IHalfCloseableProtocol(successor).readConnectionLost()

    def writeConnectionLost(self) -> None:
        self.loseConnection()


class ProxiedFactory(WrappingFactory[ProxiedProtocol]):
    """Makes connections that begin with a header of the PROXY protocol."""

    noisy = False
    protocol = ProxiedProtocol
