"""Server-sent events (HTML, 9.2): NDJSON objects for a browser's `EventSource`, each with its position as its id."""

from chat.events import Event, Recalled, RoomEvent
from chat.wire.ndjson import NdjsonCodec

_ndjson = NdjsonCodec()


class SseEncoder:
    """An `Encoder`. A browser that comes back repeats the last id in `Last-Event-ID`: the `life`, and the seq."""

    name = "sse"

    def __init__(self, life: str = "") -> None:
        self._prefix = f"{life}-".encode() if life else b""

    def encode(self, event: Event) -> bytes:
        """See `Encoder.encode`. JSON has no line ends of its own."""
        placed = event.event if isinstance(event, Recalled) else event
        head = b"id: %s%d\n" % (self._prefix, placed.seq) if isinstance(placed, RoomEvent) else b""
        return b"".join(b"%sdata: %s\n\n" % (head, line) for line in _ndjson.encode(event).splitlines())


# A comment, which clients ignore: proxies cut connections that are silent for long.
SSE_PING = b":\n\n"
