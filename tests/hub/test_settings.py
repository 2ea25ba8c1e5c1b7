"""The topic and the settings of a room: who may change them, and who hears of it."""

from chat.limits import Limits
from chat.room_state import Settings
from tests.hub.rooms_case import PASSWORD, Person, RoomsCase


class Topics(RoomsCase):
    """Alice owns the team, Bob is there."""

    def setUp(self) -> None:
        super().setUp()
        self.alice.type("/join Team")
        self.bob.type("/join team")

    def test_set(self) -> None:
        """All members see the same line, and it is there for whoever asks; an empty one is told, too."""
        line = "server: Alice set the topic of Team: Tea at four"
        self.bob.read()
        self.assertEqual(self.alice.type("server:topic  Tea at four "), [line])
        self.assertEqual(self.bob.read(), [line])
        self.assertEqual(self.bob.type("server:topic"), ["server: the topic of Team: Tea at four"])
        self.assertEqual(self.alice.type("server:topic -"), ["server: Alice cleared the topic of Team"])
        self.assertEqual(self.alice.type("server:topic"), ["server: Team has no topic"])

    def test_who_may(self) -> None:
        """A plain member may not, nor anybody in a guest's room or in the lobby."""
        self.assertEqual(self.bob.type("server:topic mine"), ["server: error: that is for a moderator of Team"])
        nobody = "server: error: nobody owns {}, so only an operator of this server may do that"
        self.assertEqual(self.carol.type("server:topic mine"), [nobody.format("lobby")])
        how = "; to own the rooms that you make you need an account, type server:password <new password> to make one"
        self.assertEqual(self.carol.type("/join den", "server:topic mine")[1:], [nobody.format("den") + how])
        self.assertEqual(self.alice.type("server:topic"), ["server: Team has no topic"])

    def test_hostile(self) -> None:
        """A topic is one clean line of a limited length, in any script."""
        said = self.alice.type("server:topic a\x1b[31mred\u202eder\u200b")
        self.assertEqual(said, ["server: Alice set the topic of Team: a[31mredder"])
        program = self.program("Alice", password=PASSWORD)
        program.ask({"type": "topic", "room": "team", "text": "one\nserver: two", "id": 1})
        self.assertEqual(self.bob.read()[-1], "server: Alice set the topic of Team: one server: two")
        self.assertEqual(self.alice.type(f"server:topic {'é' * 250}")[0][-3:], "ééé")
        self.assertEqual(
            self.alice.type(f"server:topic {'é' * 251}"), ["server: error: a topic has up to 250 characters"]
        )
        self.assertEqual(
            self.alice.type("server:topic چای ساعت ۴"), ["server: Alice set the topic of Team: چای ساعت ۴"]
        )

    def test_json(self) -> None:
        """The one who asks gets an ack with the seq, the others a push with the same one."""
        phone, laptop = self.program("Alice", password=PASSWORD), self.program("Alice", password=PASSWORD)
        phone.read()
        (ack,) = phone.ask({"type": "topic", "room": "TEAM", "text": "Tea", "id": 7})
        self.assertEqual((ack["request"], ack["id"], ack["room"]), ("topic", 7, "Team"))
        self.assertIn(f'"seq":{ack["seq"]}', laptop.read()[-1])
        (shown,) = phone.ask({"type": "topic", "id": 8, "room": "team"})
        self.assertEqual((shown["type"], shown["text"], shown["id"]), ("ack", "Tea", 8))
        (error,) = self.program("Dan").ask({"type": "topic", "room": "team", "text": "x", "id": 9})
        self.assertEqual((error["code"], error["id"]), ("not_allowed", 9))

    def test_after_coming_back(self) -> None:
        """It stays when the room is empty, and the welcome of a program has it."""
        self.alice.type("server:topic Tea", "server:exit")
        self.bob.type("server:exit")
        program = self.program("Alice", password=PASSWORD)
        program.ask({"type": "join", "room": "team"})
        self.assertEqual(program.ask({"type": "topic", "room": "team"})[0]["text"], "Tea")
        second = Person(self.factory)
        (welcome,) = [
            each
            for each in second.ask({"type": "join", "nickname": "Alice", "password": PASSWORD})
            if each.get("request") == "join"
        ]
        (place,) = welcome["rooms"]
        self.assertEqual((place["room"], place["topic"], place["role"]), ("Team", "Tea", "owner"))


