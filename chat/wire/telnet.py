"""What telnet clients say beside the text (RFC 854): refused where it asks for something, and taken out of the text."""

import re
from typing import Final

from chat.wire.framing import Framer, Negotiated

IAC: Final = b"\xff"

# Who offers or wants an option hears that it is not to be had (RFC 1143). A refusal needs no answer.
_ANSWERS: Final = {b"\xfb": b"\xfe", b"\xfd": b"\xfc"}  # WILL: DONT, DO: WONT
# A subnegotiation that we never agreed to is no longer than that.
_LONGEST = 1024

# Whole pieces; what is left at the end of a chunk begins one that is not whole. What follows no rule of telnet stays in
# the text, which it makes no UTF-8.
_PIECE = re.compile(
    rb"(?P<text>[^\xff\r]+)"
    rb"|(?P<end>\r[\x00\n])"
    rb"|\xff(?P<verb>[\xfb-\xfe])(?P<option>.)"
    rb"|\xff\xfa(?:[^\xff]|\xff[^\xf0])*+\xff\xf0"
    rb"|(?:\xff[\xec-\xf9])++"
    rb"|(?P<other>\r(?=.)|\xff(?:\xff|(?=[^\xec-\xff])))",
    re.DOTALL,
)


class Telnet:
    """The telnet side of one connection. However its bytes are split, the same text and answers come out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """What is text in `data`, with lines that end as everybody's do, and what is to be answered at once."""
        data = self._rest + data
        text, answers = [], []
        position = 0
        while piece := _PIECE.match(data, position):
            position = piece.end()
            if piece["verb"] in _ANSWERS:
                answers.append(IAC + _ANSWERS[piece["verb"]] + piece["option"])
            elif piece["end"]:
                text.append(b"\n")
            elif piece["text"] or piece["other"]:
                text.append(piece[0])
        self._rest = data[position:]
        if len(self._rest) > _LONGEST:
            self._rest = b""
        return b"".join(text), b"".join(answers)


class TelnetFramer(Framer):
    """Cuts as a `Framer` does, also what a telnet client sends. What it sends beside the lines is `negotiated`."""

    # There is one only where a telnet client has shown itself.
    _telnet: Telnet | None = None

    def feed(self, data: bytes) -> None:
        """See `Framer.feed`."""
        if self._telnet is not None or IAC in data:
            data = self._without_telnet(data)
        super().feed(data)

    def _without_telnet(self, data: bytes) -> bytes:
        self._telnet = self._telnet or Telnet()
        text, answer = self._telnet.feed(data)
        self.negotiated = Negotiated(answer, max(0, len(data) - len(text)))
        return text
