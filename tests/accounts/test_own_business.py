"""What people do with their accounts while they are here, and what they are told of it."""

from unittest.mock import patch

from twisted.internet.defer import Deferred

from chat.limits import Limits
from chat.store.interfaces import Account
from tests.accounts.slow_logins import PASSWORD, Later, Push, SlowLoginCase, Somebody
from tests.hub.test_devices import LateCase

OTHER = "another-horse"


class Business(SlowLoginCase):
    """Hashes are done at once."""

    limits = Limits(token_rooms=3)

    def setUp(self) -> None:
        super().setUp()
        self.passwords.hashes_slowly = False

    def asked(self, somebody: Somebody, request: Push) -> Push:
        """The last of what is told upon a request, which may have to compare a password."""
        somebody.told()
        somebody.say({**request, "id": 5})
        for _ in range(3):
            self.passwords.answer()
        return somebody.told()[-1]

    def typed(self, name: str, line: str) -> list[str]:
        """What somebody who types is told upon a line."""
        somebody = self.connect().say(name)
        self.passwords.answer()
        somebody.heard()
        somebody.say(line)
        for _ in range(3):
            self.passwords.answer()
        return somebody.heard()

    def test_password(self) -> None:
        """A guest claims the name, once; after that the old password is needed, and changes it."""
        al = self.guest("Al")
        create = {"type": "account.create", "password": PASSWORD}
        self.assertEqual(self.asked(al, create), {"type": "ack", "request": "account.create", "id": 5})
        self.assertEqual(self.asked(al, create)["code"], "old_password_needed")
        change = {"type": "account.change", "password": OTHER, "old": PASSWORD}
        self.assertEqual(self.asked(al, change), {"type": "ack", "request": "account.change", "id": 5})
        self.assertEqual(self.asked(al, change)["code"], "wrong_password")
        self.assertEqual(self.asked(self.guest("Bob"), change)["code"], "account_needed")

    def test_typed(self) -> None:
        """People are told what the name's password is, if it is several words, and how to come back."""
        next_time = "next time type server:login {} <password>"
        self.assertEqual(
            self.typed("server:register Al", "server:password two words here"),
            [
                "server: the name Al is yours, and all that you typed is its password; " + next_time.format("Al"),
            ],
        )
        self.assertEqual(
            self.typed("server:register Bo", f"server:password {PASSWORD}"),
            ["server: the name Bo is yours; " + next_time.format("Bo")],
        )

    def test_new(self) -> None:
        """Whoever makes an account on coming in is told that the name is theirs, and nobody else is."""
        for line, is_told in (
            (f"server:register Al {PASSWORD}", True),
            (f"server:login Al {PASSWORD}", False),
            ("server:register Bo", False),
            (f"server:register Cy {PASSWORD}", True),
        ):
            somebody = self.connect().say(line)
            self.passwords.answer()
            self.assertEqual("is yours now" in somebody.heard()[1], is_told, line)

    def test_ends(self) -> None:
        """Whoever deletes the account, or logs out, is told so, and leaves, on all devices."""
        for name, request in (("Al", {"type": "account.delete", "password": PASSWORD}), ("Di", {"type": "logout"})):
            al, other = self.account(name), self.account(name)
            if request["type"] == "account.delete":
                self.assertEqual(self.asked(al, {**request, "password": "wrong-horse"})["code"], "wrong_password")
            self.assertEqual(self.asked(al, request), {"type": "ack", "request": request["type"], "id": 5})
            self.assertEqual((al.is_closed, other.codes(), other.is_closed), (True, ["logged_out"], True))
            self.assertEqual(self.hub.users, {})
            self.assertEqual(self.asked(self.guest("Bob"), request)["code"], "account_needed")
            [bob] = self.hub.users["bob"].sessions
            bob.finish("exit")

    def test_access_tokens(self) -> None:
        """One is made for one to three rooms, each of which counts once; it is listed, and revoked."""
        al = self.account("Al")
        rooms = ["a", "b", "c"]
        for asked, made in (
            (["Team", "attic", "TEAM"], ["team", "attic"]),
            (rooms, rooms),
            ([], None),
            ([*rooms, "d"], None),
        ):
            answer = self.asked(al, {"type": "token.make", "rooms": asked})
            self.assertEqual(answer.get("code"), None if made else "bad_token_rooms")
            if made:
                self.assertEqual((answer["request"], answer["id"]), ("token.make", 5))
                self.assertIn(f"secret-{1 + (made is rooms)}", str(answer["token"]))
        self.assertIn("1 to 3 rooms", str(answer["message"]))
        self.assertEqual(self.asked(al, {"type": "token.make", "rooms": ["@x"]})["code"], "bad_room")
        al.say({"type": "token.list", "id": 6})
        [listed] = [push for push in al.told() if push["type"] == "tokens"]
        tokens = listed["tokens"]
        assert isinstance(tokens, list)
        self.assertEqual([token["rooms"] for token in tokens], [["team", "attic"], rooms])
        revoke = {"type": "token.revoke", "handle": tokens[0]["handle"]}
        self.assertEqual(self.asked(al, revoke), {"type": "ack", "request": "token.revoke", "id": 5})
        self.assertEqual(self.asked(al, revoke)["type"], "error")
        self.assertEqual(self.asked(self.guest("Bob"), {"type": "token.list"})["code"], "account_needed")

    def test_remembered(self) -> None:
        """Only whoever asks for a token gets one; a person who types is not brought into rooms."""
        for more, expected in (({}, None), ({"remember": True}, "secret-1")):
            al = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD, **more})
            self.passwords.answer()
            self.assertEqual(al.told()[0].get("token"), expected)
        al.say({"type": "join", "room": "team"})
        device = self.connect().say({"type": "join", "nickname": "AL", "token": "secret-1"})
        [ack, *_] = device.told()
        self.assertEqual((ack["nickname"], [room["room"] for room in ack["rooms"]]), ("Al", ["team"]))  # type: ignore[attr-defined]
        typist = self.connect().say(f"server:login al {PASSWORD}")
        self.passwords.answer()
        self.assertEqual(len(typist.heard()), 2)
        self.assertEqual(len(self.hub.users["al"].sessions), 4)

    def test_program(self) -> None:
        """A program with an access token is told of no rooms, and gets no other token."""
        al = self.account("Al").say({"type": "join", "room": "team"})
        secret = self.asked(al, {"type": "token.make", "rooms": ["team"]})["token"]
        [ack] = self.connect().say({"type": "join", "token": secret, "remember": True}).told()
        self.assertEqual((ack["nickname"], ack.get("rooms"), ack.get("token")), ("Al", None, None))

    def test_guest_stays(self) -> None:
        """The operator makes the name of a guest an account, and changes its password: the guest is still here."""
        al = self.guest("Al")
        self.successResultOf(self.store.accounts.create(Account("al", "Al", "plain:x", 0.0), None))
        self.store.accounts.change_password("al", "plain:y")
        self.assertEqual((self.asked(al, {"type": "who"})["type"], al.is_closed), ("ack", False))

    def test_who_reads(self) -> None:
        """Whoever begins a line with the name of an account that is not here is told once who reads it."""
        self.account("Al").say({"type": "disconnect"})
        self.account("Bo").say({"type": "account.delete", "password": PASSWORD})
        self.passwords.answer()
        cy = self.connect().say("server:register Cy", "server:join den")
        cy.heard()
        cy.say("al: hi")
        self.assertEqual(cy.heard(), ["server: that went to everybody in den; server:message Al … writes to Al alone"])
        cy.say("Al: are you there", "AL, hi", "Bo: hi", "Note: x", "@Al hi")
        self.assertEqual(cy.heard(), [])

    def test_invitation_not_wanted(self) -> None:
        """An invitation where none is wanted is the beginning of a password, to those who type."""
        self.assertFalse(self.hub.entrance.wants_invitation)


