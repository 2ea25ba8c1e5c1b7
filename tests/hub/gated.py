"""What the tests of the gate share: people on all wires, and a room of Alice's."""

import json
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport

from chat.changes import SettingsChanged
from tests.hub.device import Device
from tests.web.asking import AskingCase

PASSWORD = "correct-horse"
OTHER = "10.0.0.7"


class Person(Device):
    """One device of somebody, on the text wire or the NDJSON wire."""

    def types(self, *lines: str) -> list[str]:
        """Type these lines; returns what came since the last time."""
        self.send(*lines)
        return self.read()

    def asks(self, **request: object) -> list[dict[str, Any]]:
        """Ask this; returns what came since the last time."""
        return [json.loads(line) for line in self.types(json.dumps(request))]

    def code(self, **request: object) -> str:
        """The code of the error with which a request is answered; "" if there is none."""
        return "".join(push["code"] for push in self.asks(**request) if push["type"] == "error")

    reads = Device.read
    hears = Device.heard


class RoomCase(AskingCase):
    """Alice has made the room teamchat, with an account, and types in it."""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.factory.hub
        self.alice = self.typist("Alice", PASSWORD)
        self.alice.types("join teamchat")

    def device(self, host: str = "127.0.0.1") -> Person:
        """A new connection from an address."""
        protocol = self.factory.buildProtocol(IPv4Address("TCP", host, 4321))
        told = StringTransport(lenient=True)
        protocol.makeConnection(told)
        return Person(protocol, told)

    def typist(self, name: str, password: str = "", host: str = "127.0.0.1") -> Person:
        """Somebody who types, and has read the welcome."""
        person = self.device(host)
        person.types(f"server:register {name} {password}".rstrip())
        return person

    def program(self, name: str, *, has_account: bool = False, host: str = "127.0.0.1") -> Person:
        """Somebody on the NDJSON wire, who has read the welcome."""
        person = self.device(host)
        person.asks(type="join", nickname=name, **({"password": PASSWORD} if has_account else {}))
        return person

    def set(self, **settings: Any) -> None:
        """Alice changes settings of her room."""
        session = self.alice.protocol.session
        change = SettingsChanged(room="teamchat", place="teamchat", sender="Alice", settings=settings)
        self.hub.changes.publish(session, change, "settings", None)
        self.alice.reads()

    def say(self, *texts: str) -> None:
        """Alice says these."""
        self.alice.types(*texts)

    def is_in(self, person: Person) -> bool:
        """Whether the journal, and the room, have this device in teamchat."""
        room = self.hub.rooms.get("teamchat")
        return room is not None and person.protocol.session in room.members
