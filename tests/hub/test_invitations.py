"""Invitations, by name and by link."""

from chat.accounts.tokens import digest, new_secret
from chat.changes import SettingsChanged
from chat.commands.typed import parse
from tests.hub.gated import OTHER, PASSWORD, Person, RoomCase
from tests.hub.test_devices import LateCase

INVITED = "server: Alice invites you to teamchat, type server:join teamchat"
BAD_CODE = "server: error: that invitation is not valid, or no longer"


class InvitationCase(RoomCase):
    """The room is private."""

    def setUp(self) -> None:
        super().setUp()
        self.set(private=True)


class ByName(InvitationCase):
    """`invite <name>`."""

    def test_here(self) -> None:
        """Somebody who is here hears of it on all devices, and may enter on all."""
        bob, second = self.typist("Bob", PASSWORD), self.program("Bob", has_account=True)
        self.alice.reads()
        self.assertEqual(self.alice.types("server:invite bob"), ["server: Alice invited Bob to teamchat"])
        self.assertEqual(bob.reads(), [INVITED])
        self.assertEqual(second.hears(), [{"type": "invitation", "room": "teamchat", "from": "Alice"}])
        self.assertEqual(bob.types("server:join teamchat")[-1], "server: you are in teamchat (2): Alice, Bob")
        # Leaving is not giving up membership.
        bob.types("leave")
        self.assertIn("server: you are in teamchat (2): Alice, Bob", bob.types("server:join teamchat"))
        said = ["server: error: Bob may enter teamchat already"]
        self.alice.reads()
        self.assertEqual(self.alice.types("server:invite Bob"), said)

    def test_away(self) -> None:
        """Somebody who is away hears of it after each welcome, until they came in."""
        bob = self.typist("Bob", PASSWORD)
        self.lose(bob.protocol)
        self.alice.types("server:invite Bob")
        for _ in range(2):
            bob = self.device()
            lines = bob.types(f"server:login Bob {PASSWORD}")
            self.assertEqual((lines[0], lines[-1]), ("server: welcome, Bob", INVITED))
            self.lose(bob.protocol)
        program = self.device()
        pushes = program.asks(type="join", nickname="Bob", password=PASSWORD)
        self.assertEqual([push["type"] for push in pushes], ["ack", "invitation"])
        program.asks(type="join", room="teamchat")
        program.asks(type="leave", room="teamchat")
        again = self.device()
        self.assertEqual(again.types(f"server:login Bob {PASSWORD}")[-1][:8], "server: ")
        self.assertNotIn(INVITED, again.reads())

    def test_guest(self) -> None:
        """A guest who is here is let in for this visit: the next guest of that name is not."""
        gus = self.typist("Gus")
        self.alice.types("server:invite Gus")
        self.assertEqual(gus.reads(), [INVITED])
        self.assertIn("server: you are in teamchat (2): Alice, Gus", gus.types("join teamchat"))
        self.lose(gus.protocol)
        other = self.typist("Gus", host=OTHER)
        self.assertEqual(other.types("join teamchat"), ["server: error: teamchat is private"])

    def test_guest_makes_an_account(self) -> None:
        """A guest who takes an account meanwhile stays in for this visit."""
        gus = self.program("Gus")
        self.alice.types("server:invite Gus")
        gus.asks(type="join", room="teamchat")
        gus.asks(type="account.create", password=PASSWORD)
        self.assertEqual(gus.code(type="message", room="teamchat", text="x"), "")
        self.assertEqual(gus.code(type="history", room="teamchat"), "")

    def test_by_whom(self) -> None:
        """Moderators invite; members do not, nor does anybody invite those who are there, or nobody."""
        bob = self.typist("Bob", PASSWORD)
        self.alice.types("server:invite Bob")
        bob.types("join teamchat")
        bob.reads()
        self.assertEqual(bob.types("server:invite Alice"), ["server: error: that is for a moderator of teamchat"])
        self.alice.reads()
        for line, said in (
            ("server:invite Alice", "Alice may enter teamchat already"),
            ("server:invite Zoe", "nobody called Zoe is here, or has an account"),
            ("server:invite", "type server:invite <name>, or server:invite link [uses] [time]"),
            ("server:invite link 5 soon", "a time is a number with s, m, h, d or w, such as 10m"),
        ):
            self.assertEqual(self.alice.types(line), [f"server: error: {said}"], line)
        self.alice.types("server:ban Bob")
        self.alice.reads()
        self.assertEqual(self.alice.types("server:invite Bob"), ["server: error: Bob is banned from teamchat"])

    def test_uninvite(self) -> None:
        """It ends an invitation, a membership, and a guest's visit."""
        bob, cy, gus = self.typist("Bob", PASSWORD), self.typist("Cy", PASSWORD), self.typist("Gus")
        self.alice.types("server:invite Bob", "server:invite Cy", "server:invite Gus")
        for person in (cy, gus):
            person.types("join teamchat")
        self.alice.reads()
        for name, person in (("Bob", bob), ("Cy", cy), ("Gus", gus)):
            said = f"server: Alice took back the invitation of {name} to teamchat"
            self.assertEqual(self.alice.types(f"server:uninvite {name}"), [said])
            person.reads()
            self.assertFalse(self.is_in(person))
            self.assertEqual(person.types("join teamchat"), ["server: error: teamchat is private"])
        self.assertEqual(self.alice.types("server:uninvite Bob"), ["server: error: Bob is not invited to teamchat"])

    def test_other_script(self) -> None:
        """A name in Cyrillic letters is invited like any other, and its look-alike is not."""
        boris = self.typist("Борис", PASSWORD)
        self.alice.types("server:invite борис")
        self.assertEqual(boris.reads(), [INVITED])
        self.assertIn("server: you are in teamchat (2): Alice, Борис", boris.types("join teamchat"))

    def test_public(self) -> None:
        """Into a public room an invitation is news, which is over when they have entered."""
        self.set(private=False)
        bob = self.typist("Bob", PASSWORD)
        self.alice.types("server:invite Bob")
        self.assertEqual(bob.reads(), [INVITED])
        bob.types("join teamchat")
        self.assertEqual(self.hub.permissions.states["teamchat"].invited, {})

    def test_programs(self) -> None:
        """A program hears of no invitation."""
        secret = self.token("team", name="Bob")
        program = self.device()
        program.asks(type="join", token=secret)
        self.alice.types("server:invite Bob")
        self.assertEqual(program.hears(), [])


