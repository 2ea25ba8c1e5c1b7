"""What owners and moderators do to people: removing, bans, mutes, roles, and who may speak."""

from typing import Any

from chat.limits import Limits
from tests.hub.gated import OTHER, PASSWORD, RoomCase


class TooOften(RoomCase):
    """Changes of rooms, one after another."""

    def test_a_minute(self) -> None:
        """An account changes rooms up to 120 times a minute. A new group is private all the same."""
        self.typist("Bob", PASSWORD)
        for _ in range(3):
            self.clock.advance(10)
            self.alice.types(*["server:slow 5s", "server:slow off"] * 25)
        self.clock.advance(10)
        refused = self.alice.types(*["server:slow 5s", "server:slow off"] * 25)
        self.assertIn("server: error: that is too often, try again in a minute", refused)
        self.assertEqual(
            self.alice.types("server:reply 1 x")[-1],
            "server: error: there is no message #1 here, server:history shows the numbers",
        )
        group = self.alice.types("server:group Bob")
        self.assertIn("made", group[-2])
        self.assertIn("invited Bob", group[-1])
        self.alice.types("server:join teamchat")
        self.clock.advance(60)
        self.alice.reads()
        self.assertEqual(self.alice.types("server:topic Tea"), ["server: Alice set the topic of teamchat: Tea"])