class Changing(RoomsCase):
    """Alice owns the team."""

    def setUp(self) -> None:
        super().setUp()
        self.alice.type("/join team")
        self.bob.type("/join team")
        self.read_all()

    def test_each(self) -> None:
        """Each setting has a command, and a line that all members see."""
        for typed, told in (
            ("private", "made team private"),
            ("public", "made team public"),
            ("speak moderators", "set speak of team to moderators"),
            ("speak ALL", "set speak of team to all"),
            ("slow 30", "set slow of team to 30s"),
            ("slow off", "set slow of team to off"),
            ("retention 30d", "set retention of team to 30d"),
            ("edits 10m", "set edits of team to 10m"),
            ("edits off", "set edits of team to off"),
            ("history joined", "set history of team to joined"),
            ("settings history all", "set history of team to all"),
            ("settings Slow 1m", "set slow of team to 1m"),
        ):
            self.assertEqual(self.alice.type(f"server:{typed}"), [f"server: Alice {told}"], typed)
        shown = "private off, speak all, slow 1m, history all, retention 30d, edits off"
        self.assertEqual(self.alice.type("server:settings"), [f"server: settings of team: {shown}"])
        self.assertEqual(self.alice.type("server:slow 60s"), ["server: that is so already"])

    def test_wrong(self) -> None:
        """Values that a setting does not take change nothing, and say what it takes."""
        for typed in (
            *("speak nobody", "slow -5", "slow 2d", "slow ten", "retention 0x10", "edits 999999999w", "slow 1 2"),
            *("private maybe", "settings name value more", "settings foo 1", "settings closed deleted", "slow"),
        ):
            (said,) = self.alice.type(f"server:{typed}")
            self.assertTrue(said.startswith("server: error: "), said)
        self.assertEqual(self.hub.permissions.states["team"].settings, Settings())
        self.assertEqual(self.bob.read(), [])

    def test_who_may(self) -> None:
        """What is the owner's is not a moderator's; nothing of it is a plain member's, or a stranger's."""
        for typed in ("private", "public", "speak all", "slow 5", "retention 1d", "edits 5", "history all"):
            (said,) = self.bob.type(f"server:{typed}")
            self.assertIn(said, [f"server: error: that is for {who} of team" for who in ("a moderator", "the owner")])
        self.alice.read()
        stranger = self.program("Dan")
        (error,) = stranger.ask({"type": "settings", "room": "team", "settings": {"slow": 5}, "id": 1})
        self.assertEqual(error["code"], "not_allowed")
        self.assertEqual(self.alice.read(), ["server: Dan joined"])

    def test_several_at_once(self) -> None:
        """One request changes several settings in one event, or none if one of them is wrong."""
        phone = self.program("Alice", password=PASSWORD)
        wrong = {"type": "settings", "room": "team", "settings": {"slow": 5, "speak": "nobody"}, "id": 1}
        self.assertEqual(phone.ask(wrong)[0]["code"], "bad_setting")
        wanted = {"slow": 5, "speak": "members", "private": False, "edits": None}
        (ack,) = phone.ask({"type": "settings", "room": "team", "settings": wanted, "id": 2})
        self.assertEqual((ack["request"], ack["room"]), ("settings", "team"))
        self.assertEqual(self.bob.read(), ["server: Alice set slow of team to 5s, set speak of team to members"])
        (shown,) = phone.ask({"type": "settings", "room": "team", "id": 3})
        expected = {"private": False, "speak": "members", "slow": 5, "history": "all", "retention": None, "edits": None}
        self.assertEqual(shown["settings"], expected)
        for odd in ({}, {"slow": True}, {"slow": -1}, {"private": "x"}, {"closed": "deleted"}, {"group": True}):
            (error,) = phone.ask({"type": "settings", "room": "team", "settings": odd, "id": 4})
            self.assertIn(error["code"], ("bad_setting", "no_such_setting"))

    def test_history_is_no_setting_elsewhere(self) -> None:
        """Outside of rooms, and with a sign, `history joined` looks back."""
        self.assertEqual(self.carol.type("server:history joined"), ["server: nothing in joined"])
        self.assertEqual(self.alice.type("server:history #joined"), ["server: nothing in joined"])
        self.assertEqual(self.bob.type("server:history joined"), ["server: error: that is for the owner of team"])


