"""The transport's side of a connection: it writes what the domain delivers, and pauses reading."""

from collections.abc import Callable
from typing import Any, Protocol, cast

from twisted.internet.interfaces import ITCPTransport

from chat.interfaces import Batch, Codec, Later, Reason
from chat.limits import Limits
from chat.net.deadlines import Deadlines
from chat.net.framed import FramedReceiver
from chat.net.outbox import Outbox
from chat.net.transports import arrival_of, has_hung_up
from chat.server.log import ConnectionLogger
from chat.server.pace import Pace
from chat.wire import TEXT

log = ConnectionLogger(namespace="chat.server")


class Host(Protocol):
    """The factory of a `Connection`, as the connection sees it. `later` is for long work (see `FramedReceiver`)."""

    limits: Limits
    later: Later | None
    is_started: bool
    slowdown: Deadlines[Any]
    unsent: Deadlines[Any]
    pings: Deadlines[Any]
    farewell: Deadlines[Any]

    def seconds(self) -> float:
        """The time on the factory's clock, in seconds."""


class Connection(FramedReceiver):
    """A framed connection that is a `Peer`. `number` names it in the log; `codec` is None until it is known."""

    factory: Host
    pace: Pace
    # Whether nothing was written to the transport before this connection took it over.
    is_first = True

    def __init__(self, factory: Host, number: int) -> None:
        super().__init__(factory.limits.line_bytes, factory.later)
        self.factory = factory
        self.number = number
        self.codec: Codec | None = None
        self.outbox: Outbox | None = None
        self.reason = Reason.CUT
        self._rests = False
        self._is_held = False

    # --- called by the domain: `Peer`

    @property
    def wire(self) -> str:
        """See `Peer.wire`."""
        return "" if self.codec is None else self.codec.name

    @property
    def shows_sent(self) -> bool:
        """See `Peer.shows_sent`."""
        return (self.codec or TEXT).shows_sent

    def deliver(self, batch: Batch) -> bool:
        """See `Peer.deliver`."""
        if self.outbox is None:
            return False
        try:
            codec = self.codec or TEXT
            data = batch.ready.get(codec.name)
            return self.outbox.write(batch.encoded(codec) if data is None else data)
        except Exception:
            log.failure("failed: delivery to connection {connection}", connection=self.number)
            self.cut(Reason.FAILED)
            return False

    def when_taken(self, call: Callable[[], None]) -> None:
        """See `Peer.when_taken`."""
        if self.outbox is not None:
            self.outbox.when_taken(call)

    def when_sent(self, call: Callable[[], None]) -> None:
        """See `Peer.when_sent`."""
        if (outbox := self.outbox) is not None:
            others_wait = outbox.unsent
            outbox.when_sent(call)
            if outbox.unsent and not others_wait:
                self.factory.unsent.add(self)

    def set_reading(self, wanted: bool) -> None:
        """See `Peer.set_reading`."""
        self._is_held = not wanted
        if not wanted:
            self.pauseProducing()
            # The reactor does not notice that a peer is gone while it does not read from it.
            self.factory.slowdown.add(self)
        elif not self._rests and self.paused and self.outbox is not None:
            self.resumeProducing()

    def note(self, what: str, **parts: object) -> None:
        """See `Peer.note`."""
        log.info(what, connection=self.number, **parts)

    def disconnect(self, reason: str) -> None:
        """See `Peer.disconnect`."""
        if self.outbox is not None:
            self.reason = Reason(reason)
            self.outbox.close()
            self.factory.farewell.add(self)

    # --- called by the server

    def open_outbox(self) -> None:
        """Begin to write to the transport, which is connected now."""
        transport: Any = self.transport
        arrived = arrival_of(transport, is_fresh=self.is_first)
        self.outbox = Outbox(transport, self.factory.limits.outbox_bytes, self._overflowed, arrived)

    def cut(self, reason: Reason) -> None:
        """Close at once. Queued bytes, and lines that were read and not handled yet, are dropped."""
        self.reason = reason
        self.clearLineBuffer()
        if self.outbox is not None:
            self.outbox.drop()
        cast("ITCPTransport", self.transport).abortConnection()

    def rest(self) -> None:
        """Read nothing for a while."""
        self._rests = True
        self.pauseProducing()
        self.factory.slowdown.add(self)

    def rested(self) -> None:
        """Go on reading after a flood, if the pace allows it again; otherwise rest on."""
        if has_hung_up(self.transport):
            self.cut(Reason.CUT)
            return
        was_resting = self._rests
        if was_resting:
            self.probe()
            self._rests = not self.pace.may_go_on(self.factory.seconds())
        if self._rests or self._is_held:
            self.factory.slowdown.add(self)
        elif was_resting:
            self.resumeProducing()

    def probe(self) -> None:
        """Find out whether the peer is still there while it is not read. Does nothing here."""

    def check_sent(self) -> None:
        """Ask the transport how much has arrived, and make the calls that wait for that."""
        if (outbox := self.outbox) is not None and outbox.unsent:
            outbox.check_sent()
            if outbox.unsent:
                self.factory.unsent.add(self)

    def ping(self) -> None:
        """Ask the peer whether it is there, where TCP does not do so by itself."""

    def farewell_expired(self) -> None:
        """Cut a connection that could not close in time, because its peer does not read."""
        self.cut(self.reason)

    def _overflowed(self) -> None:
        self.cut(Reason.TOO_SLOW)
