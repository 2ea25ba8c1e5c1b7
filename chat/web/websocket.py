"""WebSocket on the Twisted side: a `ChatProtocol` with frames instead of lines."""

from collections.abc import Mapping
from typing import Final

from twisted.internet.interfaces import IAddress
from wsproto.frame_protocol import CloseReason

from chat.interfaces import Batch, Reason
from chat.server.protocol import ChatHost, ChatProtocol
from chat.wire import WEBSOCKET
from chat.wire.framing import Overlong
from chat.wire.websocket import Closed, Deframer, Ping, Refused, close_frame, ping_frame, pong_frame

# A peer that leaves this many pings unanswered is gone.
_PINGS = 2

# The close code for each reason; other reasons are a normal end (1000).
CLOSE_CODES: Final[Mapping[Reason, int]] = {
    Reason.SHUTDOWN: CloseReason.GOING_AWAY,
    Reason.REGISTRATION_TIMEOUT: CloseReason.POLICY_VIOLATION,
    Reason.LOGGED_OUT: CloseReason.POLICY_VIOLATION,
    Reason.GAVE_WAY: CloseReason.POLICY_VIOLATION,
    Reason.BANNED: CloseReason.POLICY_VIOLATION,
    Reason.KICKED: CloseReason.POLICY_VIOLATION,
    Reason.ADDRESS_FULL: CloseReason.TRY_AGAIN_LATER,
    Reason.REPLACED: CloseReason.POLICY_VIOLATION,
    Reason.FAILED: CloseReason.INTERNAL_ERROR,
    Reason.SERVER_FULL: CloseReason.TRY_AGAIN_LATER,
}


class WebSocketProtocol(ChatProtocol):
    """One WebSocket, after its handshake. `answer` is the response to the handshake, which it sends first."""

    # HTTP may have answered other requests.
    is_first = False

    def __init__(self, factory: ChatHost, number: int, address: IAddress | None, answer: bytes) -> None:
        super().__init__(factory, number, address)
        self.codec = WEBSOCKET
        self.framer = Deframer(factory.limits.line_bytes, factory.limits.message_bytes)
        self._answer = answer
        self._silent_for = 0
        self._has_said_close = False
        self._close_code: int | None = None

    def connectionMade(self) -> None:
        super().connectionMade()
        self._write(self._answer)
        self.factory.pings.add(self)

    def dataReceived(self, data: bytes) -> None:
        self._silent_for = 0
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:
        # After our close frame only the peer's counts (RFC 6455, 5.5.1).
        if not self._has_said_close:
            super().lineReceived(line)

    def frame_received(self, frame: object) -> None:
        """See `FramedReceiver.frame_received`."""
        if isinstance(frame, Closed):
            self._peer_closes(frame.code)
        elif self._has_said_close:
            pass
        elif isinstance(frame, Overlong):
            super().frame_received(frame)
        elif isinstance(frame, Ping):
            self._write(pong_frame(frame.payload))
        elif isinstance(frame, Refused):
            self._fail(frame)

    def readConnectionLost(self) -> None:
        # There will be no close frame any more.
        self._close_code = CloseReason.NO_STATUS_RCVD
        super().readConnectionLost()

    def deliver(self, batch: Batch) -> bool:
        """See `Peer.deliver`."""
        return not self._has_said_close and super().deliver(batch)

    def disconnect(self, reason: str) -> None:
        """See `Peer.disconnect`. We wait for the peer's close frame, up to `farewell_seconds`."""
        self._say_close(CLOSE_CODES.get(Reason(reason), CloseReason.NORMAL_CLOSURE), reason)
        if self._close_code is not None:
            super().disconnect(reason)
        elif self.outbox is not None:
            self.reason = Reason(reason)
            self.factory.farewell.add(self)
            self.set_reading(True)

    def ping(self) -> None:
        """Called every `ping_seconds`. A silent peer is pinged; one that stays silent is cut."""
        self._silent_for += 1
        if self._silent_for > _PINGS + 1:
            self.cut(Reason.SILENT)
            return
        if self._silent_for > 1:
            self._write(ping_frame())
        self.factory.pings.add(self)

    def _peer_closes(self, code: int) -> None:
        self._close_code = code
        if self._has_said_close:
            super().disconnect(self.reason)
        else:
            self.session.finish(Reason.INPUT_ENDED)

    def _fail(self, refused: Refused) -> None:
        """Fail the connection (RFC 6455, 7.1.7). If its frames can still be read, wait for the peer's close frame."""
        self._say_close(refused.code, refused.reason)
        if refused.is_broken:
            self._close_code = refused.code
        self.session.finish(Reason.BROKEN)

    def _say_close(self, code: int, reason: str) -> None:
        if not self._has_said_close:
            self._has_said_close = True
            self._write(close_frame(code if self._close_code is None else self._close_code, reason))