class Kicked(RoomCase):
    """Alice removes Bob, who has an account and two devices."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.typist("Bob", PASSWORD)
        self.second = self.program("Bob", has_account=True)
        self.second.asks(type="join", room="teamchat")
        self.bob.types("join teamchat")
        self.gus = self.typist("Gus")
        self.gus.types("join teamchat")
        for person in (self.alice, self.bob, self.second):
            person.reads()

    def test_told(self) -> None:
        """Everybody in the room, and Bob on both devices, read the same line."""
        said = "server: Alice removed Bob from teamchat"
        self.assertEqual(self.alice.types("server:kick Bob"), [said])
        self.assertEqual((self.gus.reads()[-1], self.bob.reads()), (said, [said]))
        [push] = self.second.hears()
        self.assertEqual(
            (push["type"], push["from"], push["name"], push["room"]), ("kicked", "Alice", "Bob", "teamchat")
        )
        self.say("hello")
        self.assertEqual((self.bob.reads(), self.second.hears()), ([], []))
        self.assertEqual((self.bob.protocol.session.rooms, self.second.protocol.session.rooms), ({}, {}))
        self.assertEqual(self.alice.types("server:kick Bob too loud"), [f"{said}: too loud"])

    def test_next_line(self) -> None:
        """A line that Bob was just typing for the room is not said to everybody; the next one is."""
        self.alice.types("server:kick Bob")
        self.bob.reads()
        refused = "not said, you are in no room any more; what you type next goes to everybody in lobby"
        self.assertEqual(self.bob.types("the secret is"), [f"server: error: {refused}"])
        self.gus.reads()
        self.bob.types("hello everybody")
        self.assertEqual(self.gus.reads(), ["Bob (in lobby): hello everybody"])
        self.assertEqual(self.second.code(type="message", text="x"), "")

    def test_comes_back(self) -> None:
        """In a public room they may come back."""
        self.alice.types("server:kick Bob")
        self.assertEqual(self.second.code(type="message", room="teamchat", text="x"), "not_in_room")
        self.bob.reads()
        self.assertIn("server: you are in teamchat (3): Alice, Bob, Gus", self.bob.types("join teamchat"))

    def test_private(self) -> None:
        """In a private room they are no member: on no device, as no follower, and not after coming back."""
        [made] = [push for push in self.second.asks(type="token.make", rooms=["teamchat"]) if push["type"] == "ack"]
        bearer = {"Authorization": f"Bearer {made['token']}"}
        follower = self.follow("?follow", "teamchat", **bearer)
        sse = self.follow("?follow", "teamchat", Accept="text/event-stream", **bearer)
        program = self.device()
        program.asks(type="join", token=made["token"])
        program.asks(type="join", room="teamchat")
        self.set(private=True)
        self.assertEqual(self.hub.visitors.followers.count, 2)
        self.alice.types("server:kick Bob")
        self.assertIn("Alice removed Bob from teamchat", follower.heard())
        told = sse.heard()
        self.assertEqual((told.count('"type":"kicked"'), self.hub.visitors.followers.count), (1, 0), told)
        self.assertEqual([push["type"] for push in program.hears()], ["settings", "kicked"])
        self.say("secret")
        for person in (self.bob, self.second, program):
            self.assertNotIn("secret", "".join(person.reads()))
            self.assertFalse(self.is_in(person))
        self.assertEqual((follower.heard(), sse.heard()), ("", ""))
        self.assertEqual(self.bob.types("join teamchat"), ["server: error: teamchat is private"])
        self.assertEqual(self.second.code(type="message", room="teamchat", text="x"), "private")
        for device in (self.bob, self.second, program):
            self.lose(device.protocol)
        again = self.device()
        welcome, *_ = again.asks(type="join", nickname="Bob", password=PASSWORD)
        self.assertNotIn("teamchat", str(welcome))
        self.hub.sweep()
        self.say("more")
        self.assertEqual((again.code(type="resume", rooms={"teamchat": 0}), self.is_in(again)), ("private", False))

    def test_follower_that_reads_the_past(self) -> None:
        """One that is still told of what came before gets the event, and its stream ends."""
        self.say(*(f"line {number}" for number in range(20)))
        served = self.http()
        secret = self.second.asks(type="token.make", rooms=["teamchat"])[-1]["token"]
        served.transport.producer = None
        self.set(private=True)
        from tests.web.asking import Followed, request_of

        head = {"Authorization": f"Bearer {secret}"}
        served.send(request_of("GET", "/rooms/teamchat/messages?follow&since=0", b"", **head))
        follower = Followed(served)
        self.alice.types("server:kick Bob")
        self.assertEqual(follower.heard().count("Alice removed Bob from teamchat"), 1)

    def test_while_away(self) -> None:
        """Somebody who was removed while they were away gets nothing when they come."""
        self.set(private=True)
        for device in (self.bob, self.second):
            self.lose(device.protocol)
        self.alice.types("server:kick Bob", "secret")
        again = self.device()
        self.assertNotIn("secret", str(again.asks(type="join", nickname="Bob", password=PASSWORD)))
        self.assertEqual(again.code(type="history", room="teamchat"), "private")

    def test_guest(self) -> None:
        """A guest who was let into a private room may not come back."""
        self.set(private=True)
        self.assertEqual(self.alice.types("server:kick Gus"), ["server: Alice removed Gus from teamchat"])
        self.assertEqual(self.gus.reads()[-1], "server: Alice removed Gus from teamchat")
        self.assertEqual(self.gus.types("join teamchat"), ["server: error: teamchat is private"])

    def test_whom(self) -> None:
        """Not the owner, not oneself, not a stranger, and by nobody without the role."""
        for who, line, expected in (
            (self.bob, "server:kick Alice", "that is for a moderator of teamchat"),
            (self.gus, "server:kick Bob", "that is for a moderator of teamchat"),
            (self.alice, "server:kick Alice", "that person is the owner of teamchat"),
            (self.alice, "server:kick Zoe", "nobody called Zoe is here, or has an account"),
            (self.alice, f"server:kick Bob {'x' * 201}", "a reason has up to 200 characters"),
        ):
            who.reads()
            self.assertEqual(who.types(line), [f"server: error: {expected}"], line)
        stray = self.typist("Stray")
        self.alice.reads()
        self.assertEqual(self.alice.types("server:kick Stray"), ["server: error: Stray is not in teamchat"])
        self.assertEqual(stray.types("server:kick Bob"), ["server: error: you are in no room"])
        self.alice.types("server:role Bob moderator")
        self.bob.reads()
        self.assertEqual(self.bob.types("server:kick Alice"), ["server: error: that person is the owner of teamchat"])

    def test_reason_is_clean(self) -> None:
        """Nothing in a reason moves a cursor, or makes a line."""
        self.second.reads()
        self.alice.protocol.dataReceived("server:kick Bob a\x1b[31mb\u202ec\rserver: x\n".encode())
        [push] = self.second.hears()
        self.assertNotRegex(push["reason"], "[\x00-\x1f\u202e]")


class Banned(RoomCase):
    """Bans of accounts, of guests, and of addresses."""

    def test_account(self) -> None:
        """An account is out for ten minutes, wherever it comes from; its neighbours are not."""
        bob, ann = self.typist("Bob", PASSWORD), self.typist("Ann", PASSWORD)
        gus = self.typist("Gus")
        for person in (bob, ann, gus):
            person.types("join teamchat")
        self.alice.reads()
        unclear = ["server: error: a time is a number with s, m, h, d or w, such as 10m"]
        for typed in ("ban Bob 10 spam", "ban Bob 10min", "ban Bob 10 minutes", "mute Bob 99"):
            self.assertEqual(self.alice.types(f"server:{typed}"), unclear, "not for good")
        said = "server: Alice banned Bob from teamchat for 10m: spam"
        self.assertEqual(self.alice.types("server:ban Bob 10m spam"), [said])
        self.assertEqual((bob.reads()[-1], ann.reads()[-1]), (said, said))
        self.assertEqual([self.is_in(each) for each in (bob, ann, gus)], [False, True, True])
        refused = "server: error: you are banned from teamchat until 1970-01-01 00:10 UTC: spam"
        elsewhere = self.device(OTHER)
        elsewhere.types(f"server:login Bob {PASSWORD}")
        for person in (bob, elsewhere):
            self.assertEqual(person.types("join teamchat"), [refused])
            self.assertEqual(person.types("server:history teamchat"), [refused])
        self.clock.advance(600)
        self.assertIn("you are in teamchat", bob.types("join teamchat")[0])

    def test_guest(self) -> None:
        """A guest's ban holds for all guests of the address, on every wire, and for no account."""
        gus, neighbour = self.typist("Gus", host=OTHER), self.program("Neighbour", host=OTHER)
        ann, far = self.typist("Ann", PASSWORD, host=OTHER), self.typist("Far", host="10.0.0.8")
        for person in (gus, ann, far):
            person.types("join teamchat")
        neighbour.asks(type="join", room="teamchat")
        for person in (self.alice, neighbour):
            person.reads()
        self.assertEqual(self.alice.types("server:ban Gus"), ["server: Alice banned Gus from teamchat"])
        self.assertEqual([self.is_in(each) for each in (gus, neighbour, ann, far)], [False, False, True, True])
        self.assertEqual(gus.reads()[-1], "server: Alice banned Gus from teamchat")
        self.assertEqual([push.get("code") for push in neighbour.hears()], [None, "room_banned"])
        self.assertNotIn("Neighbour", self.hub.rooms["teamchat"].roster.page(9).names)
        other = self.typist("Gus2", host=OTHER)
        self.assertEqual(other.types("join teamchat"), ["server: error: you are banned from teamchat"])
        self.alice.reads()
        self.assertNotIn(OTHER, "".join([*ann.reads(), *far.reads()]))
        self.assertEqual(self.alice.types("server:bans"), ["server: 1 ban in teamchat", "server: Gus, by Alice"])
        self.assertEqual(self.alice.types("server:unban gus"), ["server: Alice unbanned Gus from teamchat"])
        self.assertIn("you are in teamchat", other.types("join teamchat")[0])

    def test_network(self) -> None:
        """Of an IPv6 address the /64 is banned, however it is spelled."""
        gus = self.typist("Gus", host="2001:db8::1")
        for typed in ("2001:DB8:0::7", "2001:db8::/64"):
            self.alice.types(f"server:ban {typed}")
            self.assertEqual(gus.types("join teamchat"), ["server: error: you are banned from teamchat"])
            self.alice.reads()
            said = self.alice.types("server:unban 2001:db8::ffff")
            self.assertEqual(said, ["server: Alice unbanned 2001:db8::/64 from teamchat"])
        mapped = self.typist("Mapped", host="10.0.0.9")
        self.alice.types("server:ban ::ffff:10.0.0.9")
        self.assertEqual(mapped.types("join teamchat"), ["server: error: you are banned from teamchat"])

    def test_visitors(self) -> None:
        """Those without a name neither post nor read nor follow; a follower ends."""
        follower = self.follow("?follow", "teamchat")
        self.alice.types("server:ban 127.0.0.1")
        self.assertIn("Alice banned 127.0.0.1 from teamchat", follower.heard())
        self.assertEqual(self.hub.visitors.followers.count, 0)
        for refused in (self.look("", "teamchat"), self.post("x", "teamchat"), self.look("?follow", "teamchat")):
            self.assertEqual((refused.status, refused.code), (403, "room_banned"))
        self.assertTrue(self.is_in(self.alice))

    def test_list(self) -> None:
        """Moderators list the bans in force, and nobody else does."""
        bob = self.program("Bob", has_account=True)
        bob.asks(type="join", room="teamchat")
        self.assertEqual(bob.code(type="bans", room="teamchat"), "not_allowed")
        alice = self.program("Alice", has_account=True)
        alice.asks(type="ban", room="teamchat", name="Bob", seconds=60, reason="spam")
        alice.hears()
        bans, ack = alice.asks(type="bans", room="teamchat", id=3)
        entry = {"name": "Bob", "by": "Alice", "until": "1970-01-01T00:01:00.000Z", "reason": "spam"}
        self.assertEqual((bans["bans"], bans["id"], ack["request"], ack["id"]), ([entry], 3, "bans", 3))
        self.clock.advance(60)
        self.assertEqual(alice.asks(type="bans", room="teamchat")[0]["bans"], [])
        self.assertEqual(alice.code(type="unban", room="teamchat", name="Bob"), "not_banned")


