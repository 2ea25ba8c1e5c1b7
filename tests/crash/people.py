"""Who talks while the server is being killed: each a thread with a socket, that comes back until it is done."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread

from tests.running import SECONDS

ROOM = "crash"


class Person(Thread):
    """Connects to `port` on this machine, again and again, until `stop` is set and it is content."""

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name=name, daemon=True)
        self.port = port
        self.stop = stop

    def run(self) -> None:
        while not self.is_content():
            with suppress(OSError, ValueError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.settimeout(SECONDS)
                with connection.makefile("rb") as lines:
                    self.talk(connection, iter(lines.readline, b""))
            self.stop.wait(0.02)

    def is_content(self) -> bool:
        """Whether there is nothing left to do."""
        raise NotImplementedError

    def talk(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        """Use one connection until it ends. May raise OSError, and ValueError for half a line."""
        raise NotImplementedError


class Sender(Person):
    """Sends numbered messages over NDJSON, a few at a time, each until it is acknowledged.

    `sent` are the texts in their order, `acknowledged` the seq of each by its text.
    """

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name, port, stop)
        self.sent: list[str] = []
        self.acknowledged: dict[str, int] = {}
        self.doubts: list[str] = []

    def is_content(self) -> bool:
        return self.stop.is_set() and len(self.acknowledged) == len(self.sent)

    def talk(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        self.ask(connection, {"type": "join", "nickname": self.name})
        self.ask(connection, {"type": "join", "room": ROOM})
        # What is not known to have arrived is sent again, under its id, before anything new.
        for text in [text for text in self.sent if text not in self.acknowledged]:
            self.say(connection, text)
        for _ in range(4):
            self.say_more(connection)
        for line in lines:
            push = json.loads(line)
            if push["type"] == "error":
                return
            if push["type"] == "ack" and push["request"] == "message":
                self.note(push["id"], push["seq"])
                self.say_more(connection)
                if self.is_content():
                    return

    def note(self, text: str, seq: int) -> None:
        """An acknowledgement came."""
        if self.acknowledged.setdefault(text, seq) != seq:
            self.doubts.append(f"{text} was acknowledged with {self.acknowledged[text]} and with {seq}")

    def say_more(self, connection: socket.socket) -> None:
        """Send a new message, unless it is time to stop."""
        if not self.stop.is_set():
            self.sent.append(f"{self.name}-{len(self.sent)}")
            self.say(connection, self.sent[-1])

    def say(self, connection: socket.socket, text: str) -> None:
        """Send a message whose id is its text."""
        self.ask(connection, {"type": "message", "room": ROOM, "text": text, "id": text})

    def ask(self, connection: socket.socket, request: dict[str, str]) -> None:
        """Send a request."""
        connection.sendall(json.dumps(request).encode() + b"\n")


class Typist(Person):
    """Types numbered lines on the text wire, each once: nobody tells it whether they arrived."""

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name, port, stop)
        self.sent: list[str] = []

    def is_content(self) -> bool:
        return self.stop.is_set()

    def talk(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        connection.sendall(f"server:register {self.name}\nserver:join {ROOM}\n".encode())
        for number, _ in enumerate(lines):
            if self.is_content():
                return
            # An answer to each line would be answered by the others.
            if number % 20:
                continue
            self.sent.append(f"{self.name}-{len(self.sent)}")
            connection.sendall(f"{self.sent[-1]}\n".encode())


class Listener(Person):
    """Hears what is said. `heard` are the seq and the text of every message, a list for each connection."""

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name, port, stop)
        self.heard: list[list[tuple[int, str]]] = []

    def is_content(self) -> bool:
        return self.stop.is_set()

    def talk(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        heard: list[tuple[int, str]] = []
        self.heard.append(heard)
        for request in ({"type": "join", "nickname": self.name}, {"type": "join", "room": ROOM}):
            connection.sendall(json.dumps(request).encode() + b"\n")
        for line in lines:
            push = json.loads(line)
            if push["type"] == "message" and push.get("room") == ROOM:
                heard.append((push["seq"], push["text"]))
            if self.is_content():
                return