class ByLink(InvitationCase):
    """`invite link`, and `join <room> <code>`."""

    def link(self, words: str = "") -> str:
        """The code of a new link."""
        self.alice.reads()
        [line] = self.alice.types(f"server:invite link {words}".rstrip())
        return line.rpartition(" ")[2]

    def test_answer(self) -> None:
        """The code is said once; only its digest is stored; a link comes where the server knows its own address."""
        code = self.link("1 10m")
        self.assertEqual(list(self.hub.permissions.states["teamchat"].links), [digest(code).hex()])
        alice = self.program("Alice", has_account=True)
        alice.asks(type="join", room="teamchat")
        self.hub.invitations.url = "https://chat.example/"
        self.alice.reads()
        [ack] = alice.asks(type="invite", room="teamchat", link=True, uses=2, seconds=60, id="a")
        self.assertEqual((ack["type"], ack["request"], ack["id"], ack["uses"]), ("ack", "invite", "a", 2))
        self.assertEqual(ack["until"], "1970-01-01T00:01:00.000Z")
        self.assertEqual(ack["url"], f"https://chat.example/#join=teamchat.{ack['code']}")
        self.assertEqual(self.alice.reads(), ["server: Alice made an invitation link to teamchat"])
        self.assertNotIn(code, "\n".join(self.logged()))

    def check_in(self, person: Person) -> None:
        """The person is a member."""
        self.assertTrue(self.is_in(person))
        self.assertTrue(self.hub.permissions.is_admitted(person.protocol.session, "teamchat"))

    def test_all_wires(self) -> None:
        """Accounts and guests, by text, NDJSON and WebSocket."""
        code = self.link()
        bob, gus, zoe = self.typist("Bob", PASSWORD), self.program("Gus"), self.typist("Zoe")
        self.alice.reads()
        said = ["server: Bob used an invitation link to teamchat", "server: Bob joined teamchat"]
        self.assertEqual(bob.types(f"server:join teamchat {code}")[-1], "server: you are in teamchat (2): Alice, Bob")
        self.assertEqual(self.alice.reads(), said)
        [ack] = [push for push in gus.asks(type="join", room="teamchat", code=code, id=1) if "id" in push]
        self.assertEqual((ack["type"], ack["id"], ack["members"]), ("ack", 1, ["Alice", "Bob", "Gus"]))
        zoe.types(f"server:join teamchat {code}")
        for person in (bob, gus, zoe):
            self.check_in(person)
        socket = self.join("Web")
        socket.say(type="join", room="teamchat", code=code)
        self.assertIn("members", str(socket.heard()))
        bob.types("leave")
        self.assertIn("you are in teamchat", "".join(bob.types("join teamchat")))

    def test_uses(self) -> None:
        """It serves up to that number of people, once each, and until its time."""
        code = self.link("1 10m")
        bob, cy = self.typist("Bob", PASSWORD), self.typist("Cy", PASSWORD)
        bob.types(f"server:join teamchat {code}")
        bob.types("leave")
        bob.types(f"server:join teamchat {code}")
        self.check_in(bob)
        self.assertEqual(cy.types(f"server:join teamchat {code}"), [BAD_CODE])
        late = self.link("10m")
        self.clock.advance(600)
        self.assertEqual(cy.types(f"server:join teamchat {late}"), [BAD_CODE])
        self.assertFalse(self.is_in(cy))

    def test_wrong(self) -> None:
        """A wrong code says the same of every room, there or not, and makes none."""
        outsider = self.typist("Mallory", PASSWORD)
        wrong = "x" * 32
        for room in ("teamchat", "TeamChat", "nowhere"):
            self.assertEqual(outsider.types(f"server:join {room} {wrong}"), [BAD_CODE], room)
            self.assertEqual(outsider.types(f"server:join {room} x"), [BAD_CODE], room)
        hashed = next(iter(digest(self.link()).hex() for _ in range(1)))
        self.assertEqual(outsider.types(f"server:join teamchat {hashed}"), [BAD_CODE])
        self.assertEqual(list(self.hub.rooms), ["teamchat"])

    def test_banned(self) -> None:
        """No link leads around a ban."""
        code = self.link()
        bob, gus = self.typist("Bob", PASSWORD), self.typist("Gus", host=OTHER)
        self.alice.types("server:ban Bob", f"server:ban {OTHER}")
        for person in (bob, gus):
            person.reads()
            said = ["server: error: you are banned from teamchat"]
            self.assertEqual(person.types(f"server:join teamchat {code}"), said)

    def test_ended(self) -> None:
        """`uninvite` ends one, or all of them."""
        one, other, third = self.link(), self.link(), self.link()
        bob = self.typist("Bob", PASSWORD)
        self.alice.reads()
        said = "server: Alice ended an invitation link to teamchat"
        self.assertEqual(self.alice.types(f"server:uninvite {one}"), [said])
        self.assertEqual(bob.types(f"server:join teamchat {one}"), [BAD_CODE])
        self.assertEqual(self.alice.types("server:uninvite links"), [said])
        for code in (other, third):
            self.assertEqual(bob.types(f"server:join teamchat {code}"), [BAD_CODE])

    def test_talk(self) -> None:
        """`join us tomorrow` is talk, as before."""
        gus = self.typist("Gus")
        self.alice.types("leave")
        self.alice.reads()
        gus.types("join us tomorrow", "join us")
        self.assertEqual(self.alice.reads(), ["Gus (in lobby): join us tomorrow"])
        code = new_secret()
        link = f"https://chat.example/#join=teamchat.{code}"
        for words in (f"teamchat {code}", f"#teamchat {code}", f"teamchat.{code}", link):
            self.assertEqual(parse(f"join {words}", None).arguments, {"room": "teamchat", "code": code})


