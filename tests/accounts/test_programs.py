"""A program that comes in with an access token: what it may do, and until when."""

from chat import __version__
from chat.commands.table import SPECS
from chat.limits import told_to_clients
from tests.accounts.slow_logins import PASSWORD, Push, SlowLoginCase, Somebody


class Programs(SlowLoginCase):
    """Al's program has a token for the room team; Bob is there, too."""

    def setUp(self) -> None:
        super().setUp()
        self.al = self.account("Al")
        self.bob = self.guest("Bob").say({"type": "join", "room": "team"}, {"type": "join", "room": "den"})
        self.secret = self.made("team")
        self.bob.told()

    def made(self, *rooms: str) -> str:
        """The secret of a new token."""
        self.al.told()
        self.al.say({"type": "token.make", "rooms": list(rooms)})
        return str(self.al.told()[-1]["token"])

    def program(self, secret: str | None = None, **more: object) -> Somebody:
        """A program that has come in."""
        return self.entered({"type": "join", "token": secret or self.secret, **more})

    def texts(self, somebody: Somebody) -> list[object]:
        return [push["text"] for push in somebody.told() if push["type"] == "message"]

    def answers(self, program: Somebody, *requests: Push) -> list[str]:
        """What each is answered with."""
        program.told()
        program.say(*requests)
        return program.codes()

    def test_comes_in(self) -> None:
        """With a name, which must be the account's, or without one; and is told nothing of the lobby."""
        program = self.connect().say({"type": "join", "token": self.secret, "id": 1})
        [ack] = program.told()
        told = {"type": "ack", "request": "join", "id": 1, "nickname": "Al", "seq": 0, "online": [], "account": True}
        about_server = {"version": __version__, "limits": dict(told_to_clients(self.limits))}
        self.assertEqual(ack, {**told, **about_server})
        self.program(nickname="AL")
        self.assertEqual(
            self.connect().say({"type": "join", "token": self.secret, "nickname": "Bo"}).codes(), ["bad_token"]
        )
        self.assertEqual(self.connect().say({"type": "join", "token": "wrong"}).codes(), ["bad_token"])
        self.assertEqual(self.connect().say({"type": "join", "id": 1}).codes(), ["missing_field"])

    def test_its_rooms(self) -> None:
        """It enters, says, hears, and looks back there."""
        program = self.program()
        self.assertEqual(self.answers(program, {"type": "join", "room": "Team"}), ["ack"])
        program.say({"type": "message", "room": "team", "text": "built"})
        self.assertEqual(self.texts(self.bob), ["built"])
        self.bob.say({"type": "message", "room": "team", "text": "thanks"})
        self.assertEqual(self.texts(program), ["thanks"])
        program.say({"type": "history", "room": "team"}, {"type": "search", "query": "built"})
        self.assertEqual(self.texts(program), ["built", "thanks", "built"])
        program.say({"type": "resume", "rooms": {"team": 0}})
        self.assertEqual(program.codes(), ["ack"])
        self.assertEqual(self.answers(program, {"type": "leave", "room": "team"}), ["ack"])

    def test_alone_in_a_room(self) -> None:
        """It enters a room alone: the devices of its account stay where they are."""
        self.program().say({"type": "join", "room": "team"})
        self.bob.say({"type": "message", "room": "team", "text": "built"})
        self.assertEqual(self.texts(self.al), [])

    def test_no_others(self) -> None:
        """Everything about another room, the lobby, or a person is refused."""
        program = self.program().say({"type": "join", "room": "team"})
        for request in (
            {"type": "join", "room": "den"},
            {"type": "join", "room": "lobby"},
            {"type": "message", "room": "den", "text": "x"},
            {"type": "message", "room": "lobby", "text": "x"},
            {"type": "message", "text": "x"},
            {"type": "message", "to": "Bob", "text": "x"},
            {"type": "message", "to": "all", "text": "x"},
            {"type": "history", "room": "den"},
            {"type": "history", "room": "lobby"},
            {"type": "history", "to": "Bob"},
            {"type": "history", "room": "den", "since": 0},
            {"type": "search", "query": "x in:den"},
            {"type": "search", "query": "x in:@Bob"},
            {"type": "resume", "direct": {"Bob": 0}},
            {"type": "who"},
        ):
            self.assertEqual(self.answers(program, request), ["wrong_room"], request)
        self.assertEqual(self.answers(program, {"type": "resume", "rooms": {"den": 0}}), ["not_in_room"])
        self.assertEqual(self.answers(program, {"type": "resume", "rooms": {"lobby": 0}}), ["not_in_room"])
        self.assertEqual(self.texts(self.bob), [])

    def test_no_accounts_business(self) -> None:
        """Nor can it change the account, make tokens, log out, or say what has arrived."""
        program = self.program()
        for request in (
            {"type": "account.create", "password": "another-horse"},
            {"type": "account.change", "password": "another-horse", "old": PASSWORD},
            {"type": "account.delete", "password": PASSWORD},
            {"type": "token.make", "rooms": ["den"]},
            {"type": "token.list"},
            {"type": "token.revoke", "handle": "x"},
            {"type": "logout"},
            {"type": "delivered", "room": "team", "seq": 1},
            {"type": "read", "to": "Bob", "seq": 1},
        ):
            self.assertEqual(self.answers(program, request), ["not_for_programs"], request)
        allowed = {name for name, spec in SPECS.items() if spec.for_programs}
        self.assertEqual(allowed & {"password", "unregister", "token", "logout", "delivered", "read"}, set())

    def test_finds_only_there(self) -> None:
        """A search without a place finds what is in its rooms."""
        for room in ("team", "den", "lobby"):
            self.bob.say({"type": "message", "room": room, "text": f"the word in {room}"})
        self.bob.say({"type": "message", "to": "Al", "text": "the word in private"})
        program = self.program().say({"type": "search", "query": "word"})
        self.assertEqual(self.texts(program), ["the word in team"])

    def test_hears_nothing_else(self) -> None:
        """No lobby, no direct messages, not what Al says or reads on other devices, no rooms that Al enters."""
        program = self.program().say({"type": "join", "room": "team"})
        program.told()
        self.al.say(
            {"type": "join", "room": "den"},
            {"type": "message", "to": "Bob", "text": "private"},
            {"type": "message", "text": "to all"},
        )
        self.bob.say(
            {"type": "message", "to": "Al", "text": "private"}, {"type": "message", "room": "den", "text": "x"}
        )
        self.guest("Cy")
        self.assertEqual(program.told(), [])
        self.assertEqual(self.texts(self.al), ["private", "x"])

    def test_lobby(self) -> None:
        """The lobby is a room like others: where it is one of the token's."""
        program = self.program(self.made("lobby"))
        self.bob.say({"type": "message", "text": "to all"})
        self.assertEqual(self.texts(program), ["to all"])
        self.assertEqual(self.answers(program, {"type": "message", "text": "built"}, {"type": "who"}), ["ack", "ack"])

    def test_alone(self) -> None:
        """While only a program is here direct messages wait for Al, who comes and has missed nothing by it."""
        self.al.say({"type": "join", "room": "team"}, {"type": "disconnect"})
        program = self.program().say({"type": "join", "room": "team"})
        self.bob.told()
        self.bob.say(
            {"type": "message", "to": "Al", "text": "wait"}, {"type": "message", "room": "team", "text": "all"}
        )
        queued = [push.get("queued") for push in self.bob.told() if push["type"] == "ack"]
        self.assertEqual(queued, [True, None])
        self.assertEqual(self.texts(program), ["all"])
        program.say({"type": "leave", "room": "team"}, {"type": "disconnect"})
        al = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD})
        self.passwords.answer()
        self.assertEqual(self.texts(al), ["wait", "all"])

    def test_alone_from_the_start(self) -> None:
        """What waits for Al when a program comes in waits on, and Al gets it."""
        self.al.say({"type": "disconnect"})
        self.bob.say({"type": "message", "to": "Al", "text": "wait"})
        program = self.connect().say({"type": "join", "token": self.secret})
        self.assertEqual(self.texts(program), [])
        al = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD})
        self.passwords.answer()
        self.assertEqual(self.texts(al), ["wait"])

    def test_al_enters_where_the_program_is(self) -> None:
        """Then Al belongs there, as anybody does who enters."""
        self.program().say({"type": "join", "room": "team"})
        self.al.say({"type": "join", "room": "team"}, {"type": "disconnect"})
        self.bob.say({"type": "message", "room": "team", "text": "later"})
        al = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD})
        self.passwords.answer()
        self.assertEqual(self.texts(al), ["later"])

    def test_revoked(self) -> None:
        """A revoked token ends what came in by it, and nothing else."""
        program, other = self.program(), self.program(self.made("den"))
        self.al.told()
        self.al.say({"type": "token.list"})
        handles = [token["handle"] for token in self.al.told()[0]["tokens"]]  # type: ignore[attr-defined]
        self.al.say({"type": "token.revoke", "handle": handles[0]})
        self.assertEqual(program.codes(), ["logged_out"])
        self.assertEqual([each.is_closed for each in (program, other, self.al)], [True, False, False])
        self.assertEqual(self.connect().say({"type": "join", "token": self.secret}).codes(), ["bad_token"])

    def test_ends_with_the_password(self) -> None:
        """A new password ends all tokens, and all that came in by them."""
        program = self.program()
        self.al.say({"type": "account.change", "password": "another-horse", "old": PASSWORD})
        self.passwords.answer()
        self.passwords.answer()
        self.assertTrue(program.is_closed)

    def test_outlives_a_logout(self) -> None:
        """Logging out everywhere leaves access tokens, and so those that came in by them."""
        program = self.program()
        self.al.say({"type": "logout"})
        self.assertEqual((self.al.is_closed, program.is_closed), (True, False))
        self.assertEqual(self.answers(program, {"type": "join", "room": "team"}), ["ack"])
