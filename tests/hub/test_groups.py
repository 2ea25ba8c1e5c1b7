"""Groups: private rooms with made-up names."""

from itertools import cycle

from chat.hub.group_names import group_names
from chat.limits import Limits
from tests.hub.rooms_case import PASSWORD, RoomsCase
from tests.hub.test_devices import LateCase


class TooOften(RoomsCase):
    """The people of groups count as invited."""

    limits = Limits(group_people=2, invitations_a_minute=3)

    def test_too_often(self) -> None:
        """A group is invited whole; then the next one has to wait, and is not made."""
        self.alice.type("server:group Bob Carol", "server:group Bob Carol")
        self.assertEqual([len(state.invited) for state in self.hub.permissions.states.values()], [1, 1])
        refused = ["server: error: that is too often, try again in a minute"]
        self.assertEqual(self.alice.type("server:group Bob"), refused)
        self.assertEqual(len(self.hub.permissions.states), 2)


class Groups(RoomsCase):
    """Alice makes groups."""

    limits = Limits(group_people=2)

    def setUp(self) -> None:
        super().setUp()
        words = cycle(["red", "fox"])
        self.hub.groups._choose = lambda _: next(words)

    def test_made(self) -> None:
        """It is private before anybody is invited, and whoever makes it is in it, and owns it."""
        self.alice.type("/join den")
        self.assertEqual(
            self.alice.type("server:group Bob, Carol"),
            [
                "server: you are in red-fox (1): Alice",
                "server: you left den",
                "server: Alice made red-fox private",
                "server: Alice invited Bob to red-fox",
                "server: Alice invited Carol to red-fox",
            ],
        )
        state = self.hub.permissions.states["red-fox"]
        self.assertEqual((state.owner, dict(state.invited)), ("alice", {"bob": "Alice"}))
        self.assertTrue(state.settings.private and state.settings.group)
        self.assertEqual(self.alice.type("server:rename Friends"), ["server: Alice renamed red-fox to Friends"])

    def test_names_differ(self) -> None:
        """Each has a name of its own."""
        self.alice.type("server:group Bob", "server:group Bob")
        self.assertEqual(sorted(self.hub.permissions.states), ["red-fox", "red-fox-2"])
        names = group_names(lambda words: words[0])
        self.assertEqual(len({next(names) for _ in range(30)}), 21)

    def test_json(self) -> None:
        """The ack has the room, and all devices of whoever made it are in it."""
        phone, laptop = self.program("Alice", password=PASSWORD), self.program("Alice", password=PASSWORD)
        laptop.read()
        answers = phone.ask({"type": "group", "names": ["Bob"], "id": 7})
        (ack,) = [each for each in answers if each.get("id") == 7]
        self.assertEqual((ack["request"], ack["room"], ack["members"]), ("group", "red-fox", ["Alice"]))
        self.assertIn("red-fox", "\n".join(laptop.read()))
        (sent,) = laptop.ask({"type": "message", "room": "red-fox", "text": "hi", "id": 8})
        self.assertEqual(sent["request"], "message")

    def test_refused(self) -> None:
        """Nothing is made where somebody is not there, for a guest, for oneself, or for too many."""
        for typed, said in (
            ("nobody", "server: error: nobody called nobody is here, or has an account"),
            ("Bob a/b", "server: error: a name is 1 to 32 letters, digits, - or _"),
            ("Bob Alice", "server: error: that is your own name"),
            ("a b c", "server: error: a group begins with at most 2 other people, invite more later"),
            ("", "server: error: type server:group <name> …"),
        ):
            self.assertEqual(self.alice.type(f"server:group {typed}"), [said])
        self.assertIn("that needs an account", self.carol.type("server:group Bob")[0])
        self.assertEqual((self.hub.rooms, self.hub.permissions.states), ({}, {}))


class Refused(LateCase):
    """The store fails between the steps of making a group."""

    def test_not_private(self) -> None:
        """Whoever made it does not stay in a room that is open to everybody, and nobody is invited."""
        alice, told = self.come_in("Alice", password=PASSWORD)
        self.come_in("Bob", password=PASSWORD)
        self.ask(alice, {"type": "group", "names": ["Bob"], "id": 1})
        self.store.flush()
        self.store.fail()
        self.store.settle()
        self.assertEqual(self.kinds(told), ["joined", "group", "disk_full", "leave"])
        self.assertEqual((alice.session.rooms, dict(self.hub.rooms)), ({}, {}))
