"""What a commit does, what is counted of it, and what a refusal takes back."""

from twisted.internet.testing import StringTransport

from chat.server import ChatProtocol
from tests.hub.test_devices import DEN, PASSWORD, LateCase


class Counted(LateCase):
    """The tally of messages, and of deliveries."""

    def setUp(self) -> None:
        super().setUp()
        self.bob, self.bob_told = self.come_in("Bob")
        self.al, _ = self.come_in("Al", password=PASSWORD)
        self.come_in("Al", password=PASSWORD)

    def counted(self) -> tuple[int, int]:
        """Messages and deliveries so far."""
        return self.hub.tally.messages, self.hub.tally.deliveries

    def test_in_a_room(self) -> None:
        """Each message counts once, and once for each member, whose devices count apart."""
        self.say(self.bob, "one", to="all")
        self.say(self.al, "two", to="all")
        self.store.settle()
        self.assertEqual(self.counted(), (2, 6))

    def test_direct(self) -> None:
        """A direct message is delivered to each device of the person it is for."""
        self.say(self.bob, "one", to="Al")
        self.say(self.bob, "two", to="Al")
        self.say(self.al, "three", to="Bob")
        self.store.settle()
        self.assertEqual(self.counted(), (3, 5))
        self.say(self.bob, "four", to="Zoe")
        self.store.settle()
        self.assertEqual(self.counted(), (4, 5))

    def test_repeated(self) -> None:
        """A message that is sent again counts once, is heard once, and is acknowledged each time."""
        _, told = self.come_in("Cy")
        asked = {"type": "message", "to": "all", "text": "one", "id": 7}
        self.ask(self.bob, asked, asked)
        self.store.settle()
        self.assertEqual((self.kinds(told), self.counted()), (["one"], (1, 4)))
        self.assertEqual(self.kinds(self.bob_told)[-2:], ["message", "message"])


class RefusedReturn(LateCase):
    """Al belongs to the den, and cannot come back into it at once."""

    def setUp(self) -> None:
        super().setUp()
        self.bob, _ = self.come_in("Bob")
        al, _ = self.come_in("Al", password=PASSWORD)
        self.ask(self.bob, DEN)
        self.ask(al, DEN)
        self.say(self.bob, "heard")
        self.store.settle()
        self.hub.sweep()
        al.connectionLost()
        self.say(self.bob, "missed")
        self.store.settle()

    def come_back(self) -> tuple[ChatProtocol, StringTransport]:
        """Al is in the chat, and has been told so. The den is not committed yet."""
        al, told = self.connect()
        self.ask(al, {"type": "join", "nickname": "Al", "password": PASSWORD})
        self.store.flush()
        self.store.answer()
        self.assertEqual(self.kinds(told), ["join"])
        return al, told

    def test_tried_again(self) -> None:
        """Al asked for nothing, so is told of no error; it is tried again, and nothing is missed by that."""
        al, told = self.come_back()
        self.store.fail()
        self.assertEqual((told.value(), al.session.rooms), (b"", {}))
        self.say(self.bob, "meanwhile")
        self.store.settle()
        self.assertEqual(told.value(), b"")
        self.hub.sweep()
        self.store.settle()
        self.say(self.bob, "live")
        self.store.settle()
        self.assertEqual(self.kinds(told), ["missed", "meanwhile", "live"])

    def test_gone(self) -> None:
        """It is not tried again for somebody who has gone."""
        al, told = self.come_back()
        al.connectionLost()
        self.store.fail()
        self.assertEqual((told.value(), self.hub.replay.failing), (b"", {}))
