"""One account on several devices: what each of them is in, and what it hears."""

import json
from typing import Any

from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server import ChatFactory, ChatProtocol
from chat.store.interfaces import Account
from tests.fresh import fresh_accounts
from tests.store.late import LateStore

PASSWORD = "correct-horse"
DEN = {"type": "join", "room": "den", "replay": 0}
Push = dict[str, Any]


class LateCase(SynchronousTestCase):
    """A hub whose store commits, and answers, when it is told to."""

    limits = Limits()
    store_class = LateStore

    def setUp(self) -> None:
        self.clock = Clock()
        self.store = self.store_class(self.clock.seconds)
        accounts = fresh_accounts(self.store.accounts, self.limits, self.clock.seconds, Policy())
        self.hub = Hub(self.store, accounts, self.limits)
        self.factory = ChatFactory(self.hub)

    def connect(self) -> tuple[ChatProtocol, StringTransport]:
        """A new connection."""
        protocol, told = self.factory.buildProtocol(None), StringTransport(lenient=True)
        protocol.makeConnection(told)
        return protocol, told

    def come_in(self, name: str, **more: object) -> tuple[ChatProtocol, StringTransport]:
        """Somebody comes in on the JSON wire, and has read all so far."""
        protocol, told = self.connect()
        self.ask(protocol, {"type": "join", "nickname": name, **more})
        self.store.settle()
        told.clear()
        return protocol, told

    def ask(self, client: ChatProtocol, *requests: object) -> None:
        """Ask these in one chunk; nothing is stored yet."""
        client.dataReceived(b"".join(json.dumps(request).encode() + b"\n" for request in requests))

    def say(self, client: ChatProtocol, text: str, **target: object) -> None:
        """Say something in the den, or elsewhere."""
        self.ask(client, {"type": "message", "text": text, **(target or {"room": "den"})})

    def pushes(self, told: StringTransport) -> list[Push]:
        """What came since the last call."""
        pushes = [json.loads(line) for line in told.value().splitlines()]
        told.clear()
        return pushes

    def kinds(self, told: StringTransport) -> list[str]:
        """The same, in short: the request that is acknowledged, the text of a message, the code of an error."""
        return [
            str(push.get("request") or push.get("text") or push.get("code") or push["type"])
            for push in self.pushes(told)
        ]


class Devices(LateCase):
    """Al has an account and two devices; Bob is a guest."""

    def setUp(self) -> None:
        super().setUp()
        self.bob, self.bob_told = self.come_in("Bob", client_id=7)
        self.first, self.first_told = self.come_in("Al", password=PASSWORD)
        self.second, self.second_told = self.come_in("Al", password=PASSWORD)

    def test_brought_along(self) -> None:
        """When one device enters a room the other one hears what is said there, too, from the same place on."""
        self.ask(self.bob, DEN)
        self.say(self.bob, "before")
        self.ask(self.first, DEN)
        self.say(self.bob, "after")
        self.store.settle()
        self.assertEqual(self.kinds(self.second_told), ["joined", "after"])

    def test_already_asked(self) -> None:
        """A device that has asked to enter on its own comes in when its own request is carried out, and not before."""
        self.ask(self.bob, DEN)
        self.store.settle()
        self.ask(self.first, DEN)
        self.say(self.bob, "between")
        self.ask(self.second, DEN)
        self.say(self.bob, "after")
        self.store.settle()
        self.assertEqual(self.kinds(self.second_told), ["join", "after"])
        self.assertEqual(self.kinds(self.first_told)[:2], ["join", "between"])

    def test_the_lobby_is_no_room_of_theirs(self) -> None:
        """Two devices that come in at once are both in the lobby, and in no room that they could leave."""
        for client in (self.first, self.second):
            client.connectionLost()
        self.store.settle()
        clients = [self.connect(), self.connect()]
        for client, _ in clients:
            self.ask(client, {"type": "join", "nickname": "Al", "password": PASSWORD})
        self.store.settle()
        for client, told in clients:
            told.clear()
            self.ask(client, {"type": "leave"})
            self.assertEqual(self.kinds(told), ["in_no_room"])

    def test_copied(self) -> None:
        """What is sent to a person from one device is shown on the other one, and answered on the first alone."""
        self.say(self.first, "hi", to="Bob")
        self.store.settle()
        self.assertEqual((self.kinds(self.first_told), self.kinds(self.second_told)), (["message"], ["hi"]))

    def test_typist_is_alone(self) -> None:
        """Who types enters rooms by hand: neither the account's rooms nor another device bring them into one."""
        self.ask(self.bob, DEN)
        self.ask(self.first, DEN)
        self.store.settle()
        typist, told = self.connect()
        typist.dataReceived(f"server:login Al {PASSWORD}\n".encode())
        self.store.settle()
        self.ask(self.first, {"type": "join", "room": "attic"})
        self.store.settle()
        told.clear()
        self.say(self.bob, "to the den")
        self.say(self.first, "to the attic", room="attic")
        self.store.settle()
        self.assertEqual(told.value(), b"")
        typist.dataReceived(b"leave\n")
        self.store.settle()
        self.assertIn(b"error: you are in no room", told.value())

    def test_spelling(self) -> None:
        """Two made a room at once: it has the first one's spelling, also for who asked by the second one."""
        self.ask(self.bob, {"type": "join", "room": "Den"})
        self.ask(self.first, {"type": "join", "room": "DEN"})
        self.store.settle()
        self.assertEqual([push["room"] for push in self.pushes(self.first_told)], ["Den"])
        self.ask(self.first, {"type": "read", "room": "den", "seq": 1})
        self.store.settle()
        read = self.pushes(self.second_told)[-1]
        self.assertEqual((read["type"], read["room"]), ("read", "Den"))

    def test_joined_with_an_id(self) -> None:
        """Who comes into a room, says something there and leaves is told with the id they gave themselves."""
        self.ask(self.first, DEN)
        self.store.settle()
        self.first_told.clear()
        self.ask(self.bob, DEN)
        self.say(self.bob, "hi")
        self.ask(self.bob, {"type": "leave", "room": "den"})
        self.store.settle()
        told = self.pushes(self.first_told)
        self.assertEqual([push["type"] for push in told], ["joined", "message", "left"])
        self.assertEqual([push["client_id"] for push in told], [7, 7, 7])

    def test_one_device_goes(self) -> None:
        """Al is still in the room, and here, while another device is; the last one to go is told of."""
        self.ask(self.bob, DEN)
        self.ask(self.first, DEN)
        self.store.settle()
        self.bob_told.clear()
        self.first.connectionLost()
        self.store.settle()
        self.assertEqual(self.kinds(self.bob_told), [])
        self.second.connectionLost()
        self.store.settle()
        self.assertEqual([(push["type"], push.get("room")) for push in self.pushes(self.bob_told)],
                         [("left", "den"), ("left", None)])  # fmt: skip

    def test_shut_down(self) -> None:
        """The server stops: nobody is told that everybody else has left, and the journal has nothing of it."""
        self.ask(self.bob, DEN)
        self.ask(self.first, DEN)
        self.store.settle()
        before = [self.successResultOf(self.store.reached(room)) for room in ("lobby", "den")]
        for told in (self.bob_told, self.first_told, self.second_told):
            told.clear()
        self.factory.shut_down()
        for client in (self.bob, self.first, self.second):
            client.connectionLost()
        self.store.settle()
        for told in (self.bob_told, self.first_told, self.second_told):
            self.assertNotIn("left", self.kinds(told))
        self.assertEqual([self.successResultOf(self.store.reached(room)) for room in ("lobby", "den")], before)


