"""Accounts with two devices that come and go while the server is being killed, also in the middle of catching up."""

import random
import socket
import time
from collections.abc import Collection
from contextlib import suppress
from threading import Event
from typing import NamedTuple

from tests.crash.people import ROOM, Person, Push, Wire, was_refused

PASSWORD = "correct-horse"
# So much is on its way to a slow reader at most, in the kernel.
_FEW_BYTES = 4096
# So many are confirmed at once.
_TOGETHER = 20


class Manners(NamedTuple):
    """How devices use the chat. `is_slow`: they read with pauses. `confirms`: they say themselves what has arrived.

    `resumes`: they ask for what they missed, although it comes by itself, and from any place.
    """

    is_slow: bool = False
    confirms: bool = False
    resumes: bool = False


class Account:
    """Somebody who belongs to the room: `heard` are the texts by their seqs, on whatever device, from `first` on.

    `doubts` are what was not the same both times, `doubled` counts what came twice on one device. `missing` are the
    seqs that have not been heard, when all has been said. `has_come` is set when `first` is.
    """

    def __init__(self, name: str, manners: Manners) -> None:
        self.name = name
        self.manners = manners
        self.token: str | None = None
        self.first: int | None = None
        self.has_come = Event()
        self.heard: dict[int, str] = {}
        self.doubled = 0
        self.doubts: list[str] = []
        self.missing: set[int] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything has been heard."""
        return self.missing is not None and not self.missing

    def expect(self, seqs: Collection[int]) -> None:
        """All has been said, at these seqs."""
        self.missing = {seq for seq in seqs if self.first is not None and seq > self.first}
        # What another thread hears from now on it takes out itself.
        self.missing -= set(self.heard)

    def hear(self, push: Push) -> None:
        """Something was said in the room."""
        seq, text = push["seq"], push["text"]
        if self.heard.setdefault(seq, text) != text:
            self.doubts.append(f"{self.name} heard {text} at {seq}, and {self.heard[seq]}")
        if self.missing:
            self.missing.discard(seq)


class Device(Person):
    """One of an account's. What has been written to it, it reads: that has arrived, and need not come again."""

    def __init__(self, account: Account, number: int, port: int, stop: Event) -> None:
        super().__init__(f"{account.name}/{number}", port, stop)
        self.account = account
        self._random = random.Random(self.name)
        self._is_first = number == 0
        self._heard: set[int] = set()
        self._arrived = 0

    def is_content(self) -> bool:
        return self.account.is_complete or (self.stop.is_set() and not self._is_first)

    def connect(self) -> socket.socket:
        """A slow one has no room for much, here and in the kernel."""
        connection = socket.socket()
        try:
            connection.settimeout(1)
            if self._is_slow:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _FEW_BYTES)
            connection.connect(("127.0.0.1", self.port))
        except OSError:
            connection.close()
            raise
        return connection

    def rest(self) -> None:
        self.stop.wait(self._random.uniform(0.0, 0.3))

    def talk(self, wire: Wire) -> None:
        account = self.account
        is_early = self.stop.is_set() and account.missing is None
        if is_early or (not self._is_first and account.first is None):
            return
        secret = {"password": PASSWORD} if account.token is None else {"token": account.token}
        join = {"type": "join", "nickname": account.name, **secret, "confirms": account.manners.confirms}
        ending = {"type": "disconnect"}
        # The first one stays until they belong to the room, and at the end until everything has come.
        stays = self._is_first and self._has_reason_to_stay
        if not stays and account.first is not None and self._random.random() < 0.3:
            wire.ask(join, ending)
        else:
            with suppress(OSError):
                wire.ask({**join, "remember": account.token is None})
                self._listen(wire, time.monotonic() + self._random.uniform(0.0, 0.4), stays=stays)
                wire.ask(ending)
        self._read_to_the_end(wire)

    def _listen(self, wire: Wire, until: float, *, stays: bool) -> None:
        for push in wire.pushes():
            if push is not None:
                self._hear(push, wire)
            is_enough = time.monotonic() > until and not (stays and self._has_reason_to_stay)
            if self.is_content() or was_refused(push) or is_enough:
                return
            if self._is_slow and self._random.random() < 0.02:
                self.stop.wait(self._random.uniform(0.0, 0.1))

    @property
    def _has_reason_to_stay(self) -> bool:
        return self.account.first is None or self.stop.is_set()

    def _read_to_the_end(self, wire: Wire) -> None:
        for push in wire.pushes():
            if push is not None:
                self._hear(push, wire)

    @property
    def _is_slow(self) -> bool:
        return self.account.manners.is_slow and not self.stop.is_set()

    def _hear(self, push: Push, wire: Wire) -> None:
        account = self.account
        if push["type"] == "ack" and push["request"] == "join":
            self._come_in(push, wire)
        elif push["type"] == "message" and push.get("room") == ROOM:
            account.doubled += push["seq"] in self._heard
            self._heard.add(push["seq"])
            account.hear(push)
            if account.manners.confirms and push.get("past"):
                self._arrived += 1
                if not self._arrived % _TOGETHER:
                    with suppress(OSError):
                        wire.ask({"type": "delivered", "room": ROOM, "seq": push["seq"]})

    def _come_in(self, ack: Push, wire: Wire) -> None:
        account = self.account
        if "room" in ack:
            self._began(ack["seq"])
            return
        account.token = ack.get("token", account.token)
        belongs = [place for place in ack.get("rooms", ()) if place.get("room") == ROOM]
        if belongs:
            self._began(belongs[0]["delivered"])
        with suppress(OSError):
            if not belongs and self._is_first:
                wire.ask({"type": "join", "room": ROOM, "replay": 0})
            elif account.manners.resumes:
                # From any place that it has heard of, although it has not heard all before that.
                after = self._random.choice([0, *list(account.heard)[-100:]])
                wire.ask({"type": "resume", "rooms": {ROOM: after}})

    def _began(self, seq: int) -> None:
        if self.account.first is None:
            self.account.first = seq
            self.account.has_come.set()


def make_devices(account: Account, port: int, stop: Event) -> list[Device]:
    """The two of an account."""
    return [Device(account, number, port, stop) for number in range(2)]
