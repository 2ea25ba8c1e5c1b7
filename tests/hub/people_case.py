"""What the tests about people share: people on the text wire and on the JSON wire, with accounts and without."""

import json
from typing import Any

from twisted.internet.testing import StringTransport

from chat.server.protocol import ChatProtocol
from tests.hub.device import Device
from tests.web.asking import AskingCase

PASSWORD = "correct-horse"
Push = dict[str, Any]


class Typist(Device):
    """Somebody at `nc`."""

    def say(self, *lines: str) -> list[str]:
        """Type some lines; what was read since the last time."""
        self.send(*lines)
        return self.read()


class Program:
    """Somebody on the JSON wire."""

    def __init__(self, protocol: ChatProtocol, transport: StringTransport) -> None:
        self.protocol = protocol
        self.transport = transport

    def ask(self, kind: str, **fields: object) -> Push:
        """Ask for something; the last push of what came since then, which is mostly the answer."""
        self.read()
        self.protocol.dataReceived(json.dumps({"type": kind, **fields}).encode() + b"\n")
        self.pushes = self.read()
        return self.pushes[-1]

    def read(self) -> list[Push]:
        """What came since the last time."""
        pushes = [json.loads(line) for line in self.transport.value().splitlines()]
        self.transport.clear()
        return pushes

    def texts(self) -> list[str]:
        """The texts of the messages that came since the last time."""
        return [push["text"] for push in self.read() if push["type"] == "message"]


class PeopleCase(AskingCase):
    """A server in memory, on a test's clock."""

    def typist(self, name: str, *, account: bool = False, login: bool = False) -> Typist:
        """Somebody who types, and has read the welcome."""
        person = Typist(*self.connect())
        word = "login" if login else "register"
        lines = person.say(f"server:{word} {name} {PASSWORD}" if account or login else f"server:register {name}")
        assert lines[0] == f"server: welcome, {name}", lines
        return person

    def program(self, name: str, *, account: bool = False, **more: object) -> Program:
        """Somebody on the JSON wire; with an account it is made, or logged in to. `first` has what they read."""
        person = Program(*self.connect())
        person.ask("join", nickname=name, **({"password": PASSWORD} if account else {}), **more)
        assert person.pushes[0].get("nickname") == name, person.pushes
        return person

    def leave(self, person: Typist | Program) -> None:
        """Their connection ends."""
        self.lose(person.protocol)
