"""Whoever ignores somebody hears nothing that they say, on any wire or device; the other one notices nothing."""

from collections.abc import Callable, Collection, Sequence

from twisted.internet.defer import Deferred

from chat.changes import Deleted, Edited, Reacted
from chat.events import Event, Head, Joined, Message
from chat.hub.ignoring import heard, said_by
from chat.store.interfaces import Commit
from tests.admin.case import Person
from tests.hub.people_case import PASSWORD, PeopleCase
from tests.hub.test_devices import LateCase
from tests.running import RunningServer
from tests.store.folders import FolderCase
from tests.store.late import LateStore


def without_times(shown: str) -> list[str]:
    """The lines of what was said before, without their times and numbers."""
    return [line.split("] ")[-1] for line in shown.splitlines()]


class Rooms(PeopleCase):
    """In a room with somebody ignored."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.program("Боб", account=True)
        self.al = self.typist("Al", account=True)
        self.eve = self.program("Eve")
        for person in (self.bob, self.eve):
            person.ask("join", room="den")
        self.al.say("server:join den", "server:ignore @боб")

    def test_answers(self) -> None:
        """Who ignores is told so, may list them, and hears them again when they want to."""
        self.assertEqual(self.al.say("server:ignored"), ["server: you ignore Боб"])
        self.assertEqual(self.al.say("server:unignore БОБ"), ["server: you hear Боб again"])
        self.assertEqual(self.al.say("server:ignored"), ["server: you ignore nobody"])
        self.assertEqual(self.al.say("server:unignore Боб"), ["server: error: you do not ignore Боб"])
        self.bob.ask("message", room="den", text="again")
        self.assertEqual(self.al.read(), ["Боб (in den): again"])
        self.assertEqual(self.al.say("server:ignore al"), ["server: error: that is your own name"])
        nobody = ["server: error: nobody called Zoe is here, or has an account"]
        self.assertEqual(self.al.say("server:ignore Zoe"), nobody)
        self.assertEqual(self.bob.read(), [])

    def test_live(self) -> None:
        """What he says in the room or the lobby reaches all others; joins and leaves reach everybody."""
        self.eve.read()
        self.assertEqual(self.bob.ask("message", room="den", text="psst")["type"], "ack")
        self.bob.ask("message", text="to all")
        self.assertEqual(self.eve.texts(), ["psst", "to all"])
        self.assertEqual(self.al.read(), [])
        self.bob.ask("leave", room="den")
        self.bob.ask("join", room="den")
        self.assertEqual(self.al.read(), ["server: Боб left den", "server: Боб joined den"])

    def test_one_batch(self) -> None:
        """Of lines that come together only his are missing, and whoever posts among them gets their answers."""
        commits = [
            Commit(Message(room="den", place="den", sender=sender, seq=seq, text=text), None, repeat=False)
            for seq, (sender, text) in enumerate([("Eve", "one"), ("Боб", "two"), ("Eve", "three")], 10)
        ]
        self.al.read()
        self.bob.read()
        self.factory.hub._delivery.committed(commits)
        self.assertEqual(self.al.read(), ["Eve (in den): one", "Eve (in den): three"])
        self.assertEqual(self.bob.texts(), ["one", "two", "three"])

    def test_changes(self) -> None:
        """Neither his edits nor his reactions come; that a message is gone is told."""
        self.al.read()
        for event in (
            Edited(room="den", place="den", sender="Боб", of=1, text="new", seq=20),
            Reacted(room="den", place="den", sender="Боб", of=1, emoji="👍", seq=21),
            Deleted(room="den", place="den", sender="Боб", of=1, seq=22),
        ):
            self.factory.hub._delivery.committed([Commit(event, None, repeat=False)])
        self.assertEqual(self.al.read(), ["server: Боб deleted #1 in den"])

    def test_reasons(self) -> None:
        """Nobody speaks by the reason for which they remove somebody who ignores them."""
        mallory = self.program("Mallory", account=True)
        self.al.say("server:ignore Mallory")
        mallory.ask("join", room="trap")
        for kind in ("kick", "ban"):
            mallory.ask("invite", room="trap", name="Al")
            mallory.ask(kind, room="trap", name="Al", reason="an insult")
            self.assertEqual(self.al.read(), [], kind)
            mallory.ask("unban", room="trap", name="Al")
        self.al.say("server:join trap", "server:leave")
        mallory.ask("role", room="trap", name="Al", role="moderator")
        mallory.ask("kick", room="trap", name="Al", reason="an insult")
        self.assertEqual(self.al.read(), ["server: Mallory removed Al from trap"])

    def test_past(self) -> None:
        """Recall on entering, history, since, search and HTTP leave out what he said."""
        for person, text in ((self.bob, "needle his"), (self.eve, "needle hers"), (self.bob, "needle again")):
            person.ask("message", room="den", text=text)
        self.assertEqual(self.al.read(), ["Eve (in den): needle hers"])
        for line in ("server:history den", "server:since 0 den", "server:search needle"):
            lines = self.al.say(line)
            self.assertIn("needle hers", "\n".join(lines), line)
            self.assertNotIn("Боб (in den)", "\n".join(lines), line)
        self.al.say("server:leave")
        self.assertEqual(
            without_times("\n".join(self.al.say("server:join den"))),
            ["server: you are in den (3): Al, Eve, Боб", "Eve (in den): needle hers"],
        )

    def test_only_his(self) -> None:
        """Where he alone has spoken, history looks further back, and says where it goes on."""
        self.eve.ask("message", room="den", text="before all")
        for number in range(30):
            self.bob.ask("message", room="den", text=str(number))
        self.al.read()
        lines = self.al.say("server:history den 10")
        self.assertEqual((lines[0], lines[1].split("] ")[-1]), ("server: 1 message in den", "Eve (in den): before all"))
        for number in range(80):
            self.bob.ask("message", room="den", text=str(number))
        lines = self.al.say("server:history den 2")
        self.assertEqual(lines[0], "server: nothing in den")
        self.assertRegex(lines[1], r"^server: there is more: server:history #den 20 before \d+$")
        lines = self.al.say(lines[1].removeprefix("server: there is more: "))
        self.assertIn("before all", "\n".join(lines))

    def test_devices(self) -> None:
        """It holds at once on a device that is there, on one that comes later, and on another wire."""
        there = self.program("Al", account=True)
        there.read()
        self.bob.ask("message", room="den", text="psst")
        self.assertEqual(there.texts(), [])
        self.assertEqual(there.ask("unignore", name="боб")["type"], "ack")
        self.bob.ask("message", room="den", text="loud")
        self.assertEqual((self.al.read(), there.texts()), (["Боб (in den): loud"], ["loud"]))
        self.assertEqual(there.ask("ignore", name="БОБ", id=5)["id"], 5)
        there.ask("ignored")
        self.assertEqual(there.pushes[0], {"type": "ignored", "names": ["Боб"]})
        self.bob.ask("message", room="den", text="quiet")
        self.assertEqual((self.al.read(), there.texts()), ([], []))

    def test_missed(self) -> None:
        """Who comes back is not brought what he said, nor on resume."""
        program = self.program("Al", account=True)
        self.leave(program)
        self.leave(self.al)
        self.bob.ask("message", room="den", text="his")
        self.eve.ask("message", room="den", text="hers")
        back = self.program("Al", account=True)
        self.assertEqual([push["text"] for push in back.pushes if push["type"] == "message"], ["hers"])
        back.ask("resume", rooms={"den": 0})
        self.assertEqual([push["text"] for push in back.pushes if push["type"] == "message"], ["hers"])

    def test_ignored_by_others(self) -> None:
        """Each person has a list of their own."""
        self.eve.ask("ignore", name="Al")
        self.al.say("hi")
        self.bob.ask("message", room="den", text="ho")
        self.assertEqual(self.eve.texts(), ["ho"])

    def test_limit(self) -> None:
        """Their number is limited."""
        user = self.factory.users["al"]
        limit = self.limits.ignored_names
        user.ignored_guests = {f"guest{number}": "x" for number in range(limit)}
        self.factory.hub.personal._apply(user, user.settings)
        self.assertIn(f"you ignore {limit} people already", self.al.say("server:ignore Eve")[0])


class Guests(PeopleCase):
    """Without an account it holds for the visit."""

    def test_guest_ignores(self) -> None:
        """A guest's list goes with them."""
        al, bob = self.typist("Al"), self.typist("Bob", account=True)
        al.say("server:ignore bob")
        bob.say("psst", "Al:psst")
        self.assertEqual(al.read(), [])
        self.leave(al)
        al = self.typist("Al")
        bob.say("again")
        self.assertEqual(al.read(), ["Bob (in lobby): again"])

    def test_guest_is_ignored(self) -> None:
        """By an account: on all of its devices, until the last of them is gone."""
        al, bob = self.typist("Al", account=True), self.typist("Bob")
        other = self.program("Al", account=True)
        al.say("server:ignore Bob")
        bob.say("psst")
        self.leave(bob)
        bob = self.typist("Bob")
        bob.say("psst", "Al: psst")
        self.assertEqual((al.say("server:ignored")[-1], other.texts()), ("server: you ignore Bob", []))
        self.leave(al)
        self.leave(other)
        al = self.typist("Al", login=True)
        bob.say("again")
        self.assertEqual(al.read(), ["Bob (in lobby): again"])

    def test_claimed(self) -> None:
        """A guest who makes an account of the name takes the list along."""
        al, bob = self.typist("Al"), self.typist("Bob", account=True)
        al.say("server:ignore bob", f"server:password {PASSWORD}")
        self.leave(al)
        al = self.typist("Al", login=True)
        bob.say("psst")
        self.assertEqual(al.read(), [])


