"""The physical limit where there is no C compiler: the loop of `send_loop.c`, in as little Python as can be.

`python -m bench.baselines.send_loop` listens on a port of its own choice, which it prints.
"""

import select
import socket

from bench.baselines.rules import meaning

_CHUNK = 1 << 16
_BACKLOG = 1024


class Member:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.name = b""
        self.room: bytes | None = None
        self.partial = b""
        self.unsent = b""


class SendLoop:
    """Reads what has come, and then sends each member all of it with one call."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self._epoll = select.epoll()
        self._epoll.register(self._listener, select.EPOLLIN)
        self._open: dict[int, Member] = {}
        self._members: dict[bytes, Member] = {}
        self._rooms: dict[bytes | None, list[Member]] = {None: []}
        self._said: list[tuple[Member, bytes, list[Member]]] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def turn(self) -> None:
        """One turn of the loop."""
        for descriptor, _ in self._epoll.poll():
            if descriptor == self._listener.fileno():
                self._accept()
            else:
                self._receive(self._open[descriptor])
        self._flush()

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open[connection.fileno()] = Member(connection)
        self._epoll.register(connection, select.EPOLLIN)

    def _receive(self, member: Member) -> None:
        try:
            data = member.socket.recv(_CHUNK)
        except ConnectionError:
            data = b""
        if not data:
            self._leave(member)
            return
        *lines, member.partial = (member.partial + data).split(b"\n")
        for line in lines:
            self._obey(member, line)

    def _obey(self, member: Member, line: bytes) -> None:
        said = meaning(line, member.name, member.room)
        if said.name is not None:
            member.name = said.name
            self._members[said.name] = member
            self._rooms[None].append(member)
        if said.enters is not None:
            member.room = said.enters
            self._rooms.setdefault(said.enters, []).append(member)
        if said.answer:
            member.unsent += said.answer
            self._said.append((member, b"", [member]))
        elif said.to is None:
            self._said.append((member, said.told, self._rooms[said.room]))
        elif said.to in self._members:
            self._said.append((member, said.told, [self._members[said.to]]))

    def _flush(self) -> None:
        touched: dict[Member, None] = {}
        for sender, told, audience in self._said:
            for member in audience:
                touched[member] = None
                if member is not sender:
                    member.unsent += told
        self._said.clear()
        for member in touched:
            self._send(member)

    def _send(self, member: Member) -> None:
        data, member.unsent = member.unsent, b""
        try:
            member.socket.sendall(data)
        except OSError:
            # It will read the end of this connection in its turn.
            return

    def _leave(self, member: Member) -> None:
        del self._open[member.socket.fileno()]
        member.socket.close()
        if self._members.get(member.name) is member:
            del self._members[member.name]
        for room in self._rooms.values():
            if member in room:
                room.remove(member)


def main() -> None:
    """Serve until the process is ended."""
    loop = SendLoop()
    print(f"listening on 127.0.0.1:{loop.port}", flush=True)
    while True:
        loop.turn()


if __name__ == "__main__":
    main()
