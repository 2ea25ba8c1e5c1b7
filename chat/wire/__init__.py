"""The wire formats: pure codecs between bytes and the domain's commands and events."""

from codecs import BOM_UTF8

from chat.events import Codec
from chat.wire.ndjson import NdjsonCodec
from chat.wire.text import TextCodec
from chat.wire.websocket import WebSocketCodec

TEXT: Codec = TextCodec()
NDJSON: Codec = NdjsonCodec()
WEBSOCKET: Codec = WebSocketCodec()


def codec_for(first_line: bytes) -> Codec:
    """The wire that a connection speaks, by the first bytes it sent."""
    return NDJSON if first_line.removeprefix(BOM_UTF8).lstrip().startswith(b"{") else TEXT
