"""Commits that no session of this process asked for: those of another node on the same journal."""

import json
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.events import Joined, Left, Message, RoomEvent
from chat.hub.hub import Hub
from chat.hub.visitors import Visitor
from chat.limits import Limits
from chat.server import ChatFactory, ChatProtocol
from tests.fresh import fresh_accounts
from tests.hub.test_visitors import Listener
from tests.store.late import LateStore

Push = dict[str, Any]


def zoe(kind: type[RoomEvent], place: str | None = None, seq: int = 1, **more: Any) -> RoomEvent:
    """Something that Zoe did on the other node, in a room or in the lobby."""
    room = "lobby" if place is None else place.casefold()
    return kind(room=room, place=place, sender="Zoe", seq=seq, sent_at=1.0, **more)


class Foreign(SynchronousTestCase):
    """Bob is here, Zoe is there."""

    def setUp(self) -> None:
        self.store = LateStore()
        accounts = fresh_accounts(self.store.accounts, Limits(), lambda: 0.0, Policy())
        self.hub = Hub(self.store, accounts, Limits())
        self.factory = ChatFactory(self.hub)
        self.bob, self.told = self.connect({"type": "join", "nickname": "Bob"})

    def connect(self, *requests: Push) -> tuple[ChatProtocol, StringTransport]:
        """Somebody connects and asks these; nothing of that is left to read."""
        client, told = self.factory.buildProtocol(None), StringTransport(lenient=True)
        client.makeConnection(told)
        self.ask(client, *requests)
        told.clear()
        return client, told

    def ask(self, client: ChatProtocol, *requests: Push) -> None:
        """Ask these, and let the journal have them."""
        client.dataReceived(b"".join(json.dumps(request).encode() + b"\n" for request in requests))
        self.store.settle()

    def heard(self) -> list[Push]:
        """What Bob was told since the last call."""
        pushes = [json.loads(line) for line in self.told.value().splitlines()]
        self.told.clear()
        return pushes

    def who(self) -> list[str]:
        """Who is in the chat, as Bob is told."""
        self.told.clear()
        self.ask(self.bob, {"type": "who"})
        answer, _ = self.heard()
        names: list[str] = answer["names"]
        return names

    def test_in_the_lobby(self) -> None:
        """Zoe is listed, and what she does is told, from her `Joined` to her `Left`."""
        self.store.tell_of(zoe(Joined, seq=2), zoe(Message, seq=3, text="hi"))
        self.assertEqual([each.get("text") for each in self.heard()], [None, "hi"])
        self.assertEqual(self.who(), ["Bob", "Zoe"])
        self.assertEqual(list(self.factory.users), ["bob"])
        self.store.tell_of(zoe(Left, seq=4))
        self.assertEqual(len(self.heard()), 1)
        self.assertEqual(self.who(), ["Bob"])

    def test_in_a_room(self) -> None:
        """Her room is open and has its name from her, also while nobody of this process is in it."""
        self.store.tell_of(zoe(Joined, seq=2), zoe(Joined, "Team"))
        self.assertEqual(list(self.hub.rooms), ["team"])
        self.heard()
        self.ask(self.bob, {"type": "join", "room": "TEAM"})
        [entered] = self.heard()
        self.assertEqual((entered["room"], entered["members"]), ("Team", ["Bob", "Zoe"]))
        self.store.tell_of(
            zoe(Message, "Team", 3, text="one"), zoe(Left, "Team", 4), zoe(Message, "Team", 5, text="two")
        )
        self.assertEqual([each.get("text") for each in self.heard()], ["one", None, "two"])
        self.assertEqual(self.hub.rooms["team"].roster.page(9).names, ["Bob"])
        self.ask(self.bob, {"type": "leave", "room": "team"})
        self.assertEqual(self.hub.rooms, {})

    def test_left_to_her(self) -> None:
        """A room that Bob leaves stays open while she is in it."""
        self.store.tell_of(zoe(Joined, "Team"))
        self.ask(self.bob, {"type": "join", "room": "team"}, {"type": "leave", "room": "team"})
        self.assertEqual(list(self.hub.rooms), ["team"])

    def test_left_alone(self) -> None:
        """A room in which only she was is forgotten when she leaves it."""
        self.store.tell_of(zoe(Joined, "Team"), zoe(Left, "Team", 2))
        self.assertEqual(self.hub.rooms, {})

    def test_direct(self) -> None:
        """A message to her is not queued while she is there; hers comes to Bob."""
        asked = {"type": "message", "to": "Zoe", "text": "hello"}
        for event, is_queued in ((zoe(Joined, seq=2), False), (zoe(Left, seq=3), True)):
            self.store.tell_of(event)
            self.heard()
            self.ask(self.bob, asked)
            self.assertEqual(self.heard()[0].get("queued", False), is_queued)
        self.store.tell_of(
            Message(room="direct:bob:zoe", place=None, sender="Zoe", seq=3, sent_at=1.0, to="Bob", text="hi")
        )
        self.assertEqual([each["text"] for each in self.heard()], ["hi"])

    def test_left_with_a_device_here(self) -> None:
        """When she leaves a room there, her device here is in it no more, and hears nothing of it."""
        account = {"type": "join", "nickname": "Zoe", "password": "correct-horse"}
        device, told = self.connect(account, {"type": "join", "room": "Team"})
        self.ask(self.bob, {"type": "join", "room": "Team"})
        self.store.tell_of(zoe(Left, "Team", 9))
        told.clear()
        self.ask(self.bob, {"type": "message", "room": "team", "text": "secret"})
        self.assertEqual((told.value(), device.session.rooms), (b"", {}))
        self.assertEqual(self.hub.rooms["team"].roster.page(9).names, ["Bob"])

    def test_the_first_spelling(self) -> None:
        """A room is called as the first person in the journal spelled it, whoever only follows it here."""
        peer = Listener()
        follows = Deferred.fromCoroutine(self.hub.visitors.follow(Visitor(), "TEAM", peer, None))
        self.assertIsNone(self.successResultOf(follows))
        self.store.tell_of(zoe(Joined, "Team"))
        self.assertEqual(self.hub.rooms["team"].name, "Team")
        self.store.tell_of(zoe(Left, "Team", 2))
        self.assertEqual(list(self.hub.rooms), ["team"])
        self.hub.visitors.followers.leave(peer)
        self.assertEqual(self.hub.rooms, {})


