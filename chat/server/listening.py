"""The table of the server's port: which first bytes go to which factory."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from twisted.internet.interfaces import IAddress, IProtocol, IProtocolFactory, IReactorTime, ITCPTransport
from twisted.internet.protocol import Factory, Protocol
from twisted.logger import Logger
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol

from chat.errors import ChatError
from chat.events import Failure
from chat.net.addresses import Networks, is_in, is_local, shown
from chat.net.proxy import V1, V2, ProxiedFactory
from chat.net.tls import HTTP, TlsCredentials
from chat.server import ChatFactory
from chat.server.oneport import HTTP_STARTS, Beginning, OnePort, PendingConnections
from chat.wire import TEXT

log = Logger(namespace="chat.port")

_HANDSHAKE = b"\x16\x03"
# The other records of TLS (RFC 8446, 5.1): change_cipher_spec, alert, application_data, heartbeat.
_RECORDS = (b"\x14\x03", b"\x15\x03", b"\x17\x03", b"\x18\x03")
# A hello as of SSL 2: a length of two bytes, of which the highest bit is set, and then 1.
_OLD_HELLOS = tuple(bytes([first]) for first in range(0x80, 0x90))
_LATE = "registration_timeout"
# A fatal alert: unexpected_message.
_UNEXPECTED = b"\x15\x03\x01\x00\x02\x02\x0a"


class ISite(IProtocolFactory):
    """Makes the connections of HTTP."""

    def refusing(code: str) -> IProtocolFactory:  # noqa: N805 - a method of an interface has no self
        """A factory whose connections hear only that error."""


class PortSettings(NamedTuple):
    """The settings of a port. It speaks TLS if there are `credentials`. If it `requires_tls`, only this machine may

    chat without it. `proxies` are believed when they name their clients (PROXY protocol).
    """

    credentials: TlsCredentials | None = None
    requires_tls: bool = False
    proxies: Networks = ()


class ByPeer(Factory[IProtocol]):  # type: ignore[type-var]
    """Gives a connection to `these` if `belongs` is true of its peer's address, and otherwise to `others`."""

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
    """TLS without Twisted's buffer for small writes: we write batches, which go to the transport at once."""

    protocol = TLSMemoryBIOProtocol


class NoTls(Protocol):
    """Answers TLS on a server without TLS: with an alert that every TLS client understands."""

    def connectionMade(self) -> None:
        transport = cast("ITCPTransport", self.transport)
        log.info("cut: TLS from {address}, where there is none", address=shown(transport.getPeer()))
        transport.write(_UNEXPECTED)
        transport.loseConnection()


class NoTlsFactory(Factory[NoTls]):
    """Makes `NoTls`."""

    noisy = False
    protocol = NoTls


def make_port(
    chat: ChatFactory, site: ISite, settings: PortSettings, clock: IReactorTime | None = None
) -> IProtocolFactory:
    """The factory of every listening port of a server. `clock` is the reactor unless given."""
    chat.admission.proxies = [*chat.admission.proxies, *settings.proxies]
    pending = PendingConnections(chat.limits, lambda: len(chat.connections), chat.admission)
    too_late = TEXT.encode(Failure(code=_LATE, message=str(ChatError(_LATE))))
    no_tls = _tls_to(NoTlsFactory())
    rows: list[Beginning] = []
    open_chat: IProtocolFactory = chat
    open_site: IProtocolFactory = site
    if settings.credentials is not None:
        secure = OnePort([*no_tls, *_http(site)], chat, pending, {HTTP: site}, clock, too_late)
        rows.append(Beginning(_HANDSHAKE, EncryptingFactory(settings.credentials, False, secure, clock)))
        # A silent connection may still begin TLS, and a line of text would break its handshake.
        too_late = b""
    if settings.requires_tls:
        open_chat = ByPeer(is_local, chat, chat.refusing("tls_required"))
        open_site = ByPeer(is_local, site, site.refusing("tls_required"))
    rows += [*no_tls, *_http(open_site)]
    port = OnePort(rows, open_chat, pending, clock=clock, last_words=too_late)
    if not settings.proxies:
        return port
    behind = ProxiedFactory(port)
    trusted = OnePort([Beginning(V1, behind), Beginning(V2, behind), *rows], open_chat, pending, clock=clock)
    return ByPeer(lambda address: is_in(address, settings.proxies), trusted, port)


def _http(site: IProtocolFactory) -> list[Beginning]:
    return [Beginning(start, site) for start in HTTP_STARTS]


def _tls_to(factory: IProtocolFactory) -> Sequence[Beginning]:
    """All beginnings of TLS and SSL. No line of the chat begins so."""
    records = [Beginning(start, factory) for start in (_HANDSHAKE, *_RECORDS)]
    return [*records, *(Beginning(start, factory, 3, lambda head: head[2] == 1) for start in _OLD_HELLOS)]
