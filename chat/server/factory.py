"""The Twisted side of the server: connections that speak lines, and the factory that owns what they share."""

import re
import time
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredList, execute
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, IReactorTime
from twisted.internet.protocol import ServerFactory, connectionDone
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.accounts.guesses import Guesses
from chat.accounts.passwords import Elsewhere, Passwords
from chat.accounts.rules import Accounts, Policy
from chat.accounts.tokens import new_secret
from chat.commands.table import COMMANDS, CommandSpec
from chat.errors import ChatError
from chat.events import Command, RequestId, ShuttingDown
from chat.hub.hub import Hub
from chat.hub.people import User
from chat.hub.room import Later
from chat.hub.session import Session
from chat.interfaces import Codec, Peer, Reason, State
from chat.limits import Limits
from chat.net.addresses import shown, source_of
from chat.net.deadlines import Deadlines
from chat.net.transports import has_ended
from chat.server.admission import Admission
from chat.server.connection import Connection
from chat.server.pace import Pace, Paces
from chat.server.places import refusal_of
from chat.store.interfaces import AccountStore
from chat.store.memory.store import MemoryStore
from chat.wire import TEXT, codec_for
from chat.wire.telnet import IAC, Telnet

log = Logger(namespace="chat.server.factory")

# How a request of HTTP begins, with whatever method. What the port takes for one never comes here.
_REQUEST = re.compile(rb"[A-Z][A-Z-]* (/|\*|https?:)")

# Why a connection ends that is refused from the beginning.
_REFUSALS = {
    "server_full": Reason.SERVER_FULL,
    "address_full": Reason.ADDRESS_FULL,
    "banned": Reason.BANNED,
    "tls_required": Reason.TLS_REQUIRED,
}


