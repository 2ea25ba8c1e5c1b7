"""One port for every kind of client: the first bytes of a connection say what it speaks.

An `OnePort` is a table from first bytes to factories. A connection begins with a `Sniffer`. It keeps the first bytes
until one row is certain. Then it hands the transport to a protocol of that row's factory, and costs nothing more. TLS
and the PROXY protocol are rows like others; behind them stands another `OnePort`.
"""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from twisted.internet.interfaces import (
    IAddress,
    IHalfCloseableProtocol,
    IHandshakeListener,
    INegotiated,
    IProtocol,
    IProtocolFactory,
    IReactorTime,
    ITCPTransport,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.accounts.bans import Bans
from chat.limits import Limits
from chat.net.addresses import is_in, source_of
from chat.net.deadlines import Deadlines
from chat.net.transports import hand_over
from chat.server.admission import Admission
from chat.server.pace import Paces

# The methods of RFC 9110 and of IANA's registry, and how the target of a request can begin (RFC 9112, 3.2).
_METHODS = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "QUERY",
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "COPY",
    "LABEL",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "ORDERPATCH",
    "PROPFIND",
    "PROPPATCH",
    "REBIND",
    "REPORT",
    "SEARCH",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
]
_TARGETS = ("/", "*", "http:", "https:", "HTTP:", "HTTPS:")
# The target of CONNECT is a host. PRI begins HTTP/2 without an agreement on it.
HTTP_STARTS: Sequence[bytes] = (
    *(f"{method} {target}".encode() for method in _METHODS for target in _TARGETS),
    b"CONNECT ",
    b"PRI * HTTP/2",
)


class Beginning(NamedTuple):
    """A connection that begins with `prefix` goes to `factory`, once `least` bytes are here and `fit` accepts them."""

    prefix: bytes
    factory: IProtocolFactory
    least: int = 1
    fit: Callable[[bytes], bool] | None = None


class PendingConnections:
    """The connections of all of a server's `OnePort`s whose wire is not known yet, with their deadlines.

    `connected` returns how many connections have been decided and are still open. If there are too many of both, one
    is closed: the oldest from the address that has most of them. If one address has too many, its oldest is closed.
    Deadlines count from `start`.
    """

    def __init__(
        self, limits: Limits, connected: Callable[[], int] = lambda: 0, admission: Admission | None = None
    ) -> None:
        self.limits = limits
        self._connected = connected
        self.admission = admission or Admission(limits, Bans(lambda: 0.0), Paces(limits))
        self._clock: IReactorTime | None = None
        self._all: dict[Sniffer, None] = {}
        self._handshakes = Deadlines(limits.handshake_seconds, Sniffer.cut, reads_first=True)
        self._mute = Deadlines(limits.registration_seconds, Sniffer.expired, reads_first=True)
        self._starts = 0

    def __len__(self) -> int:
        return len(self._all)

    def start(self, clock: IReactorTime) -> None:
        """Start the deadlines. They end after as many calls of `stop`."""
        self._starts += 1
        self._clock = clock
        for deadlines in self._deadlines():
            deadlines.start(clock)

    def stop(self) -> None:
        """Undo one `start`. The last call cuts the connections that are left."""
        self._starts -= 1
        if not self._starts:
            for sniffer in list(self._all):
                sniffer.cut()
            for deadlines in self._deadlines():
                deadlines.stop()

    def begin(self, sniffer: "Sniffer", *, is_shaking_hands: bool) -> None:
        """A connection is made. `is_shaking_hands`: a TLS handshake comes first."""
        self._all[sniffer] = None
        self.admission.came(sniffer.address)
        if self._clock is not None and not is_in(sniffer.address, self.admission.proxies):
            self.admission.paces.count_connection(source_of(sniffer.address), self._clock.seconds())
        self._mute.add(sniffer)
        if is_shaking_hands:
            self._handshakes.add(sniffer)
        if len(self._all) + self._connected() > self.limits.max_clients + self.limits.turned_away:
            self._give_way()
        elif self.admission.is_over(sniffer.address):
            self._give_way_to(sniffer)

    def shaken(self, sniffer: "Sniffer") -> None:
        """Its handshake is over."""
        self._handshakes.discard(sniffer)

    def end(self, sniffer: "Sniffer") -> None:
        """The wire of a connection is known, or it is gone."""
        if self._all.pop(sniffer, sniffer) is None:
            self.admission.went(sniffer.address)
        self._handshakes.discard(sniffer)
        self._mute.discard(sniffer)

    def _give_way(self) -> None:
        [(most, _)] = Counter(source_of(each.address) for each in self._all).most_common(1)
        self._refuse(next(each for each in self._all if source_of(each.address) == most))

    def _give_way_to(self, newest: "Sniffer") -> None:
        source = source_of(newest.address)
        oldest = next(each for each in self._all if source_of(each.address) == source)
        # The newest connection hears that there is no place, unless too many wait to hear that.
        if oldest is not newest or self.admission.is_over(newest.address, self.limits.turned_away):
            self._refuse(oldest)

    def _refuse(self, sniffer: "Sniffer") -> None:
        self.admission.refused["gave_way"] += 1
        sniffer.cut()

    def _deadlines(self) -> tuple[Deadlines["Sniffer"], ...]:
        return (self._handshakes, self._mute)


