"""Places in rooms from another life of the journal are refused as such."""

import json

from tests.hub.test_replay import JOIN, ReplayCase

GUEST = {"type": "join", "nickname": "Ann"}
ANOTHER = "the room's last number is {}: yours is after it, or from before a restore"


class OtherLives(ReplayCase):
    """Bob has said two things in a room, and one to Al; this life of the journal has a name."""

    def setUp(self) -> None:
        super().setUp()
        self.store.life = "this"
        self.say("one", "two")
        self.say("hi", to="Al")
        self.end = self.store.last_seq("team")

    def answer(self, request: dict[str, object]) -> tuple[object, object]:
        """The code and the seq with which a request of Al's is refused; None where it is not."""
        al, told = self.connect(JOIN)
        told.clear()
        self.ask(al, request)
        [answer] = [each for each in self.told(told) if each["type"] in ("ack", "error")]
        self.lose(al)
        return answer.get("code"), answer.get("seq")

    def test_told(self) -> None:
        """Everybody who comes in is told the life of the journal, also beside another device."""
        for request in (JOIN, JOIN, GUEST):
            _, told = self.connect(request)
            self.assertEqual(self.told(told)[0]["life"], "this")

    def test_resume(self) -> None:
        """A place that the room has not reached, or one of another life, in a room or a conversation."""
        for position, is_known in (
            ({"rooms": {"team": self.end}}, True),
            ({"rooms": {"team": self.end}, "life": "this"}, True),
            ({"rooms": {"team": 0}, "direct": {"Bob": 0}, "life": "that"}, True),
            ({"rooms": {"team": self.end + 10}}, False),
            ({"rooms": {"TEAM": self.end - 1}, "life": "that"}, False),
            ({"rooms": {"team": 1}, "life": ""}, False),
            ({"rooms": {"lobby": 1000}}, False),
            ({"direct": {"Bob": 2**53}}, False),
            ({"direct": {"Bob": 1}, "life": "that"}, False),
            ({"direct": {"Nobody": 1}}, False),
        ):
            code, seq = self.answer({"type": "resume", **position})
            self.assertEqual(code, None if is_known else "other_life", position)
            if "team" in position.get("rooms", {}) and not is_known:
                # He has left since.
                self.assertEqual(seq, self.store.last_seq("team") - 1)

    def test_since(self) -> None:
        """The same for `history` since a place."""
        for asked, is_known in (
            ({"room": "team", "since": self.end}, True),
            ({"room": "team", "since": 1, "life": "this"}, True),
            ({"room": "team", "since": 10**6}, False),
            ({"room": "team", "since": 1, "life": "that"}, False),
            ({"to": "Bob", "since": 2}, False),
            ({"room": "nowhere", "since": 1}, False),
            ({"room": "nowhere", "since": 0}, True),
        ):
            code, _ = self.answer({"type": "history", **asked})
            self.assertEqual(code, None if is_known else "other_life", asked)

    def test_typed(self) -> None:
        """On the text wire."""
        typist, told = self.connect()
        typist.dataReceived(b"register Eve\njoin team\n")
        for typed in ("server:since 1000", "server:since 1000 #team", "/since 1000 team"):
            told.clear()
            typist.dataReceived(f"{typed}\n".encode())
            last = self.store.last_seq("team")
            self.assertEqual(told.value().decode(), f"server: error: {ANOTHER.format(last)}\n")
        told.clear()
        typist.dataReceived(f"server:since {last}\n".encode())
        self.assertEqual(told.value().decode(), "server: nothing in team\n")

    def test_acknowledged(self) -> None:
        """Nobody can mark more as arrived, or as read, than there is."""
        al, _ = self.connect(JOIN)
        for request in ("delivered", "read"):
            self.ask(al, {"type": request, "room": "team", "seq": 2**53}, {"type": request, "to": "Bob", "seq": 2**53})
        heads = {head.room: (head.delivered, head.read) for head in self.successResultOf(self.store.heads("al"))}
        last = self.store.last_seq("team")
        self.assertEqual(heads, {"team": (last, last), "direct:al:bob": (1, 1)})

    def test_in_json(self) -> None:
        """The error as programs read it."""
        al, told = self.connect(JOIN)
        told.clear()
        self.ask(al, {"type": "resume", "rooms": {"team": 77}, "id": "r"})
        last = self.store.last_seq("team")
        self.assertEqual(
            json.loads(told.value()),
            {"type": "error", "code": "other_life", "message": ANOTHER.format(last), "seq": last, "id": "r"},
        )
