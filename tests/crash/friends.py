"""Who writes to one another while the server is being killed, and is not always there."""

import random
import time
from contextlib import suppress
from threading import Event
from typing import NamedTuple

from tests.crash.people import Push, Sender, Wire


class Habits(NamedTuple):
    """How somebody uses the chat: whether they stay, or come and go; how they leave; and what arrival is to them.

    `confirms`: a message has arrived when they say so. Otherwise when it has left the server, so they read to the end.
    """

    stays: bool
    confirms: bool


class Friend(Sender):
    """Sends numbered messages to `other`, and receives theirs: `heard` are the texts by their seqs.

    What came twice is in `doubled`.
    """

    at_once = 2

    def __init__(self, name: str, other: str, port: int, stop: Event, habits: Habits) -> None:
        super().__init__(name, port, stop)
        self.target = {"to": other}
        self.friend: Friend | None = None
        self.heard: dict[int, str] = {}
        self.doubled = 0
        self._habits = habits
        # A generator of its own: threads take turns as they like.
        self._random = random.Random(name)
        self._leaves_at = 0.0

    def is_content(self) -> bool:
        """All was acknowledged, and all that the other one sent has come."""
        assert self.friend is not None, "friends come in pairs"
        return self.has_arrived and self.friend.has_arrived and len(self.heard) >= len(self.friend.sent)

    def is_tired(self) -> bool:
        return time.monotonic() > self._leaves_at

    def talk(self, wire: Wire) -> None:
        # When all is sent they stay until everything has come.
        stays = self._habits.stays or self.stop.is_set()
        self._leaves_at = time.monotonic() + (3600 if stays else self._random.uniform(0.0, 0.4))
        if self._habits.confirms:
            super().talk(wire)
            return
        # Nothing that was given to this connection may be left unread, also where nothing can be sent any more: it has
        # arrived, and will not come again.
        with suppress(OSError):
            super().talk(wire)
            wire.ask({"type": "disconnect"})
        for push in wire.pushes():
            if push is not None:
                self.hear(push, wire)

    def rest(self) -> None:
        self.stop.wait(0.02 if self._habits.stays else self._random.uniform(0.0, 0.4))

    def enter(self, wire: Wire) -> None:
        wire.ask({"type": "join", "nickname": self.name, "confirms": self._habits.confirms})

    def say(self, wire: Wire, text: str) -> None:
        """Send a message, not too fast: a mailbox holds a thousand."""
        self.stop.wait(0.005)
        super().say(wire, text)

    def hear(self, push: Push, wire: Wire) -> None:
        if push["type"] != "message" or push.get("to") != self.name:
            return
        seq, text = push["seq"], push["text"]
        self.doubled += seq in self.heard
        if self.heard.setdefault(seq, text) != text:
            self.doubts.append(f"{self.name} received {text} at {seq}, and {self.heard[seq]}")
        if self._habits.confirms:
            wire.ask({"type": "delivered", "to": push["from"], "seq": seq})


def make_friends(number: int, port: int, stop: Event, one: Habits, other: Habits) -> tuple[Friend, Friend]:
    """Two who write to each other."""
    names = f"friend{number}a", f"friend{number}b"
    pair = Friend(names[0], names[1], port, stop, one), Friend(names[1], names[0], port, stop, other)
    pair[0].friend, pair[1].friend = pair[1], pair[0]
    return pair
