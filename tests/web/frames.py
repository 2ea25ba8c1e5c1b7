"""The other side of a WebSocket, by hand, so that it can also be wrong. See RFC 6455, 5.2."""

from collections.abc import Iterator
from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, mask: bytes | None = b"\x01\xfe\x80z"
) -> bytes:
    """A client's frame; `mask` None leaves it unmasked, which no client may."""
    size, length = len(payload), b""
    if size > 65535:
        size, length = 127, size.to_bytes(8, "big")
    elif size > 125:
        size, length = 126, size.to_bytes(2, "big")
    head = bytes([fin << 7 | rsv << 4 | opcode, (mask is not None) << 7 | size]) + length
    if mask is None:
        return head + payload
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def text(payload: str) -> bytes:
    """A text frame."""
    return frame(TEXT, payload.encode())


def close(code: int | None = 1000, reason: bytes = b"") -> bytes:
    """A close frame."""
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason)


class Frame(NamedTuple):
    """A frame of the server's."""

    opcode: int
    payload: bytes

    @property
    def code(self) -> int | None:
        """The code of a close frame, or of none."""
        return int.from_bytes(self.payload[:2], "big") if self.payload else None


class Frames:
    """Reads what a server sends: frames without masks, extensions and fragments."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now."""
        self._rest += data
        while (found := self._first()) is not None:
            yield found

    def _first(self) -> Frame | None:
        if len(self._rest) < 2:
            return None
        opcode, size = self._rest[0], self._rest[1]
        assert opcode & 0xF0 == 0x80, "a server's frame is final, and has no reserved bits"
        extended = {126: 2, 127: 8}.get(size, 0)
        start = 2 + extended
        if extended:
            size = int.from_bytes(self._rest[2:start], "big")
        if len(self._rest) < start + size:
            return None
        payload, self._rest = self._rest[start : start + size], self._rest[start + size :]
        return Frame(opcode & 0x0F, payload)


def request(*headers: str, target: str = "/ws", method: str = "GET") -> bytes:
    """A request for a WebSocket. One of `headers` stands instead of the usual one, or nothing does (`Host:`)."""
    usual = {
        "Host": "chat.example",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY.decode(),
        "Sec-WebSocket-Version": "13",
    }
    extra = []
    for header in headers:
        name, _, value = header.partition(": ")
        if name.rstrip(":") in usual:
            usual.pop(name.rstrip(":"))
        if value:
            extra.append(header)
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in usual.items()), *extra]
    return "\r\n".join([*lines, "", ""]).encode()
