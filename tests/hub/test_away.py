"""Being away: who sees it, and who is told of it when they write."""

from tests.hub.people_case import PeopleCase


class Away(PeopleCase):
    """Bob, who has an account, is away."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.typist("Боб", account=True)
        self.al = self.typist("Al")
        self.answers = self.bob.say("server:away  за\u202e обедом ")
        self.bob.read()

    def test_shown(self) -> None:
        """In the list of people, and to whoever asks; nobody is told by itself."""
        self.assertEqual(
            self.answers, ["server: Al joined", "server: you are away; server:back says that you are here again"]
        )
        self.assertEqual(self.al.say("server:who"), ["server: online (2): Al, Боб (away)"])
        program = self.program("Zoe")
        program.ask("who", id=1)
        self.assertEqual(
            program.pushes,
            [
                {"type": "who", "names": ["Al", "Zoe", "Боб"], "away": ["Боб"], "id": 1},
                {"type": "ack", "request": "who", "id": 1},
            ],
        )
        self.assertEqual(self.bob.say("server:back")[-1], "server: you are here again")
        self.assertEqual(self.al.say("server:who")[-1], "server: online (3): Al, Zoe, Боб")
        self.assertNotIn("away", "".join(self.al.read()))

    def test_told(self) -> None:
        """Once an hour, after the answer; on the text wire and on the JSON wire."""
        self.assertEqual(self.al.say("Боб: hi"), ["server: Боб is away: за обедом"])
        self.assertEqual(self.al.say("Боб: hi"), [])
        self.clock.advance(self.limits.away_seconds - 1)
        self.assertEqual(self.al.say("Боб: hi"), [])
        self.clock.advance(1)
        self.assertEqual(self.al.say("Боб: hi"), ["server: Боб is away: за обедом"])
        program = self.program("Zoe")
        program.ask("message", to="боб", text="hi", id="m")
        self.assertEqual([push["type"] for push in program.pushes], ["ack", "notice"])
        self.assertEqual(
            program.pushes[1],
            {
                "type": "notice",
                "code": "away",
                "message": "Боб is away: за обедом",
                "name": "Боб",
                "text": "за обедом",
            },
        )
        self.assertEqual([line for line in self.bob.read() if "hi" in line], ["Al: hi"] * 4 + ["Zoe: hi"])

    def test_two_devices(self) -> None:
        """A person who writes on two devices hears it once; the one who is away is so on both of theirs."""
        other = self.program("Боб", account=True)
        writers = [self.program("Zoe", account=True), self.program("Zoe", account=True)]
        for writer in writers:
            writer.ask("message", to="Боб", text="hi")
        self.assertEqual([[push["type"] for push in writer.pushes] for writer in writers], [["ack", "notice"], ["ack"]])
        self.assertEqual(other.ask("back")["type"], "ack")
        self.assertNotIn("away", self.al.say("server:who")[-1])

    def test_kept(self) -> None:
        """With an account it stays when they come back; who is not here is offline, and not away."""
        self.leave(self.bob)
        self.al.read()
        self.assertEqual(self.al.say("Боб: hi"), ["server: Боб is offline, your message is queued"])
        self.typist("Боб", login=True)
        self.assertEqual(self.al.say("server:who")[-1], "server: online (2): Al, Боб (away)")
        self.assertEqual(self.al.say("Боб: hi"), ["server: Боб is away: за обедом"])

    def test_guest(self) -> None:
        """A guest is away for the visit, and needs no text."""
        self.al.say("server:away")
        self.assertEqual(self.bob.say("Al: hi")[-1], "server: Al is away")
        self.leave(self.al)
        self.al = self.typist("Al")
        self.assertEqual(self.al.say("server:who"), ["server: online (2): Al, Боб (away)"])

    def test_too_long(self) -> None:
        """A text has a limit."""
        limit = self.limits.away_characters
        refused = f"server: error: that text is too long (the limit is {limit} characters)"
        self.assertEqual(self.bob.say("server:away " + "я" * (limit + 1)), [refused])
        self.assertIn("you are away", self.bob.say("server:away " + "я" * limit)[0])

    def test_many(self) -> None:
        """Of very many people who are away the first are forgotten, and told of again."""
        self.al.say("Боб: hi")
        told = self.factory.users["al"].told_away
        assert told is not None
        told.update({f"other{number}": 0.0 for number in range(199)})
        self.program("Zoe").ask("away")
        self.assertEqual(self.al.say("Zoe: hi")[-1], "server: Zoe is away")
        self.assertEqual((len(told), "боб" in told, "zoe" in told), (200, False, True))
