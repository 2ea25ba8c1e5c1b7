"""Renamed rooms: the new name, the old one, and what becomes of it."""

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from chat.accounts.rules import Policy
from chat.changes import Renamed
from chat.events import Listed, Sent
from chat.hub.hub import Hub
from chat.hub.visitors import Visitor
from chat.limits import Limits
from chat.room_state import MOST_NAMES, RoomState, apply
from chat.server.factory import ChatFactory
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.store import SqliteStore
from tests.fresh import fresh_accounts
from tests.hub.rooms_case import PASSWORD, START, Person, RoomsCase
from tests.matrix.table import ROWS, Row
from tests.store.folders import FolderCase
from tests.store.test_sqlite import Reactor

MONTH = Limits().renamed_seconds


class RenamedCase(RoomsCase):
    """Alice owns Team, Bob and Carol are there."""

    def setUp(self) -> None:
        super().setUp()
        self.alice.type("/join Team", "hello")
        self.bob.type("/join Team")
        self.carol.type("/join Team")
        self.read_all()

    def rename(self, name: str) -> list[str]:
        """Alice renames her room; all that she reads."""
        said = self.alice.type(f"server:rename {name}")
        self.read_all()
        return said


class Names(RenamedCase):
    """Where names lead."""

    def test_told(self) -> None:
        """Everybody is told, and what they type goes to the room under its new name."""
        self.assertEqual(self.alice.type("server:rename Küche"), ["server: Alice renamed Team to Küche"])
        self.assertEqual(self.bob.read(), ["server: Alice renamed Team to Küche"])
        self.bob.type("hi")
        self.assertEqual(self.alice.read(), ["Bob (in Küche): hi"])
        self.assertEqual(self.bob.type("server:leave"), ["server: you left Küche"])

    def test_moderated(self) -> None:
        """The owner moderates the room by either name, and where they type."""
        self.rename("Küche")
        for room in ({}, {"room": "Küche"}, {"room": "team"}):
            program = self.program("Alice", password=PASSWORD)
            program.ask({"type": "join", "room": "team"})
            answers = [
                each
                for request in (
                    {"type": "mute", "name": "Bob"},
                    {"type": "unmute", "name": "Bob"},
                    {"type": "bans"},
                    {"type": "invite", "link": True},
                    {"type": "role", "name": "Bob", "role": "moderator"},
                    {"type": "kick", "name": "Bob"},
                )
                for each in program.ask(request | room)
                if each["type"] == "error"
            ]
            self.assertEqual(answers, [])

    def test_both_lead_there(self) -> None:
        """On every path, by either name, in any case."""
        self.rename("Küche")
        for number, name in enumerate(("team", "KÜCHE", "#Team")):
            program = self.program(f"P{number}")
            joined = program.ask({"type": "join", "room": name, "id": 1})
            self.assertIn("Küche", [each.get("room") for each in joined if each.get("request") == "join"])
            said = program.ask({"type": "message", "room": name, "text": f"by {name}", "id": 2})
            self.assertEqual(said[-1]["room"], "Küche")
            for request in (
                {"type": "read", "room": name, "seq": 1},
                {"type": "resume", "rooms": {name: 0}},
                {"type": "history", "room": name},
                {"type": "members", "room": name},
                {"type": "topic", "room": name},
                {"type": "settings", "room": name},
                {"type": "search", "query": f"hello in:{name}"},
                {"type": "leave", "room": name},
            ):
                answer = program.ask({**request, "id": 3})[-1]
                self.assertEqual((answer["type"], answer["id"]), ("ack", 3), request)

    def test_history(self) -> None:
        """What was said before is shown under the present name; the rename itself says what the name was."""
        self.rename("Kitchen")
        shown = self.bob.type("server:history #team")
        self.assertIn("in Kitchen", shown[0])
        self.assertIn("Alice (in Kitchen): hello", shown[1])
        self.assertIn("Alice (in Kitchen): hello", self.bob.type("server:search hello")[1])
        late = self.program("Dan")
        past = [each for each in late.ask({"type": "join", "room": "team"}) if each.get("past")]
        self.assertEqual([each["room"] for each in past], ["Kitchen"])

    def test_over_http(self) -> None:
        """Visitors and access tokens find it by both names."""
        token = self.program("Alice", password=PASSWORD)
        made = token.ask({"type": "token.make", "rooms": ["team"], "id": 1})[-1]
        self.rename("Kitchen")
        visitor = Visitor(made["token"])
        for name in ("team", "kitchen"):
            posted = self.successResultOf(Deferred.fromCoroutine(self.hub.visitors.post(visitor, name, "hi", None)))
            assert isinstance(posted, Sent)
            self.assertEqual(posted.place, "Kitchen")
            listed = self.successResultOf(Deferred.fromCoroutine(self.hub.visitors.history(Visitor(), name, {})))
            assert isinstance(listed, Listed)
            self.assertEqual({each.place for each in listed.messages if not isinstance(each, Renamed)}, {"Kitchen"})
        (tokens, _) = token.ask({"type": "token.list"})[-2:]
        self.assertEqual(tokens["tokens"][0]["rooms"], ["Kitchen"])
        again = token.ask({"type": "token.make", "rooms": ["kitchen", "team"], "id": 2})[-1]
        self.assertIn("token", again)

    def test_two_devices(self) -> None:
        """All devices of a member know the name; one that comes back gets it in its welcome."""
        phone = self.program("Bob", password=PASSWORD)
        phone.ask({"type": "join", "room": "team"})
        self.rename("Kitchen")
        self.assertIn('"type":"renamed"', phone.read()[-1])
        phone.leave()
        self.rename("Küche")
        phone = Person(self.factory)
        welcome = phone.ask({"type": "join", "nickname": "Bob", "password": PASSWORD})[0]
        self.assertEqual([each["room"] for each in welcome["rooms"]], ["Küche"])

    def test_only_the_case(self) -> None:
        """The same name in another spelling needs no other name."""
        self.assertEqual(self.rename("TEAM"), ["server: Alice renamed Team to TEAM"])
        self.assertEqual(self.bob.type("server:members")[0], "server: in TEAM (3): Alice (owner), Bob, Carol")

    def test_back_again(self) -> None:
        """A room may take its old name back; the one in between leads there, too."""
        self.rename("Kitchen")
        self.rename("Team")
        for name in ("team", "kitchen"):
            self.assertEqual(self.bob.type(f"server:members {name}")[0][:18], "server: in Team (3")


