"""Which room a request means that names none."""

from collections.abc import Mapping

from twisted.trial.unittest import SynchronousTestCase

from chat.hub.hub import Lobby
from chat.limits import Limits
from chat.server.factory import ChatFactory
from tests.fresh import fresh_hub
from tests.hub.rooms_case import PASSWORD, Person, RoomsCase

_NO_LOBBY = "server: error: there is no lobby here: name a room, or type server:join <room> to enter one"


class Left(RoomsCase):
    """Nothing is named."""

    def code(self, person: Person, **request: object) -> str:
        """The code of the error of a request; "" if there is none."""
        return "".join(push["code"] for push in person.ask(request) if push["type"] == "error")

    def test_entered_last(self) -> None:
        """It is the room that was entered last, of those in which one still is."""
        anna = self.program("Anna", password=PASSWORD)
        anna.ask({"type": "join", "room": "first"}, {"type": "join", "room": "second"})
        self.assertEqual(self.topic_of(anna), "second")
        anna.ask({"type": "leave", "room": "second"})
        self.assertEqual(self.topic_of(anna), "first")

    def topic_of(self, person: Person) -> object:
        """The room whose topic somebody is told."""
        [ack] = person.ask({"type": "topic"})
        return ack["room"]

    def test_no_room(self) -> None:
        """Outside of rooms it is the lobby; whoever acts on people has to name a room."""
        anna = self.program("Anna", password=PASSWORD)
        self.assertEqual(self.topic_of(anna), "lobby")
        self.assertEqual(self.code(anna, type="kick", name="Bob"), "in_no_room")
        self.assertEqual(self.code(anna, type="topic", room=""), "bad_room")

    def test_messages_of_programs(self) -> None:
        """A program that names no room means a message in the lobby, as where it says one."""
        anna = self.program("Anna", password=PASSWORD)
        anna.ask({"type": "join", "room": "den"}, {"type": "message", "room": "den", "text": "in the den"})
        [said] = [push for push in anna.ask({"type": "message", "text": "in the lobby"}) if push["type"] == "ack"]
        answer: Mapping[str, object] = anna.ask({"type": "edit", "seq": said["seq"], "text": "changed"})[-1]
        self.assertEqual((answer["type"], answer["room"]), ("ack", "lobby"))


class NoLobby(SynchronousTestCase):
    """A server without a lobby."""

    def test_told(self) -> None:
        """Whoever is in no room is told to name one, whatever they ask."""
        factory = ChatFactory(fresh_hub(Limits(), lambda: 0.0, Lobby(is_open=False)))
        person = Person(factory)
        person.type(f"server:register Anna {PASSWORD}")
        for line in ("topic", "settings", "members", "edit 2 text", "pins", "held", "audit", "history"):
            self.assertEqual(person.type(f"server:{line}"), [_NO_LOBBY], line)
        self.assertEqual(person.type("server:kick Bob"), ["server: error: you are in no room"])
