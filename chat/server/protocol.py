"""One connection to the chat: turns the bytes of any wire into the commands of a session."""

import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from typing import Protocol, cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.errors import ChatError
from chat.hub.session import Session
from chat.interfaces import Codec, Decoded, Peer, Reason, State
from chat.net.addresses import shown, source_of
from chat.net.deadlines import Deadlines
from chat.net.transports import has_ended
from chat.server.connection import Connection, Host
from chat.server.log import ConnectionLogger
from chat.server.pace import Pace, Paces
from chat.wire import PEOPLE, Wire, wire_of
from chat.wire.composing import ComposingCodec
from chat.wire.framing import Framer, Negotiated

log = ConnectionLogger(namespace="chat.server")

# The beginning of an HTTP request, with any method. The port gives to the site all requests that it recognises.
_REQUEST = re.compile(rb"[A-Z][A-Z-]* (/|\*|https?:)")

# The reason for the log when a refused connection ends, by the code of the refusal.
_REFUSALS = {
    "server_full": Reason.SERVER_FULL,
    "address_full": Reason.ADDRESS_FULL,
    "banned": Reason.BANNED,
    "tls_required": Reason.TLS_REQUIRED,
}


class ChatHost(Host, Protocol):
    """The factory of a `ChatProtocol`, as the connection sees it."""

    wires: Sequence[Wire]
    paces: Paces
    registration: "Deadlines[ChatProtocol]"

    def new_session(self, peer: Peer, address: str) -> Session:
        """The domain's side of a connection from that address."""

    def opened(self, connection: "ChatProtocol") -> None:
        """`connection` is made: count it, and decide whether it is refused."""

    def closed(self, connection: "ChatProtocol") -> None:
        """`connection` is lost: forget it."""