@implementer(IHalfCloseableProtocol)
class ChatProtocol(Connection):
    """One connection: the bytes of a `Session`, whose `Peer` it is. Its first line says which wire it speaks.

    `refusal` is an error that is all it will hear, as soon as its wire is known.
    """

    def __init__(self, factory: "ChatFactory", number: int, address: IAddress | None) -> None:
        super().__init__(factory, number)
        self.session = factory.new_session(self, source_of(address))
        self.pace = Pace(factory.paces, self.session, factory.seconds())
        self.address = address
        self.refusal: ChatError | None = None
        self._ended: Deferred[None] | None = None
        self._has_ended = False
        self._telnet: Telnet | None = None

    def connectionMade(self) -> None:
        self.open_outbox()
        log.info("connected: {connection} from {address}", connection=self.number, address=shown(self.address))
        self.factory.opened(self)

    def chunk_received(self, data: bytes) -> None:
        """See `FramedReceiver.chunk_received`. Bytes are counted, whatever comes of them."""
        # Who answers has got what was said before.
        self.check_sent()
        if self.factory.is_started:
            self.pace.count_bytes(len(data), self.factory.seconds())
        if self.codec in (None, TEXT) and (self._telnet is not None or IAC in data):
            data = self._without_telnet(data)
        self.framer.feed(data)
        if self.framer.unframed >= self.factory.limits.unframed_bytes:
            self.cut(Reason.UNFRAMED)

    def lineReceived(self, line: bytes) -> None:
        """Handle one line. Whatever goes wrong stays with this connection."""
        if self.codec is None and self._is_none_of_any_wire(line):
            return
        command = None
        try:
            codec = self.codec or self._choose_codec(line)
            command = codec.decode(line, self.session.place)
            self._handle(command)
        except ChatError as error:
            self.session.refuse(error)
        except Exception:
            log.failure("failed: connection {connection}", connection=self.number)
            self.session.refuse(ChatError("internal", request_id=command.id if command else None))

    def line_handled(self) -> None:
        """Count the line, and rest from reading where they come too fast."""
        if self.factory.is_started and not self.pace.take(now := self.factory.seconds()):
            self._slow_down(now)

    def probe(self) -> None:
        """Who has said all they will may be gone: a system that is told something for them then says so."""
        if not self._has_ended and has_ended(self.transport):
            self._has_ended = True
            self.session.refuse(ChatError("slowed", rate=self.factory.limits.lines_per_second))

    def lineLengthExceeded(self, line: bytes) -> None:
        """A line was too long: say so; the framer has discarded it. `line` is how it began."""
        request_id = self._choose_codec(line).request_id(line)
        self.session.refuse(ChatError("too_long", request_id=request_id, limit=self.factory.limits.line_bytes))

    def readConnectionLost(self) -> None:
        """The client has said all it will (`nc -N`): answer it, then close."""
        self.check_sent()
        self.input_ended()

    def all_handled(self) -> None:
        """See `FramedReceiver.all_handled`."""
        self.session.finish(Reason.INPUT_ENDED)

    def writeConnectionLost(self) -> None:
        """The client reads no more: there is nobody to talk to."""
        self.cut(Reason.CUT)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.clearLineBuffer()
        if self.outbox is not None:
            self.outbox.drop()
            self.outbox = None
        with log.failuresHandled("failed: departure of connection {connection}", connection=self.number):
            self.session.close()
        log.info("disconnected: {connection}, {reason}", connection=self.number, reason=self.reason.value)
        self.factory.closed(self)
        if self._ended is not None:
            self._ended.callback(None)

    def when_ended(self) -> Deferred[None]:
        """Fires when the connection, which is there now, is lost."""
        if self._ended is None:
            self._ended = Deferred()
        return self._ended

    def registration_expired(self) -> None:
        """Say so and close, unless it registered in time, or is just being let in."""
        if self.session.is_held:
            self.factory.registration.add(self)
        elif self.session.state is State.NEW:
            self.session.refuse(ChatError("registration_timeout"))
            self.session.finish(Reason.REGISTRATION_TIMEOUT)

    def _is_none_of_any_wire(self, line: bytes) -> bool:
        """Handle a line that does not say which wire this is: a blank one, or one of some other protocol."""
        typed = line.removeprefix(BOM_UTF8).lstrip()
        if not typed:
            self._handle(None)
            return True
        if _REQUEST.match(typed):
            self.cut(Reason.HTTP)
            return True
        if 0 in line:
            # Some other protocol: its bytes are nobody's lines.
            self.cut(Reason.BINARY)
            return True
        return False

    def _handle(self, command: Command | None) -> None:
        if self.refusal is not None:
            self._turn_away(self.refusal, command.id if command else None)
        elif command is None:
            self.session.prompt()
        else:
            refused = self.session.handle(command)
            if refused is not None and refused.code == "busy" and self.factory.is_started:
                self.rest()

    def _choose_codec(self, line: bytes) -> Codec:
        if self.codec is None:
            self.codec = codec_for(line)
        return self.codec

    def _turn_away(self, refusal: ChatError, request_id: RequestId) -> None:
        log.info("refused: {connection}, {code}", connection=self.number, code=refusal.code)
        self.session.refuse(refusal, request_id)
        self.session.finish(_REFUSALS[refusal.code])

    def _without_telnet(self, data: bytes) -> bytes:
        self._telnet = self._telnet or Telnet()
        text, answer = self._telnet.feed(data)
        if self.factory.is_started:
            self._count(max(0, len(data) - len(text)) / self.factory.limits.telnet_line_bytes)
        if self.outbox is not None:
            self.outbox.write(answer)
        return text

    def _count(self, lines: float) -> None:
        if not self.pace.take(now := self.factory.seconds(), lines):
            self._slow_down(now)

    def _slow_down(self, now: float) -> None:
        complaint = self.pace.complaint(now)
        if complaint is not None:
            self.session.refuse(complaint)
        self.rest()


