"""What an account is told of its rooms and conversations when it comes in."""

from typing import Any

from tests.accounts.slow_logins import PASSWORD, SlowLoginCase, Somebody

TEAM = {"type": "join", "room": "team"}


class Heads(SlowLoginCase):
    """Al has an account and belongs to a room, where Bob is."""

    def setUp(self) -> None:
        super().setUp()
        self.passwords.hashes_slowly = False
        self.al = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD}, TEAM)
        self.bob = self.connect().say({"type": "join", "nickname": "Bob", "password": PASSWORD}, TEAM)
        self.assertEqual([*self.al.codes(), *self.bob.codes()], ["ack"] * 4)

    def say(self, somebody: Somebody, text: str, **where: object) -> None:
        """Somebody says something, in the room unless it is to somebody."""
        somebody.say({"type": "message", "text": text, **(where or {"room": "team"})})

    def places(self) -> dict[str, Any]:
        """What Al is told of each place when they come in."""
        again = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD})
        self.passwords.answer()
        [ack] = [push for push in again.told() if push["type"] == "ack"]
        self.al = again
        rooms: Any = ack["rooms"]
        return {place.get("room") or f"@{place['to']}": place for place in rooms}

    def test_unread(self) -> None:
        """Three people who come and go, and one message: one is unread, and two people will be there."""
        self.al.lose()
        for name in ("V1", "V2", "V3"):
            self.guest(name).say(TEAM, {"type": "disconnect"})
        self.say(self.bob, "hello")
        team = self.places()["team"]
        self.assertEqual((team["seq"], team["unread"], team["count"]), (10, 1, 2))
        self.assertEqual({**team["last"], "timestamp": ""}, {"from": "Bob", "text": "hello", "timestamp": ""})

    def test_present(self) -> None:
        """It is the message as it is now; a deleted one gives way to the one before."""
        self.say(self.bob, "one")
        self.say(self.bob, "two")
        self.say(self.al, "psst", to="Bob")
        self.bob.say({"type": "edit", "room": "team", "seq": 4, "text": "2"})
        places = self.places()
        self.assertEqual([places[name]["last"]["text"] for name in ("team", "@Bob")], ["2", "psst"])
        self.assertNotIn("count", places["@Bob"])
        self.bob.say({"type": "delete", "room": "team", "seq": 4})
        self.assertEqual(self.places()["team"]["last"]["text"], "one")
        self.bob.say({"type": "delete", "room": "team", "seq": 3})
        self.assertNotIn("last", self.places()["team"])

    def test_shown_names(self) -> None:
        """A conversation has the other one's name as it is shown: who is here, an account that is away, and a guest."""
        zoe = self.guest("Zoë")
        self.say(zoe, "psst", to="AL")
        self.bob.lose()
        self.say(self.al, "psst", to="bob")
        self.assertEqual({"@Bob", "@Zoë"} - self.places().keys(), set())
        zoe.lose()
        self.assertEqual({"@Bob", "@Zoë"} - self.places().keys(), set())
        self.guest("ZOË")
        self.assertIn("@ZOË", self.places())

    def test_deleted_meanwhile(self) -> None:
        """What is deleted while the server looks at the password is not shown."""
        self.say(self.bob, "one")
        heads = self.store.heads
        again = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD})

        def asked_just_before(*asked: Any) -> Any:
            found = heads(*asked)
            self.bob.say({"type": "delete", "room": "team", "seq": 3})
            return found

        self.patch(self.store, "heads", asked_just_before)
        self.passwords.answer()
        [ack] = [push for push in again.told() if push["type"] == "ack"]
        rooms: Any = ack["rooms"]
        self.assertEqual([(place["room"], "last" in place) for place in rooms], [("team", False)])

    def test_short(self) -> None:
        """Of a long message there is the beginning, and no emoji is cut in two."""
        self.say(self.bob, "x" * 118 + "👩‍👩‍👧" + "y" * 20)
        self.assertEqual(self.places()["team"]["last"]["text"], "x" * 118)
        self.say(self.bob, "x" * 120)
        self.assertEqual(self.places()["team"]["last"]["text"], "x" * 120)

    def test_ignored(self) -> None:
        """Nothing by people whom one ignores."""
        self.say(self.al, "mine")
        self.say(self.bob, "hello")
        self.say(self.bob, "psst", to="Al")
        self.al.say({"type": "ignore", "name": "Bob"})
        places = self.places()
        self.assertEqual(places["team"]["last"]["text"], "mine")
        self.assertNotIn("last", places["@Bob"])

    def test_hidden(self) -> None:
        """Where members see only what was said since they joined, nothing from before; and nothing after a kick."""
        self.al.say({"type": "settings", "room": "team", "settings": {"private": True, "history": "joined"}})
        self.bob.say({"type": "leave", "room": "team"})
        self.al.say({"type": "kick", "room": "team", "name": "Bob"})
        self.say(self.al, "secret")
        self.al.say({"type": "invite", "room": "team", "name": "Bob"})
        self.bob.say(TEAM)
        self.al, self.bob = self.bob, self.al
        again = self.connect().say({"type": "join", "nickname": "Bob", "password": PASSWORD})
        self.passwords.answer()
        [ack] = [push for push in again.told() if push["type"] == "ack"]
        rooms: Any = ack["rooms"]
        self.assertEqual([(place["room"], "last" in place) for place in rooms], [("team", False)])
        self.bob.say({"type": "kick", "room": "team", "name": "Bob"})
        again = self.connect().say({"type": "join", "nickname": "Bob", "password": PASSWORD})
        self.passwords.answer()
        [ack] = [push for push in again.told() if push["type"] == "ack"]
        self.assertNotIn("rooms", ack)
