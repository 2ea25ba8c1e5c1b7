"""Rooms that are changed while the client is in them."""

from chat.client.conversation import Profile
from tests.client.case import PASSWORD, ClientCase
from tests.client.harness import Client


class Changed(ClientCase):
    """Alice owns the room, Bob is in it; both have the client."""

    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.client("Alice"), self.client("Bob")
        self.alice.send(f"/password {PASSWORD}")
        self.alice.send("/join Team")
        self.bob.send("/join team")
        self.said(self.alice)
        self.said(self.bob)

    def said(self, client: Client) -> list[str]:
        """The news that it printed, without their times."""
        return [line.partition(" ")[2] for line in client.printed()]

    def test_own_changes(self) -> None:
        """Whoever makes a change reads the same line as the others."""
        for typed, told in (
            ("/topic Tea", "* Alice set the topic of Team: Tea"),
            ("/slow 10s", "* Alice set slow of Team to 10s"),
            ("/settings private on", "* Alice made Team private"),
            ("/public", "* Alice made Team public"),
            ("/history joined", "* Alice set history of Team to joined"),
            ("/close archive", "* Alice closed Team"),
            ("/close open", "* Alice opened Team again"),
            ("/mute Bob 10m noise", "* Alice muted Bob in Team for 10m: noise"),
            ("/unmute Bob", "* Alice unmuted Bob in Team"),
        ):
            self.alice.send(typed)
            self.assertEqual(self.said(self.alice), [told])
            self.assertEqual(self.said(self.bob), [told])

    def test_people(self) -> None:
        """Who may enter, and may do what: whoever changes that reads what was done."""
        self.bob.send(f"/password {PASSWORD}")
        carol = self.client("Carol")
        self.said(self.bob)
        self.said(self.alice)
        self.alice.send("/private")
        self.said(self.alice)
        for typed, told in (
            ("/role Bob moderator", "* Alice made Bob a moderator of Team"),
            ("/invite Carol", "* Alice invited Carol to Team"),
            ("/uninvite Carol", "* Alice took back the invitation of Carol to Team"),
            ("/uninvite links", None),
            ("/ban Carol 2d", "* Alice banned Carol from Team for 2d"),
            ("/unban Carol", "* Alice unbanned Carol from Team"),
            ("/kick Bob", "* that person is"),
            ("/owner Bob", "* Alice made Bob the owner of Team"),
        ):
            self.alice.send(typed)
            if told is not None and not told.startswith("* that"):
                self.assertEqual(self.said(self.alice), [told])
            self.said(self.alice)
        self.assertIn("* Alice invites you to Team, type /join Team", self.said(carol))

    def test_messages(self) -> None:
        """Own edits, deletions and pins look as they do to the others; what is so already is said."""
        self.alice.send("tea?")
        self.said(self.bob)
        for typed, told in (
            ("/edit 3 coffee?", "* Alice changed #3 in Team: coffee?"),
            ("/pin 3", "* Alice pinned #3 in Team"),
            ("/unpin 3", "* Alice unpinned #3 in Team"),
            ("/delete 3", "* Alice deleted #3 in Team"),
        ):
            self.alice.send(typed)
            self.assertEqual(self.said(self.alice), [told])
            self.assertEqual(self.said(self.bob), [told])
        for typed in ("/slow 10s", "/slow 10s"):
            self.said(self.alice)
            self.alice.send(typed)
        self.assertEqual(self.said(self.alice), ["* that is so already"])

    def test_shown(self) -> None:
        """The answers about the room in which the person types."""
        for typed, told in (
            ("/topic", "* Team has no topic"),
            ("/members", "* in Team (2): Alice (owner), Bob"),
            ("/rooms", "* 1 room"),
            ("/settings", "* settings of Team: private off, speak all"),
        ):
            self.bob.send(typed)
            self.assertTrue(self.said(self.bob)[0].startswith(told), typed)

    def test_renamed(self) -> None:
        """Both type in the room under its new name, and what they say is shown there."""
        self.alice.send("/rename Kitchen")
        self.assertEqual(self.said(self.alice), ["* Alice renamed Team to Kitchen"])
        self.assertEqual(self.said(self.bob), ["* Alice renamed Team to Kitchen"])
        for client, other, name in ((self.alice, self.bob, "Alice"), (self.bob, self.alice, "Bob")):
            client.send("hello")
            self.assertEqual(self.said(other), [f"#Kitchen <{name}> hello"])
        self.bob.send("/leave")
        self.assertEqual(self.said(self.bob), ["* you left Kitchen"])

    def test_put_out(self) -> None:
        """What was typed for a room is not said to everybody when somebody else has ended it, or one's being there."""
        refused = "! not said, you are in no room any more; what you type next goes to everybody in lobby"
        person = self.start(Profile("Pat", is_person=True))
        # A ban of a guest would be one of the others' address.
        person.send(f"/password {PASSWORD}")
        for ended in ("/kick", "/ban"):
            person.send("/join Team")
            self.alice.send(f"{ended} Pat")
            for client in (person, self.bob, self.alice):
                self.said(client)
            person.send("psst")
            person.send("hello")
            self.assertEqual(self.said(person), [refused[refused.index(" ") + 1 :]])
            self.assertEqual(self.said(self.alice), ["#lobby <Pat> hello"])
            self.alice.send("/unban Pat")
        person.send("/join Team")
        for client in (person, self.bob, self.alice):
            self.said(client)
        self.alice.send("/close delete team")
        self.assertEqual(self.said(self.alice), ["* Alice deleted Team"])
        self.alice.send("gone")
        self.assertEqual(self.said(self.bob), ["* Alice deleted Team", "#lobby <Alice> gone"])
        self.said(person)
        person.send("one")
        person.send("two")
        self.assertEqual(self.said(self.alice), ["#lobby <Pat> two"])
        # A script goes on as if it were in the room.
        self.bob.send("/join attic")
        self.alice.send("/join attic")
        self.said(self.alice)
        self.alice.send("/kick Bob")
        self.bob.send("one")
        self.bob.send("two")
        self.assertNotIn("#lobby <Bob> two", self.said(self.alice))
        self.bob.send("leave")
        self.bob.send("/join den")
        self.bob.send("/leave")
        self.bob.send("three")
        self.assertIn("#lobby <Bob> three", self.said(self.alice))

    def test_history_of_a_renamed_room(self) -> None:
        """The rename stands where it happened, and the rest can be asked for under the present name."""
        self.alice.send("/rename Kitchen")
        self.alice.send("/topic Tea")
        self.said(self.bob)
        self.bob.send("/history 2")
        told = ["* Alice renamed Team to Kitchen", "* Alice set the topic of Kitchen: Tea"]
        self.assertEqual(self.said(self.bob)[:2], told)
        self.alice.send("one")
        self.said(self.bob)
        self.bob.send("/history #kitchen 3")
        found = self.said(self.bob)
        self.assertEqual(found[:2], told)
        self.assertTrue(found[2].endswith("#Kitchen <Alice> one"))

    def test_numbers(self) -> None:
        """People see the numbers of old messages, with which to edit and answer them. Scripts read lines as ever."""
        person = self.start(Profile("Pat", is_person=True))
        person.send("/join Team")
        self.alice.send("/topic Tea")
        self.alice.send("one")
        self.assertEqual(self.said(person)[-2:], ["* Alice set the topic of Team: Tea", "#Team <Alice> one"])
        person.send("history 2")
        self.bob.printed()
        self.bob.send("/history 2")
        topic, one = self.bob.printed()[:2]
        self.assertTrue(topic.endswith(" * Alice set the topic of Team: Tea") and one.endswith(" #Team <Alice> one"))
        stamps = [topic.partition(" * ")[0], one.partition(" #Team")[0]]
        told = [f"[{stamps[0]} #4] * Alice set the topic of Team: Tea", f"[{stamps[1]} #5] #Team <Alice> one"]
        self.assertEqual(person.printed()[:2], told)
        person.send("/pins")
        self.assertEqual(person.printed(), ["12:00 * nothing is pinned"])

    def start(self, profile: Profile) -> Client:
        """A client with this profile."""
        return Client(self.network, self.wire.clock, profile)

    def test_removed(self) -> None:
        """Whoever is removed types there no more; in the lobby they do once they know it, as on the text wire."""
        self.alice.send("/kick Bob too loud")
        self.assertEqual(self.said(self.bob), ["* Alice removed Bob from Team: too loud"])
        self.said(self.alice)
        self.bob.send("hello")
        self.assertEqual(self.said(self.alice), [])
        self.bob.send("/leave")
        self.bob.send("hello")
        self.assertEqual(self.said(self.alice), ["#lobby <Bob> hello"])

    def test_group(self) -> None:
        """Whoever makes a group types in it."""
        self.alice.send("/group Bob")
        (entered, *_) = self.said(self.alice)
        room = entered.split()[4]
        self.assertRegex(entered, r"^\* you are in [a-z]+-[a-z]+ \(1\): Alice$")
        self.alice.send("/members")
        self.assertEqual(self.said(self.alice)[-1], f"* in {room} (1): Alice (owner)")
