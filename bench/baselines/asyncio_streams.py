"""The chat server of the asyncio tutorials: a task for each connection, on streams.

`python -m bench.baselines.asyncio_streams` listens on a port of its own choice, which it prints.
"""

import asyncio
import contextlib
from collections.abc import Iterable

from bench.baselines.rules import Said, meaning

_BACKLOG = 1024
# Who is so far behind is cut; waiting for everybody with drain() would let the slowest decide.
_MOST_WAITING = 1 << 20


class Chat:
    """Everybody who is here, and where."""

    def __init__(self) -> None:
        self.members: dict[bytes, asyncio.StreamWriter] = {}
        self.rooms: dict[bytes, set[asyncio.StreamWriter]] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, in its own task."""
        name, room = b"", None
        with contextlib.suppress(ConnectionError):
            async for line in reader:
                said = meaning(line.rstrip(b"\r\n"), name, room)
                if said.name is not None:
                    name = said.name
                    self.members[name] = writer
                if said.enters is not None:
                    room = said.enters
                    self.rooms.setdefault(room, set()).add(writer)
                self._send(said, writer)
                await writer.drain()
        if self.members.get(name) is writer:
            del self.members[name]
        if room is not None:
            self.rooms[room].discard(writer)
        writer.close()

    def _send(self, said: Said, sender: asyncio.StreamWriter) -> None:
        if said.answer:
            sender.write(said.answer)
        for writer in self._audience(said):
            if writer.transport.get_write_buffer_size() > _MOST_WAITING:
                writer.transport.abort()
            elif writer is not sender:
                writer.write(said.told)

    def _audience(self, said: Said) -> Iterable[asyncio.StreamWriter]:
        if said.to is not None:
            return [self.members[said.to]] if said.to in self.members else []
        return self.members.values() if said.room is None else self.rooms[said.room]


async def main() -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(Chat().serve, "127.0.0.1", 0, backlog=_BACKLOG)
    print(f"listening on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