class Direct(PeopleCase):
    """Direct messages."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.program("Bob", account=True)
        self.al = self.program("Al", account=True)
        self.al.ask("ignore", name="Bob")

    def heads(self) -> dict[str, tuple[int, int, int]]:
        """What a device of Al's that comes in is told of conversations."""
        device = self.program("Al", account=True)
        self.leave(device)
        return {
            place["to"]: (place["seq"], place["delivered"], place["read"])
            for place in device.pushes[0].get("rooms", ())
            if "to" in place
        }

    def test_here(self) -> None:
        """Bob's receipt is as ever; Al hears nothing, is owed nothing, and has nothing unread."""
        ack = self.bob.ask("message", to="Al", text="psst")
        self.assertEqual((ack["type"], ack["seq"], ack.get("queued")), ("ack", 1, None))
        self.assertEqual(self.al.read(), [])
        self.assertEqual(self.heads(), {"Bob": (1, 1, 1)})
        self.al.ask("message", to="Bob", text="one last word")
        self.assertEqual(self.bob.texts(), ["one last word"])
        self.assertEqual(self.al.ask("history", to="Bob")["type"], "ack")
        self.assertEqual([push["text"] for push in self.al.pushes[:-1]], ["one last word"])

    def test_waited(self) -> None:
        """What he wrote meanwhile is neither counted nor brought, and waits no longer; what others wrote is."""
        eve = self.program("Eve")
        self.leave(self.al)
        for number in range(40):
            self.assertTrue(self.bob.ask("message", to="Al", text=str(number))["queued"])
        eve.ask("message", to="Al", text="hello")
        back = self.program("Al", account=True)
        self.assertEqual(
            [push.get("count", push.get("text")) for push in back.pushes if push["type"] in ("notice", "message")],
            [1, "hello"],
        )
        self.leave(back)
        self.assertEqual(self.heads()["Bob"], (40, 40, 40))
        back = self.program("Al", account=True)
        back.ask("unignore", name="Bob")
        self.leave(back)
        back = self.program("Al", account=True)
        self.assertEqual([push for push in back.pushes if push["type"] in ("notice", "message")], [])

    def test_only_he_waits(self) -> None:
        """Then nothing is said of messages at all."""
        self.leave(self.al)
        self.bob.ask("message", to="Al", text="psst")
        self.assertEqual(len(self.program("Al", account=True).pushes), 1)

    def test_resume(self) -> None:
        """A program that asks for its conversations gets its own side."""
        self.bob.ask("message", to="Al", text="psst")
        self.al.ask("message", to="Bob", text="mine")
        self.al.ask("resume", direct={"Bob": 0})
        self.assertEqual([push["text"] for push in self.al.pushes if push["type"] == "message"], ["mine"])

    def test_changes(self) -> None:
        """An edit in the conversation comes to Bob's other device, and not to Al."""
        device = self.program("Bob", account=True)
        device.read()
        self.al.read()
        edited = Edited(room="direct:al:bob", place=None, sender="Bob", to="Al", of=1, text="new", seq=2)
        self.factory.hub._delivery.committed([Commit(edited, None, repeat=False)])
        self.assertEqual(([push["type"] for push in device.read()], self.al.read()), (["edited"], []))