class Commands(RoomsCase):
    """Commands mean the room that was renamed: where they are typed in it, by its new name and by its old one."""

    def test_all_powers(self) -> None:
        """Its owner still has every power there."""
        for row in ROWS:
            if row.power is not None:
                for name in ("lair", "den"):
                    with self.subTest(row.command, name=name):
                        self._check(row, name)

    def _check(self, row: Row, name: str) -> None:
        self.setUp()
        Person(self.factory).type(f"server:register Max {PASSWORD}")
        self.alice.type("/join den", "server:say hello", "server:rename lair")
        olga = self.program("Alice", password=PASSWORD)
        filled = row.filled({"room": name, "name": "Max", "own": 2, "other": 2, "new": "cave"})
        errors = [push["code"] for push in olga.ask(filled.request) if push["type"] == "error"]
        errors += [line for line in self.alice.type(*(filled.typed or "").split("\n")) if "nobody owns" in line]
        self.assertFalse({"no_owner", "not_in_room", "no_such_room"}.intersection(errors), errors)
        self.assertFalse([error for error in errors if "nobody owns" in error])


class Taken(RenamedCase):
    """Names that a room cannot have."""

    def test_of_a_living_room(self) -> None:
        """Nobody takes the present or the old name of another room, whoever made it."""
        dan = self.program("Dan")
        dan.ask({"type": "join", "room": "den"})
        self.rename("Kitchen")
        self.bob.type("/join attic")
        for name in ("team", "KITCHEN", "den"):
            self.assertEqual(
                self.bob.type(f"server:rename {name}")[-1].replace(name, "X"),
                "server: error: there is a room called X already",
            )
        for name in ("lobby", "Server", "lоbby"):
            self.assertIn("is reserved", self.bob.type(f"server:rename {name}")[-1])
        for name in ("a/b", "x" * 65, "direct:a:b", "team~2"):
            self.assertIn("a room's name is", self.bob.type(f"server:rename {name}")[-1])

    def test_joining_enters_the_old_one(self) -> None:
        """Whoever joins an old name makes no room, but is in the renamed one."""
        self.rename("Kitchen")
        program = self.program("Dan", password=PASSWORD)
        program.ask({"type": "join", "room": "team"})
        self.assertEqual(list(self.hub.rooms), ["team"])

    def test_looks_like_a_private_one(self) -> None:
        """A new room must not look like a private one, so that nobody catches what is meant for that."""
        like = "tеam"
        self.bob.type(f"/join {like}", "server:leave")
        self.alice.type("server:private")
        (said,) = self.program("Dan").ask({"type": "join", "room": "teаm", "id": 1})
        self.assertEqual(said["code"], "room_resembles")
        self.bob.type("/join attic")
        self.assertIn("looks like that of another room", self.bob.type("server:rename TEАM")[-1])
        self.alice.type("server:public")
        self.assertEqual(self.bob.type("server:rename TEАM")[-1], "server: Bob renamed attic to TEАM")

    def test_asked_for_at_once(self) -> None:
        """Of two who ask for one name, the first gets it."""
        self.bob.type("/join attic")
        self.alice.type("server:rename Kitchen")
        self.assertIn("there is a room called Kitchen", self.bob.type("server:rename Kitchen")[-1])


