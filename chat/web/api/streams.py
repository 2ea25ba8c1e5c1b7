"""Responses that do not end: the events of a room, for as long as the client listens."""

from collections.abc import Callable
from functools import partial
from typing import cast

from twisted.internet.interfaces import IConsumer, IProducer, ITransport
from twisted.logger import Logger
from zope.interface import implementer

from chat.interfaces import Batch, Encoder, Reason
from chat.limits import Limits
from chat.net.deadlines import Deadlines
from chat.net.outbox import Outbox
from chat.net.transports import has_hung_up, lowest
from chat.web.api.formats import content_type
from chat.web.request import ChatRequest
from chat.wire.sse import SSE_PING

log = Logger(namespace="chat.web")


class Streams:
    """All open streams. `pings` sends comments, so that proxies keep silent streams; `drops` counts slow ones.

    `farewell` cuts streams that should end, and whose clients do not read the rest.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.pings = Deadlines(limits.ping_seconds, Stream.ping)
        self.farewell = Deadlines(limits.farewell_seconds, Stream.cut)
        self.drops = 0


class Stream:
    """A response that goes on, as a `Peer`. Its queue is limited, and a client that reads too slowly is cut.

    The response begins with the first batch, even if that is empty.
    """

    def __init__(self, streams: Streams, request: ChatRequest, kind: str, encoder: Encoder) -> None:
        self._streams = streams
        self._request = request
        self._encoder = encoder
        self._kind = kind
        self._outbox: Outbox | None = None
        self._is_over = False

    def when_over(self, call: Callable[[], None]) -> None:
        """Make `call` when the connection is lost, or the response has been ended."""

        def over(_: object) -> None:
            self._is_over = True
            self._streams.pings.discard(self)
            self._streams.farewell.discard(self)
            if self._outbox is not None:
                self._outbox.drop()
            call()

        self._request.notifyFinish().addBoth(over)

    def ping(self) -> None:
        """Called every `ping_seconds`: find out whether the client is still there."""
        channel = self._request.channel
        if channel.has_ended and has_hung_up(lowest(channel.transport)):
            # The client has closed its side before, so reading cannot tell whether it is gone.
            channel.transport.abortConnection()
        elif self._outbox is not None and (self._encoder.name != "sse" or self._outbox.write(SSE_PING)):
            self._streams.pings.add(self)

    def cut(self) -> None:
        """Close the connection at once."""
        if not self._is_over:
            self._request.channel.transport.abortConnection()

    # --- Peer

    shows_sent = True

    @property
    def wire(self) -> str:
        """See `Peer.wire`."""
        return self._encoder.name

    def deliver(self, batch: Batch) -> bool:
        """See `Peer.deliver`."""
        if self._is_over:
            return False
        self._outbox = self._outbox or self._begin()
        try:
            return self._outbox.write(batch.encoded(self._encoder))
        except Exception:
            log.failure("failed: delivery to a stream")
            self.disconnect(Reason.FAILED)
            return False

    def when_taken(self, call: Callable[[], None]) -> None:
        """See `Peer.when_taken`."""
        if self._outbox is not None:
            self._outbox.when_taken(call)

    def when_sent(self, call: Callable[[], None]) -> None:
        """See `Peer.when_sent`. Not used: cursors do not follow a stream."""

    def set_reading(self, wanted: bool) -> None:
        """See `Peer.set_reading`. Not used: a stream has no input."""

    def note(self, what: str, **parts: object) -> None:
        """See `Peer.note`."""
        log.info(what, connection="a stream", **parts)

    def disconnect(self, reason: str) -> None:
        """See `Peer.disconnect`. A stream that is too slow is cut at once."""
        if self._is_over:
            return
        if reason in (Reason.SHUTDOWN, Reason.LOGGED_OUT, Reason.PUT_OUT) and self._outbox is not None:
            self._streams.farewell.add(self)
            self._outbox.close()
            return
        if reason == Reason.TOO_SLOW:
            self._streams.drops += 1
        self.cut()

    def _begin(self) -> Outbox:
        self._request.setHeader(b"Content-Type", content_type(self._kind))
        # Without this, nginx would buffer the lines.
        self._request.setHeader(b"X-Accel-Buffering", b"no")
        self._request.write(b"")
        body = cast("ITransport", _Body(self._request))
        self._streams.pings.add(self)
        return Outbox(body, self._streams.limits.outbox_bytes, partial(self.disconnect, Reason.TOO_SLOW))


@implementer(IConsumer)
class _Body:
    """The body of a response, as the transport of an `Outbox`."""

    def __init__(self, request: ChatRequest) -> None:
        self._request = request
        self.write = request.write

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """See `IConsumer.registerProducer`."""
        self._request.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """See `IConsumer.unregisterProducer`."""
        self._request.unregisterProducer()

    def loseConnection(self) -> None:
        """The response is complete."""
        self._request.finish()