class Closing(RoomsCase):
    """Alice owns the team, and Bob is there."""

    def setUp(self) -> None:
        super().setUp()
        self.alice.type("/join Team")
        self.bob.type("/join Team", "before")
        self.read_all()

    def test_asked_twice(self) -> None:
        """`close` alone, and a wrong name, close nothing, and say what to type."""
        for typed in ("close", "close delete", "close delete other", "close shut"):
            (said,) = self.alice.type(f"server:{typed}")
            self.assertIn("server:close delete Team", said, typed)
        self.assertEqual(self.bob.read(), [])
        self.assertEqual(self.bob.type("server:close archive"), ["server: error: that is for the owner of Team"])

    def test_archived(self) -> None:
        """Nobody speaks, not even its owner; everybody may still enter and read; and it can be opened again."""
        self.assertEqual(self.alice.type("server:close archive"), ["server: Alice closed Team"])
        self.assertEqual(self.bob.read(), ["server: Alice closed Team"])
        for person in (self.alice, self.bob):
            self.assertEqual(person.type("hello"), ["server: error: Team is closed"])
        self.assertEqual(self.alice.type("server:topic x"), ["server: error: Team is closed"])
        self.assertIn("Bob (in Team): before", "\n".join(self.carol.type("/join team")))
        self.assertEqual(self.alice.type("server:close open")[-1], "server: Alice opened Team again")
        self.bob.read()
        self.bob.type("after")
        self.assertEqual(self.alice.read(), ["Bob (in Team): after"])

    def test_deleted(self) -> None:
        """Everybody is told and put out, on all devices; nobody finds it again, and its name is free."""
        phone = self.program("Bob", password=PASSWORD)
        follower = self.program("Dan")
        follower.ask({"type": "join", "room": "team"})
        self.read_all()
        self.assertEqual(self.alice.type("server:close delete TEAM"), ["server: Alice deleted Team"])
        self.assertEqual(self.bob.read(), ["server: Alice deleted Team"])
        for device in (phone, follower):
            self.assertIn('"settings":{"closed":"deleted"}', device.read()[-1])
            (error,) = device.ask({"type": "message", "room": "team", "text": "x", "id": 1})
            self.assertEqual(error["code"], "not_in_room")
        # A line that was meant for the room is not said to everybody.
        (refused,) = self.bob.type("in the lobby again")
        self.assertIn("you are in no room any more", refused)
        self.assertEqual(self.bob.type("in the lobby again"), [])
        self.assertEqual(self.carol.read()[-1], "Bob (in lobby): in the lobby again")
        self.assertEqual(
            self.carol.type("server:rooms", "server:history #team"), ["server: 0 rooms", "server: nothing in team"]
        )
        self.assertEqual(self.hub.rooms, {})
        # Their cursors are still there, and lead nowhere.
        again = Person(self.factory)
        welcome = again.ask({"type": "join", "nickname": "Bob", "password": PASSWORD})[0]
        self.assertNotIn("rooms", welcome)
        self.assertEqual(self.bob.type("/join team"), ["server: you are in team (1): Bob"])
        self.assertEqual(self.bob.type("server:members"), ["server: in team (1): Bob (owner)"])

    def test_gone_for_good(self) -> None:
        """When the store has removed it, whoever is in the new room of that name stays there."""
        self.alice.type("server:close delete team")
        self.carol.type("/join team")
        self.hub._delivery.restated({"team": None})
        self.bob.type("/join team")
        self.assertEqual(self.carol.read(), ["server: Bob joined team"])
        self.carol.type("hi")
        self.assertEqual(self.bob.read()[-1], "Carol (in team): hi")


class Owning(RoomsCase):
    """How many rooms one may make."""

    limits = Limits(owned_rooms=2, visit_rooms=2)

    def test_account(self) -> None:
        """An account owns two rooms; a third one it may enter, but not make. A closed one does not count."""
        self.carol.type("/join den")
        self.alice.type("/join one", "/join two")
        self.assertEqual(
            self.alice.type("/join three"),
            ["server: error: you own 2 rooms already, give one away or close one first"],
        )
        self.assertEqual(self.alice.type("server:group Bob")[0][:22], "server: error: you own")
        self.assertIn("server: you are in den (2): Alice, Carol", self.alice.type("/join den"))
        self.assertIn("server: you are in one (1): Alice", self.alice.type("/join one", "server:close delete one"))
        self.assertIn("server: you are in three (1): Alice", self.alice.type("/join three"))

    def test_given_away(self) -> None:
        """Nobody makes any number of rooms by giving them to somebody else."""
        made = [self.alice.type(f"/join r{number}", "server:owner Bob")[-1] for number in range(3)]
        self.assertEqual(
            made[1:], ["server: Alice made Bob the owner of r1", "server: error: Bob owns 2 rooms already"]
        )

    def test_at_once(self) -> None:
        """Rooms that are being made count, too."""
        program = self.program("Alice", password=PASSWORD)
        answers = program.ask(*({"type": "join", "room": f"r{number}", "id": number} for number in range(4)))
        self.assertEqual([each.get("code") for each in answers], [None, None, "too_many_owned", "too_many_owned"])

    def test_guest(self) -> None:
        """A guest makes two on a visit, and may come back into them, and into those of others."""
        self.alice.type("/join team")
        self.carol.type("/join one", "/join two")
        self.assertEqual(
            self.carol.type("/join three"),
            ["server: error: a guest makes at most 2 rooms on one visit, enter one that is there"],
        )
        self.assertEqual(self.carol.type("/join one")[0], "server: you are in one (1): Carol")
        self.assertEqual(self.carol.type("/join team")[0], "server: you are in team (2): Alice, Carol")
        self.carol.type("server:exit")
        again = Person(self.factory)
        again.type("server:register Carol")
        self.assertEqual(again.type("/join three")[0], "server: you are in three (1): Carol")
