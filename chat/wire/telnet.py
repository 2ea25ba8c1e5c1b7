"""Telnet's own bytes (RFC 854): the server refuses all options, and takes those bytes out of the text."""

import re
from typing import Final

from chat.wire.framing import Framer, Negotiated

IAC: Final = b"\xff"

# Every option that is offered or wanted is refused (RFC 1143). A refusal needs no answer.
_ANSWERS: Final = {b"\xfb": b"\xfe", b"\xfd": b"\xfc"}  # WILL: DONT, DO: WONT
# The bytes that are held of an unfinished piece: we agree to no subnegotiation, so there is no long one.
_LONGEST = 1024

# Whole pieces. Bytes that are left at the end of a chunk begin an unfinished one. Bytes that follow no rule of telnet
# stay in the text, and then the text is not UTF-8.
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
        """The text in `data`, with `\\n` at the end of each line, and the bytes that answer the rest."""
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
    """A `Framer` for people's connections. Bytes of telnet are taken out before it cuts, and are `negotiated`."""

    # It is made when the first byte of telnet comes.
    _telnet: Telnet | None = None

    def feed(self, data: bytes) -> int:
        """See `Framer.feed`."""
        if self._telnet is not None or IAC in data:
            data = self._without_telnet(data)
        return super().feed(data)

    def _without_telnet(self, data: bytes) -> bytes:
        self._telnet = self._telnet or Telnet()
        text, answer = self._telnet.feed(data)
        self.negotiated = Negotiated(answer, max(0, len(data) - len(text)))
        return text