@implementer(IHalfCloseableProtocol, IHandshakeListener)
class Sniffer(Protocol):
    """A connection whose wire is not known yet. The decision does not depend on how its first bytes are split."""

    def __init__(self, port: "OnePort") -> None:
        self._port = port
        self._head = b""
        self.address: IAddress | None = None

    def connectionMade(self) -> None:
        transport: Any = self.transport
        self.address = transport.getPeer()
        self._port.pending.begin(self, is_shaking_hands=INegotiated.providedBy(transport))

    def handshakeCompleted(self) -> None:
        """The TLS handshake is done. An agreed protocol (ALPN) may decide at once."""
        agreed = INegotiated(self.transport).negotiatedProtocol
        factory = self._port.agreements.get(agreed or b"")
        if factory is not None:
            self._hand_over(factory)
        else:
            self._port.pending.shaken(self)

    def dataReceived(self, data: bytes) -> None:
        self._head += data
        factory = self._port.choose(self._head)
        if factory is not None:
            self._hand_over(factory)

    def readConnectionLost(self) -> None:
        """The client has closed its side: a beginning that is still in doubt goes to the chat."""
        successor = self._hand_over(self._port.otherwise) if self._head else None
        if IHalfCloseableProtocol.providedBy(successor):
            IHalfCloseableProtocol(successor).readConnectionLost()
        else:
            cast("ITCPTransport", self.transport).loseConnection()

    def writeConnectionLost(self) -> None:
        """The client reads no more."""
        self.cut()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._port.pending.end(self)

    def expired(self) -> None:
        """The client took too long. A silent one is told so, unless it may still begin TLS."""
        if self._head or not self._port.last_words:
            self.cut()
            return
        self._port.pending.end(self)
        transport = cast("ITCPTransport", self.transport)
        transport.write(self._port.last_words)
        transport.loseConnection()

    def cut(self) -> None:
        """Close at once: it took too long, or another connection needs the place."""
        self._port.pending.end(self)
        cast("ITCPTransport", self.transport).abortConnection()

    def _hand_over(self, factory: IProtocolFactory) -> IProtocol | None:
        self._port.pending.end(self)
        transport: Any = self.transport
        successor = factory.buildProtocol(transport.getPeer())
        if successor is None:
            transport.abortConnection()
            return None
        hand_over(transport, successor, self._head)
        return successor


class OnePort(Factory[Sniffer]):
    """Gives each connection to the factory that its first bytes ask for. Until then nothing is written to it.

    `rows` are tried in their order; `otherwise` takes what begins like none of them. `agreements` are factories by the
    protocol that TLS agreed on (ALPN). All ports of one server share `pending`. A connection that stays silent gets
    `last_words` before it is closed. `clock` is the reactor unless given.
    """

    noisy = False

    def __init__(
        self,
        rows: Sequence[Beginning],
        otherwise: IProtocolFactory,
        pending: PendingConnections,
        agreements: Mapping[bytes, IProtocolFactory] | None = None,
        clock: IReactorTime | None = None,
        last_words: bytes = b"",
    ) -> None:
        self.last_words = last_words
        self.otherwise = otherwise
        self.pending = pending
        self.agreements = agreements or {}
        self._clock = clock
        self._rows: dict[int, list[Beginning]] = {}
        for row in rows:
            self._rows.setdefault(row.prefix[0], []).append(row)
        targets = [row.factory for row in rows] + [otherwise, *self.agreements.values()]
        self._targets = list({id(target): target for target in targets}.values())

    def choose(self, head: bytes) -> IProtocolFactory | None:
        """The factory for a connection that begins with `head` (at least a byte); None while more bytes are needed."""
        if head[0] == BOM_UTF8[0]:
            # A file that is piped in may begin with one. Each protocol removes it.
            if BOM_UTF8.startswith(head):
                return None
            head = head.removeprefix(BOM_UTF8)
        is_doubtful = False
        for prefix, factory, least, fit in self._rows.get(head[0], ()):
            if head.startswith(prefix) and len(head) >= least:
                if fit is None or fit(head):
                    return factory
            else:
                is_doubtful = is_doubtful or prefix.startswith(head[: len(prefix)])
        return None if is_doubtful else self.otherwise

    def buildProtocol(self, addr: IAddress | None) -> Sniffer:
        return Sniffer(self)

    def startFactory(self) -> None:
        if self._clock is None:
            from twisted.internet import reactor

            self._clock = IReactorTime(reactor)
        self.pending.start(self._clock)
        for target in self._targets:
            target.doStart()

    def stopFactory(self) -> None:
        for target in self._targets:
            target.doStop()
        self.pending.stop()
