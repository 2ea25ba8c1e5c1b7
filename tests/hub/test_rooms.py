"""The book of rooms: how a room is spelled, when it is open, and who hears it."""

from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport

from chat.events import Left, Listed, Message
from chat.hub.visitors import Visitor
from chat.limits import Limits
from tests.hub.test_devices import DEN, PASSWORD, LateCase
from tests.hub.test_visitors import Listener


class Spelling(LateCase):
    """One room has one spelling: that of the first person who came in."""

    def test_of_a_follower(self) -> None:
        """Anyone who only follows a room does not name it."""
        peer = Listener()
        self.successResultOf(Deferred.fromCoroutine(self.hub.visitors.follow(Visitor(), "DEN", peer, None)))
        bob, told = self.connect()
        self.ask(bob, {"type": "join", "nickname": "Bob"}, {"type": "join", "room": "Den"})
        self.store.settle()
        self.assertEqual(self.pushes(told)[-1]["room"], "Den")
        self.ask(bob, {"type": "message", "room": "den", "text": "hi"})
        self.store.settle()
        self.assertEqual([each.place for each in peer.events if isinstance(each, Message)], ["Den"])

    def test_of_a_message(self) -> None:
        """What comes to anyone who only follows keeps the spelling that the journal has."""
        peer = Listener()
        self.successResultOf(Deferred.fromCoroutine(self.hub.visitors.follow(Visitor(), "DEN", peer, None)))
        self.store.tell_of(Message(room="den", place="Den", sender="Zoe", seq=1, sent_at=1.0, text="hi"))
        self.assertEqual([each.place for each in peer.events if isinstance(each, Message)], ["Den"])

    def test_of_a_question(self) -> None:
        """An answer about a room calls it as its members do, however the question spelled it."""
        bob, told = self.connect()
        bob.dataReceived(b"register Bob\njoin Den\n")
        self.store.settle()
        told.clear()
        bob.dataReceived(b"server:history #DEN\nserver:history #ATTIC\n")
        self.assertEqual(told.value().decode().splitlines(), ["server: nothing in Den", "server: nothing in ATTIC"])

    def test_of_the_lobby(self) -> None:
        """The lobby has its name also while nobody is in it."""
        asked = Deferred.fromCoroutine(self.hub.visitors.history(Visitor(), "LOBBY", {}))
        answer = self.successResultOf(asked)
        assert isinstance(answer, Listed)
        self.assertEqual(answer.title, "lobby")


class Following(LateCase):
    """A visitor follows a room."""

    def test_with_members(self) -> None:
        """The room stays the one that its members are in: each hears the others."""
        bob, told = self.come_in("Bob")
        ann, _ = self.come_in("Ann")
        self.ask(bob, DEN)
        self.store.settle()
        peer = Listener()
        self.successResultOf(Deferred.fromCoroutine(self.hub.visitors.follow(Visitor(), "den", peer, None)))
        self.ask(ann, DEN)
        self.say(ann, "hi")
        self.store.settle()
        self.assertEqual((self.kinds(told)[-2:], peer.texts()), (["joined", "hi"], ["hi"]))
        for client in (ann, bob):
            client.connectionLost()
        self.store.settle()
        self.assertEqual(list(self.hub.rooms), ["den"])
        self.hub.visitors.followers.leave(peer)
        self.assertEqual(self.hub.rooms, {})


class TakenBack(LateCase):
    """A session that does not come in after all hears nothing."""

    def setUp(self) -> None:
        super().setUp()
        self.bob, self.bob_told = self.come_in("Bob")
        self.ask(self.bob, DEN)
        self.store.settle()

    def heard(self, told: StringTransport) -> bytes:
        """What is heard of a message that Bob sends to the den now."""
        told.clear()
        self.say(self.bob, "secret")
        self.store.settle()
        heard: bytes = told.value()
        return heard

    def test_entered_again(self) -> None:
        """A person who left before the journal let them in, and enters again, is out when that is refused."""
        first, _ = self.come_in("Al", password=PASSWORD)
        typist, told = self.connect()
        typist.dataReceived(f"server:login Al {PASSWORD}\n".encode())
        self.store.settle()
        self.ask(first, DEN)
        typist.dataReceived(b"join den\nleave\n")
        self.store.store()
        typist.dataReceived(b"join den\n")
        self.store.tell()
        self.store.fail()
        self.assertEqual(typist.session.rooms, {})
        self.assertEqual(self.heard(told), b"")

    def test_not_in_the_chat(self) -> None:
        """A device that was brought into a room, and is then refused in the chat, hears nothing of that room."""
        first, _ = self.come_in("Al", password=PASSWORD)
        self.store.tell_of(Left(room="lobby", place=None, sender="Al", seq=9))
        self.ask(first, DEN)
        self.store.store()
        second, told = self.connect()
        self.ask(second, {"type": "join", "nickname": "Al", "password": PASSWORD})
        self.store.tell()
        self.assertEqual(list(second.session.rooms), ["den"])
        self.store.fail()
        self.assertEqual(second.session.rooms, {})
        self.assertEqual(self.heard(told), b"")


class AnotherTab(LateCase):
    """A guest comes in once more, while the old line still waits for the journal."""

    def test_old_line(self) -> None:
        """The old line gets its answer, the new one what was said there; from then on both hear the room."""
        bob, _ = self.come_in("Bob")
        al, told = self.connect()
        self.ask(al, {"type": "join", "nickname": "Al", "remember": True})
        self.ask(bob, DEN)
        self.store.settle()
        token = self.pushes(told)[0]["token"]
        self.ask(al, DEN)
        self.store.settle()
        told.clear()
        self.say(al, "last words")
        again, told_again = self.connect()
        self.ask(again, {"type": "join", "nickname": "Al", "token": token})
        self.say(bob, "secret")
        self.store.settle()
        self.assertEqual(self.kinds(told), ["message", "secret"])
        self.assertEqual(self.kinds(told_again), ["join", "last words", "secret"])


class AtOnce(LateCase):
    """A hub that was not told how to go on later tells everybody at once."""

    limits = Limits(told_members=1)

    def test_all_hear(self) -> None:
        """However many there are."""
        people = [self.come_in(name) for name in ("Al", "Bob", "Cy")]
        for _, told in people:
            told.clear()
        self.say(people[0][0], "hi", to="all")
        self.store.settle()
        self.assertEqual([self.kinds(told) for _, told in people], [["message"], ["hi"], ["hi"]])
