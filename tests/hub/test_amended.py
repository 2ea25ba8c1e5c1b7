"""What is left of messages that were changed: history, search, reactions, and what somebody missed."""

from tests.hub.amending import PASSWORD, AmendingCase, Person, kinds, no_message


class Present(AmendingCase):
    """Whoever asks sees messages as they are."""

    def test_history(self) -> None:
        """An edited message has its last text, a deleted one is not there."""
        alice, bob = self.person("Alice"), self.program("Bob")
        alice.says("helo", "wrong", "right")
        [first, second, _] = [push["seq"] for push in bob.heard() if push["type"] == "message"]
        alice.says(f"server:edit {first} hello", f"server:edit {first} hello you", f"server:delete {second}")
        bob.heard()
        found = [push for push in bob.asks("history", room="lobby") if push["type"] == "message"]
        self.assertEqual(
            [(push["text"], push.get("edited", False)) for push in found], [("hello you", True), ("right", False)]
        )
        self.assertEqual(
            alice.says("server:history lobby")[-2],
            f"[1970-01-01 00:00 UTC #{first}] Alice (in lobby): hello you (edited)",
        )
        self.assertEqual(kinds(bob.asks("search", query="wrong")), ["ack"])
        self.assertEqual(kinds(bob.asks("search", query="helo")), ["ack"])
        for line in (f"server:delete {second}", f"server:edit {second} x", f"server:reply {second} x"):
            self.assertEqual(
                alice.says(line),
                [no_message(second)],
            )

    def test_the_same_text(self) -> None:
        """An edit that changes nothing is nobody's news."""
        alice, bob = self.person("Alice"), self.program("Bob")
        alice.says("one", "server:edit 3 two")
        bob.heard()
        self.assertEqual(alice.says("server:edit 3 two"), ["server: nothing to do: #3 is so already"])
        self.assertEqual(bob.heard(), [])

    def test_reactions(self) -> None:
        """Each person has each reaction once, and takes back their own."""
        alice, bob = self.program("Alice"), self.program("Bob")
        [said] = [push for push in alice.asks("message", text="one") if push.get("request") == "message"]
        seq = said["seq"]
        for person, emoji in ((alice, "👍"), (bob, "👍"), (bob, "🎉"), (bob, "👍")):
            person.asks("react", seq=seq, emoji=emoji)
        self.assertEqual(self.reactions(alice), {"👍": ["Alice", "Bob"], "🎉": ["Bob"]})
        alice.asks("react", seq=seq, emoji="🎉", undo=True)
        bob.asks("react", seq=seq, undo=True)
        alice.asks("react", seq=seq, emoji="👍", undo=True)
        self.assertEqual(self.reactions(alice), {"👍": ["Bob"]})

    def reactions(self, person: Person) -> object:
        """The reactions of the only message in the lobby."""
        [found] = [
            push for push in person.asks("history", room="lobby") if push["type"] == "message" and push.get("past")
        ]
        return found["reactions"]

    def test_pins(self) -> None:
        """A deleted message is pinned no more."""
        owner = self.person("Owner", has_account=True)
        owner.says("server:join den", "one", "two", "server:pin 2", "server:pin 3", "server:delete 2")
        self.assertEqual(
            owner.says("server:pins"), ["server: 1 message in den", "[1970-01-01 00:00 UTC #3] Owner (in den): two"]
        )

    def test_mentions(self) -> None:
        """Those who are named find it, also after an edit; nobody else's mentions."""
        bob, eve = self.program("Bob", has_account=True), self.person("Eve")
        alice = self.person("Alice")
        alice.says("Bob, one", "two", "@nobody three")
        seqs = [push["seq"] for push in bob.heard() if push["type"] == "message"]
        alice.says(f"server:edit {seqs[1]} two, bob")
        bob.heard()
        found = [push["text"] for push in bob.asks("search", query="mentions:me") if push["type"] == "message"]
        self.assertEqual(found, ["two, bob", "Bob, one"])
        found = [push["text"] for push in bob.asks("search", query="one mentions:me") if push["type"] == "message"]
        self.assertEqual(found, ["Bob, one"])
        alice.says(f"server:delete {seqs[0]}", f"server:edit {seqs[1]} two")
        bob.heard()
        self.assertEqual(kinds(bob.asks("search", query="mentions:me")), ["ack"])
        self.quiet(eve)
        self.assertIn("that needs an account", eve.says("server:search mentions:me")[0])


class Away(AmendingCase):
    """Somebody who was not there, or did not read."""

    def test_waiting(self) -> None:
        """A waiting message comes as it is now; a deleted one does not come."""
        alice = self.person("Alice")
        alice.says("Bob:helo", "Bob:wrong", "server:edit @Bob 1 hello", "server:delete @Bob 2")
        bob = Person(*self.connect())
        answers = bob.says("server:register Bob")
        self.assertEqual(
            [line for line in answers if "Alice: " in line], ["[1970-01-01 00:00 UTC #1] Alice: hello (edited)"]
        )
        self.assertNotIn("wrong", "".join(answers))

    def test_a_slow_reader(self) -> None:
        """Somebody who reads late reads the message and then that it was deleted, in this order."""
        alice, bob = self.person("Alice"), self.program("Bob")
        alice.says("wrong", "server:delete 3")
        self.assertEqual(kinds(bob.heard()), ["message", "deleted"])

    def test_resume(self) -> None:
        """Whoever comes back learns of the changes, and gets new messages as they are now."""
        bob, alice = self.program("Bob", has_account=True), self.person("Alice")
        for person in (bob,):
            person.asks("join", room="den")
        alice.says("server:join den", "one")
        [said] = [push for push in bob.heard() if push["type"] == "message"]
        bob.asks("disconnect")
        alice.says(f"server:edit {said['seq']} two", "three", "server:delete 6")
        bob = Person(*self.connect(), speaks_json=True)
        bob.asks("join", nickname="Bob", password=PASSWORD)
        pushes = bob.asks("resume", rooms={"den": said["seq"]})
        self.assertEqual([push["text"] for push in pushes if push["type"] in ("edited", "message")], ["two"])

    def test_two_devices(self) -> None:
        """What one device changes, the other knows, and may change again."""
        phone, laptop = self.program("Alice", has_account=True), self.program("Alice", has_account=True)
        bob = self.program("Bob")
        self.quiet(phone, laptop)
        [ack] = phone.asks("message", text="one")
        phone.asks("edit", seq=ack["seq"], text="two")
        self.assertEqual(kinds(laptop.heard()), ["message", "edited"])
        [again] = laptop.asks("edit", seq=ack["seq"], text="two", id=1)
        self.assertEqual((again["request"], again.get("seq")), ("edit", None))
        laptop.asks("delete", seq=ack["seq"])
        self.assertEqual(kinds(bob.heard()), ["message", "edited", "deleted"])


class Full(AmendingCase):
    """Many reactions."""

    def test_most(self) -> None:
        """The kinds of reactions of one message are limited."""
        alice = self.person("Alice")
        alice.says("one")
        for code in range(20):
            self.assertEqual(alice.says(f"server:react 2 {chr(0x1F600 + code)}"), [])
        self.assertEqual(
            alice.says("server:react 2 👍"), ["server: error: that message has 20 different reactions already"]
        )
        self.assertEqual(alice.says("server:react 2 😀"), ["server: nothing to do: #2 is so already"])
