"""For tests of logins: a hub whose passwords are slow, and clients on any wire."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from chat.store.memory.store import MemoryStore
from tests.fresh import SlowPasswords, fresh_accounts

PASSWORD = "correct-horse"
Push = Mapping[str, object]


class Somebody:
    """A connection, which says lines or objects, and keeps what it is told."""

    def __init__(self, factory: ChatFactory) -> None:
        self.protocol: ChatProtocol = factory.buildProtocol(None)
        self.transport = StringTransport(lenient=True)
        self.protocol.makeConnection(self.transport)
        self.is_lost = False

    def say(self, *lines: str | Push) -> "Somebody":
        """Say something."""
        for line in lines:
            self.protocol.dataReceived(f"{line if isinstance(line, str) else json.dumps(line)}\n".encode())
        return self

    def heard(self) -> list[str]:
        """The lines that came since the last call."""
        lines: list[str] = self.transport.value().decode().splitlines()
        self.transport.clear()
        return lines

    def told(self) -> list[Push]:
        """The objects that came since the last call."""
        return [json.loads(line) for line in self.heard()]

    def codes(self) -> list[str]:
        """The codes of the errors among them, and `ack` for each ack."""
        return [str(push.get("code", push["type"])) for push in self.told() if push["type"] in ("ack", "error")]

    @property
    def is_closed(self) -> bool:
        """Whether the server closes the connection."""
        return bool(self.transport.disconnecting or self.transport.disconnected)

    def lose(self) -> None:
        """Its line is cut."""
        if not self.is_lost:
            self.is_lost = True
            self.protocol.connectionLost(Failure(ConnectionLost()))


class Later:
    """A question to the store whose answer, as it is when it is asked, comes when `answer` is called."""

    def __init__(self, ask: Callable[..., "Deferred[Any]"]) -> None:
        self._ask = ask
        self._asked: list[tuple[Deferred[Any], Deferred[Any]]] = []

    def __call__(self, *arguments: object) -> "Deferred[Any]":
        later = Deferred[Any]()
        self._asked.append((self._ask(*arguments), later))
        return later

    def answer(self) -> None:
        """Tell all answers."""
        asked, self._asked = self._asked, []
        for found, later in asked:
            found.chainDeferred(later)


class SlowLoginCase(SynchronousTestCase):
    """A hub on a store in memory; `passwords.answer()` is when hashes are done, where `slowly` was called."""

    limits = Limits()
    policy = Policy()

    def setUp(self) -> None:
        self.clock = Clock()
        self.store = MemoryStore(self.limits, self.clock.seconds)
        self.passwords = SlowPasswords()
        self.passwords.hashes_slowly = True
        self.accounts = fresh_accounts(
            self.store.accounts, self.limits, self.clock.seconds, self.policy, self.passwords
        )
        self.hub = Hub(self.store, self.accounts, self.limits)
        self.factory = ChatFactory(self.hub, self.clock)

    def connect(self) -> Somebody:
        """Somebody who has said nothing yet."""
        return Somebody(self.factory)

    def guest(self, name: str, **more: object) -> Somebody:
        """A guest on the JSON wire, who has read all so far."""
        return self.entered({"type": "join", "nickname": name, **more})

    def account(self, name: str, password: str = PASSWORD) -> Somebody:
        """Somebody with an account, the same."""
        return self.entered({"type": "join", "nickname": name, "password": password})

    def entered(self, join: Push) -> Somebody:
        """Somebody who comes in so."""
        somebody = self.connect().say(join)
        self.passwords.answer()
        self.passwords.answer()
        [ack] = [push for push in somebody.told() if push["type"] in ("ack", "error")]
        self.assertEqual(ack["type"], "ack", ack)
        return somebody