class FewBans(RoomCase):
    """The lists have an end."""

    limits = Limits(room_bans=2, room_links=2, invitations_a_minute=3, room_members=3)

    def test_bans(self) -> None:
        """There is a limit at once; one that has expired does not count, and the same may be made again."""
        self.alice.types("server:ban 10.0.0.1", "server:ban 10.0.0.2 10m")
        full = ["server: error: there are 2 bans or mutes in teamchat already, end some first"]
        self.assertEqual(self.alice.types("server:ban 10.0.0.3"), full)
        self.assertNotEqual(self.alice.types("server:ban 10.0.0.1"), full)
        self.clock.advance(600)
        self.assertNotEqual(self.alice.types("server:ban 10.0.0.3"), full)
        for name in "ABC":
            self.typist(f"Gus{name}")
        self.alice.reads()
        self.alice.types("server:mute GusA", "server:mute GusB")
        self.assertEqual(self.alice.types("server:mute GusC"), full)

    def test_links(self) -> None:
        """Links, and invitations a minute."""
        self.alice.types("server:invite link", "server:invite link")
        self.assertIn("has 2 invitation links already", self.alice.types("server:invite link")[0])
        for name in "AB":
            self.typist(f"Gus{name}")
        self.alice.reads()
        self.alice.types("server:invite GusA")
        wait = ["server: error: that is too often, try again in a minute"]
        self.assertEqual(self.alice.types("server:invite GusB"), wait)
        self.clock.advance(60)
        self.assertNotEqual(self.alice.types("server:invite GusB"), wait)

    def test_members(self) -> None:
        """Members and invitations of a private room."""
        self.set(private=True)
        for name in ("Bob", "Cy", "Dan"):
            self.typist(name, PASSWORD)
        self.alice.reads()
        self.alice.types("server:invite Bob", "server:invite Cy")
        said = ["server: error: teamchat has 3 members and invitations, which is all that it can have"]
        self.assertEqual(self.alice.types("server:invite Dan"), said)
        self.alice.types("server:uninvite Bob")
        self.assertNotEqual(self.alice.types("server:invite Dan"), said)


