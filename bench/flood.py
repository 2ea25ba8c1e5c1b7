"""Twenty connections of one address that flood a server: `python -m bench.flood PORT KIND`, until it is ended."""

import os
import select
import socket
import sys
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import NamedTuple

CONNECTIONS = 20
# Another address than that of whoever is measured, on the same machine.
ADDRESS = "127.0.0.2"
_CHUNK = 64 * 1024


class Flood(NamedTuple):
    """What one connection sends: `first` (with a name in it), then `again` for ever or, without it, no more.

    Without `again` it ends there, and another one comes.
    """

    what: str
    first: bytes
    again: bytes = b""


_UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: " + b64encode(bytes(16)) + b"\r\n\r\n"
)
_REGISTER = b"server:register %b\n"
_BINARY = b"\x82\x81\0\0\0\0x"
_BLOCKS = b'{"blocks":[%b]}' % b",".join([b'{"type":"section","text":{"type":"mrkdwn","text":"x"}}'] * 1100)
_WEBHOOK = (
    b"POST /rooms/team/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    % (len(_BLOCKS), _BLOCKS)
)
_LINE = b"x" * 60 + b"\n"

FLOODS: Mapping[str, Flood] = {
    "lines": Flood("lines of text", _REGISTER, _LINE * (_CHUNK // len(_LINE))),
    "long": Flood("lines of 16 KB", _REGISTER, (b"x" * 16000 + b"\n") * 4),
    "crumbs": Flood("64 KB of lines of one byte", _REGISTER, b"x\n" * (_CHUNK // 2)),
    "telnet": Flood("64 KB of telnet's IAC NOP", b"", b"\xff\xf1" * (_CHUNK // 2)),
    "frames": Flood("WebSocket frames behind a refused one", _UPGRADE, _BINARY * (_CHUNK // len(_BINARY))),
    "http": Flood("pipelined GETs", b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * (_CHUNK // 28)),
    "webhooks": Flood("webhooks of 64 KB in a thousand blocks", b"", _WEBHOOK),
    "again": Flood("connect, register, 199 lines, close, and again", _REGISTER + b"x\n" * 199),
}


class _Connection:
    """One of them, from when it connects until it is lost."""

    def __init__(self, port: int, flood: Flood, name: bytes) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.bind((ADDRESS, 0))
        with suppress(BlockingIOError):
            self.socket.connect(("127.0.0.1", port))
        self._flood = flood
        self._left = flood.first.replace(b"%b", name)

    def handle(self, events: int) -> bool:
        """Read what there is, and send what it takes. Whether it is still there."""
        try:
            if events & select.EPOLLIN and not self.socket.recv(_CHUNK):
                return False
            if events & select.EPOLLOUT:
                self._left = self._left[self.socket.send(self._left or self._flood.again) :] if self._left else b""
                if not self._left:
                    self._next()
        except BlockingIOError:
            pass
        except OSError:
            return False
        return not events & (select.EPOLLERR | select.EPOLLHUP)

    def _next(self) -> None:
        if self._flood.again:
            self._left = self._flood.again
        else:
            self.socket.shutdown(socket.SHUT_WR)

    @property
    def wanted(self) -> int:
        """What is waited for."""
        return select.EPOLLIN | (select.EPOLLOUT if self._left else 0)


def flood_for_ever(port: int, flood: Flood) -> None:
    """Flood the server at `port`, until this process is ended."""
    names, epoll = count(), select.epoll()
    connections: dict[int, _Connection] = {}

    def connect() -> None:
        connection = _Connection(port, flood, b"f%d-%d" % (os.getpid(), next(names)))
        connections[connection.socket.fileno()] = connection
        epoll.register(connection.socket, select.EPOLLIN | select.EPOLLOUT)

    while True:
        while len(connections) < CONNECTIONS:
            connect()
        for descriptor, events in epoll.poll():
            connection = connections[descriptor]
            if connection.handle(events):
                epoll.modify(descriptor, connection.wanted)
            else:
                del connections[descriptor]
                connection.socket.close()


if __name__ == "__main__":
    flood_for_ever(int(sys.argv[1]), FLOODS[sys.argv[2]])