class Refused(LateCase):
    """The store takes something back that was expected of it."""

    def test_room_only(self) -> None:
        """A refused entrance into a room leaves everything else: the name, and the lobby."""
        bob, heard = self.come_in("Bob")
        ann, told = self.come_in("Ann")
        self.ask(ann, DEN)
        self.store.fail()
        self.assertEqual(self.kinds(told), ["disk_full"])
        heard.clear()
        self.say(ann, "still here", to="all")
        self.say(bob, "so am I", to="Ann")
        self.store.settle()
        self.assertEqual(self.kinds(told), ["message", "so am I"])
        self.assertEqual(self.kinds(heard), ["still here", "message"])

    def test_name_of_another(self) -> None:
        """Whoever could not come in frees nobody's name when their connection ends."""
        first, told = self.connect()
        self.ask(first, {"type": "join", "nickname": "Ann"})
        self.store.fail()
        self.assertEqual(self.kinds(told), ["disk_full"])
        _, heard = self.come_in("Ann")
        first.connectionLost()
        bob, _ = self.come_in("Bob")
        self.say(bob, "hello", to="Ann")
        self.store.settle()
        self.assertEqual(self.kinds(heard), ["joined", "hello"])
        late, refused = self.connect()
        self.ask(late, {"type": "join", "nickname": "Ann"})
        self.store.settle()
        self.assertEqual(self.kinds(refused), ["name_taken"])


class Taken(LateCase):
    """A name that somebody else has by the time that one comes in with it."""

    def test_guest_of_an_account(self) -> None:
        """The operator makes the name of a guest who is here an account: its owner waits until the guest has left."""
        guest, _ = self.come_in("Al")
        self.store.accounts.create(Account("al", "Al", f"plain:{PASSWORD}", 0.0), None)
        for expected in ("name_taken", "join"):
            owner, told = self.connect()
            self.ask(owner, {"type": "join", "nickname": "Al", "password": PASSWORD})
            self.store.settle()
            self.assertEqual(self.kinds(told), [expected])
            guest.connectionLost()
            self.store.settle()


class OnTheWay(LateCase):
    """Direct messages to somebody who is coming in."""

    def test_stored_and_not_told(self) -> None:
        """What is stored after somebody came is new to them, also where the store's answer has it before it is told."""
        ann, _ = self.come_in("Ann")
        bob, told = self.connect()
        self.clock.advance(1)
        self.ask(bob, {"type": "join", "nickname": "Bob"})
        self.store.flush()
        self.clock.advance(1)
        self.say(ann, "one", to="Bob")
        self.store.answer_with_stored()
        self.store.settle()
        messages = [push for push in self.pushes(told) if push["type"] == "message"]
        self.assertEqual([(push["text"], push.get("past", False)) for push in messages], [("one", False)])