class Muted(RoomCase):
    """Who may say something."""

    def test_account(self) -> None:
        """A muted account says nothing there, on any device or by a token, until it may again."""
        bob, second = self.typist("Bob", PASSWORD), self.program("Bob", has_account=True)
        for line in ("join teamchat",):
            bob.types(line)
        second.asks(type="join", room="teamchat")
        secret = second.asks(type="token.make", rooms=["teamchat"])[-1]["token"]
        self.alice.reads()
        said = "server: Alice muted Bob in teamchat for 10m"
        self.assertEqual(self.alice.types("server:mute Bob 10m"), [said])
        self.assertEqual(bob.reads()[-1], said)
        self.assertEqual(bob.types("hello"), ["server: error: you are muted in teamchat"])
        self.assertEqual(second.code(type="message", room="teamchat", text="x"), "muted")
        posted = self.post("x", "teamchat", Authorization=f"Bearer {secret}")
        self.assertEqual((posted.status, posted.json["message"]), (403, "you are muted in teamchat"))
        self.assertEqual(self.alice.reads(), [])
        self.assertEqual(bob.types("server:leave", "Alice:hello"), ["server: you left teamchat"])
        self.clock.advance(600)
        self.assertEqual(second.code(type="message", room="teamchat", text="x"), "")
        self.alice.types("server:mute Bob")
        self.alice.types("server:unmute Bob")
        self.assertEqual(second.code(type="message", room="teamchat", text="x"), "")
        self.assertEqual(self.alice.types("server:unmute Bob")[-1], "server: error: Bob is not muted in teamchat")

    def test_moderator(self) -> None:
        """A moderator whom the owner has muted does not end that; as the owner of the room they may speak."""
        bob = self.typist("Bob", PASSWORD)
        bob.types("join teamchat")
        self.alice.types("server:role Bob moderator", "server:mute Bob")
        bob.reads()
        refused = ["server: error: that person is a moderator of teamchat", "server: error: you are muted in teamchat"]
        self.assertEqual(bob.types("server:unmute Bob", "x"), refused)
        self.alice.types("server:owner Bob")
        bob.reads()
        self.assertEqual(bob.types("x"), [])

    def test_guest(self) -> None:
        """A guest is muted by name; another guest of the address is not."""
        gus, other = self.typist("Gus"), self.typist("Other")
        for person in (gus, other):
            person.types("join teamchat")
        self.alice.types("server:mute Gus")
        self.assertEqual(gus.types("hello")[-1], "server: error: you are muted in teamchat")
        other.reads()
        self.assertEqual(other.types("hello"), [])

    def test_speak(self) -> None:
        """Members only, or moderators only."""
        bob, gus = self.typist("Bob", PASSWORD), self.typist("Gus")
        for person in (bob, gus):
            person.types("join teamchat")
        self.set(speak="members")
        for person in (bob, gus):
            person.reads()
        self.assertEqual(gus.types("hello"), ["server: error: only members speak in teamchat"])
        self.assertEqual(self.post("hello", "teamchat").code, "may_not_speak")
        self.assertEqual(bob.types("hello"), [])
        self.set(speak="moderators")
        bob.reads()
        self.assertEqual(bob.types("hello"), ["server: error: only moderators speak in teamchat"])
        self.alice.types("server:role Bob moderator")
        bob.reads()
        self.assertEqual(bob.types("hello"), [])

    def test_archived(self) -> None:
        """An archived room is read, and entered, by whoever could; a deleted one is gone."""
        bob = self.typist("Bob", PASSWORD)
        self.say("kept")
        self.set(closed="archived")
        self.assertIn("kept", "".join(bob.types("join teamchat")))
        self.assertEqual(bob.types("hello"), ["server: error: teamchat is closed"])
        self.assertEqual(
            self.alice.types("server:kick Bob"), ["server: Bob joined teamchat", "server: error: teamchat is closed"]
        )
        self.set(closed="deleted")
        self.assertFalse(self.is_in(bob) or self.is_in(self.alice))
        bob.reads()
        # The store has forgotten it: whoever enters makes another room.
        self.assertEqual(bob.types("server:search kept"), ["server: nothing found"])
        self.assertEqual(bob.types("join teamchat"), ["server: you are in teamchat (1): Bob"])


