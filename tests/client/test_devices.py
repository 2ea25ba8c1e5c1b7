"""One account, several clients."""

from chat.client.conversation import Profile
from tests.client.case import PASSWORD, RememberingCase
from tests.client.harness import Client, welcome


class Devices(RememberingCase):
    """One account, several clients."""

    def setUp(self) -> None:
        super().setUp()
        self.account("Bob")

    def device(self) -> Client:
        """A client of Bob's that remembers nothing."""
        profile = Profile("Bob", password=PASSWORD)
        client = Client(self.client_network(), self.wire.clock, profile)
        client.printed()
        return client

    def test_words_from_another_device(self) -> None:
        """What we say on one is shown on the others."""
        self.other("Alice")
        one, two = self.device(), self.device()
        one.send("Alice:for you")
        one.send("hello")
        self.assertEqual([line[6:] for line in two.printed()], ["@Alice <Bob> for you", "#lobby <Bob> hello"])
        self.assertEqual(one.printed(), [])

    def test_rooms_of_the_account(self) -> None:
        """What is said in them is shown, but one types where one went; they are not left by going elsewhere."""
        alice = self.other("Alice")
        one = self.device()
        one.send("join team")
        alice.send("join team")
        two = self.device()
        alice.send("hello")
        self.assertEqual([line[6:] for line in two.printed()], ["#team <Alice> hello"])
        two.send("to all")
        self.assertIn("Bob (in lobby): to all", self.read(alice))
        two.send("join team")
        two.send("to the team")
        two.send("/join other")
        self.assertEqual(two.printed(), ["12:00 * you are in team", "12:00 * you are in other (1): Bob"])
        self.assertEqual(self.read(alice), ["Bob (in team): to the team"])
        two.send("/join den")
        self.assertEqual(two.printed()[-1:], ["12:00 * you left other"])
        two.send("leave")
        two.send("leave")
        self.assertEqual(two.printed(), ["12:00 * you left den", "! you are in no room"])
        self.assertEqual(self.read(alice), [])

    def test_left_on_another_device(self) -> None:
        """Leaving is for all devices: what is typed next on the others goes to all."""
        alice = self.other("Alice")
        one, two = self.device(), self.device()
        one.send("join team")
        two.send("join team")
        one.send("leave")
        self.assertIn("12:00 * Bob left team", [f"12:00{line[5:]}" for line in two.printed()])
        two.send("to all")
        self.assertIn("Bob (in lobby): to all", self.read(alice))

    def test_rooms_while_away(self) -> None:
        """What was said in the account's rooms comes in order, before what is said now, once."""
        alice = self.other("Alice")
        alice.send("join team")
        client = self.start(Profile("Bob", password=PASSWORD))
        client.send("join team")
        alice.send("one")
        client.printed()
        self.wire.clock.advance(1)
        client.kill()
        for number in range(50):
            alice.send(str(number))
        client = self.start("Bob")
        alice.send("now")
        self.assertEqual([line.split("> ")[1] for line in client.printed()[1:]], [*map(str, range(50)), "now"])
        self.wire.clock.advance(1)
        client.printed()
        client.kill()
        self.assertEqual(self.start("Bob").printed(), [welcome("Bob", 2)])

    def test_rooms_without_a_memory(self) -> None:
        """The server remembers what had arrived: that does not come again."""
        alice = self.other("Alice")
        alice.send("join team")
        client = self.device()
        client.send("join team")
        alice.send("one")
        client.printed()
        self.wire.clock.advance(1)
        client.network.pump()
        client.kill()
        alice.send("two")
        client = Client(self.client_network(), self.wire.clock, Profile("Bob", password=PASSWORD))
        self.assertEqual([line.split("> ")[1] for line in client.printed()[1:]], ["two"])
