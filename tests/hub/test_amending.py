"""Changing messages: who may, where, until when, and what everybody is told."""

from chat.limits import Limits
from chat.room_state import Settings
from tests.hub.amending import PASSWORD, AmendingCase, Person, kinds, no_message


class Authors(AmendingCase):
    """One's own messages."""

    def test_a_room(self) -> None:
        """Its author edits and deletes a message: everybody there is told the same line, and nobody elsewhere."""
        alice, bob, eve = self.person("Alice"), self.person("Bob"), self.person("Eve")
        for person in (alice, bob):
            person.says("server:join den")
        alice.says("helo")
        self.quiet(alice, bob, eve)
        # Seqs 1 and 2 are the joins.
        line = "server: Alice changed #3 in den: hello you"
        self.assertEqual(alice.says("server:edit 3 hello you"), [line])
        self.assertEqual((bob.read(), eve.read()), ([line], []))
        line = "server: Alice deleted #3 in den"
        self.assertEqual(alice.says("server:delete #3"), [line])
        self.assertEqual((bob.read(), eve.read()), ([line], []))

    def test_somebody_elses(self) -> None:
        """Nobody changes what another person said, whatever their name was before."""
        alice, bob = self.person("Alice"), self.person("Bob")
        for person in (alice, bob):
            person.says("server:join den")
        alice.says("mine")
        self.quiet(alice, bob)
        for line in ("server:edit 3 yours", "server:delete 3"):
            self.assertEqual(bob.says(line), ["server: error: you did not say that, or not on this visit"])
        alice.says("server:exit")
        another = self.person("alice")
        another.says("server:join den")
        self.assertEqual(another.says("server:edit 3 x"), ["server: error: you did not say that, or not on this visit"])

    def test_nothing_there(self) -> None:
        """What is no message here cannot be changed: joins, other numbers, and those of other rooms."""
        alice = self.person("Alice")
        alice.says("one", "server:join den")
        self.quiet(alice)
        for line in ("server:edit 1 x", "server:delete 1", "server:reply 1 x", "server:react 1 👍", "server:edit 0 x"):
            number = line.split()[1]
            self.assertEqual(
                alice.says(line),
                [no_message(number)],
            )

    def test_an_account(self) -> None:
        """The owner of an account changes what they said, from any device, after coming back."""
        alice = self.person("Alice", has_account=True)
        alice.says("server:join den", "hello", "server:exit")
        phone, alice = self.program("Alice", has_account=True), Person(*self.connect())
        alice.says(f"server:login Alice {PASSWORD}", "server:join den")
        self.quiet(alice, phone)
        [ack] = phone.asks("edit", room="den", seq=2, text="hi", id=1)
        self.assertEqual((ack["type"], ack["request"], ack["room"], ack["id"]), ("ack", "edit", "den", 1))
        self.assertEqual(alice.read(), ["server: Alice changed #2 in den: hi"])

    def test_an_earlier_owner(self) -> None:
        """A guest's words do not belong to whoever makes an account of the name later; those of this visit do."""
        guest = self.person("Alice")
        guest.says("mine", "server:exit")
        alice = self.person("Alice")
        alice.says("also mine", f"server:password {PASSWORD}")
        self.quiet(alice)
        bob = self.person("Bob")
        seqs = [line.split("#")[1].split("]")[0] for line in bob.says("server:history lobby") if "mine" in line]
        self.quiet(alice)
        self.assertEqual(
            alice.says(f"server:edit {seqs[0]} x"), ["server: error: you did not say that, or not on this visit"]
        )
        self.assertEqual(alice.says(f"server:edit {seqs[1]} x"), [f"server: Alice changed #{seqs[1]} in lobby: x"])

    def test_a_repeat_is_not_mine(self) -> None:
        """A request id that an earlier guest used makes their message nobody else's."""
        first = self.program("Al", client_id=1)
        [ack] = first.asks("message", text="mine", id=1)
        first.asks("disconnect")
        second = self.program("Al", client_id=1)
        [again] = second.asks("message", text="mine", id=1)
        self.assertEqual(again["seq"], ack["seq"])
        [error] = second.asks("delete", room="lobby", seq=ack["seq"], id=2)
        self.assertEqual(error["code"], "not_yours")


