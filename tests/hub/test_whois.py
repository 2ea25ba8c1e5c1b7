"""What one may know of a person."""

from tests.hub.people_case import PeopleCase

HOUR = 3600


class Whois(PeopleCase):
    """Two people and a program."""

    def test_guest(self) -> None:
        """Since when, which rooms both are in, and for how long they have done nothing."""
        self.clock.advance(100 * 60)
        bob, al = self.typist("Боб"), self.typist("Al")
        bob.say("server:join den")
        self.assertEqual(
            al.say("server:whois @БОБ")[-1], "server: Боб is a guest since 1970-01-01 01:40 UTC, and is here"
        )
        al.say("server:join den")
        self.clock.advance(7 * 60 + 59)
        self.assertEqual(
            al.say("server:whois Боб"),
            [
                "server: Боб is a guest since 1970-01-01 01:40 UTC, and is here, idle for 7m",
                "server: you are both in den",
            ],
        )
        bob.say("hello")
        self.assertTrue(al.say("server:whois Боб")[1].endswith("and is here"))
        # Nobody is with themselves in a room.
        self.assertEqual(len(al.say("server:whois Al")), 1)

    def test_account(self) -> None:
        """Also of one who is not here; then nothing of rooms, and not when they left."""
        self.clock.advance(60)
        bob, al = self.typist("Боб", account=True), self.program("Al")
        bob.say("server:profile colour #FF0000", "server:profile line  я\u202e   Боб ", "server:away обед")
        self.clock.advance(HOUR)
        for person in (bob, self.program("Боб", account=True)):
            self.leave(person)
        al.ask("whois", name="боб", id=1)
        self.assertEqual(
            al.pushes,
            [
                {
                    "type": "whois",
                    "name": "Боб",
                    "account": True,
                    "since": "1970-01-01T00:01:00.000Z",
                    "away": "обед",
                    "colour": "#ff0000",
                    "line": "я   Боб",
                    "id": 1,
                },
                {"type": "ack", "request": "whois", "id": 1},
            ],
        )

    def test_nobody(self) -> None:
        """A name that nobody has, or that was given up, and what is no name."""
        al = self.program("Al")
        self.assertEqual(al.ask("whois", name="Zoe")["code"], "no_such_person")
        zoe = self.typist("Zoe", account=True)
        zoe.say("server:unregister correct-horse")
        self.assertEqual(al.ask("whois", name="zoe")["code"], "no_such_person")
        self.assertEqual(al.ask("whois", name="a b")["code"], "bad_name")
        self.assertEqual(al.ask("whois")["code"], "missing_field")

    def test_two_devices(self) -> None:
        """Rooms of any device count, and what was done last on any of them."""
        bob, other = self.program("Bob", account=True), self.program("Bob", account=True)
        al = self.program("Al")
        al.ask("join", room="den")
        other.ask("join", room="den")
        self.clock.advance(10 * 60)
        bob.ask("who")
        self.clock.advance(3 * 60)
        other.ask("delivered", room="den", seq=1)
        al.ask("whois", name="Bob")
        self.assertEqual((al.pushes[0]["idle"], al.pushes[0]["rooms"]), (3, ["den"]))

    def test_only_common_rooms(self) -> None:
        """Nobody learns of a room that they are not in."""
        bob, al = self.program("Bob"), self.program("Al")
        for person, rooms in ((bob, ("den", "attic")), (al, ("attic", "hall"))):
            for room in rooms:
                person.ask("join", room=room)
        al.ask("whois", name="bob")
        self.assertEqual(al.pushes[0]["rooms"], ["attic"])
        al.ask("leave", room="attic")
        al.ask("whois", name="bob")
        self.assertNotIn("rooms", al.pushes[0])

    def test_profile(self) -> None:
        """What is set, and taken away again, one by one."""
        al = self.program("Al")
        self.assertEqual(al.ask("profile", colour="Red", line="hi")["type"], "ack")
        al.ask("profile", line="")
        al.ask("whois", name="Al")
        self.assertEqual((al.pushes[0]["colour"], al.pushes[0].get("line")), ("red", None))
        al.ask("profile", colour="")
        al.ask("whois", name="Al")
        self.assertNotIn("colour", al.pushes[0])
        for colour in ("reddish", "#12345", "#1234567", "#GGGGGG", "#１２３４５６", "url(x)"):
            self.assertEqual(al.ask("profile", colour=colour)["code"], "bad_colour", colour)
        self.assertEqual(al.ask("profile", line="x" * 201)["code"], "text_too_long")
        self.assertEqual(al.ask("profile")["code"], "usage")


class Levels(PeopleCase):
    """`notify` and `seen`."""

    def test_notify(self) -> None:
        """A level for a room, and one for everywhere else; a device that comes in is told of both."""
        al = self.program("Al", account=True)
        for room in ("den", "Café"):
            al.ask("join", room=room)
        al.ask("message", to="Bob", text="hi")
        self.assertEqual(al.ask("notify", level="none", room="#CAFÉ")["type"], "ack")
        self.assertEqual(al.ask("notify", level="mentions")["type"], "ack")
        self.assertEqual(al.ask("notify", level="loud")["code"], "wrong_type")
        self.assertEqual(al.ask("notify", level="all", room="a b")["code"], "bad_room")
        device = self.program("Al", account=True)
        levels = {place.get("room", place.get("to")): place.get("level") for place in device.pushes[0]["rooms"]}
        self.assertEqual(levels, {"den": "mentions", "Café": "none", "Bob": "mentions"})
        self.assertEqual(self.typist("Zoe").say("server:notify none den"), ["server: you are told of nothing in den"])

    def test_oldest_goes(self) -> None:
        """A limited number of rooms have one of their own; then the one that was set first has none."""
        al = self.program("Al")
        limit = self.limits.notify_rooms
        for number in range(limit + 1):
            self.clock.advance(60)
            al.ask("notify", level="none", room=f"r{number}")
        settings = self.factory.users["al"].settings
        self.assertEqual((len(settings.levels), settings.level_of("r0").value), (limit, "all"))

    def test_pace(self) -> None:
        """A minute allows a number of changes on all devices together; more are refused, and change nothing."""
        devices = [self.program("Al", account=True), self.program("Al", account=True)]
        limit = self.limits.changes_a_minute
        codes = [devices[number % 2].ask("away", text=str(number)).get("code") for number in range(limit + 2)]
        self.assertEqual(codes, [None] * limit + ["too_many_a_minute"] * 2)
        self.assertEqual(self.factory.users["al"].settings.away, str(limit - 1))
        self.assertEqual(self.program("Bob").ask("away")["type"], "ack")
        self.clock.advance(1)
        self.assertEqual(devices[0].ask("back")["type"], "ack")

    def test_seen(self) -> None:
        """Whether others are told what one has read."""
        al = self.typist("Al", account=True)
        self.assertTrue(self.factory.users["al"].tells_seen)
        self.assertEqual(al.say("server:seen OFF"), ["server: nobody is told how far you have read"])
        self.assertFalse(self.factory.users["al"].tells_seen)
        self.leave(al)
        al = self.typist("Al", login=True)
        self.assertFalse(self.factory.users["al"].tells_seen)
        self.assertEqual(al.say("server:seen maybe"), ["server: error: type server:seen on, or server:seen off"])
        self.assertEqual(al.say("server:seen on"), ["server: others are told how far you have read"])