class Refused(SynchronousTestCase):
    """A registration that the journal refuses."""

    def setUp(self) -> None:
        self.store = LateStore()
        accounts = fresh_accounts(self.store.accounts, Limits(), lambda: 0.0, Policy())
        self.factory = ChatFactory(Hub(self.store, accounts, Limits()))

    def connect(self, typed: str) -> tuple[ChatProtocol, StringTransport]:
        """Somebody connects, and types."""
        client, told = self.factory.buildProtocol(None), StringTransport(lenient=True)
        client.makeConnection(told)
        client.dataReceived(typed.encode())
        return client, told

    def test_what_follows(self) -> None:
        """What was typed behind it waits for the answer, and leaves nobody in a room."""
        client, told = self.connect("register Al\njoin team\n")
        self.store.fail()
        self.store.settle()
        lines = told.value().decode().splitlines()
        self.assertEqual(lines[0], "server: error: the server's disk is full, that was not stored")
        self.assertIn("you have no name yet", lines[1])
        self.assertEqual((self.factory.users, self.factory.hub.rooms, client.session.rooms), ({}, {}, {}))

    def test_second_device(self) -> None:
        """A second device that came meanwhile comes in by itself, and is listed and told."""
        first, _ = self.connect("register Al correct-horse\n")
        self.store.settle()
        first.connectionLost()
        self.store.settle()
        _, told = self.connect("login Al correct-horse\n")
        _, told_second = self.connect("login Al correct-horse\n")
        self.store.fail()
        self.assertIn(b"disk is full", told.value())
        self.assertEqual(told_second.value(), b"")
        self.store.settle()
        self.assertIn(b"1 online", told_second.value())

    def test_second_device_waits(self) -> None:
        """A second device is told that it is in when the journal has the first."""
        first, _ = self.connect("register Al correct-horse\n")
        self.store.settle()
        first.connectionLost()
        self.store.settle()
        _, told = self.connect("login Al correct-horse\n")
        _, told_second = self.connect("login Al correct-horse\nwho\n")
        self.assertEqual(told_second.value(), b"")
        self.store.settle()
        self.assertIn(b"welcome, Al", told.value())
        self.assertEqual(told_second.value().decode().splitlines()[-1], "server: online (1): Al")

    def test_unlisted(self) -> None:
        """A second device comes in by itself where the journal says that the user has left the chat."""
        self.connect("register Al correct-horse\n")
        self.store.settle()
        self.store.tell_of(Left(room="lobby", place=None, sender="Al", seq=9))
        _, told = self.connect("login Al correct-horse\n")
        self.store.settle()
        self.assertIn(b"1 online", told.value())