class Rules(AmendingCase):
    """What rooms say."""

    def test_in_time(self) -> None:
        """Authors have the time that the room gives them; moderators delete later, too."""
        owner, bob = self.person("Owner", has_account=True), self.person("Bob")
        for person in (owner, bob):
            person.says("server:join den")
        bob.says("one")
        owner.says("two")
        state = self.owned("Owner", settings=Settings(edits=60))
        self.set_state("den", state)
        self.clock.advance(61)
        self.quiet(owner, bob)
        late = ["server: error: messages of den can be changed for 1m, and no longer"]
        self.assertEqual(bob.says("server:edit 3 x"), late)
        self.assertEqual(bob.says("server:delete 3"), late)
        self.assertEqual(owner.says("server:edit 4 x"), late)
        self.assertEqual(owner.says("server:delete 3"), ["server: Owner deleted #3 in den"])
        self.assertEqual(owner.says("server:delete 4"), ["server: Owner deleted #4 in den"])

    def test_not_there(self) -> None:
        """Who is not in the room changes nothing there, not even what they said; moderators delete from anywhere."""
        owner, bob = self.person("Owner", has_account=True), self.person("Bob")
        for person in (owner, bob):
            person.says("server:join den")
        bob.says("one", "server:leave")
        owner.says("server:leave")
        self.set_state("den", self.owned("Owner"))
        self.quiet(owner, bob)
        for line in ("server:edit #den 3 x", "server:delete #den 3", "server:react #den 3 👍", "server:reply #den 3 x"):
            self.assertEqual(bob.says(line), ["server: error: you are not in that room"], line)
        self.assertEqual(owner.says("server:delete #den 3"), ["server: Owner deleted #3 in den"])

    def test_pins(self) -> None:
        """Moderators pin and unpin messages, once each; everybody sees them."""
        owner, bob = self.person("Owner", has_account=True), self.person("Bob")
        for person in (owner, bob):
            person.says("server:join den")
        bob.says("one", "two\t")
        self.quiet(owner, bob)
        self.assertEqual(bob.says("server:pin 3"), ["server: error: that is for a moderator of den"])
        line = "server: Owner pinned #4 in den"
        self.assertEqual((owner.says("server:pin 4"), bob.read()), ([line], [line]))
        self.assertEqual(owner.says("server:pin 4"), ["server: nothing to do: #4 is so already"])
        self.assertEqual(owner.says("server:pin 1"), [no_message(1)])
        owner.says("server:pin 3")
        self.quiet(bob)
        self.assertEqual(
            bob.says("server:pins"),
            [
                "server: 2 messages in den",
                "[1970-01-01 00:00 UTC #3] Bob (in den): one",
                "[1970-01-01 00:00 UTC #4] Bob (in den): two",
            ],
        )
        line = "server: Owner unpinned #4 in den"
        self.assertEqual((owner.says("server:unpin 4"), bob.read()), ([line], [line]))
        self.assertEqual(owner.says("server:unpin 4"), ["server: nothing to do: #4 is so already"])
        self.assertEqual(bob.says("server:pins den")[0], "server: 1 message in den")
        owner.says("server:unpin 3")
        self.quiet(bob)
        self.assertEqual(bob.says("server:pins den"), ["server: nothing is pinned in den"])
        for line in ("server:pin @Owner 1", "server:unpin @Owner 1"):
            self.assertEqual(
                bob.says(line), ["server: error: nobody owns @Owner, so only an operator of this server may do that"]
            )