class HandedOver(SlowLoginCase):
    """A guest comes back under the same name, with a token."""

    def test_client_id(self) -> None:
        """Others see the new connection's number in what it says and does."""
        bob = self.guest("Bob").say({"type": "join", "room": "team"})
        al = self.guest("Al", remember=True, client_id=7).say({"type": "join", "room": "team"})
        bob.told()
        again = self.connect().say({"type": "join", "nickname": "Al", "token": "secret-1", "client_id": 8})
        self.assertEqual(again.codes(), ["ack"])
        al.lose()
        again.say({"type": "message", "room": "team", "text": "hi"}, {"type": "disconnect"})
        self.assertEqual([push.get("client_id") for push in bob.told()], [8, 8, 8])
        self.assertEqual(list(self.hub.users), ["bob"])

    def test_two_at_once(self) -> None:
        """Two guests are looked up at once by one name: the first has it."""
        look = Later(self.store.accounts.find)
        with patch.object(self.store.accounts, "find", look):
            guests = [self.connect().say({"type": "join", "nickname": name}) for name in ("Al", "AL")]
        look.answer()
        self.assertEqual([guest.codes() for guest in guests], [["ack"], ["name_taken"]])
        self.assertEqual(len(self.hub.users["al"].sessions), 1)

    def test_claimed_meanwhile(self) -> None:
        """A guest is looked up, and meanwhile somebody makes an account of the name: the guest does not come in."""
        look = Later(self.store.accounts.find)
        with patch.object(self.store.accounts, "find", look):
            guest = self.connect().say({"type": "join", "nickname": "Al"})
        owner = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD})
        look.answer()
        self.assertEqual((guest.codes(), owner.codes()), (["name_taken"], []))
        self.passwords.answer()
        self.assertEqual(owner.codes(), ["ack"])


