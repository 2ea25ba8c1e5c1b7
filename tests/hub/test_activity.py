"""Who is writing, what others have read, and who is named."""

from msgspec.structs import replace

from chat.limits import Limits
from chat.room_state import Member, Settings
from tests.hub.amending import PASSWORD, AmendingCase, kinds


class Writing(AmendingCase):
    """Somebody is writing."""

    limits = Limits(typing_members=4)

    def test_room(self) -> None:
        """Those in the room hear it who want to, once a second, and not whoever writes."""
        alice, bob = self.program("Alice", typing=True, has_account=True), self.program("Bob", typing=True)
        phone = self.program("Alice", typing=True, has_account=True)
        quiet, eve, text = self.program("Quiet"), self.program("Eve", typing=True), self.person("Text")
        for person in (alice, bob, quiet):
            person.asks("join", room="den")
        text.says("server:join den")
        text.says("server:leave")
        self.quiet(alice, bob, phone, quiet, eve, text)
        self.assertEqual(kinds(alice.asks("typing", room="den", id=1)), ["ack"])
        self.assertEqual(bob.heard(), [{"type": "typing", "from": "Alice", "room": "den"}])
        self.assertEqual((phone.heard(), quiet.heard(), eve.heard(), text.read()), ([], [], [], []))
        alice.asks("typing", room="den")
        phone.asks("typing", room="den")
        self.assertEqual(bob.heard(), [])
        self.clock.advance(1)
        phone.asks("typing", room="#Den")
        self.assertEqual(kinds(bob.heard()), ["typing"])
        [error] = eve.asks("typing", room="den")
        self.assertEqual((error["code"], bob.heard()), ("not_in_room", []))

    def test_large(self) -> None:
        """In a large room nobody is told."""
        people = [self.program(f"P{number}", typing=True) for number in range(4)]
        for person in people[:3]:
            person.asks("join", room="den")
        self.quiet(*people)
        people[0].asks("typing", room="den")
        self.assertEqual(kinds(people[1].heard()), ["typing"])
        people[3].asks("join", room="den")
        self.clock.advance(5)
        self.quiet(*people)
        people[0].asks("typing", room="den")
        self.assertEqual(people[1].heard(), [])

    def test_conversation(self) -> None:
        """The other person hears it, on the devices that want to."""
        alice, bob = self.program("Alice", typing=True), self.program("Bob", typing=True, has_account=True)
        phone, eve = self.program("Bob", has_account=True), self.program("Eve", typing=True)
        self.quiet(alice, bob, phone, eve)
        alice.asks("typing", to="bob")
        self.assertEqual(bob.heard(), [{"type": "typing", "from": "Alice", "to": "Bob"}])
        self.assertEqual((phone.heard(), eve.heard()), ([], []))
        self.clock.advance(2)
        self.assertEqual(kinds(alice.asks("typing", to="Nobody")), ["ack"])
        self.assertEqual(kinds(bob.asks("typing", to="Bob")), ["ack"])


class Reading(AmendingCase):
    """Somebody has read something."""

    def test_conversation(self) -> None:
        """The other person is told, once a second, and never of more than there is."""
        alice, bob = self.program("Alice", has_account=True), self.program("Bob", has_account=True)
        for _ in range(3):
            alice.asks("message", to="Bob", text="hi")
        self.quiet(alice, bob)
        self.assertEqual(kinds(bob.asks("read", to="Alice", seq=1, id=1)), ["ack"])
        self.assertEqual(alice.heard(), [{"type": "seen", "from": "Bob", "to": "Alice", "seq": 1}])
        bob.asks("read", to="Alice", seq=2)
        bob.asks("read", to="Alice", seq=2**53)
        bob.asks("read", to="Alice", seq=1)
        self.assertEqual(alice.heard(), [])
        self.clock.advance(2)
        self.assertEqual(alice.heard(), [{"type": "seen", "from": "Bob", "to": "Alice", "seq": 3}])
        self.clock.advance(4)
        self.assertEqual((alice.heard(), bob.heard()), ([], []))

    def test_room(self) -> None:
        """In a private room the others are told; in a public one nobody is."""
        alice, bob = self.program("Alice", has_account=True), self.program("Bob", has_account=True)
        phone, eve, text = self.program("Bob", has_account=True), self.program("Eve"), self.person("Text")
        for person in (alice, bob):
            person.asks("join", room="den")
        text.says("server:join den")
        alice.asks("message", room="den", text="hi")
        self.quiet(alice, bob, phone, eve, text)
        bob.asks("read", room="den", seq=4)
        self.assertEqual((alice.heard(), kinds(phone.heard())), ([], ["read"]))
        owned = self.owned("Alice", settings=Settings(private=True))
        self.set_state("den", replace(owned, members={**owned.members, "bob": Member("Bob")}))
        bob.asks("read", room="den", seq=4)
        self.assertEqual(alice.heard(), [{"type": "seen", "from": "Bob", "room": "den", "seq": 4}])
        self.assertEqual((kinds(phone.heard()), eve.heard(), text.read()), (["read"], [], []))

    def test_kept_to_oneself(self) -> None:
        """Whoever does not want it tells nobody."""
        alice, bob = self.program("Alice", has_account=True), self.program("Bob", has_account=True)
        alice.asks("message", to="Bob", text="hi")
        bob.asks("seen", on=False)
        self.quiet(alice, bob)
        bob.asks("read", to="Alice", seq=1)
        self.clock.advance(4)
        self.assertEqual(alice.heard(), [])


class Naming(AmendingCase):
    """Messages that name people."""

    def test_published(self) -> None:
        """People who are here, and accounts of people who are away, but nobody else; and none in a conversation."""
        ann, bob = self.program("Ann"), self.program("Bob", has_account=True)
        away = self.program("Away", has_account=True)
        away.asks("disconnect")
        self.quiet(ann, bob)
        ann.asks("message", text="@Ann Bob, away and @nobody: hi")
        self.assertEqual(bob.heard()[-1]["mentions"], ["bob", "away"])
        ann.asks("message", text="nothing")
        [said] = bob.heard()
        self.assertNotIn("mentions", said)
        ann.asks("edit", seq=said["seq"], text="well, away")
        self.assertEqual(bob.heard()[-1]["mentions"], ["away"])
        ann.asks("message", to="Bob", text="Away is gone")
        self.assertNotIn("mentions", bob.heard()[-1])

    def test_who_may_see_it(self) -> None:
        """In a private room only those who may see it are named."""
        ann, bob = self.program("Ann", has_account=True), self.program("Bob", has_account=True)
        self.program("Eve", has_account=True)
        for person in (ann, bob):
            person.asks("join", room="den")
        owned = self.owned("Ann", settings=Settings(private=True), invited={"zoe": "Ann"})
        self.set_state("den", replace(owned, members={**owned.members, "bob": Member("Bob")}))
        self.program("Zoe", has_account=True)
        self.quiet(ann, bob)
        ann.asks("message", room="den", text="Bob, Eve and Zoe")
        self.assertEqual(bob.heard()[-1]["mentions"], ["bob", "zoe"])

    def test_deleted_account(self) -> None:
        """An account that is gone is not named any more."""
        ann, bob = self.program("Ann"), self.program("Bob", has_account=True)
        bob.asks("account.delete", password=PASSWORD)
        eve = self.program("Eve")
        ann.asks("message", text="@bob")
        self.assertNotIn("mentions", eve.heard()[-1])
