"""The chat server of the threading tutorials: a thread for each connection, blocking sockets, `socketserver`.

`python -m bench.baselines.threaded` listens on a port of its own choice, which it prints.
"""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterable

from bench.baselines.rules import meaning

_STACK_BYTES = 256 * 1024
_BACKLOG = 1024


class Chat:
    """Everybody who is here, and where. Only `lock` protects it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.members: dict[bytes, Member] = {}
        self.rooms: dict[bytes, set[Member]] = {}

    def audience(self, room: bytes | None, to: bytes | None) -> Iterable["Member"]:
        """A copy of who hears what is said in `room`, or everywhere, or to one."""
        with self.lock:
            if to is not None:
                return [self.members[to]] if to in self.members else []
            return list(self.members.values() if room is None else self.rooms[room])


class Member(socketserver.StreamRequestHandler):
    """One connection, in its own thread."""

    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Begin."""
        super().setup()
        self.chat = CHAT
        self.name = b""
        self.room: bytes | None = None
        self.sending = threading.Lock()

    def handle(self) -> None:
        """Do what each line asks for, until there are no more."""
        with contextlib.suppress(ConnectionError):
            for line in self.rfile:
                self._obey(line.rstrip(b"\r\n"))

    def finish(self) -> None:
        """Leave."""
        with self.chat.lock:
            if self.chat.members.get(self.name) is self:
                del self.chat.members[self.name]
            if self.room is not None:
                self.chat.rooms[self.room].discard(self)
        with contextlib.suppress(OSError):
            super().finish()

    def send(self, data: bytes) -> None:
        """Send all of `data`. Who is gone will find out in their own thread."""
        with self.sending, contextlib.suppress(OSError):
            self.connection.sendall(data)

    def _obey(self, line: bytes) -> None:
        said = meaning(line, self.name, self.room)
        with self.chat.lock:
            if said.name is not None:
                self.name = said.name
                self.chat.members[said.name] = self
            if said.enters is not None:
                self.room = said.enters
                self.chat.rooms.setdefault(said.enters, set()).add(self)
        if said.answer:
            self.send(said.answer)
        for member in self.chat.audience(said.room, said.to):
            if member is not self:
                member.send(said.told)


class Server(socketserver.ThreadingTCPServer):
    """Starts the threads."""

    daemon_threads = True
    request_queue_size = _BACKLOG
    address_family = socket.AF_INET


CHAT = Chat()


def main() -> None:
    """Serve until the process is ended."""
    threading.stack_size(_STACK_BYTES)
    with Server(("127.0.0.1", 0), Member) as server:
        print(f"listening on 127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