class Slow(RoomCase):
    """Slow mode."""

    def setUp(self) -> None:
        super().setUp()
        self.bob, self.gus = self.program("Bob", has_account=True), self.typist("Gus")
        self.bob.asks(type="join", room="teamchat")
        self.gus.types("join teamchat")
        self.set(slow=10)
        self.gus.reads()

    def answer(self, text: str, **more: Any) -> str:
        """The answer to a message of Bob's."""
        return self.bob.code(type="message", room="teamchat", text=text, **more)

    def test_waits(self) -> None:
        """Ten seconds between two messages of one person; moderators and others do not wait for them."""
        self.assertEqual((self.answer("one"), self.answer("two")), ("", "slow_mode"))
        self.gus.reads()
        self.assertEqual(self.gus.types("one"), [])
        self.assertEqual(self.gus.types("two"), ["server: error: teamchat is slow, wait 10 s"])
        self.clock.advance(4)
        self.assertEqual(self.gus.types("two"), ["server: error: teamchat is slow, wait 6 s"])
        self.clock.advance(6)
        self.assertEqual(self.answer("two"), "")
        self.alice.reads()
        self.assertEqual(self.alice.types("one", "two"), [])

    def test_repeats(self) -> None:
        """What is repeated after a lost answer is acknowledged again."""
        self.assertEqual(self.answer("one", id="a"), "")
        self.assertEqual(self.answer("one", id="a"), "")
        self.assertEqual(self.answer("two", id="b"), "slow_mode")

    def test_devices(self) -> None:
        """A second device, and an access token, are the same person."""
        second = self.program("Bob", has_account=True)
        secret = second.asks(type="token.make", rooms=["teamchat"])[-1]["token"]
        self.answer("one")
        self.assertEqual(second.code(type="message", room="teamchat", text="two"), "slow_mode")
        self.assertEqual(self.post("x", "teamchat", Authorization=f"Bearer {secret}").status, 429)

    def test_visitors(self) -> None:
        """Visitors of one address wait together, whatever name they give."""
        self.assertEqual(self.post("x", "teamchat").status, 201)
        self.assertEqual(self.post("y", "teamchat").code, "slow_mode")
        self.assertEqual(
            self.ask("POST", "/rooms/teamchat/messages?username=zoe", b"z", Content_Type="text/plain").code, "slow_mode"
        )

    def test_another_name(self) -> None:
        """A guest speaks no sooner by coming back under another name; those who are here do not wait for each other."""
        self.gus.types("one", "server:exit")
        gil = self.typist("Gil")
        self.assertEqual(gil.types("server:join teamchat", "two")[-1], "server: error: teamchat is slow, wait 10 s")
        far = self.program("Far", host=OTHER)
        far.asks(type="join", room="teamchat")
        self.assertEqual([far.code(type="message", room="teamchat", text="x", id="a") for _ in range(2)], ["", ""])
        self.clock.advance(10)
        ned = self.typist("Ned")
        ned.types("join teamchat")
        for guest in (gil, ned):
            guest.reads()
        self.assertEqual((gil.types("two"), ned.reads()[-1], ned.types("three")), ([], "Gil (in teamchat): two", []))

    def test_off(self) -> None:
        """Without it nobody waits, and nobody is remembered."""
        self.answer("one")
        self.set(slow=0)
        self.assertEqual((self.answer("two"), self.answer("three")), ("", ""))
        self.assertEqual(self.hub.permissions._slow_mode._last, {})


