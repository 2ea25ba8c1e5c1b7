"""Rooms that are changed while the client is in them."""

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
        ):
            self.alice.send(typed)
            self.assertEqual(self.said(self.alice), [told])
            self.assertEqual(self.said(self.bob), [told])

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

    def test_deleted(self) -> None:
        """Both are out of the room: what they type goes to the lobby."""
        self.alice.send("/close delete team")
        self.assertEqual(self.said(self.bob), ["* Alice deleted Team"])
        self.bob.send("hello")
        self.assertEqual(self.said(self.alice), ["* Alice deleted Team", "#lobby <Bob> hello"])

    def test_removed(self) -> None:
        """Whoever is removed types there no more."""
        self.alice.send("/kick Bob too loud")
        self.assertEqual(self.said(self.bob), ["* Alice removed Bob from Team: too loud"])
        self.said(self.alice)
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
