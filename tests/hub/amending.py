"""What the tests of changed messages share: people on both wires, and what they read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.testing import StringTransport

from chat.room_state import Member, Role, RoomState
from chat.server.protocol import ChatProtocol
from tests.hub.device import Device
from tests.server.case import ServerCase

PASSWORD = "correct-horse"


def no_message(seq: object) -> str:
    """What people read who ask for a message that is not there."""
    return f"server: error: there is no message #{seq} here, server:history shows the numbers"


class Person(Device):
    """Somebody with one connection, on the text wire or, with `speaks_json`, on that of programs."""

    def __init__(self, protocol: ChatProtocol, transport: StringTransport, *, speaks_json: bool = False) -> None:
        super().__init__(protocol, transport)
        self.speaks_json = speaks_json

    def says(self, *lines: str) -> list[str]:
        """Type lines; returns all that was read since the last time."""
        for line in lines:
            self.send(line)
        return self.read()

    def asks(self, kind: str, **fields: object) -> list[dict[str, Any]]:
        """Send a request; returns all objects that came since the last time."""
        self.send(json.dumps({"type": kind, **fields}))
        return self.heard()


class AmendingCase(ServerCase):
    """A server, and people who come."""

    def person(self, name: str, *, has_account: bool = False) -> Person:
        """Somebody who types, and has read their welcome."""
        person = Person(*self.connect())
        person.says(f"server:register {name}" + (f" {PASSWORD}" if has_account else ""))
        return person

    def program(self, name: str, *, has_account: bool = False, **fields: object) -> Person:
        """Somebody who speaks JSON, and has read their welcome."""
        person = Person(*self.connect(), speaks_json=True)
        secret = {"password": PASSWORD} if has_account else {}
        person.asks("join", nickname=name, **secret, **fields)
        return person

    def quiet(self, *people: Person) -> None:
        """They have read everything so far."""
        for person in people:
            person.read()

    def set_state(self, room: str, state: RoomState) -> None:
        """The room has that state."""
        self.factory.hub.permissions.restate(room, state)

    def owned(self, *names: str, **parts: Any) -> RoomState:
        """The state of a room of the first of these people; the others are moderators."""
        roles = [Role.OWNER, *([Role.MODERATOR] * len(names))]
        members = {name.casefold(): Member(name, role) for name, role in zip(names, roles, strict=False)}
        return RoomState(owner=names[0].casefold(), members=members, **parts)


def kinds(pushes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The types of these objects."""
    return [push["type"] for push in pushes]
