"""Who talks in a room while the server is being killed: each a thread with a socket, that comes back until the end."""

import json
import select
import socket
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from tests.client_framing import Lines
from tests.running import SECONDS

ROOM = "crash"
_TICK = 0.1

Request = Mapping[str, object]
Push = Mapping[str, Any]


class Wire:
    """One connection, on which somebody speaks in their `framing`."""

    def __init__(self, connection: socket.socket, framing: Lines) -> None:
        self._connection = connection
        self._framing = framing
        self._ready: deque[str] = deque()
        connection.settimeout(SECONDS)

    def say(self, *lines: str) -> None:
        """Send lines."""
        self._connection.sendall(b"".join(map(self._framing.say, lines)))

    def ask(self, *requests: Request) -> None:
        """Send requests, in JSON."""
        self.say(*map(json.dumps, requests))

    def lines(self) -> Iterator[str | None]:
        """Every line until the connection ends; None where nothing came for a moment. Half a line is dropped."""
        while True:
            while self._ready:
                yield self._ready.popleft()
            if not select.select([self._connection], [], [], _TICK)[0]:
                yield None
                continue
            if not (data := self._connection.recv(65536)):
                return
            self._ready.extend(self._framing.hear(data))
            # Nobody may be left to answer, but what was heard was heard.
            if owed := self._framing.owed():
                with suppress(OSError):
                    self._connection.sendall(owed)

    def pushes(self) -> Iterator[Push | None]:
        """The same for JSON."""
        return (None if line is None else json.loads(line) for line in self.lines())


def was_refused(push: Push | None) -> bool:
    """Whether the server would not do something, so that it is time to begin anew."""
    return push is not None and push["type"] == "error"


class Person(Thread):
    """Connects to `port` on this machine, again and again, until `stop` is set and it is content.

    `framing` is how it speaks: in lines, or over WebSocket.
    """

    framing: type[Lines] = Lines

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name=name, daemon=True)
        self.port = port
        self.stop = stop

    def run(self) -> None:
        while not self.is_content():
            with suppress(OSError):
                self.use()
            self.rest()

    def use(self) -> None:
        """Connect, and use that connection until it ends. May raise OSError."""
        with self.connect() as connection:
            self.talk(Wire(connection, self.framing()))

    def connect(self) -> socket.socket:
        """A new connection."""
        return socket.create_connection(("127.0.0.1", self.port), 1)

    def rest(self) -> None:
        """Wait before coming back."""
        self.stop.wait(0.02)

    def is_content(self) -> bool:
        """Whether there is nothing left to do."""
        raise NotImplementedError

    def talk(self, wire: Wire) -> None:
        """Use one connection until it ends. May raise OSError."""
        raise NotImplementedError


class Sender(Person):
    """Sends numbered messages in JSON, a few at a time, each until it is acknowledged.

    `sent` are the texts in their order, `acknowledged` the seq of each by its text, `doubts` what cannot be.
    """

    target: Request = {"room": ROOM}
    at_once = 4

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name, port, stop)
        self.sent: list[str] = []
        self.acknowledged: dict[str, int] = {}
        self.doubts: list[str] = []

    @property
    def has_arrived(self) -> bool:
        """Whether all that it will ever send is acknowledged."""
        return self.stop.is_set() and len(self.acknowledged) == len(self.sent)

    def is_content(self) -> bool:
        return self.has_arrived

    def talk(self, wire: Wire) -> None:
        self.enter(wire)
        # What is not known to have arrived is sent again, under its id, before anything new.
        for text in [text for text in self.sent if text not in self.acknowledged]:
            self.say(wire, text)
        self.say_more(wire)
        for push in wire.pushes():
            if push is not None and push["type"] == "ack" and push["request"] == "message":
                self.note(push["id"], push["seq"])
                self.say_more(wire)
            elif push is not None:
                self.hear(push, wire)
            if self.is_content() or self.is_tired() or was_refused(push):
                return

    def enter(self, wire: Wire) -> None:
        """Come in, and into the room."""
        wire.ask({"type": "join", "nickname": self.name}, {"type": "join", "room": ROOM, "replay": 0})

    def hear(self, push: Push, wire: Wire) -> None:
        """Something else came."""

    def is_tired(self) -> bool:
        """Whether to leave now, and come back later."""
        return False

    def note(self, text: str, seq: int) -> None:
        """An acknowledgement came."""
        if self.acknowledged.setdefault(text, seq) != seq:
            self.doubts.append(f"{text} was acknowledged with {self.acknowledged[text]} and with {seq}")

    def say_more(self, wire: Wire) -> None:
        """Send new messages, until so many are on their way, unless it is time to stop."""
        while not self.stop.is_set() and len(self.sent) - len(self.acknowledged) < self.at_once:
            self.sent.append(f"{self.name}-{len(self.sent)}")
            self.say(wire, self.sent[-1])

    def say(self, wire: Wire, text: str) -> None:
        """Send a message whose id is its text."""
        wire.ask({"type": "message", "text": text, "id": text, **self.target})