class Later(RenamedCase):
    """A month later."""

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.hub.sweep()

    def test_free_again(self) -> None:
        """The old name is free; a room that is made under it is another one, and both are found."""
        self.rename("Kitchen")
        self.later(MONTH - 1)
        self.assertIn("in Kitchen (3)", self.bob.type("server:members team")[0])
        self.later(1)
        dan = self.program("Dan")
        (ack,) = [each for each in dan.ask({"type": "join", "room": "Team"}) if each.get("request") == "join"]
        self.assertEqual((ack["room"], ack["members"], ack["seq"]), ("Team", ["Dan"], 1))
        dan.ask({"type": "message", "room": "team", "text": "all alone"})
        self.bob.type("in the kitchen")
        self.assertEqual(self.alice.read()[-1], "Bob (in Kitchen): in the kitchen")
        self.assertEqual(len([line for line in dan.read() if "kitchen" in line]), 0)
        self.assertEqual(self.bob.type("server:rooms")[1:], ["server: Kitchen (3)", "server: Team (1)"])
        self.assertIn("all alone", "\n".join(self.bob.type("server:history #team")))

    def test_of_an_account(self) -> None:
        """The second room keeps its name, its owner and its own renames, also after a start."""
        self.rename("Kitchen")
        self.later(MONTH)
        self.bob.type("/join team", "server:topic second", "server:rename Office")
        self.later(MONTH)
        self.carol.type("server:leave", "/join TEAM")
        states = dict(self.hub.permissions.states)
        self.assertEqual([states[key].name for key in ("team", "team~2")], ["Kitchen", "Office"])
        self.assertEqual(sorted(self.hub.rooms), ["team", "team~2", "team~3"])
        self.hub._rooms.names.__init__(self.hub.permissions.states, self.limits, lambda: self.now)  # type: ignore[misc]
        for key in states:
            self.hub.permissions.restate(key, None)
        self.hub._delivery.restated(states)
        leads = {name: self.hub._rooms.key_of(name) for name in ("team", "kitchen", "office")}
        self.assertEqual(leads, {"team": "team~3", "kitchen": "team", "office": "team~2"})

    def test_not_hoarded(self) -> None:
        """Of many names only the last ones lead to the room."""
        for number in range(MOST_NAMES + 3):
            self.now += 1
            self.rename(f"name{number}")
        self.assertEqual(len(self.hub.permissions.states["team"].formerly), MOST_NAMES)
        self.assertIn("nothing in name0", self.bob.type("server:history #name0")[0])
        self.assertIn("in name12", self.bob.type("server:history #name5")[0])