class LateHeads(LateStore):
    """Says late, too, to which rooms somebody belongs."""

    asked: Callable[[], object] | None = None

    def heads(self, user: str, without: Collection[str] = ()) -> Deferred[Sequence[Head]]:
        answer = Deferred[Sequence[Head]]()
        self.asked = lambda: answer.callback(())
        return answer

    def settle(self) -> None:
        super().settle()
        if self.asked is not None:
            asked, self.asked = self.asked, None
            asked()
            super().settle()


class Late(LateCase):
    """The store answers late."""

    store_class = LateHeads

    def test_changed_meanwhile(self) -> None:
        """Who is just coming in has what was set by a device that has gone again before they are in."""
        first, _ = self.come_in("Al", password=PASSWORD)
        bob, _ = self.come_in("Bob", password=PASSWORD)
        second, told = self.connect()
        self.ask(second, {"type": "join", "nickname": "Al", "password": PASSWORD})
        self.ask(first, {"type": "ignore", "name": "Bob"})
        first.connectionLost()
        self.store.settle()
        told.clear()
        self.ask(bob, {"type": "message", "text": "psst"})
        self.store.settle()
        self.assertEqual([push["type"] for push in self.pushes(told)], [])
        self.ask(second, {"type": "ignored"})
        self.assertEqual(self.pushes(told)[0]["names"], ["Bob"])


