"""Messages of several lines in the bundled client, and what it shows of changes."""

from chat.client.conversation import Profile
from tests.client.harness import Client, Network
from tests.hub.amending import AmendingCase


class Composing(AmendingCase):
    """A person at the client, and others."""

    def client(self, name: str) -> Client:
        """A client that has come in."""
        client = Client(Network(self.factory), self.clock, Profile(name, may_ask=False))
        client.printed()
        return client

    def test_said(self) -> None:
        """What stands between `/begin` and `/end` is one message, wherever it goes."""
        client, bob = self.client("Ann"), self.program("Bob")
        for line in ("/begin", "one", "", "/who", "/end"):
            client.send(line)
        self.assertEqual([push["text"] for push in bob.heard()], ["one\n\n/who"])
        for line in ("join den", "/begin @Bob", "hi", "you", "/end", "/begin", "here", "/end", "leave"):
            client.send(line)
        [said] = [push for push in bob.heard() if push["type"] == "message"]
        self.assertEqual((said["to"], said["text"]), ("Bob", "hi\nyou"))
        [past] = [push for push in bob.asks("history", room="den") if push["type"] == "message"]
        self.assertEqual(past["text"], "here")

    def test_not_said(self) -> None:
        """What is too long, or may hold a password, is not said; nor what has no end."""
        client, bob = self.client("Ann"), self.program("Bob")
        client.printed()
        for line in ("/begin", "login Ann secret", "/end", "/begin", *["x"] * 101, "/end"):
            client.send(line)
        shown = client.printed()
        self.assertEqual(
            [line for line in shown if line.startswith("!")],
            [
                "! not said, it may hold a password; server:say … says it",
                "! a message has up to 100 lines, say the rest in another one",
            ],
        )
        self.assertEqual(bob.heard(), [])

    def test_shown(self) -> None:
        """Several lines, answers and changes; a reaction is not shown."""
        client, bob = self.client("Ann"), self.program("Bob")
        client.printed()
        [ack] = bob.asks("message", text="one\ntwo")
        bob.asks("message", text="yes", answers=ack["seq"])
        bob.asks("edit", seq=ack["seq"], text="three")
        bob.asks("react", seq=ack["seq"], emoji="👍")
        shown = [line.partition(" ")[2] for line in client.printed()]
        seq = ack["seq"]
        self.assertEqual(
            shown,
            [
                "#lobby <Bob> one",
                "#lobby <Bob> two",
                f"#lobby <Bob> (to Bob #{seq}) yes",
                f"* Bob changed #{seq} in lobby: three",
            ],
        )
