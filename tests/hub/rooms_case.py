"""What the tests of rooms share: people on the text wire and on the JSON wire, on a clock that tests move."""

import json
from typing import Any

from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory
from tests.fresh import fresh_hub
from tests.hub.device import Device

PASSWORD = "correct-horse"
START = 1_700_000_000.0


class Person(Device):
    """One connection, and what it has read."""

    def __init__(self, factory: ChatFactory) -> None:
        super().__init__(factory.buildProtocol(None), StringTransport(lenient=True))
        self.protocol.makeConnection(self.transport)

    def type(self, *lines: str) -> list[str]:
        """Type these lines; the lines that came since the last call."""
        self.read()
        for line in lines:
            self.send(line)
        return self.read()

    def ask(self, *requests: object) -> list[dict[str, Any]]:
        """Ask these requests; the pushes that came since."""
        return [json.loads(line) for line in self.type(*map(json.dumps, requests))]

    def leave(self) -> None:
        """The connection is lost."""
        self.protocol.connectionLost()


class RoomsCase(SynchronousTestCase):
    """Alice and Bob have accounts, Carol is a guest. All three type."""

    limits = Limits()

    def setUp(self) -> None:
        self.now = START
        self.hub: Hub = fresh_hub(self.limits, lambda: self.now)
        self.factory = ChatFactory(self.hub)
        self.alice, self.bob, self.carol = Person(self.factory), Person(self.factory), Person(self.factory)
        self.alice.type(f"server:register Alice {PASSWORD}")
        self.bob.type(f"server:register Bob {PASSWORD}")
        self.carol.type("server:register Carol")

    def program(self, name: str, **more: object) -> Person:
        """Somebody comes in on the JSON wire."""
        person = Person(self.factory)
        person.ask({"type": "join", "nickname": name, **more})
        return person

    def read_all(self) -> None:
        """Everybody reads what came."""
        for person in (self.alice, self.bob, self.carol):
            person.read()