class Removed(InvitationCase):
    """People who are removed do not come back by what they left behind."""

    def test_by_a_link_of_their_own(self) -> None:
        """The links of a moderator who is removed, or is no moderator any more, end."""
        for ending in ("server:kick Bob", "server:role Bob member", "server:uninvite Bob"):
            bob = self.program("Bob", has_account=True)
            self.alice.types("server:invite Bob")
            bob.asks(type="join", room="teamchat")
            self.alice.types("server:role Bob moderator")
            [made] = [push for push in bob.asks(type="invite", room="teamchat", link=True) if push["type"] == "ack"]
            self.alice.types(ending)
            guest = self.program("Gus")
            self.assertEqual(guest.code(type="join", room="teamchat", code=made["code"]), "bad_code", ending)
            self.alice.types("server:kick Bob")
            bob.reads()
            self.assertEqual(bob.code(type="join", room="teamchat", code=made["code"]), "bad_code", ending)
            for person in (bob, guest):
                person.asks(type="disconnect")

    def test_public_in_between(self) -> None:
        """Whoever was uninvited is no member when the room was public in between."""
        bob = self.typist("Bob", PASSWORD)
        self.alice.types("server:invite Bob")
        bob.types("join teamchat")
        self.alice.types("server:uninvite Bob", "server:public", "server:private")
        self.assertEqual(bob.types("server:join teamchat")[-1], "server: error: teamchat is private")
        self.assertEqual(self.alice.types("server:members")[-1], "server: in teamchat (1): Alice (owner)")


