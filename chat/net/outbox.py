"""The queue of bytes for one peer, with a limit."""

from collections import deque
from collections.abc import Callable

from twisted.internet.interfaces import IConsumer, IPushProducer, ITransport
from zope.interface import implementer


@implementer(IPushProducer)
class Outbox:
    """Writes to `transport` while it takes bytes, and queues up to `limit` bytes while it does not.

    If a write would pass the limit, the queue is dropped and `overflowed` is called, once. `arrived` is told how many
    bytes were written; it returns how many of them the peer has, or None if that is unknown. `unsent` are the calls of
    `when_sent` that still wait for bytes to arrive, None without any.
    """

    # There is one for each connection.
    __slots__ = (
        "_arrived",
        "_closed",
        "_closing",
        "_limit",
        "_overflowed",
        "_paused",
        "_queue",
        "_queued",
        "_transport",
        "_written",
        "unsent",
    )

    def __init__(
        self,
        transport: ITransport,
        limit: int,
        overflowed: Callable[[], None],
        arrived: Callable[[int], int | None] = lambda _: None,
    ) -> None:
        self._transport = transport
        self._limit = limit
        self._overflowed = overflowed
        # A deque takes as much memory as all other attributes, so it exists only while it holds something.
        self._queue: deque[bytes | Callable[[], None]] | None = None
        self._queued = 0
        self._arrived = arrived
        self._written = 0
        self.unsent: deque[tuple[int, Callable[[], None]]] | None = None
        self._paused = False
        self._closing = False
        self._closed = False
        _consumer(transport).registerProducer(self, True)

    def write(self, data: bytes) -> bool:
        """Send `data`, now or after the queue. Returns False, and drops it, if this is closing or has overflowed."""
        if self._closing:
            return False
        if not data:
            return True
        if not self._paused:
            self._written += len(data)
            self._transport.write(data)
        elif self._queued + len(data) > self._limit:
            self.drop()
            self._overflowed()
            return False
        else:
            self._enqueue(data)
            self._queued += len(data)
        return True

    @property
    def queued(self) -> int:
        """How many bytes are queued here."""
        return self._queued

    def when_taken(self, call: Callable[[], None]) -> None:
        """Make `call` when the transport has taken all bytes written so far; never if it does not."""
        if self._closing:
            return
        if self._paused:
            self._enqueue(call)
        else:
            call()

    def when_sent(self, call: Callable[[], None]) -> None:
        """Make `call` when all bytes written so far have reached the peer, as far as this can know.

        Never if this is closing: it takes no bytes then.
        """
        if self._closing:
            return
        if self.unsent:
            self.unsent.append((self._written + self._queued, call))
            return
        arrived = self._arrived(self._written)
        if not self._queued and (arrived is None or arrived >= self._written):
            call()
        else:
            self.unsent = deque([(self._written + self._queued, call)])

    def check_sent(self) -> None:
        """Make the calls that wait for bytes which have reached the peer by now."""
        arrived = self._arrived(self._written)
        if arrived is None:
            arrived = self._written
        while self.unsent and self.unsent[0][0] <= arrived:
            self.unsent.popleft()[1]()
        if not self.unsent:
            self.unsent = None

    def close(self) -> None:
        """Close the connection when all written bytes have left."""
        self._closing = True
        if not self._queue:
            self._finish()

    def drop(self) -> None:
        """Drop the queue and take no more: the connection is gone, or about to be cut."""
        self._closing = self._closed = True
        self._queue = self.unsent = None
        self._queued = 0

    def pauseProducing(self) -> None:
        """The transport's buffer is full."""
        self._paused = True

    def resumeProducing(self) -> None:
        """The transport takes bytes again."""
        self._paused = False
        while self._queue and not self._paused:
            item = self._queue.popleft()
            if isinstance(item, bytes):
                self._queued -= len(item)
                self._written += len(item)
                self._transport.write(item)
            else:
                item()
        if not self._queue:
            self._queue = None
        if self.unsent:
            self.check_sent()
        if self._closing and not self._queue:
            self._finish()

    def stopProducing(self) -> None:
        """The transport is gone."""
        self.drop()

    def _enqueue(self, item: bytes | Callable[[], None]) -> None:
        if self._queue is None:
            self._queue = deque()
        self._queue.append(item)

    def _finish(self) -> None:
        if not self._closed:
            self._closed = True
            # With a producer registered, loseConnection would wait for it for ever.
            _consumer(self._transport).unregisterProducer()
            self._transport.loseConnection()


def _consumer(transport: ITransport) -> IConsumer:
    return IConsumer(transport)
