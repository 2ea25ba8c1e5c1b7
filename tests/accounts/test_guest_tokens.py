"""A guest with a token: several tabs, and a name that is held for a day."""

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.guest_tokens import GuestTokens
from chat.limits import Limits
from tests.accounts.slow_logins import PASSWORD, Push, SlowLoginCase, Somebody


class ComingBack(SlowLoginCase):
    """Al is a guest with a token, and in a room with Bob."""

    limits = Limits(guest_token_seconds=100.0, guest_sessions=3)

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

    def test_another_tab(self) -> None:
        """It is in the same rooms, and nobody is told; both hear everything, and each what the other one says."""
        tab = self.back("secret-1", remember=True)
        [ack] = tab.told()
        self.assertEqual((ack["nickname"], ack["token"], ack["client_id"]), ("Al", "secret-1", 7))
        self.assertEqual(ack["rooms"], [{"room": "team", "seq": 2, "delivered": 2, "read": 0, "count": 2}])
        self.assertEqual((self.al.told(), self.bob.told()), ([], []))
        self.bob.say({"type": "message", "to": "Al", "text": "one"}, {"type": "message", "room": "team", "text": "two"})
        for each in (self.al, tab):
            self.assertEqual(self.texts(each.told()), ["one", "two"])
        tab.say({"type": "message", "room": "team", "text": "three", "id": 3})
        tab.say({"type": "message", "to": "Bob", "text": "four", "id": 4})
        own = [(push["text"], push["id"]) for push in self.al.told()]
        self.assertEqual(own, [("three", 3), ("four", 4)])
        self.assertEqual(self.texts(self.bob.told()), ["three", "four"])
        self.al.say({"type": "edit", "room": "team", "seq": 4, "text": "3"})
        self.assertEqual(self.al.codes(), ["ack"])

    def test_rooms_together(self) -> None:
        """Both tabs enter and leave rooms together; the others hear of it once."""
        tab = self.back("secret-1")
        tab.say({"type": "join", "room": "den"})
        self.bob.say({"type": "join", "room": "den"})
        self.bob.told()
        self.al.say({"type": "message", "room": "den", "text": "hi"}, {"type": "leave", "room": "den"})
        told = self.bob.told()
        self.assertEqual([push["type"] for push in told], ["message", "left"])
        tab.say({"type": "message", "room": "den", "text": "hi"})
        self.assertEqual(tab.codes()[-1], "not_in_room")

    def test_one_tab_closes(self) -> None:
        """The guest stays while a tab is there, and leaves once with the last one."""
        tab = self.back("secret-1")
        self.al.lose()
        self.assertEqual(self.bob.told(), [])
        tab.lose()
        self.assertEqual([push.get("room") for push in self.bob.told() if push["type"] == "left"], ["team", None])
        self.assertEqual(list(self.hub.users), ["bob"])

    def test_too_many_tabs(self) -> None:
        """The oldest gives way: it may be a line that hangs."""
        tabs = [self.back("secret-1") for _ in range(3)]
        self.assertEqual((self.al.codes(), self.al.is_closed), (["replaced"], True))
        self.assertEqual([tab.is_closed for tab in tabs], [False] * 3)
        self.al.lose()
        self.assertEqual([push["type"] for push in self.bob.told()], [])
        self.bob.say({"type": "message", "room": "team", "text": "one"})
        for tab in tabs:
            self.assertEqual(self.texts(tab.told()), ["one"])

    def test_what_was_on_its_way(self) -> None:
        """What an old line was sent and has not received comes to the new one, too."""
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

    def test_wrong(self) -> None:
        """Nobody else's token, and no token, opens the name."""
        other = self.connect().say({"type": "join", "nickname": "Cy", "remember": True})
        for token in ("secret-2", "wrong", ""):
            self.assertEqual(self.back(token).codes(), ["bad_token"])
        self.assertEqual(self.connect().say({"type": "join", "nickname": "al"}).codes(), ["name_taken"])
        self.assertEqual([self.al.is_closed, other.is_closed], [False, False])

    def test_held(self) -> None:
        """When the line is lost nobody else has the name, nor makes it an account, until the time is over."""
        self.al.lose()
        self.clock.advance(99)
        for more in ({}, {"password": PASSWORD}, {"token": "wrong"}):
            other = self.connect().say({"type": "join", "nickname": "al", **more})
            self.passwords.answer()
            self.assertEqual(other.codes(), ["bad_token" if "token" in more else "name_taken"])
        again = self.back("secret-1")
        self.assertEqual(again.codes(), ["ack"])
        again.lose()
        self.clock.advance(99)
        self.assertEqual(self.back("secret-1").codes(), ["ack"])

    def test_too_late(self) -> None:
        """After that the name is free, and the token worth nothing."""
        self.al.lose()
        self.clock.advance(100)
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])
        self.guest("Al")

    def test_goodbye(self) -> None:
        """A guest who says goodbye gives the name and the token up at once."""
        self.al.say({"type": "disconnect"})
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])
        self.guest("Al")

    def test_log_out(self) -> None:
        """Logging out ends all tabs, and frees the name; without a token there is nothing to log out of."""
        tab = self.back("secret-1")
        tab.told()
        self.al.say({"type": "logout", "id": 5})
        self.assertEqual((self.al.codes(), tab.codes()), (["ack"], ["logged_out"]))
        self.assertTrue(self.al.is_closed and tab.is_closed)
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])
        self.guest("Al")
        self.bob.told()
        self.assertEqual(self.bob.say({"type": "logout"}).codes(), ["account_needed"])

    def test_not_remembered(self) -> None:
        """Without a token the name is free as soon as its guest has left."""
        self.bob.lose()
        self.guest("Bob")

    def test_became_an_account(self) -> None:
        """The name of an account is opened by its password only; and while it becomes one nobody comes in."""
        tab = self.back("secret-1")
        tab.told()
        self.al.say({"type": "account.create", "password": PASSWORD})
        self.assertEqual(self.back("secret-1").codes(), ["name_taken"])
        self.passwords.answer()
        self.assertEqual(self.back("secret-1").codes(), ["bad_token"])
        self.assertFalse(self.al.is_closed or tab.is_closed)

    def test_entering_a_room_meanwhile(self) -> None:
        """A new line is in the rooms of the others, and enters further ones."""
        again = self.back("secret-1")
        again.say({"type": "join", "room": "team", "id": 1}, {"type": "join", "room": "attic", "id": 2})
        self.assertEqual(again.codes()[-2:], ["already_in_room", "ack"])


