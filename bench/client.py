"""One client of the load: a connection whose requests are all encoded before it begins."""

import socket
from collections.abc import Mapping
from typing import NoReturn

import msgspec

from bench.corpus import Vocabulary

_ACK = b'{"type":"ack","request":"message"'
_ERROR = b'{"type":"error"'
_CHUNK = 1 << 18


class Plan(msgspec.Struct, frozen=True):
    """What to do to the server at `port`, the process `server`: `messages` in all, by so many `clients` in turn.

    Each says them in a room of its own, or, if `direct`, to the next client. With a `rate` they are sent at so many a
    second, whatever comes back; otherwise each client has at most `window` on their way. `seconds` is when to give up.
    """

    port: int
    server: int
    messages: int
    clients: int
    window: int = 100
    rate: float | None = None
    direct: bool = False
    seconds: float = 120.0


class Client:
    """The client `number` of a plan, connected. `acknowledged` counts its messages that were."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.number = number
        self.acknowledged = 0
        self.socket = socket.create_connection(("127.0.0.1", plan.port), plan.seconds)
        self._plan = plan
        self._ends = [0]
        self._data = memoryview(b"")
        self._sent = 0
        self._allowed = 0
        self._tail = b""
        self._last = b""

    def introduce(self) -> None:
        """Register, and enter a room; wait until that is done."""
        self._ask({"type": "join", "nickname": self._name(self.number), "id": "here"})
        if not self._plan.direct:
            self._ask({"type": "join", "room": self._name(self.number), "id": "in"})

    def prepare(self, texts: Vocabulary) -> None:
        """Encode all of its messages."""
        plan = self._plan
        where = (
            {"to": self._name((self.number + 1) % plan.clients)} if plan.direct else {"room": self._name(self.number)}
        )
        lines = []
        for number in range(self.number, plan.messages, plan.clients):
            request = {"type": "message", **where, "text": texts.text(), "id": number}
            lines.append(msgspec.json.encode(request) + b"\n")
            self._ends.append(self._ends[-1] + len(lines[-1]))
        self._data = memoryview(b"".join(lines))
        self.socket.setblocking(False)

    def allow(self, count: int) -> bool:
        """Send up to so many messages in all; False where the socket takes no more now."""
        self._allowed = self._ends[min(count, len(self._ends) - 1)]
        return self.flush()

    def flush(self) -> bool:
        """Send what is allowed; False where the socket takes no more now."""
        while self._sent < self._allowed:
            try:
                self._sent += self.socket.send(self._data[self._sent : self._allowed])
            except BlockingIOError:
                return False
        return True

    def receive(self) -> int:
        """Read once, and say how many messages were acknowledged. They are, in the order they were sent in."""
        data = self._read()
        end = data.rfind(b"\n") + 1
        if not end:
            self._tail += data
            return 0
        lines, self._tail = self._tail + data[:end], data[end:]
        if _ERROR in lines:
            fail(f"the server refused: {lines[lines.index(_ERROR) :][:200]!r}")
        count = lines.count(_ACK)
        if count:
            self._last = lines
        self.acknowledged += count
        return count

    def check(self) -> None:
        """All were acknowledged, and the last acknowledgement is that of the last message."""
        acks = [line for line in self._last.splitlines() if line.startswith(_ACK)]
        ack, asked = msgspec.json.decode(acks[-1]), msgspec.json.decode(bytes(self._data[self._ends[-2] :]))
        if ack["id"] != asked["id"] or self.acknowledged != len(self._ends) - 1 or ack["seq"] < self.acknowledged:
            fail(f"{ack} was to acknowledge {asked}")

    def _ask(self, request: Mapping[str, str]) -> None:
        self.socket.sendall(msgspec.json.encode(request) + b"\n")
        answer = b'"id":"%s"' % request["id"].encode()
        while answer not in self._tail:
            self._tail += self._read()
        self._tail = self._tail[self._tail.rindex(b"\n") + 1 :]

    def _read(self) -> bytes:
        return self.socket.recv(_CHUNK) or fail("the server closed the connection")

    @staticmethod
    def _name(number: int) -> str:
        return f"load{number}"


def fail(complaint: str) -> NoReturn:
    """End: what was measured means nothing."""
    raise SystemExit(f"bench: {complaint}")