class Conversations(AmendingCase):
    """Direct messages."""

    def test_both(self) -> None:
        """The two people are told, on all of their devices, and nobody else."""
        alice, bob, eve = self.person("Alice"), self.program("Bob", has_account=True), self.program("Eve")
        phone = self.program("Bob", has_account=True)
        alice.says("Bob:hi", "server:message Bob you")
        self.quiet(alice, bob, eve, phone)
        self.assertEqual(alice.says("server:edit @Bob 1 hello"), ["server: Alice changed #1: hello"])
        for device in (bob, phone):
            [edited] = device.heard()
            self.assertEqual(
                {**edited} | {"timestamp": ""},
                {"type": "edited", "seq": 3, "from": "Alice", "timestamp": "", "of": 1, "to": "Bob", "text": "hello"},
            )
        [ack] = bob.asks("react", to="Alice", seq=2, emoji="👍", id=9)
        self.assertEqual(
            (ack["type"], ack["request"], ack["to"], ack["seq"], ack["id"]), ("ack", "react", "Alice", 4, 9)
        )
        [reacted] = phone.heard()
        self.assertEqual((reacted["type"], reacted["from"], reacted["of"]), ("reacted", "Bob", 2))
        self.assertEqual((alice.read(), eve.heard()), ([], []))
        [error] = bob.asks("edit", to="Alice", seq=2, text="mine")
        self.assertEqual(error["code"], "not_yours")
        [error] = eve.asks("react", to="Alice", seq=1, emoji="👍")
        self.assertEqual(error["code"], "no_such_message")

    def test_somebody_away(self) -> None:
        """What waits for somebody can be changed."""
        alice = self.person("Alice")
        alice.says("Bob:hi")
        self.quiet(alice)
        self.assertEqual(alice.says("server:edit @Bob 1 hello"), ["server: Alice changed #1: hello"])
        self.assertEqual(alice.says("server:delete @Bob 1"), ["server: Alice deleted #1"])

    def test_an_earlier_guest(self) -> None:
        """A guest knows nothing of a conversation that another one of that name had."""
        bob = self.person("Bob")
        alice = self.person("Alice")
        alice.says("Bob:secret")
        bob.says("server:exit")
        self.clock.advance(10)
        bob = self.person("Bob")
        self.quiet(bob, alice)
        for line in ("server:reply @Alice 1 x", "server:react @Alice 1 👍", "server:delete @Alice 1"):
            self.assertEqual(bob.says(line), [no_message(1)])


class Replies(AmendingCase):
    """Answers to messages."""

    def test_shown(self) -> None:
        """Both wires show whom a message answers, and which."""
        alice, bob, carol = self.person("Alice"), self.program("Bob"), self.person("Carol")
        alice.says("server:join den", "who?")
        for lines in (["server:join den"],):
            carol.says(*lines)
        bob.asks("join", room="den")
        self.quiet(alice, bob, carol)
        self.assertEqual(carol.says("server:reply 2 me"), [])
        self.assertEqual(alice.read(), ["Carol (in den, to Alice #2): me"])
        [said] = bob.heard()
        self.assertEqual((said["answers"], said["answered"], said["text"]), (2, "Alice", "me"))
        [ack] = bob.asks("message", room="den", text="I", answers=said["seq"], id=5)
        self.assertEqual((ack["request"], ack["room"], ack["id"]), ("message", "den", 5))
        self.assertEqual(carol.read(), [f"Bob (in den, to Carol #{said['seq']}): I"])
        [again] = bob.asks("message", room="den", text="I", answers=said["seq"], id=5)
        self.assertEqual((again["seq"], carol.read()), (ack["seq"], []))

    def test_in_the_lobby(self) -> None:
        """A program that names no place answers in the lobby, and somebody in a conversation there."""
        alice, bob = self.person("Alice"), self.program("Bob")
        alice.says("hello")
        bob.asks("join", room="den")
        [said] = [push for push in bob.asks("history", room="lobby") if push["type"] == "message"]
        self.quiet(alice)
        bob.asks("message", text="hi", answers=said["seq"])
        self.assertEqual(alice.read(), [f"Bob (in lobby, to Alice #{said['seq']}): hi"])
        alice.says("Bob:psst")
        bob.asks("message", to="Alice", text="yes?", answers=1)
        self.assertEqual(alice.read(), ["Bob (to Alice #1): yes?"])


