"""The wire formats: pure codecs between bytes and the domain's commands and events."""

from codecs import BOM_UTF8
from collections.abc import Sequence

from chat.interfaces import Codec
from chat.wire.ndjson import NdjsonCodec
from chat.wire.text import TextCodec
from chat.wire.websocket import WebSocketCodec

TEXT: Codec = TextCodec()
NDJSON: Codec = NdjsonCodec()
WEBSOCKET: Codec = WebSocketCodec()


# How a connection's first line begins, and the wire that it speaks then; the first row that fits counts.
WIRES: Sequence[tuple[bytes, Codec]] = ((b"{", NDJSON), (b"", TEXT))


def codec_for(first_line: bytes) -> Codec:
    """The wire that a connection speaks, by its first line."""
    start = first_line.removeprefix(BOM_UTF8).lstrip()
    return next(codec for beginning, codec in WIRES if start.startswith(beginning))
