"""The WebSocket wire, for browsers: NDJSON, one object per text frame (RFC 6455, without extensions)."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, cast

from wsproto.frame_protocol import CloseReason, Frame, FrameProtocol, Opcode, ParseFailed

from chat.events import Event, RequestId
from chat.interfaces import Decoded
from chat.wire.framing import Negotiated, Overlong
from chat.wire.ndjson import NdjsonCodec

_ndjson = NdjsonCodec()
# A server's frames depend on nothing that was sent before.
_out = FrameProtocol(client=False, extensions=[])


class WebSocketCodec:
    """The `Codec` of the WebSocket wire: `encode` makes whole frames, the same for everybody."""

    name = "websocket"
    shows_sent = True

    def decode(self, line: bytes, place: str | None) -> Decoded | None:
        """See `Codec.decode`."""
        return _ndjson.decode(line, place)

    def request_id(self, head: bytes) -> RequestId:
        """See `Codec.request_id`."""
        return _ndjson.request_id(head)

    def encode(self, event: Event) -> bytes:
        """See `Codec.encode`. JSON has no line ends of its own."""
        return b"".join(_out.send_data(line.decode()) for line in _ndjson.encode(event).splitlines())


def ping_frame() -> bytes:
    """The frame that asks whether the other side is there."""
    return bytes(_out.ping())


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping."""
    return bytes(_out.pong(payload))


def close_frame(code: int, reason: str) -> bytes:
    """The last frame of a connection. The answer to a close frame without a code has no code."""
    return bytes(_out.close() if code == CloseReason.NO_STATUS_RCVD else _out.close(code, reason))


class Ping(NamedTuple):
    """The other side asks whether we are there."""

    payload: bytes


class Pong(NamedTuple):
    """The other side is there."""

    payload: bytes


class Fragment(NamedTuple):
    """A part of a message has come, and more will come; `size` is the number of bytes so far."""

    size: int


class Dropped(NamedTuple):
    """A frame after a refused one: it is ignored, but counts as read."""


class Closed(NamedTuple):
    """The other side has sent its close frame, with this code."""

    code: int


class Refused(NamedTuple):
    """The other side broke a rule: close with this code. `is_broken`: later frames cannot be read."""

    code: int
    reason: str
    is_broken: bool = False


Received = bytes | Overlong | Ping | Pong | Fragment | Dropped | Closed | Refused


class Deframer:
    """Makes messages out of frames. Any chunking of the same bytes gives the same messages.

    A message over `limit` bytes comes out as an `Overlong`, one over `most` as a `Refused`. So it holds up to `most`
    bytes of an unfinished message. After a `Refused` only `Dropped` and `Closed` come; after `Closed` comes nothing.
    """

    negotiated: Negotiated | None = None

    def __init__(self, limit: int, most: int) -> None:
        self._limit = limit
        self._most = most
        self._frames = FrameProtocol(client=False, extensions=[])
        self._message = bytearray()
        self._is_refused = False
        self._is_over = False

    @property
    def unframed(self) -> int:
        """How many bytes of an unfinished message are held."""
        return len(self._message)

    def feed(self, data: bytes) -> int:
        """Take what was read from the connection. Returns 0: what it has in it, only `pop` finds out."""
        if not self._is_over:
            self._frames.receive_bytes(data)
        return 0

    def pop(self) -> Received | None:
        """The next message, or another thing that has come; None if there is nothing whole."""
        while not self._is_over:
            try:
                frame = next(self._frames.received_frames(), None)
            except ParseFailed as error:
                self._is_over = True
                return Refused(error.code, str(error), is_broken=True)
            if frame is None:
                return None
            was_refused = self._is_refused
            received = _RECEIVED[frame.opcode](self, frame)
            if isinstance(received, Closed):
                return received
            if was_refused:
                return Dropped()
            if received is not None:
                return received
        return None

    def last(self) -> None:
        """At the end of the stream: an unfinished message does not count."""

    def take_rest(self) -> bytes:
        """Drop everything that is held: frames mean nothing to another protocol."""
        self._is_over = True
        self._message.clear()
        return b""

    def _text(self, frame: Frame) -> Received | None:
        if self._is_refused:
            return None
        self._message += cast("str", frame.payload).encode()
        if len(self._message) > self._most:
            return self._refuse(CloseReason.MESSAGE_TOO_BIG, f"a message is at most {self._most} bytes")
        if not frame.frame_finished:
            return None
        if not frame.message_finished:
            return Fragment(len(self._message))
        message, self._message = bytes(self._message), bytearray()
        # `Overlong` gets the whole message, so that its id can be read wherever it stands.
        return message if len(message) <= self._limit else Overlong(message)

    def _binary(self, frame: Frame) -> Received | None:
        return None if self._is_refused else self._refuse(CloseReason.UNSUPPORTED_DATA, "text frames only")

    def _close(self, frame: Frame) -> Received:
        self._is_over = True
        return Closed(cast("tuple[int, str]", frame.payload)[0])

    def _refuse(self, code: int, reason: str) -> Received:
        self._is_refused = True
        self._message.clear()
        return Refused(code, reason)


# The method for each kind of frame. A continuation comes with the opcode of the frame that it continues.
_RECEIVED: Final[Mapping[Opcode, Callable[[Deframer, Frame], Received | None]]] = {
    Opcode.TEXT: Deframer._text,
    Opcode.BINARY: Deframer._binary,
    Opcode.PING: lambda _, frame: Ping(cast("bytes", frame.payload)),
    Opcode.PONG: lambda _, frame: Pong(cast("bytes", frame.payload)),
    Opcode.CLOSE: Deframer._close,
}