class ChatFactory(ServerFactory["ChatProtocol"]):
    """Makes the connections of one server, and owns what they share: the hub with its users, and the commands.

    Without arguments it serves a test: a fresh hub on a store in memory. Its deadlines and rate limits run while
    it is started, as listening on a port does; `clock` is the reactor unless given. With `later` what is much work is
    done in several turns of the reactor.
    """

    protocol = ChatProtocol
    noisy = False
    commands: Mapping[str, CommandSpec] = COMMANDS

    def __init__(self, hub: Hub | None = None, clock: IReactorTime | None = None, later: Later | None = None) -> None:
        self.hub = hub or _fresh_hub()
        self.hub.visitors.open(self.new_session)
        self.limits = self.hub.limits
        self.later = later
        self.paces = Paces(self.limits)
        self.admission = Admission(self.limits, self.hub.bans, self.paces)
        self.connections: dict[ChatProtocol, None] = {}
        # How many connections have ended, by reason.
        self.ended: Counter[str] = Counter()
        self.registration = Deadlines(
            self.limits.registration_seconds, ChatProtocol.registration_expired, reads_first=True
        )
        self.slowdown = Deadlines(self.limits.slowdown_seconds, ChatProtocol.rested)
        self.unsent = Deadlines(self.limits.sent_seconds, ChatProtocol.check_sent)
        self.pings = Deadlines[Connection](self.limits.ping_seconds, lambda connection: connection.ping())
        self.sweeping = LoopingCall(self.hub.sweep)
        self.farewell = Deadlines(self.limits.farewell_seconds, ChatProtocol.farewell_expired)
        self._clock = clock
        self._count = 0
        self.is_started = False

    @property
    def users(self) -> dict[str, User]:
        """Who is here, by the keys of their names: the hub's own dict."""
        return self.hub.users

    def seconds(self) -> float:
        """The clock's time; 0 while there is no clock, which is until the factory is started."""
        return self._clock.seconds() if self._clock is not None else 0.0

    def startFactory(self) -> None:
        if self._clock is None:
            from twisted.internet import reactor

            self._clock = IReactorTime(reactor)
        self.is_started = True
        for deadlines in self._deadlines():
            deadlines.start(self._clock)
        self.sweeping.clock = self._clock
        self.sweeping.start(self.limits.sweep_seconds, now=False)

    def stopFactory(self) -> None:
        self.is_started = False
        if self.sweeping.running:
            self.sweeping.stop()
        self._stop_deadlines_when_idle()

    def buildProtocol(self, addr: IAddress | None) -> ChatProtocol:
        return self.protocol(self, self.next_number(), addr)

    def new_session(self, peer: Peer, address: str) -> Session:
        """The domain's side of a connection, or of a visitor's question, from that address."""
        return Session(self.hub, peer, self.commands, address)

    def next_number(self) -> int:
        """The number of one more connection."""
        self._count += 1
        return self._count

    def refusing(self, code: str) -> "RefusingFactory":
        """A factory whose connections are this one's, and hear only that error, each in its own wire."""
        return RefusingFactory(self, code)

    def opened(self, connection: ChatProtocol) -> None:
        """`connection` is made. One too many is told so as soon as it is known which wire it speaks."""
        self.connections[connection] = None
        self.admission.came(connection.address)
        if self.is_started and not connection.pace.may_go_on(self.seconds()):
            # It goes on where others of its address have left off.
            connection.rest()
        connection.refusal = connection.refusal or refusal_of(connection, self)
        self.registration.add(connection)
        if connection.refusal is not None:
            self.admission.refused[connection.refusal.code] += 1
            if len(self.connections) > self.limits.max_clients + self.limits.turned_away:
                connection.cut(Reason.SERVER_FULL)

    def closed(self, connection: ChatProtocol) -> None:
        """`connection` is lost."""
        if self.connections.pop(connection, connection) is None:
            self.admission.went(connection.address)
        self.ended[connection.reason.value] += 1
        for deadlines in self._deadlines():
            deadlines.discard(connection)
        self._stop_deadlines_when_idle()

    def shut_down(self) -> Deferred[None]:
        """Tell every client and close; fires when the last is gone, after at most `farewell_seconds`."""
        connections = list(self.connections)
        ended = [connection.when_ended() for connection in connections]
        self.hub.stop()
        for connection in connections:
            self.farewell.add(connection)
            connection.session.finish(Reason.SHUTDOWN, ShuttingDown())
        return DeferredList(ended).addCallback(lambda _: None)

    def _deadlines(self) -> Sequence[Deadlines[Any]]:
        return (self.registration, self.slowdown, self.unsent, self.pings, self.farewell)

    def _stop_deadlines_when_idle(self) -> None:
        # A stopped server still gives its last connections their time to close.
        if not self.is_started and not self.connections:
            for deadlines in self._deadlines():
                deadlines.stop()


class RefusingFactory(ServerFactory[ChatProtocol]):
    """Makes connections of `chat` that are told no more than an error, in their own wire. `chat` is started with it."""

    noisy = False

    def __init__(self, chat: ChatFactory, code: str) -> None:
        self._chat = chat
        self._code = code

    def buildProtocol(self, addr: IAddress | None) -> ChatProtocol:
        connection = self._chat.buildProtocol(addr)
        connection.refusal = ChatError(self._code)
        return connection

    def startFactory(self) -> None:
        self._chat.doStart()

    def stopFactory(self) -> None:
        self._chat.doStop()


def make_accounts(
    store: AccountStore, limits: Limits, policy: Policy | None = None, elsewhere: Elsewhere = execute
) -> Accounts:
    """Accounts with the system's clocks and its randomness. `elsewhere` makes calls off the reactor's thread."""
    passwords, guesses = Passwords(limits, elsewhere), Guesses(limits, time.monotonic)
    return Accounts(store, passwords, guesses, time.time, new_secret, policy or Policy(), limits)


def _fresh_hub() -> Hub:
    store = MemoryStore(Limits(), time.time)
    return Hub(store, make_accounts(store.accounts, Limits()), Limits())
