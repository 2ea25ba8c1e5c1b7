"""The wires: codecs between bytes and the domain's commands and events, and the table of them; no sockets."""

from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chat.interfaces import Codec
from chat.wire.framing import Framer
from chat.wire.ndjson import NdjsonCodec
from chat.wire.telnet import TelnetFramer
from chat.wire.text import TextCodec
from chat.wire.websocket import WebSocketCodec

TEXT: Codec = TextCodec()
NDJSON: Codec = NdjsonCodec()
WEBSOCKET: Codec = WebSocketCodec()


class Wire(NamedTuple):
    """A row of `WIRES`: the wire of a connection whose first line has this `beginning`.

    `codec` is called once for each connection. It makes a codec for a wire that remembers something of a connection,
    and returns the same one each time for a wire that does not. `framer` cuts the connection's bytes into lines.
    """

    beginning: bytes
    codec: Callable[[], Codec]
    framer: type[Framer] = Framer


# The wire of people, who may come with telnet. The server also speaks it to clients that have not sent a line yet.
PEOPLE = Wire(b"", lambda: TEXT, TelnetFramer)
# A new wire of lines goes here. The first row that fits counts.
WIRES: Sequence[Wire] = (Wire(b"{", lambda: NDJSON), PEOPLE)


def wire_of(first_line: bytes, wires: Sequence[Wire] = WIRES) -> Wire:
    """The wire that a connection speaks, by its first line. The last row fits every line."""
    start = first_line.removeprefix(BOM_UTF8).lstrip()
    for wire in wires:
        if start.startswith(wire.beginning):
            return wire
    return wires[-1]