class Kept(SynchronousTestCase):
    """The book of tokens."""

    def setUp(self) -> None:
        self.clock = Clock()
        limits = Limits(guest_token_seconds=5, held_guest_names=3, held_guest_names_each=2)
        numbers = iter(range(1, 99))
        self.guests = GuestTokens(limits, self.clock.seconds, lambda: f"secret-{next(numbers)}")

    def test_digests(self) -> None:
        """It has no secret in it, and nothing of guests who are gone."""
        guests = self.guests
        self.assertEqual(guests.came("al", None, wants_one=True), "secret-1")
        self.assertIsNone(guests.came("bob", None, wants_one=False))
        self.assertNotIn("secret", repr(vars(guests)["_digests"]))
        guests.left("al", "10.0.0.1", is_lost=True)
        guests.left("bob", "10.0.0.1", is_lost=True)
        self.assertEqual([guests.holds(name) for name in ("al", "bob")], [True, False])
        self.assertTrue(guests.is_theirs("al", "secret-1"))
        self.clock.advance(5)
        self.assertFalse(guests.is_theirs("al", "secret-1") or guests.holds("al"))
        self.assertEqual((guests._digests, guests._held, guests._held_by), ({}, {}, {}))

    def test_bounded(self) -> None:
        """Too many names are not held: of one address, nor of all together. The oldest one is free first."""
        for name, address in (("a", "one"), ("b", "one"), ("c", "one"), ("d", "two"), ("e", "two")):
            self.guests.came(name, None, wants_one=True)
            self.guests.left(name, address, is_lost=True)
        self.assertEqual([name for name in "abcde" if self.guests.holds(name)], ["c", "d", "e"])
        self.assertEqual(list(self.guests._digests), ["c", "d", "e"])
