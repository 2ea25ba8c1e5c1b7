"""Somebody who leaves a room leaves it on all devices, also if the connection is lost in the same instant."""

import json
from typing import Any

from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.events import Head
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from tests.fresh import fresh_accounts
from tests.store.late import LateStore

LEAVE = {"type": "leave", "room": "team"}
JOIN = {"type": "join", "room": "team", "replay": 0}


class Leaving(SynchronousTestCase):
    """Ann has an account and two devices, in a room with Bob."""

    def setUp(self) -> None:
        self.store = LateStore()
        accounts = fresh_accounts(self.store.accounts, Limits(), lambda: 0.0, Policy())
        self.hub = Hub(self.store, accounts, Limits())
        self.factory = ChatFactory(self.hub)
        self.bob, self.bob_told = self.come_in("Bob")
        self.ask(self.bob, JOIN)
        self.first, self.first_told = self.come_in("Ann", "correct-horse")
        self.ask(self.first, JOIN)
        self.second, self.second_told = self.come_in("Ann", "correct-horse")
        self.store.settle()

    def come_in(self, name: str, password: str | None = None) -> tuple[ChatProtocol, StringTransport]:
        """Somebody connects, under a name."""
        protocol, told = self.factory.buildProtocol(None), StringTransport(lenient=True)
        protocol.makeConnection(told)
        protocol.dataReceived(json.dumps({"type": "join", "nickname": name, "password": password}).encode() + b"\n")
        self.store.settle()
        return protocol, told

    def type_in(self, line: str) -> tuple[ChatProtocol, StringTransport]:
        """Ann comes in on the text wire, and types a line."""
        protocol, told = self.factory.buildProtocol(None), StringTransport(lenient=True)
        protocol.makeConnection(told)
        protocol.dataReceived(b"server:login Ann correct-horse\n")
        self.store.settle()
        protocol.dataReceived(line.encode())
        return protocol, told

    def ask(self, client: ChatProtocol, *requests: object) -> None:
        """Ask these in one chunk; nothing is stored yet."""
        client.dataReceived(b"".join(json.dumps(request).encode() + b"\n" for request in requests))

    def heard(self, told: StringTransport, text: str) -> bool:
        """Whether a message that Bob sends now is heard."""
        told.clear()
        self.ask(self.bob, {"type": "message", "room": "team", "text": text})
        self.store.settle()
        return text in told.value().decode()

    def members(self) -> list[str]:
        """The members of the room, as somebody who enters it is told."""
        _, told = self.come_in("Eve")
        told.clear()
        eve = next(reversed(self.factory.users["eve"].sessions))
        assert isinstance(eve.peer, ChatProtocol)
        self.ask(eve.peer, JOIN)
        self.store.settle()
        answers: list[dict[str, Any]] = [json.loads(line) for line in told.value().splitlines()]
        members: list[str] = answers[0]["members"]
        return members

    def belongs(self) -> list[str]:
        """The rooms that Ann belongs to."""
        found: list[Head] = []
        self.store.heads("ann").addCallback(found.extend)
        return [head.room for head in found]

    def test_on_all_devices(self) -> None:
        """Leaving on one device leaves the room on the others; Ann does not belong to it any more."""
        self.assertEqual(self.belongs(), ["team"])
        self.assertTrue(self.heard(self.second_told, "one"))
        self.ask(self.first, LEAVE)
        self.store.settle()
        self.assertFalse(self.heard(self.second_told, "two"))
        self.assertFalse(self.heard(self.first_told, "three"))
        self.assertEqual((self.belongs(), self.members()), ([], ["Bob", "Eve"]))

    def test_and_gone(self) -> None:
        """The connection is lost before the commit: the other devices have left all the same."""
        for is_stored in (True, False):
            self.setUp()
            self.ask(self.first, LEAVE)
            self.first.connectionLost()
            if is_stored:
                self.store.settle()
            else:
                self.store.fail()
            self.assertFalse(self.heard(self.second_told, "two"))
            self.assertNotIn(self.first.session, self.hub.rooms["team"].members)
            self.assertEqual(self.members(), ["Bob", "Eve"])
            self.assertEqual(self.belongs(), [] if is_stored else ["team"])

    def test_all_gone(self) -> None:
        """When everybody has gone nothing is left of the room."""
        self.ask(self.first, LEAVE)
        self.first.connectionLost()
        self.second.connectionLost()
        self.bob.connectionLost()
        self.store.settle()
        self.assertEqual((self.hub.users, self.hub.rooms, self.hub.lobby.members), ({}, {}, {}))

    def test_and_back_at_once(self) -> None:
        """Somebody who leaves and enters again at once is in the room, and hears messages."""
        self.ask(self.first, LEAVE, JOIN)
        self.store.settle()
        self.assertTrue(self.heard(self.first_told, "two"))
        self.assertTrue(self.heard(self.second_told, "three"))
        self.assertEqual((self.belongs(), self.members()), (["team"], ["Ann", "Bob", "Eve"]))

    def test_refused_and_back_at_once(self) -> None:
        """The same, where the journal refuses that they have left: it takes them out, and lets them in again."""
        self.ask(self.first, LEAVE, JOIN)
        self.store.fail(1)
        self.assertEqual(self.first.session.rooms, {"team": "team"})
        self.store.settle()
        self.first_told.clear()
        self.ask(self.first, {"type": "message", "room": "team", "text": "two", "id": 2})
        self.store.settle()
        self.assertIn('"request":"message","id":2', self.first_told.value().decode())

    def test_by_hand_before_it_came_in(self) -> None:
        """A person who types leaves alone, also before the journal has let them in."""
        self.ask(self.first, LEAVE)
        self.store.settle()
        self.ask(self.first, JOIN)
        typist, told = self.type_in("join team\nleave\n")
        self.store.settle()
        self.assertFalse(self.heard(told, "two"))
        self.assertNotIn(typist.session, self.hub.rooms["team"].members)
        self.assertTrue(self.heard(self.second_told, "three"))
        self.assertIn("you left team", self.last_line(typist, "leave\njoin team\nleave\n"))

    def last_line(self, typist: ChatProtocol, typed: str) -> str:
        """The last line that a typist is told after this."""
        told = typist.transport
        assert isinstance(told, StringTransport)
        told.clear()
        typist.dataReceived(typed.encode())
        self.store.settle()
        lines: list[str] = told.value().decode().splitlines()
        return lines[-1]