class Typist(Person):
    """Types numbered lines on the text wire, each once: nobody tells it whether they arrived."""

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name, port, stop)
        self.sent: list[str] = []

    def is_content(self) -> bool:
        return self.stop.is_set()

    def talk(self, wire: Wire) -> None:
        wire.say(f"server:register {self.name}", f"server:join {ROOM}")
        for number, _ in enumerate(wire.lines()):
            if self.is_content():
                return
            # An answer to each line would be answered by the others.
            if number % 20:
                continue
            self.sent.append(f"{self.name}-{len(self.sent)}")
            wire.say(self.sent[-1])


class Listener(Person):
    """Hears everything that is said in the room, and asks for what it missed whenever it comes back.

    `heard` are the texts by their seqs: all that is said from `first` to `complete`. What came twice is in `doubled`;
    `doubts` is what was not the same both times. It is content when it has come to `goal`.
    """

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name, port, stop)
        self.heard: dict[int, str] = {}
        self.first: int | None = None
        self.complete = 0
        self.goal: int | None = None
        self.doubled = 0
        self.doubts: list[str] = []

    def is_content(self) -> bool:
        return self.goal is not None and self.complete >= self.goal

    def talk(self, wire: Wire) -> None:
        wire.ask({"type": "join", "nickname": self.name}, {"type": "join", "room": ROOM, "replay": 0, "id": "enter"})
        entered = ahead = 0
        is_caught_up = False
        for push in wire.pushes():
            if push is None:
                pass
            elif push["type"] == "ack" and push.get("id") == "enter":
                entered = push["seq"]
                self.first, is_first = (entered, True) if self.first is None else (self.first, False)
                self.complete = entered if is_first else self.complete
                self.resume(wire)
            elif push["type"] == "ack" and push["request"] == "resume":
                if push.get("more"):
                    self.resume(wire)
                else:
                    is_caught_up = True
                    self.complete = max(self.complete, entered, ahead)
            elif push.get("room") == ROOM and "seq" in push:
                self.note(push)
                if push.get("past") or is_caught_up:
                    self.complete = max(self.complete, push["seq"])
                else:
                    # It is new, and what is older may still be on its way: if that is cut, it is to be asked for again.
                    ahead = push["seq"]
            if self.is_content() or was_refused(push):
                return

    def resume(self, wire: Wire) -> None:
        """Ask for what came since the last thing that was heard."""
        wire.ask({"type": "resume", "rooms": {ROOM: self.complete}, "id": "r"})

    def note(self, push: Push) -> None:
        """Something happened in the room."""
        if push["type"] != "message":
            return
        seq, text = push["seq"], push["text"]
        self.doubled += seq in self.heard
        if self.heard.setdefault(seq, text) != text:
            self.doubts.append(f"{self.name} heard {text} at {seq}, and {self.heard[seq]}")