class Repeats(AmendingCase):
    """Requests that are sent again."""

    def test_once(self) -> None:
        """A repeated id is answered again, and does nothing; another id does."""
        alice, bob = self.program("Alice", has_account=True), self.program("Bob")
        self.quiet(alice)
        [said] = alice.asks("message", text="one", id=1)
        bob.heard()
        for kind, fields in (
            ("edit", {"text": "two"}),
            ("react", {"emoji": "👍"}),
            ("delete", {}),
        ):
            [first] = alice.asks(kind, seq=said["seq"], id=kind, **fields)
            [again] = alice.asks(kind, seq=said["seq"], id=kind, **fields)
            self.assertEqual(again, first)
            self.assertEqual((first["type"], first["request"], first["room"]), ("ack", kind, "lobby"))
            self.assertEqual(len(bob.heard()), 1)

    def test_after_another_edit(self) -> None:
        """A repeat on another device does not undo what was done since."""
        alice, bob = self.program("Alice", has_account=True), self.program("Bob")
        phone = self.program("Alice", has_account=True)
        self.quiet(alice)
        [said] = alice.asks("message", text="one")
        [first] = alice.asks("edit", seq=said["seq"], text="two", id=1)
        phone.asks("edit", seq=said["seq"], text="three", id=2)
        self.quiet(alice, bob, phone)
        [again] = phone.asks("edit", seq=said["seq"], text="two", id=1)
        self.assertEqual((again["seq"], bob.heard()), (first["seq"], []))


class Bounds(AmendingCase):
    """Limits."""

    limits = Limits(edits_a_minute=3, reactions_a_minute=2, message_lines=3)

    def test_a_minute(self) -> None:
        """Edits and reactions are counted by account or address; after a while there are more."""
        alice = self.person("Alice")
        alice.says("one")
        seq = 2
        told = [alice.says(f"server:edit {seq} {n}")[-1] for n in range(4)]
        self.assertEqual(
            told[2:],
            [f"server: Alice changed #{seq} in lobby: 2", "server: error: that is too often, try again in a minute"],
        )
        self.assertEqual(
            alice.says(f"server:react {seq} 👍", f"server:react {seq} 👎", f"server:react {seq} 🎉"),
            ["server: error: that is too often, try again in a minute"],
        )
        self.clock.advance(20)
        self.assertEqual(alice.says(f"server:edit {seq} 9"), [f"server: Alice changed #{seq} in lobby: 9"])

    def test_lines(self) -> None:
        """The lines of a message are limited on every wire, and those of an edit, too."""
        alice, bob = self.person("Alice"), self.program("Bob")
        alice.says("one")
        bob.heard()
        for kind, fields in (("message", {}), ("edit", {"seq": 2}), ("message", {"answers": 2})):
            [error] = bob.asks(kind, text="1\n2\n3\n4", **fields)
            self.assertEqual(
                (error["code"], error["message"]),
                ("too_many_lines", "a message has up to 3 lines, say the rest in another one"),
            )
        self.assertEqual(kinds(bob.asks("message", text="1\n2\n3\n")), ["ack"])

    def test_emoji(self) -> None:
        """One emoji is one."""
        alice = self.person("Alice")
        alice.says("one")
        for word in ("x", "👍👎", "+1", "", "\u202e"):
            answers = alice.says(f"server:react 2 {word}")
            self.assertIn(
                answers[0].removeprefix("server: error: "),
                ("answer with one emoji, or one other symbol", "type server:react <seq> <emoji>"),
            )
