"""What is spoken on the server's port, and by whom it is answered: the one table of all of it."""

from collections.abc import Callable
from typing import NamedTuple

from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, IProtocol, IProtocolFactory, IReactorTime
from twisted.internet.protocol import Factory

# The public proxyEndpoint wraps whole endpoints only.
from twisted.protocols.haproxy._wrapper import HAProxyProtocolWrapper, HAProxyWrappingFactory
from twisted.protocols.policies import ProtocolWrapper
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from zope.interface import implementer

from chat.oneport import HTTP_STARTS, OnePort, Row, Undecided
from chat.server import ChatFactory
from chat.sources import Networks, is_in, is_local
from chat.tls import HTTP, Credentials
from chat.web.refusing import make_refusing_site

_TLS = b"\x16\x03"
_PROXY_V1 = b"PROXY "
_PROXY_V2 = b"\r\n\r\n\x00\r\nQUIT\n"
# What Twisted's parser needs to see at once.
_PROXY_V1_HEAD, _PROXY_V2_HEAD = 8, 16


class Entrance(NamedTuple):
    """How one gets in: with which TLS if any, whether without it, and which proxies are believed."""

    credentials: Credentials | None = None
    requires_tls: bool = False
    proxies: Networks = ()


class ByPeer(Factory[IProtocol]):  # type: ignore[type-var]
    """Gives a connection to `these` where `belongs` says so of its peer's address, and to `others` where not."""

    noisy = False

    def __init__(
        self, belongs: Callable[[IAddress | None], bool], these: IProtocolFactory, others: IProtocolFactory
    ) -> None:
        self._belongs = belongs
        self._these = these
        self._others = others

    def buildProtocol(self, addr: IAddress | None) -> IProtocol | None:
        return (self._these if self._belongs(addr) else self._others).buildProtocol(addr)  # type: ignore[arg-type]

    def startFactory(self) -> None:
        self._these.doStart()
        self._others.doStart()

    def stopFactory(self) -> None:
        self._these.doStop()
        self._others.doStop()


class EncryptingFactory(TLSMemoryBIOFactory):
    """TLS without a buffer of its own: what is written is a batch already, and goes to the transport at once."""

    protocol = TLSMemoryBIOProtocol


@implementer(IHalfCloseableProtocol)
class ProxiedProtocol(HAProxyProtocolWrapper):
    """A connection behind a proxy, which may be closed by halves as any other."""

    def readConnectionLost(self) -> None:
        heir = self.wrappedProtocol
        # TLS claims to provide whatever its transport does.
        if isinstance(heir, ProtocolWrapper) or not IHalfCloseableProtocol.providedBy(heir):
            self.loseConnection()
        else:
            IHalfCloseableProtocol(heir).readConnectionLost()

    def writeConnectionLost(self) -> None:
        self.loseConnection()


class ProxiedFactory(HAProxyWrappingFactory):
    """Takes the PROXY protocol's header from the beginning of each connection."""

    noisy = False
    protocol = ProxiedProtocol  # type: ignore[assignment]


def make_port(
    chat: ChatFactory, site: IProtocolFactory, entrance: Entrance, clock: IReactorTime | None = None
) -> IProtocolFactory:
    """The factory of every listening port of a server. `clock` is the reactor unless given."""
    chat.admission.proxies = entrance.proxies
    undecided = Undecided(chat.limits, lambda: len(chat.connections), chat.admission)
    rows: list[Row] = []
    open_chat: IProtocolFactory = chat
    open_site = site
    if entrance.credentials is not None:
        secure = OnePort(_http(site), chat, undecided, {HTTP: site}, clock)
        rows.append(Row(_TLS, EncryptingFactory(entrance.credentials, False, secure, clock)))
    if entrance.requires_tls:
        open_chat = ByPeer(is_local, chat, chat.refusing("tls_required"))
        open_site = ByPeer(is_local, site, make_refusing_site(chat.limits, "tls_required", clock, chat.admission))
    rows += _http(open_site)
    port = OnePort(rows, open_chat, undecided, clock=clock)
    if not entrance.proxies:
        return port
    behind = ProxiedFactory(port)
    proxied = [Row(_PROXY_V1, behind, _PROXY_V1_HEAD), Row(_PROXY_V2, behind, _PROXY_V2_HEAD)]
    trusted = OnePort([*proxied, *rows], open_chat, undecided, clock=clock)
    return ByPeer(lambda address: is_in(address, entrance.proxies), trusted, port)


def _http(site: IProtocolFactory) -> list[Row]:
    return [Row(start, site) for start in HTTP_STARTS]