class HandedOverLate(LateCase):
    """The same, where the store takes its time."""

    def test_only_asked_for(self) -> None:
        """A room that the old connection has asked to enter, and is not in yet, is not handed over."""
        al, told = self.connect()
        self.ask(al, {"type": "join", "nickname": "Al", "remember": True})
        self.store.settle()
        [ack] = self.pushes(told)
        self.ask(al, {"type": "join", "room": "den"})
        self.store.settle()
        self.ask(al, {"type": "join", "room": "attic"})
        again, told = self.connect()
        self.ask(again, {"type": "join", "nickname": "Al", "token": ack["token"]})
        [ack] = self.pushes(told)
        self.assertEqual(ack["rooms"], [{"room": "den", "seq": 1, "delivered": 1, "read": 0, "count": 1}])
        self.assertEqual(list(again.session.rooms), ["den"])
        self.store.settle()


class AtTheSameTime(SlowLoginCase):
    """Al changes the password, and the store takes its time; the operator changes it meanwhile, or afterwards."""

    def setUp(self) -> None:
        super().setUp()
        self.al = self.account("Al")
        self.written = Deferred[bool]()
        with patch.object(self.store.accounts, "change_password", lambda *_: self.written):
            self.al.say({"type": "account.change", "password": OTHER, "old": PASSWORD})
            for _ in range(3):
                self.passwords.answer()

    def operate(self) -> None:
        """The operator changes it."""
        self.store.accounts.change_password("al", "plain:operators-horse")

    def test_operator_first(self) -> None:
        """Al is told so, and has to log in again."""
        self.operate()
        self.assertEqual((self.al.told(), self.al.is_closed), ([], False))
        self.written.callback(False)
        self.assertEqual((self.al.codes(), self.al.is_closed), (["logged_out"], True))

    def test_operator_later(self) -> None:
        """Al's change is done, and then all that Al has opened is ended."""
        self.written.callback(True)
        self.assertEqual((self.al.codes(), self.al.is_closed), (["ack"], False))
        self.operate()
        self.assertEqual((self.al.codes(), self.al.is_closed), (["logged_out"], True))

    def test_refused(self) -> None:
        """Nobody else has changed anything: the session stays."""
        self.written.callback(False)
        self.assertEqual((self.al.codes(), self.al.is_closed), (["logged_out"], False))