class Http(PeopleCase):
    """With an access token of the account."""

    def test_token(self) -> None:
        """History, and following, also when the list changes while the follower is there."""
        secret = self.token("team")
        bearer = {"Authorization": f"Bearer {secret}"}
        al, bob, eve = self.typist("Al", login=True), self.typist("Bob", account=True), self.typist("Eve")
        for person in (bob, eve):
            person.say("server:join team")
        follower = self.follow(**bearer)
        al.say("server:ignore bob")
        bob.say("his")
        eve.say("hers")
        self.assertEqual(follower.heard(), "Eve (in team): hers\n")
        again = self.follow("?since=0&follow", **bearer)
        self.assertEqual(without_times(again.heard()), ["Eve (in team): hers"])
        self.assertEqual(
            [line.split("] ")[-1] for line in self.look(**bearer).body.decode().splitlines()], ["Eve (in team): hers"]
        )
        self.leave(al)
        self.assertEqual(
            [line.split("] ")[-1] for line in self.look(**bearer).body.decode().splitlines()], ["Eve (in team): hers"]
        )
        bob.say("more of his")
        self.assertEqual(again.heard() + follower.heard(), "")
        al = self.typist("Al", login=True)
        al.say("server:unignore bob")
        bob.say("heard")
        self.assertIn("heard", follower.heard())
        self.assertIn("heard", again.heard())

    def test_guest(self) -> None:
        """A guest whom the account ignores for a visit is not heard with its token as long as it is here."""
        bearer = {"Authorization": f"Bearer {self.token('team')}"}
        al, gus = self.typist("Al", login=True), self.typist("Gus")
        gus.say("server:join team")
        follower = self.follow(**bearer)
        al.say("server:ignore gus")
        gus.say("psst")
        self.assertEqual((follower.heard(), self.look(**bearer).body), ("", b""))
        al.say("server:unignore gus")
        gus.say("heard")
        self.assertEqual(follower.heard(), "Gus (in team): heard\n")

    def test_link(self) -> None:
        """Where all of many pages is by people who are not heard, the link goes on behind those."""
        bearer = {"Authorization": f"Bearer {self.token('team')}"}
        al, bob = self.typist("Al", login=True), self.typist("Bob", account=True)
        al.say("server:ignore bob")
        bob.say("server:join team", *(str(number) for number in range(60)))
        answer = self.look("?limit=2", **bearer)
        self.assertEqual((answer.body, answer.headers["link"]), (b"", '<?limit=2&before=22>; rel="prev"'))
        answer = self.look("?limit=2&since=0", **bearer)
        self.assertEqual((answer.body, answer.headers["link"]), (b"", '<?limit=2&since=41>; rel="next"'))


class Words(PeopleCase):
    """The pure part."""

    def test_said_by(self) -> None:
        """Whose words an event has."""
        message = Message(room="r", place="r", sender="Éve", text="x", reactions={"👍": ["Bob", "Al"], "🎉": ["Bob"]})
        joined: Event = Joined(room="r", place="r", sender="Éve")
        assert isinstance(joined, Joined)
        self.assertEqual((said_by(message), said_by(joined)), ("éve", ""))
        self.assertEqual(heard([message, joined], {"éve": "Éve"}), [joined])
        [shown] = heard([message], {"bob": "Bob"})
        self.assertEqual(shown.reactions, {"👍": ["Al"]})
        self.assertIs(heard([message], {"cy": "Cy"})[0].text, message.text)


class Restarted(FolderCase):
    """On a disk."""

    def test_kept(self) -> None:
        """After a restart it still holds, and so do the text of being away and a profile."""
        asked: Sequence[dict[str, object]] = (
            {"type": "ignore", "name": "bob"},
            {"type": "profile", "colour": "red", "line": "привет"},
            {"type": "away", "text": "обед"},
        )
        options = ("--data", str(self.data))
        with (
            RunningServer(*options) as server,
            Person(server.port, "Bob", password=PASSWORD),
            Person(server.port, "Зоя", password=PASSWORD) as zoe,
        ):
            self.assertEqual([zoe.ask(request)["type"] for request in asked], ["ack"] * 3)
        with RunningServer(*options) as server, Person(server.port, "Bob", password=PASSWORD) as bob:
            with Person(server.port, "Зоя", password=PASSWORD) as zoe:
                self.assertEqual(bob.ask({"type": "message", "to": "Зоя", "text": "psst"})["type"], "ack")
                zoe.ask({"type": "ignored"})
                self.assertNotIn("message", [push["type"] for push in zoe.pushes])
                self.assertEqual([push["names"] for push in zoe.pushes if push["type"] == "ignored"], [["Bob"]])
            bob.ask({"type": "whois", "name": "зоя"})
            [about] = [push for push in bob.pushes if push["type"] == "whois"]
            self.assertEqual((about["away"], about["line"], about["colour"]), ("обед", "привет", "red"))