class Roles(RoomCase):
    """Roles, which only the owner gives."""

    def test_roles(self) -> None:
        """Owner, moderator, member."""
        bob, cy = self.typist("Bob", PASSWORD), self.typist("Cy", PASSWORD)
        bob.types("join teamchat")
        self.alice.reads()
        for line, said in (
            ("server:role bob Moderator", "Alice made Bob a moderator of teamchat"),
            ("server:role Bob member", "Alice made Bob a member of teamchat"),
            ("server:role Cy moderator", "Alice made Cy a moderator of teamchat"),
        ):
            self.assertEqual(self.alice.types(line), [f"server: {said}"])
            self.assertEqual(bob.reads()[-1], f"server: {said}")
        refused = ["server: error: that is for the owner of teamchat"]
        self.assertEqual(bob.types("server:role Cy member"), refused)
        self.assertEqual(self.alice.types("server:owner Bob"), ["server: Alice made Bob the owner of teamchat"])
        self.assertEqual(self.alice.types("server:role Cy member"), refused)
        bob.reads()
        self.assertEqual(bob.types("server:role Alice member"), ["server: Bob made Alice a member of teamchat"])
        self.assertEqual(cy.types("server:role Cy owner"), ["server: error: you are in no room"])

    def test_refused(self) -> None:
        """No roles for guests, in the lobby, in guests' rooms, and no roles that there are not."""
        gus = self.typist("Gus")
        self.alice.reads()
        for line, said in (
            ("server:role Gus moderator", "Gus has no account, only accounts have roles"),
            ("server:role Gus king", "a role is member, moderator or owner"),
            ("server:role Alice member", "that person is the owner of teamchat"),
        ):
            self.assertEqual(self.alice.types(line), [f"server: error: {said}"])
        gus.types("join den")
        self.assertEqual(
            gus.types("server:kick Alice"),
            [
                "server: error: nobody owns den, so only an operator of this server may do that; to own the rooms that"
                " you make you need an account, type server:password <new password> to make one"
            ],
        )
        root = self.program("Root", has_account=True)
        self.hub.permissions.operators = frozenset({"root"})
        self.assertEqual(root.code(type="kick", room="lobby", name="Gus"), "everybody_there")
        self.assertEqual(root.code(type="mute", room="lobby", name="Gus"), "")
        gus.types("leave")
        self.assertEqual(gus.types("hello")[-1], "server: error: you are muted in lobby")
        self.assertEqual(root.code(type="kick", room="den", name="Alice"), "")

    def test_operators(self) -> None:
        """An operator is a moderator everywhere: above members, below owners, and no moderator removes one."""
        root, bob = self.program("Root", has_account=True), self.typist("Bob", PASSWORD)
        for person in (bob,):
            person.types("join teamchat")
        self.hub.permissions.operators = frozenset({"root"})
        self.assertEqual(root.code(type="kick", room="teamchat", name="Bob"), "")
        self.assertEqual(root.code(type="kick", room="teamchat", name="Alice"), "higher_role")
        self.alice.types("server:role Bob moderator")
        bob.types("join teamchat")
        self.assertEqual(bob.types("server:kick Root")[-1], "server: error: that person is a moderator of teamchat")
