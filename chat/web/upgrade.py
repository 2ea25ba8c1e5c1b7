"""`/ws`: turns an HTTP connection into a WebSocket (RFC 6455, 4.2)."""

from base64 import b64decode
from typing import Final

import h11
from twisted.web.http import Request
from twisted.web.server import NOT_DONE_YET
from wsproto import ConnectionType
from wsproto.events import AcceptConnection
from wsproto.events import Request as Upgrade
from wsproto.handshake import H11Handshake
from wsproto.utilities import RemoteProtocolError

from chat.errors import ChatError
from chat.server.factory import ChatFactory
from chat.web.channel import Channel
from chat.web.origins import Origins
from chat.web.request import ChatRequest
from chat.web.websocket import WebSocketProtocol

# The only subprotocol, for clients that ask for one.
SUBPROTOCOL: Final = "ndjson"


class Upgrading:
    """Makes WebSockets for the server of `chat`."""

    def __init__(self, chat: ChatFactory, origins: Origins) -> None:
        self._chat = chat
        self._origins = origins

    def check(self, request: ChatRequest) -> None:
        """Raise ChatError for a page of another site."""
        self._origins.check(request, cookies_need_one=True)

    def answer(self, request: ChatRequest) -> bytes | int:
        """Accept the handshake and hand the connection over, or raise ChatError."""
        answer, channel = accepted(request), request.channel
        if answer is None or not isinstance(channel, Channel):
            request.setHeader(b"Upgrade", b"websocket")
            request.setHeader(b"Sec-WebSocket-Version", b"13")
            raise ChatError("no_websocket")
        channel.hand_over(WebSocketProtocol(self._chat, self._chat.next_number(), request.getClientAddress(), answer))
        return NOT_DONE_YET


def accepted(request: Request) -> bytes | None:
    """The response that accepts `request`; None if that is no valid WebSocket handshake."""
    handshake = H11Handshake(ConnectionType.SERVER)
    headers = [(name, value) for name, values in request.requestHeaders.getAllRawHeaders() for value in values]
    try:
        handshake.initiate_upgrade_connection(headers, request.uri)
        if len(b64decode(request.getHeader(b"sec-websocket-key") or b"", validate=True)) != 16:
            return None
    except (RemoteProtocolError, h11.ProtocolError, ValueError):
        return None
    if (
        request.method != b"GET"
        or request.clientproto != b"HTTP/1.1"
        or request.content is None
        or request.content.read(1)
    ):
        return None
    asked = next(event for event in handshake.events() if isinstance(event, Upgrade))
    chosen = SUBPROTOCOL if SUBPROTOCOL in asked.subprotocols else None
    return handshake.send(AcceptConnection(subprotocol=chosen))
