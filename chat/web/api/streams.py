"""Answers that go on: what happens in a room, for as long as somebody listens."""

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
    """All that are open. `pings` keeps those alive that a proxy would cut; `drops` counts the slow ones.

    `farewell` cuts those that are to end, and do not read to their end.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.pings = Deadlines(limits.ping_seconds, Stream.ping)
        self.farewell = Deadlines(limits.farewell_seconds, Stream.cut)
        self.drops = 0


class Stream:
    """A response that never ends by itself, as a `Peer`: bounded, and cut when its reader is too slow.

    It begins with the first thing that is told, even if that is nothing.
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
        """It has been open for a while."""
        channel = self._request.channel
        if channel.has_ended and has_hung_up(lowest(channel.transport)):
            # Nothing is read any more that would tell so.
            channel.transport.abortConnection()
        elif self._outbox is not None and (self._encoder.name != "sse" or self._outbox.write(SSE_PING)):
            self._streams.pings.add(self)

    def cut(self) -> None:
        """Close the connection at once."""
        if not self._is_over:
            self._request.channel.transport.abortConnection()

    # --- Peer

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
        """See `Peer.when_sent`. Nobody counts what arrives here."""

    def set_reading(self, wanted: bool) -> None:
        """See `Peer.set_reading`. Nothing comes this way."""

    def note(self, what: str, **parts: object) -> None:
        """See `Peer.note`."""
        log.info(what, connection="a stream", **parts)

    def disconnect(self, reason: str) -> None:
        """See `Peer.disconnect`. A stream that is too slow is cut at once."""
        if self._is_over:
            return
        if reason in (Reason.SHUTDOWN, Reason.LOGGED_OUT) and self._outbox is not None:
            self._streams.farewell.add(self)
            self._outbox.close()
            return
        self._streams.drops += reason == Reason.TOO_SLOW
        self.cut()

    def _begin(self) -> Outbox:
        self._request.setHeader(b"Content-Type", content_type(self._kind))
        # nginx would hold the lines back.
        self._request.setHeader(b"X-Accel-Buffering", b"no")
        self._request.write(b"")
        body = cast("ITransport", _Body(self._request))
        self._streams.pings.add(self)
        return Outbox(body, self._streams.limits.outbox_bytes, partial(self.disconnect, Reason.TOO_SLOW))


@implementer(IConsumer)
class _Body:
    """The body of a response, as what an `Outbox` writes to."""

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
        """All has been written."""
        self._request.finish()
