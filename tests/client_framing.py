"""How a test's client frames its lines: as plain lines, or as WebSocket messages."""

from collections.abc import Sequence

from tests.web.frames import CLOSE, PING, PONG, Frames, frame, request, text


class Lines:
    """Plain lines."""

    def __init__(self) -> None:
        self._rest = b""

    def say(self, line: str) -> bytes:
        """The bytes for this line."""
        return f"{line}\n".encode()

    def hear(self, data: bytes) -> Sequence[str]:
        """The lines that are complete now."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line.decode().removesuffix("\r") for line in lines]

    def owed(self) -> bytes:
        """Bytes that the client has to answer by itself."""
        return b""


class Messages(Lines):
    """A line of JSON is a WebSocket message. A client whose first line is not JSON uses plain lines."""

    def __init__(self) -> None:
        super().__init__()
        self._speaks_json: bool | None = None
        self._is_open = False
        self._frames = Frames()
        self._owed = b""

    def say(self, line: str) -> bytes:
        is_first = self._speaks_json is None
        if is_first:
            self._speaks_json = line.startswith("{")
        if not self._speaks_json:
            return super().say(line)
        return (request("Host: localhost") if is_first else b"") + text(line)

    def hear(self, data: bytes) -> Sequence[str]:
        if not self._speaks_json:
            return super().hear(data)
        if not self._is_open:
            head, self._is_open, data = self._after_head(data)
            assert not self._is_open or b" 101 " in head, head
        heard = []
        for found in self._frames.feed(data) if self._is_open else ():
            if found.opcode == CLOSE:
                self._owed += frame(CLOSE, found.payload)
            elif found.opcode == PING:
                self._owed += frame(PONG, found.payload)
            else:
                heard.append(found.payload.decode())
        return heard

    def owed(self) -> bytes:
        owed, self._owed = self._owed, b""
        return owed

    def _after_head(self, data: bytes) -> tuple[bytes, bool, bytes]:
        head, end, rest = (self._rest + data).partition(b"\r\n\r\n")
        self._rest = b"" if end else head
        return head, bool(end), rest