@implementer(IHalfCloseableProtocol)
class ChatProtocol(Connection):
    """One connection: the bytes of a `Session`, whose `Peer` it is. Its first line says which wire it speaks.

    With a `refusal` the connection hears only that error, as soon as its wire is known.
    """

    factory: ChatHost
    framer_class = PEOPLE.framer

    def __init__(self, factory: ChatHost, number: int, address: IAddress | None) -> None:
        super().__init__(factory, number)
        self.session = factory.new_session(self, source_of(address))
        self.pace = Pace(factory.paces, self.session, factory.seconds())
        self.address = address
        self.refusal: ChatError | None = None
        self._ended: Deferred[None] | None = None
        self._has_ended = False
        # How many of the lines that came are counted already.
        self._counted = 0

    def connectionMade(self) -> None:
        self.open_outbox()
        log.info("connected: {connection} from {address}", connection=self.number, address=shown(self.address))
        self.factory.opened(self)

    def chunk_received(self, data: bytes) -> None:
        """See `FramedReceiver.chunk_received`. All bytes are counted, also those that make no line."""
        factory, framer = self.factory, self.framer
        if self.outbox is not None and self.outbox.unsent:
            # A client that answers has received what was sent before.
            self.check_sent()
        lines = framer.feed(data)
        if factory.is_started:
            self._counted = self.pace.take_chunk(factory.seconds(), len(data), lines)
        if framer.negotiated is not None:
            self._negotiate(framer.negotiated)
        if framer.unframed >= factory.limits.unframed_bytes:
            self.cut(Reason.UNFRAMED)

    def lineReceived(self, line: bytes) -> None:
        """Handle one line. An error concerns this connection alone."""
        if self.codec is None and self._is_of_no_wire(line):
            return
        command = None
        try:
            codec = self.codec or self._choose_codec(line)
            decoded = codec.decode(line, self.session.place)
            if decoded is None:
                self._blank_line()
            elif self.refusal is not None:
                self._turn_away(self.refusal, decoded)
            else:
                if decoded.answer:
                    self._write(decoded.answer)
                was_refused = False
                for command in decoded.commands:
                    if (refused := self.session.handle(command)) is not None:
                        was_refused = True
                        if refused.code == "busy" and self.factory.is_started:
                            self.rest()
                if decoded.codec is not None and not (was_refused and decoded.is_asked_first):
                    self.codec = decoded.codec
                if len(decoded.commands) > 1:
                    self._count_more(len(decoded.commands) - 1)
        except ChatError as error:
            self.session.refuse(error)
        except Exception:
            log.failure("failed: connection {connection}", connection=self.number)
            self.session.refuse(ChatError("internal", request_id=command.id if command else None))

    def line_handled(self) -> None:
        """Count the line if it is not counted yet, and pause reading if lines come too fast."""
        if self._counted:
            self._counted -= 1
        elif self.factory.is_started and not self.pace.take(now := self.factory.seconds()):
            self._slow_down(now)

    def probe(self) -> None:
        """See `Connection.probe`. A client that has ended its input may be gone; only sending to it shows that."""
        if not self._has_ended and has_ended(self.transport):
            self._has_ended = True
            self.session.refuse(ChatError("slowed", rate=self.factory.limits.lines_per_second))

    def lineLengthExceeded(self, line: bytes) -> None:
        """A line was too long: say so; the framer has discarded it. `line` is its beginning."""
        request_id = self._choose_codec(line).request_id(line)
        self.session.refuse(ChatError("too_long", request_id=request_id, limit=self.factory.limits.line_bytes))

    def readConnectionLost(self) -> None:
        """The client has ended its input (`nc -N`): answer it, then close."""
        self.check_sent()
        self.input_ended()

    def all_handled(self) -> None:
        """See `FramedReceiver.all_handled`."""
        if isinstance(self.codec, ComposingCodec):
            # The client may still read, as `nc -N` does.
            self.codec = self.codec.before
            self.session.refuse(ChatError("not_ended"))
        self.session.finish(Reason.INPUT_ENDED)

    def writeConnectionLost(self) -> None:
        """The client reads no more, so it cannot get answers."""
        self.cut(Reason.CUT)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.clearLineBuffer()
        if self.outbox is not None:
            self.outbox.drop()
            self.outbox = None
        try:
            self.session.close()
        except Exception:
            log.failure("failed: departure of connection {connection}", connection=self.number)
        log.info("disconnected: {connection}, {reason}", connection=self.number, reason=self.reason)
        self.factory.closed(self)
        if self._ended is not None:
            self._ended.callback(None)

    def when_ended(self) -> Deferred[None]:
        """Fires when the connection is lost; it must not be lost yet."""
        if self._ended is None:
            self._ended = Deferred()
        return self._ended

    def registration_expired(self) -> None:
        """Say that the time is over and close, unless the session has a name or is just being let in."""
        if self.session.is_held:
            self.factory.registration.add(self)
        elif self.session.state is State.NEW:
            self.session.refuse(ChatError("registration_timeout"))
            self.session.finish(Reason.REGISTRATION_TIMEOUT)

    def _is_of_no_wire(self, line: bytes) -> bool:
        """Handle a first line that belongs to no wire: a blank one, or one of some other protocol."""
        typed = line.removeprefix(BOM_UTF8).lstrip()
        if not typed:
            self._blank_line()
            return True
        if _REQUEST.match(typed):
            self.cut(Reason.HTTP)
            return True
        if 0 in line:
            # Some other protocol: a line of chat has no NUL.
            self.cut(Reason.BINARY)
            return True
        return False

    def _blank_line(self) -> None:
        if self.refusal is None:
            self.session.prompt()
        else:
            self._turn_away(self.refusal, Decoded())

    def _choose_codec(self, line: bytes) -> Codec:
        if self.codec is None:
            wire = wire_of(line, self.factory.wires)
            self.codec = wire.codec()
            self.framer = cast("Framer", self.framer).handed_to(wire.framer)
        return self.codec

    def _turn_away(self, refusal: ChatError, decoded: Decoded) -> None:
        log.info("refused: {connection}, {code}", connection=self.number, code=refusal.code)
        self.session.refuse(refusal, decoded.commands[0].id if decoded.commands else None)
        self.session.finish(_REFUSALS[refusal.code])

    def _negotiate(self, negotiated: Negotiated) -> None:
        self.framer.negotiated = None
        self._count_more(negotiated.size / self.factory.limits.telnet_line_bytes)
        self._write(negotiated.answer)

    def _write(self, data: bytes) -> None:
        if self.outbox is not None:
            self.outbox.write(data)

    def _count_more(self, lines: float) -> None:
        """Count this many lines more, and pause reading if that is too much."""
        if self.factory.is_started and not self.pace.take(now := self.factory.seconds(), lines):
            self._slow_down(now)

    def _slow_down(self, now: float) -> None:
        complaint = self.pace.complaint(now)
        if complaint is not None:
            self.session.refuse(complaint)
        self.rest()