class Reducer(RoomsCase):
    """What the state keeps."""

    def test_formerly(self) -> None:
        """Each name with the time at which it ended, but not the present one."""
        state: RoomState | None = RoomState(owner="alice")
        for at, name in enumerate(("One", "Two", "ONE")):
            state = apply(
                state, Renamed(room="team", place="x", sender="Alice", name=name, seq=at + 1, sent_at=START + at)
            )
        assert state is not None
        self.assertEqual((state.name, state.formerly), ("ONE", {"team": START, "two": START + 2}))


class Restarted(FolderCase):
    """A server on a disk, before and after a restart."""

    def setUp(self) -> None:
        super().setUp()
        self.now = START
        self.reactor = Reactor()
        self.store: SqliteStore | None = None
        self.addCleanup(self.stop)

    def start(self) -> ChatFactory:
        """A server on the same folder."""
        self.store = SqliteStore(DataFolder(self.data), Limits(), lambda: self.now, self.reactor.call, Clock())
        accounts = fresh_accounts(self.store.accounts, Limits(), lambda: self.now, Policy())
        factory = ChatFactory(Hub(self.store, accounts, Limits()))
        self.store.start()
        return factory

    def stop(self) -> None:
        """The server ends in order."""
        if self.store is not None:
            store, self.store = self.store, None
            self.reactor.wait(store.stop())

    def type(self, person: Person, *lines: str, until: str) -> str:
        """Type these lines; all that came, up to a line with those words."""
        said = person.type(*lines)
        while not any(until in line for line in said):
            self.reactor.turn()
            said += person.read()
        return "\n".join(said)

    def test_names_stay(self) -> None:
        """The names lead where they led, until a month has gone; what was said is in its own room."""
        alice = Person(self.start())
        self.type(alice, f"server:register Alice {PASSWORD}", until="welcome")
        self.type(alice, "/join Team", "first", "server:rename Küche", until="renamed Team to Küche")
        self.now += MONTH
        self.stop()
        alice = Person(self.start())
        self.type(alice, f"server:login Alice {PASSWORD}", until="welcome")
        self.assertIn("(in Küche): first", self.type(alice, "/join küche", until="first"))
        self.type(alice, "/join TEAM", "second", "server:rename Office", until="renamed TEAM to Office")
        self.stop()
        self.now += 60
        alice = Person(self.start())
        self.type(alice, f"server:login Alice {PASSWORD}", until="welcome")
        listed = self.type(alice, "server:rooms", until="Office")
        self.assertIn("server: 2 rooms", listed)
        self.assertIn("(in Office): second", self.type(alice, "server:history #team", until="second"))
        self.assertNotIn("second", self.type(alice, "server:history #küche", until="first"))

    def test_deleted_stays_deleted(self) -> None:
        """Nobody finds it after a restart either, and its name is free."""
        alice = Person(self.start())
        self.type(alice, f"server:register Alice {PASSWORD}", until="welcome")
        self.type(alice, "/join Team", "secret", "server:close delete team", until="deleted Team")
        self.stop()
        bob = Person(self.start())
        self.type(bob, "server:register Bob", until="welcome")
        self.assertIn("0 rooms", self.type(bob, "server:rooms", until="rooms"))
        self.assertIn("nothing", self.type(bob, "server:history #team", until="in team"))
        self.assertIn("nothing found", self.type(bob, "server:search secret", until="found"))
        self.assertNotIn("secret", self.type(bob, "/join team", until="you are in team (1): Bob"))
