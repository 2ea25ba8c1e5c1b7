"""The Twisted side of the server: connections that speak lines, and the factory that owns what they share."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, IReactorTime, ITCPTransport
from twisted.internet.protocol import ServerFactory, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.commands import COMMANDS, CommandSpec, State
from chat.deadlines import Deadlines
from chat.errors import ChatError
from chat.events import Batch, Codec, Command, RequestId, ShuttingDown
from chat.framed import FramedReceiver
from chat.hub import Hub
from chat.limits import Limits
from chat.outbox import Outbox
from chat.session import Reason, Session
from chat.store.memory import MemoryStore
from chat.throttle import TokenBucket
from chat.transports import has_hung_up, keep_alive, shown
from chat.user import User
from chat.wire import TEXT, codec_for

log = Logger(namespace="chat.server")

# People see that somebody is there; a browser's spare connection skips up to four bytes before its answer.
GREETING = b"hi\r\n"


@implementer(IHalfCloseableProtocol)
class ChatProtocol(FramedReceiver):
    """One connection: the bytes of a `Session`, whose `Peer` it is. Its first line says which wire it speaks."""

    factory: "ChatFactory"

    def __init__(self, factory: "ChatFactory", number: int, address: str) -> None:
        super().__init__(factory.limits.line_bytes)
        self.factory = factory
        self.number = number
        self.address = address
        self.codec: Codec | None = None
        self.session = Session(factory.hub, self, factory.commands)
        self.is_one_too_many = False
        self.ended = Deferred[None]()
        self._bucket = TokenBucket(factory.limits.lines_per_second, factory.limits.burst_lines, factory.seconds())
        self._outbox: Outbox | None = None
        self._reason = Reason.CUT
        self._slowed = False

    # --- Peer: what the domain asks for

    def deliver(self, batch: Batch) -> bool:
        """See `Peer.deliver`."""
        if self._outbox is None:
            return False
        try:
            return self._outbox.write(batch.encoded(self.codec or TEXT))
        except Exception:
            log.failure("failed: delivery to connection {connection}", connection=self.number)
            self.cut(Reason.FAILED)
            return False

    def when_sent(self, call: Callable[[], None]) -> None:
        """See `Peer.when_sent`."""
        if self._outbox is not None:
            self._outbox.when_sent(call)

    def disconnect(self, reason: str) -> None:
        """See `Peer.disconnect`."""
        if self._outbox is not None:
            self._reason = Reason(reason)
            self._outbox.close()
            self.factory.farewell.add(self)

    def cut(self, reason: Reason) -> None:
        """Close at once, whatever is queued."""
        self._reason = reason
        if self._outbox is not None:
            self._outbox.drop()
        cast("ITCPTransport", self.transport).abortConnection()

    # --- what the transport tells

    def connectionMade(self) -> None:
        self._outbox = Outbox(
            cast("ITCPTransport", self.transport), self.factory.limits.outbox_bytes, partial(self.cut, Reason.TOO_SLOW)
        )
        keep_alive(self.transport)
        log.info("connected: {connection} from {address}", connection=self.number, address=self.address)
        self.factory.opened(self)

    def dataReceived(self, data: bytes) -> None:
        super().dataReceived(data)
        if self.framer.unframed >= self.factory.limits.unframed_bytes:
            self.cut(Reason.UNFRAMED)

    def lineReceived(self, line: bytes) -> None:
        """Handle one line. Whatever goes wrong stays with this connection."""
        if self.codec is None and not line.strip():
            self.session.prompt()
            return
        command = None
        try:
            command = self._choose_codec(line).decode(line, self.session.place)
            self._handle(command)
        except ChatError as error:
            self.session.refuse(error)
        except Exception:
            log.failure("failed: connection {connection}", connection=self.number)
            self.session.refuse(ChatError("internal", request_id=command.id if command else None))

    def line_handled(self) -> None:
        """Count the line, and rest from reading where they come too fast."""
        if self.factory.is_started:
            enough = self._bucket.take(self.factory.seconds())
            self._slowed = self._slowed and not self._bucket.was_full
            if not enough:
                self._slow_down()

    def lineLengthExceeded(self, line: bytes) -> None:
        """A line was too long: say so; the framer has discarded it. `line` is how it began."""
        self._choose_codec(line)
        self.session.refuse(ChatError("too_long", limit=self.factory.limits.line_bytes))

    def readConnectionLost(self) -> None:
        """The client has said all it will (`nc -N`): answer it, then close."""
        self.input_ended()
        self.session.finish(Reason.INPUT_ENDED)

    def writeConnectionLost(self) -> None:
        """The client reads no more: there is nobody to talk to."""
        self.cut(Reason.CUT)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._outbox is not None:
            self._outbox.drop()
            self._outbox = None
        with log.failuresHandled("failed: departure of connection {connection}", connection=self.number):
            self.session.close()
        log.info("disconnected: {connection}, {reason}", connection=self.number, reason=self._reason.value)
        self.factory.closed(self)
        self.ended.callback(None)

    def greet(self) -> None:
        """Nothing came for a while: a person sits there, or a browser keeps a spare connection."""
        if self.is_one_too_many:
            self._turn_away(None)
        elif self.codec is None and self._outbox is not None:
            self._outbox.write(GREETING)

    def registration_expired(self) -> None:
        """Say so and close, unless it registered in time."""
        if self.session.state is State.NEW:
            self.session.refuse(ChatError("registration_timeout"))
            self.session.finish(Reason.REGISTRATION_TIMEOUT)

    def rested(self) -> None:
        """Go on reading after a flood, when what was too much has been made up for."""
        if has_hung_up(self.transport):
            self.cut(Reason.CUT)
        elif self._bucket.has_recovered(self.factory.seconds()):
            self.resumeProducing()
        else:
            self.factory.slowdown.add(self)

    def farewell_expired(self) -> None:
        """It was to close and did not: its peer does not read."""
        self.cut(self._reason)

    def _handle(self, command: Command | None) -> None:
        if self.is_one_too_many:
            self._turn_away(command.id if command else None)
        elif command is None:
            self.session.prompt()
        else:
            was_new = self.session.state is State.NEW
            refused = self.session.handle(command)
            if was_new:
                self._log_registration(command, refused)
            if refused is not None and refused.code == "busy" and self.factory.is_started:
                self._rest()

    def _log_registration(self, command: Command, refused: ChatError | None) -> None:
        if self.session.user is not None:
            log.info("registered: {connection} as {name}", connection=self.number, name=self.session.user.name)
        elif refused is not None and command.name == "register":
            log.info("refused: {connection}, {code}", connection=self.number, code=refused.code)

    def _choose_codec(self, line: bytes) -> Codec:
        if self.codec is None:
            self.codec = codec_for(line)
        return self.codec

    def _turn_away(self, request_id: RequestId) -> None:
        log.info("refused: {connection}, server_full", connection=self.number)
        limit = self.factory.limits.max_clients
        self.session.refuse(ChatError("server_full", request_id=request_id, limit=limit))
        self.session.finish(Reason.SERVER_FULL)

    def _slow_down(self) -> None:
        if not self._slowed:
            self._slowed = True
            self.session.refuse(ChatError("slowed", rate=self.factory.limits.lines_per_second))
        self._rest()

    def _rest(self) -> None:
        self.pauseProducing()
        self.factory.slowdown.add(self)


class ChatFactory(ServerFactory["ChatProtocol"]):
    """Makes the connections of one server, and owns what they share: the hub with its users, and the commands.

    Without arguments it serves a test: a fresh hub on a store in memory. Its deadlines and rate limits run while
    it is started, as listening on a port does; `clock` is the reactor unless given.
    """

    protocol = ChatProtocol
    noisy = False
    commands: Mapping[str, CommandSpec] = COMMANDS

    def __init__(self, hub: Hub | None = None, clock: IReactorTime | None = None) -> None:
        self.hub = hub or Hub(MemoryStore(Limits(), time.time), Limits())
        self.limits = self.hub.limits
        self.connections: dict[ChatProtocol, None] = {}
        self.greeting = Deadlines(self.limits.greeting_seconds, ChatProtocol.greet)
        self.registration = Deadlines(self.limits.registration_seconds, ChatProtocol.registration_expired)
        self.slowdown = Deadlines(self.limits.slowdown_seconds, ChatProtocol.rested)
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

    def stopFactory(self) -> None:
        self.is_started = False
        self._stop_deadlines_when_idle()

    def buildProtocol(self, addr: IAddress | None) -> ChatProtocol:
        self._count += 1
        return self.protocol(self, self._count, shown(addr))

    def opened(self, connection: ChatProtocol) -> None:
        """`connection` is made. One too many is told so as soon as it is known which wire it speaks."""
        self.connections[connection] = None
        over = len(self.connections) - self.limits.max_clients
        if over > self.limits.turned_away:
            connection.cut(Reason.SERVER_FULL)
        elif over > 0:
            connection.is_one_too_many = True
        self.greeting.add(connection)
        self.registration.add(connection)

    def closed(self, connection: ChatProtocol) -> None:
        """`connection` is lost."""
        self.connections.pop(connection, None)
        for deadlines in self._deadlines():
            deadlines.discard(connection)
        self._stop_deadlines_when_idle()

    def shut_down(self) -> Deferred[None]:
        """Tell every client and close; fires when the last is gone, after at most `farewell_seconds`."""
        connections = list(self.connections)
        self.hub.stop()
        for connection in connections:
            self.farewell.add(connection)
            connection.session.finish(Reason.SHUTDOWN, ShuttingDown())
        return DeferredList([connection.ended for connection in connections]).addCallback(lambda _: None)

    def _deadlines(self) -> Sequence[Deadlines[ChatProtocol]]:
        return (self.greeting, self.registration, self.slowdown, self.farewell)

    def _stop_deadlines_when_idle(self) -> None:
        # A stopped server still gives its last connections their time to close.
        if not self.is_started and not self.connections:
            for deadlines in self._deadlines():
                deadlines.stop()
