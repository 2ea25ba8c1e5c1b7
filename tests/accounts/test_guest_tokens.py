"""A guest whose line hangs comes back with a token."""

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.guest_tokens import GuestTokens
from chat.limits import Limits
from tests.accounts.slow_logins import PASSWORD, Push, SlowLoginCase, Somebody


class ComingBack(SlowLoginCase):
    """Al is a guest with a token, and in a room with Bob."""

    limits = Limits(guest_grace_seconds=5.0)

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.guest("Bob").say({"type": "join", "room": "team"})
        self.al = self.connect().say({"type": "join", "nickname": "Al", "remember": True, "client_id": 7})
        self.assertEqual(self.al.told()[0]["token"], "secret-1")
        self.al.say({"type": "join", "room": "team"})
        self.al.told(), self.bob.told()

    def back(self, token: str, **more: object) -> Somebody:
        """Al comes again."""
        return self.connect().say({"type": "join", "nickname": "al", "token": token, "client_id": 7, **more})

    def texts(self, pushes: list[Push]) -> list[object]:
        return [push["text"] for push in pushes if push["type"] == "message"]

    def test_old_line_hangs(self) -> None:
        """The name is theirs at once, and the room; nobody is told, and the old line hears why it ends."""
        again = self.back("secret-1", remember=True)
        [ack] = again.told()
        self.assertEqual((ack["nickname"], ack["token"], ack["client_id"]), ("Al", "secret-2", 7))
        self.assertEqual(ack["rooms"], [{"room": "team", "seq": 2, "delivered": 2, "read": 0, "count": 2}])
        self.assertEqual(self.al.codes(), ["replaced"])
        self.assertTrue(self.al.is_closed)
        self.al.lose()
        self.bob.say({"type": "message", "to": "Al", "text": "one"}, {"type": "message", "room": "team", "text": "two"})
        self.assertEqual(self.texts(again.told()), ["one", "two"])
        self.assertEqual({push["type"] for push in self.bob.told()}, {"ack"})
        again.say({"type": "message", "room": "team", "text": "three"}, {"type": "resume", "rooms": {"team": 0}})
        self.assertEqual(self.texts(self.bob.told()), ["three"])
        again.say({"type": "disconnect"})
        self.assertEqual([push.get("room") for push in self.bob.told() if push["type"] == "left"], ["team", None])
        self.assertEqual(list(self.hub.users), ["bob"])

    def test_what_was_on_its_way(self) -> None:
        """What the old line was sent and has not received comes again."""
        self.al.protocol.outbox.pauseProducing()  # type: ignore[union-attr]
        self.bob.say({"type": "message", "to": "Al", "text": "lost"})
        again = self.back("secret-1")
        self.assertEqual(self.texts(again.told()), ["lost"])

    def test_what_was_said_before(self) -> None:
        """The new line hears what comes from now on, and asks for all that was said before."""
        self.bob.say({"type": "message", "room": "team", "text": "one"})
        again = self.back("secret-1")
        self.bob.say({"type": "message", "room": "team", "text": "two"})
        again.say({"type": "resume", "rooms": {"team": 0}})
        self.assertEqual(self.texts(again.told()), ["two", "one"])

    def test_used_again(self) -> None:
        """A new token takes the place of the old one; without a new one it stays."""
        second = self.back("secret-1")
        third = self.back("secret-1", remember=True)
        self.assertTrue(second.is_closed)
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])
        self.assertFalse(third.is_closed)
        self.back("secret-2")
        self.assertTrue(third.is_closed)

    def test_wrong(self) -> None:
        """Nobody else's token, and no token, opens the name."""
        other = self.connect().say({"type": "join", "nickname": "Cy", "remember": True})
        for token in ("secret-2", "wrong", ""):
            self.assertEqual(self.back(token).codes(), ["bad_token"])
        self.assertEqual(self.connect().say({"type": "join", "nickname": "al"}).codes(), ["name_taken"])
        self.assertEqual([self.al.is_closed, other.is_closed], [False, False])

    def test_lost(self) -> None:
        """When the line is lost the name is free at once, and the token good for a little while."""
        self.al.lose()
        self.clock.advance(4.9)
        self.assertEqual(self.back("secret-1").codes(), ["ack"])

    def test_too_late(self) -> None:
        """After that, or once somebody else has had the name, it is not."""
        self.al.lose()
        self.clock.advance(5)
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])

    def test_somebody_else(self) -> None:
        """Whoever takes the name in between keeps it."""
        self.al.lose()
        other = self.guest("Al")
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])
        other.say({"type": "disconnect"})
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])

    def test_goodbye(self) -> None:
        """Who says goodbye gives the token up."""
        self.al.say({"type": "disconnect"})
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])

    def test_became_an_account(self) -> None:
        """The name of an account is opened by its password only; and while it becomes one nobody comes in."""
        self.al.say({"type": "account.create", "password": PASSWORD})
        self.assertEqual(self.back("secret-1").codes(), ["name_taken"])
        self.passwords.answer()
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])
        self.assertFalse(self.al.is_closed)

    def test_entering_a_room_meanwhile(self) -> None:
        """A room that the old line had only asked for is not handed over."""
        again = self.back("secret-1")
        again.say({"type": "join", "room": "team", "id": 1}, {"type": "join", "room": "attic", "id": 2})
        self.assertEqual(again.codes()[-2:], ["already_in_room", "ack"])


class Kept(SynchronousTestCase):
    """The book of tokens."""

    def test_digests(self) -> None:
        """It has no secret in it, and nothing of those who are gone."""
        clock = Clock()
        guests = GuestTokens(5.0, clock.seconds, lambda: "secret")
        self.assertEqual(guests.came("al", None, wants_one=True), "secret")
        self.assertIsNone(guests.came("bob", None, wants_one=False))
        self.assertNotIn("secret'", repr(vars(guests)["_digests"]))
        guests.left("al", is_lost=True)
        guests.left("bob", is_lost=True)
        self.assertTrue(guests.is_theirs("al", "secret"))
        clock.advance(5)
        self.assertFalse(guests.is_theirs("al", "secret"))
        self.assertEqual((guests._digests, guests._lost), ({}, {}))
