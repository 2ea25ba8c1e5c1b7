"""Lists of rooms, and of the people of a room."""

from collections.abc import Callable

from chat.accounts.rules import Policy
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.room_state import RoomState
from chat.server.factory import ChatFactory
from chat.store.memory.store import MemoryStore
from tests.fresh import fresh_accounts
from tests.hub.rooms_case import PASSWORD, Person, RoomsCase


class ListedRooms(RoomsCase):
    """What `rooms` says."""

    limits = Limits(listed_rooms=3)

    def test_text(self) -> None:
        """The liveliest first, with the people in them and the topic; an empty room stays if an account made it."""
        self.alice.type("/join Quiet", "server:topic nobody here", "/join TeamChat", "server:topic the topic")
        self.bob.type("/join teamchat")
        self.assertEqual(
            self.carol.type("server:rooms"),
            ["server: 2 rooms", "server: TeamChat (2): the topic", "server: Quiet (0): nobody here"],
        )
        self.carol.type("/join den", "/leave")
        self.assertEqual(self.carol.type("rooms")[0], "server: 2 rooms")
        self.assertEqual(self.carol.type("/join den", "rooms")[-1], "server: you are in den (1): Carol")

    def test_words(self) -> None:
        """All words must be in the name or the topic, in any case and any script."""
        self.alice.type("/join ΟΔΟΣ", "server:topic Eis und Straße", "/join team")
        for words in ("οδος", "STRASSE", "eis οδοσ"):
            self.assertEqual(
                self.bob.type(f"server:rooms {words}"), ["server: 1 room", "server: ΟΔΟΣ (0): Eis und Straße"], words
            )
        self.assertEqual(self.bob.type("server:rooms eis team"), ["server: 0 rooms"])

    def test_pages(self) -> None:
        """A long list comes in pages, and each says how to get the next."""
        names = [f"room{number}" for number in range(7)]
        self.alice.type(*(f"/join {name}" for name in names))
        line, listed = "server:rooms", []
        while line:
            page = self.bob.type(line)
            self.assertEqual(page[0], "server: 7 rooms")
            more = [each for each in page if "there is more" in each]
            line = more[0].removeprefix("server: there is more: ") if more else ""
            listed += [each.split()[1] for each in page[1:] if each not in more]
        self.assertEqual(sorted(listed), names)
        self.assertEqual(listed[0], "room6")

    def test_json(self) -> None:
        """Each room with what a list shows, then the ack; the seq is the room's latest, also of an empty one."""
        self.alice.type("/join Quiet", "one", "two", "/leave", "/join team", "server:topic T")
        program = self.program("Dan")
        program.ask({"type": "join", "room": "team"})
        rooms, ack = program.ask({"type": "rooms", "id": 5})
        team, quiet = rooms["rooms"]
        self.assertEqual((rooms["type"], rooms["id"], rooms["count"]), ("rooms", 5, 2))
        self.assertEqual(team, {"room": "team", "topic": "T", "count": 2, "seq": 3, "joined": True})
        self.assertEqual(quiet, {"room": "Quiet", "count": 0, "seq": 4})
        self.assertEqual((ack["request"], ack["id"], "more" in ack), ("rooms", 5, False))
        rooms, ack = program.ask({"type": "rooms", "query": "qui", "after": "TEAM"})
        self.assertEqual([each["room"] for each in rooms["rooms"]], ["Quiet"])

    def test_very_many(self) -> None:
        """Of very many rooms some are looked at in each turn of the reactor; meanwhile others are served."""
        turns: list[Callable[[], None]] = []
        store = MemoryStore(self.limits, lambda: self.now)
        accounts = fresh_accounts(store.accounts, self.limits, lambda: self.now, Policy())
        hub = Hub(store, accounts, self.limits, later=turns.append)
        hub._delivery.restated({f"r{number}": RoomState(owner="al") for number in range(2500)})
        factory = ChatFactory(hub)
        bob, carol = Person(factory), Person(factory)
        bob.type("server:register Bob")
        self.assertEqual(bob.type("server:rooms", "hello"), [])
        self.assertIn("welcome", carol.type("server:register Carol")[0])
        for _ in range(2):
            self.assertEqual([line for line in bob.read() if "rooms" in line], [])
            turns.pop()()
        self.assertEqual((bob.read()[0], turns), ("server: 2500 rooms", []))
        self.assertEqual(carol.read(), ["Bob (in lobby): hello"])

    def test_unseen(self) -> None:
        """The lobby, a deleted room and a room that is only followed are no rooms to enter."""
        self.alice.type("/join team", "server:close delete team")
        self.assertEqual(self.carol.type("server:rooms"), ["server: 0 rooms"])


class ListedPeople(RoomsCase):
    """What `members` says."""

    limits = Limits(listed_names=2)

    def test_text(self) -> None:
        """In alphabetical order, with the role of whoever has one of their own, in pages."""
        self.alice.type("/join Team")
        self.bob.type("/join Team")
        self.carol.type("/join Team")
        self.assertEqual(
            self.carol.type("server:members"),
            [
                "server: in Team (3): Alice (owner), Bob and 1 more",
                "server: there is more: server:members Team after Bob",
            ],
        )
        self.assertEqual(self.carol.type("server:members Team after Bob"), ["server: in Team (3): Carol"])

    def test_elsewhere(self) -> None:
        """Of a room that one is not in; of the lobby; of a room that is not there."""
        self.alice.type("/join Team")
        self.assertEqual(self.carol.type("server:members #team"), ["server: in Team (1): Alice (owner)"])
        self.assertEqual(self.carol.type("members")[0], "server: in lobby (3): Alice, Bob and 1 more")
        self.assertEqual(self.carol.type("server:members nowhere"), ["server: in nowhere (0): "])
        self.assertIn("server: error: a room's name", self.carol.type("server:members a/b")[0])

    def test_private(self) -> None:
        """Of a private room all who belong to it are listed, those who are away marked so."""
        self.alice.type("/join Team", "server:private", "server:leave")
        program = self.program("Alice", password=PASSWORD)
        answers = program.ask({"type": "members", "room": "team", "id": 1})
        (members,) = [each for each in answers if each["type"] == "members"]
        self.assertEqual(members["members"], [{"name": "Alice", "role": "owner", "away": True}])
        self.assertEqual(self.alice.type("server:members team"), ["server: in Team (1): Alice (owner, away)"])

    def test_json(self) -> None:
        """Each with the role, and whether they are here."""
        self.alice.type("/join team")
        self.carol.type("/join team")
        members, ack = self.program("Dan").ask({"type": "members", "room": "team", "id": 2})
        self.assertEqual(
            members["members"],
            [{"name": "Alice", "role": "owner", "here": True}, {"name": "Carol", "role": "guest", "here": True}],
        )
        self.assertEqual((members["count"], ack["request"], ack["id"]), (2, "members", 2))