class OnASlowStore(LateCase):
    """The journal takes its time."""

    def setUp(self) -> None:
        super().setUp()
        self.al, self.al_told = self.come_in("Al", password=PASSWORD)
        self.ask(self.al, {"type": "join", "room": "den"})
        self.store.settle()
        change = SettingsChanged(room="den", place="den", sender="Al", settings={"private": True})
        self.hub.changes.publish(self.al.session, change, "private", None)
        self.store.settle()
        self.al_told.clear()

    def link(self, **more: object) -> str:
        """The code of a new link, which is told when it is stored."""
        self.ask(self.al, {"type": "invite", "room": "den", "link": True, **more})
        self.assertEqual(self.pushes(self.al_told), [])
        self.store.settle()
        [ack] = self.pushes(self.al_told)
        return str(ack["code"])

    def test_link(self) -> None:
        """One answer to each request, in their order, and the last use serves one of two who come at once."""
        code = self.link(uses=1)
        bob, bob_told = self.come_in("Bob", password=PASSWORD)
        cy, cy_told = self.come_in("Cy")
        bob_told.clear()
        for person in (bob, cy):
            self.ask(person, {"type": "join", "room": "den", "code": code, "id": 1}, {"type": "who", "id": 2})
        self.assertEqual((self.pushes(bob_told), self.pushes(cy_told)), ([], []))
        self.store.settle()
        told = [
            [(push["type"], push["id"]) for push in self.pushes(each) if "id" in push] for each in (bob_told, cy_told)
        ]
        self.assertEqual(told[0], [("ack", 1), ("who", 2), ("ack", 2)])
        self.assertEqual(told[1], [("error", 1), ("who", 2), ("ack", 2)])
        self.assertEqual((bob.session.rooms, cy.session.rooms), ({"den": "den"}, {}))

    def test_refused(self) -> None:
        """A link that could not be stored has no code, and lets nobody in."""
        self.ask(self.al, {"type": "invite", "room": "den", "link": True, "id": 3})
        self.store.fail()
        self.assertEqual([(push["type"], push["id"]) for push in self.pushes(self.al_told)], [("error", 3)])
        self.assertEqual(self.hub.permissions.states["den"].links, {})
        self.ask(self.al, {"type": "who"})
        self.assertEqual(self.kinds(self.al_told), ["who", "who"])

    def test_kicked_while_entering(self) -> None:
        """Somebody who is removed before the journal lets them in stays outside."""
        bob, bob_told = self.come_in("Bob", password=PASSWORD)
        self.ask(self.al, {"type": "invite", "room": "den", "name": "Bob"})
        self.store.settle()
        bob_told.clear()
        self.ask(self.al, {"type": "kick", "room": "den", "name": "Bob"})
        self.ask(
            bob, {"type": "join", "room": "den", "id": 1}, {"type": "message", "room": "den", "text": "x", "id": 2}
        )
        self.store.settle()
        told = self.pushes(bob_told)
        self.assertEqual(
            [(push.get("code"), push.get("id")) for push in told if push["type"] == "error"][:1], [("private", 1)]
        )
        self.assertNotIn("members", str(told))
        self.assertEqual(bob.session.rooms, {})

    def test_bans_and_mutes(self) -> None:
        """What was asked at once is carried out in its order: a ban can be listed and ended behind it."""
        bob, _ = self.come_in("Bob", password=PASSWORD)
        self.al_told.clear()
        self.ask(
            self.al,
            *({"type": kind, "room": "den", "name": "Bob"} for kind in ("mute", "unmute", "ban")),
            {"type": "bans", "room": "den"},
            {"type": "unban", "room": "den", "name": "Bob"},
        )
        for _ in range(5):
            self.store.settle()
        pushes = self.pushes(self.al_told)
        answers = [push.get("request", push["type"]) for push in pushes if push["type"] in ("ack", "error", "bans")]
        self.assertEqual(answers, ["mute", "unmute", "ban", "bans", "bans", "unban"])
        [listed] = [push for push in pushes if push["type"] == "bans"]
        self.assertEqual([ban["name"] for ban in listed["bans"]], ["Bob"])
        self.assertFalse(bob.session.is_held)
