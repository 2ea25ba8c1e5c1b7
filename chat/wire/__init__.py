"""The wire formats: pure codecs between bytes and the domain's commands and events."""

from chat.events import Codec
from chat.wire.ndjson import NdjsonCodec
from chat.wire.text import TextCodec

TEXT: Codec = TextCodec()
NDJSON: Codec = NdjsonCodec()


def codec_for(first_line: bytes) -> Codec:
    """The wire that a connection speaks, by the first bytes it sent."""
    return NDJSON if first_line.lstrip().startswith(b"{") else TEXT
