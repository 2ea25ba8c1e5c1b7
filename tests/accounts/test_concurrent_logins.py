"""Nobody is let in under a name that is somebody's, whatever happens while a password is hashed."""

from unittest.mock import patch

from twisted.internet.defer import Deferred

from chat.accounts.rules import Policy
from chat.accounts.tokens import digest
from chat.events import Failure
from chat.hub.visitors import Visitor
from chat.limits import Limits
from chat.store.interfaces import Account, Ban
from tests.accounts.slow_logins import PASSWORD, Later, SlowLoginCase, Somebody


def join(name: str, **more: object) -> dict[str, object]:
    return {"type": "join", "nickname": name, **more}


class Claiming(SlowLoginCase):
    """A guest who is here is called Al; and somebody else wants that name."""

    def test_guest_is_here(self) -> None:
        """No account is made of the name, however it is spelled, and nothing is hashed for that."""
        al = self.guest("Al")
        for line in (
            "register al mallorys-password",
            "server:register AL mallorys-password",
            join("al", password=PASSWORD),
        ):
            other = self.connect().say(line)
            self.assertIn("is taken", other.heard()[0])
        self.assertEqual(self.passwords.waiting, [])
        self.assertIsNone(self.successResultOf(self.store.accounts.find("al")))
        al.say({"type": "account.create", "password": PASSWORD})
        self.passwords.answer()
        self.assertEqual(al.codes(), ["ack"])

    def test_guest_comes_meanwhile(self) -> None:
        """While the password is hashed nobody comes in under the name, as a guest or as another claimant."""
        first = self.connect().say(join("Al", password=PASSWORD))
        for line in (join("al"), join("Al", password="other-horse")):
            self.assertEqual(self.connect().say(line).codes(), ["name_taken"])
        self.passwords.answer()
        self.assertEqual(first.codes(), ["ack"])
        self.assertEqual(self.connect().say(join("al")).codes(), ["name_claimed"])

    def test_banned_meanwhile(self) -> None:
        """A name that the operator bans while its password is looked at lets nobody in."""
        self.account("Al").lose()
        al = self.connect().say(join("Al", password=PASSWORD))
        self.hub.bans.add(Ban("al", is_name=True, made_at=0.0))
        self.passwords.answer()
        self.assertEqual(al.codes(), ["banned"])
        self.assertEqual(self.hub.users, {})

    def test_claimant_is_lost(self) -> None:
        """A guest who says `password …` and whose line is lost has the name all the same, and nobody in between."""
        al = self.guest("Al").say({"type": "account.create", "password": PASSWORD})
        al.lose()
        self.assertEqual(self.connect().say(join("Al")).codes(), ["name_taken"])
        self.assertEqual(self.connect().say(join("Al", password="other-horse")).codes(), ["name_taken"])
        self.passwords.answer()
        self.assertEqual(self.connect().say(join("Al")).codes(), ["name_claimed"])
        self.account("Al")

    def test_registrant_is_lost(self) -> None:
        """The same for who registers with a password."""
        self.connect().say(join("Al", password=PASSWORD)).lose()
        self.assertEqual(self.connect().say(join("Al")).codes(), ["name_taken"])
        self.passwords.answer()
        self.account("Al")
        self.assertEqual(list(self.hub.users), ["al"])

    def test_guest_is_looked_up_meanwhile(self) -> None:
        """Who was found to be a guest is none any more when the name has become an account, however that happened."""
        look = Later(self.store.accounts.find)
        with patch.object(self.store.accounts, "find", look):
            guest = self.connect().say(join("Al"))
        made = Account("al", "Al", "plain:operators-horse", 0.0)
        self.successResultOf(self.store.accounts.create(made, None))
        look.answer()
        self.assertEqual(guest.codes(), ["name_taken"])
        self.assertEqual(self.hub.users, {})

    def test_refused_claim_frees(self) -> None:
        """A password that is refused holds nothing."""
        self.assertEqual(self.connect().say(join("Al", password="short")).codes(), ["bad_password"])
        self.guest("Al")

    def test_webhook(self) -> None:
        """Nobody says anything over HTTP under a name that is being claimed, or that a guest has."""
        self.guest("Bob")
        self.connect().say(join("Al", password=PASSWORD))
        for name in ("al", "bob"):
            posted = self.hub.visitors.post(Visitor(name=name), "team", "hi", None)
            refused = self.successResultOf(Deferred.fromCoroutine(posted))
            assert isinstance(refused, Failure)
            self.assertEqual(refused.code, "name_taken")

    def test_private_talk_stays_private(self) -> None:
        """What two guests said to one another is nobody's when one of the names is an account later."""
        al, bob = self.guest("Al"), self.guest("Bob")
        bob.say({"type": "message", "to": "Al", "text": "the door code is 4711"})
        al.say({"type": "message", "to": "Bob", "text": "thanks"}, {"type": "disconnect"})
        later = self.connect().say(join("Al", password="mallorys-password", id=1))
        self.passwords.answer()
        [ack] = later.told()
        self.assertNotIn("rooms", ack)
        later.say(
            {"type": "history", "to": "Bob"},
            {"type": "search", "query": "door"},
            {"type": "search", "query": "code in:@Bob"},
            {"type": "resume", "direct": {"Bob": 0}},
        )
        self.assertEqual([push["type"] for push in later.told()], ["ack"] * 4)


class Invitations(SlowLoginCase):
    """Who has an invitation."""

    policy = Policy(registration="invite")

    def test_refused_is_not_used(self) -> None:
        """No refusal uses it up: a taken name, a bad password, one that is being claimed."""
        self.store.accounts.add_invitation(digest("please"), 1000.0)
        self.guest("Al")
        invited = {"password": PASSWORD, "invitation": "please"}
        self.assertEqual(self.connect().say(join("Al", **invited)).codes(), ["name_taken"])
        self.assertEqual(
            self.connect().say(join("Bob", password="short", invitation="please")).codes(), ["bad_password"]
        )
        self.assertEqual(self.passwords.waiting, [])
        bob = self.connect().say(join("Bob", **invited))
        self.assertEqual(self.connect().say(join("Bob", **invited)).codes(), ["name_taken"])
        self.passwords.answer()
        self.assertEqual(bob.codes(), ["ack"])
        self.assertEqual(self.connect().say(join("Cy", **invited)).codes(), ["bad_invitation"])

    def test_two_with_one(self) -> None:
        """Of two who have the same one, one is let in."""
        self.store.accounts.add_invitation(digest("please"), 1000.0)
        people = [self.connect().say(join(name, password=PASSWORD, invitation="please")) for name in ("Al", "Bob")]
        self.passwords.answer()
        self.assertEqual([each.codes() for each in people], [["ack"], ["bad_invitation"]])
        self.assertEqual(list(self.hub.users), ["al"])

    def test_wrong_ones(self) -> None:
        """They cost no hash, and their address has to wait after some; also with a good one."""
        self.store.accounts.add_invitation(digest("please"), 1000.0)
        codes = []
        for number in range(31):
            codes += self.connect().say(join(f"x{number}", password=PASSWORD, invitation="wrong")).codes()
        self.assertEqual(codes, ["bad_invitation"] * 30 + ["throttled"])
        self.assertEqual(self.passwords.waiting, [])
        self.assertEqual(self.connect().say(join("Al", password=PASSWORD, invitation="please")).codes(), ["throttled"])
        self.clock.advance(900)
        self.assertEqual(self.connect().say(join("Al", password=PASSWORD, invitation="please")).codes(), [])
        self.passwords.answer()
        self.assertEqual(list(self.hub.users), ["al"])


class Changing(SlowLoginCase):
    """Al has an account, and is here; somebody else is on their way in."""

    def setUp(self) -> None:
        super().setUp()
        self.al = self.account("Al")

    def change(self, new: str = "another-horse") -> None:
        """Al changes the password; logins that were under way before are still under way."""
        under_way, self.passwords.waiting = self.passwords.waiting, []
        self.al.say({"type": "account.change", "password": new, "old": PASSWORD})
        self.passwords.answer()
        self.passwords.answer()
        self.assertEqual(self.al.codes(), ["ack"])
        self.passwords.waiting = under_way

    def test_under_way(self) -> None:
        """Who gave the old password before the change is refused after it, and gets no token."""
        people = [self.connect().say(join("Al", password=PASSWORD, remember=True)) for _ in range(10)]
        people += [self.connect().say(f"login Al {PASSWORD}")]
        # These have been compared already when the password is changed: the rest is under way.
        self.change()
        self.passwords.answer()
        for each in people:
            self.assertNotIn("welcome", "".join(each.transport.value().decode()))
        self.assertEqual({code for each in people[:-1] for code in each.codes()}, {"wrong_password"})
        self.assertEqual(self.store.accounts._tokens, {})
        self.assertEqual(len(self.hub.users["al"].sessions), 1)

    def test_new_one_is_let_in(self) -> None:
        """Who gives the new one right after is let in, also with a token."""
        self.change()
        self.entered(join("Al", password="another-horse", remember=True))
        self.entered(join("Al", token="secret-1"))

    def test_token_under_way(self) -> None:
        """A token that is being looked at while all tokens end opens nothing."""
        self.entered(join("Al", password=PASSWORD, remember=True))
        look = Later(self.store.accounts.token_owner)
        with patch.object(self.store.accounts, "token_owner", look):
            late = self.connect().say(join("Al", token="secret-1"))
        self.al.say({"type": "logout"})
        look.answer()
        self.assertEqual(late.codes(), ["bad_token"])
        self.assertEqual(self.hub.users, {})

    def test_deleted(self) -> None:
        """Of those who were on their way in when the account was deleted nobody is there afterwards."""
        people = [self.connect().say(join("Al", password=PASSWORD, remember=True)) for _ in range(12)]
        under_way, self.passwords.waiting = self.passwords.waiting, []
        self.al.say({"type": "account.delete", "password": PASSWORD})
        self.passwords.answer()
        self.assertTrue(self.al.is_closed)
        self.passwords.waiting = under_way
        self.passwords.answer()
        self.assertEqual({code for each in people for code in each.codes()}, {"wrong_password"})
        self.assertEqual((self.hub.users, self.store.accounts._tokens), ({}, {}))

    def test_other_devices(self) -> None:
        """A changed password ends what was opened before, on every wire, and all it had been asked and not done."""
        phone, laptop = self.account("Al"), self.connect().say(f"login Al {PASSWORD}")
        self.passwords.answer()
        bob = self.guest("Bob")
        laptop.heard()
        phone.say({"type": "account.delete", "password": PASSWORD}, {"type": "message", "text": "too late"})
        self.change()
        self.assertEqual([each.is_closed for each in (self.al, phone, laptop)], [False, True, True])
        self.assertEqual(phone.codes(), ["logged_out"])
        self.assertIn("logged out", laptop.heard()[-1])
        self.passwords.answer()
        self.assertEqual(phone.told() + bob.told(), [])
        self.assertIsNotNone(self.successResultOf(self.store.accounts.find("al")))
        self.assertEqual(len(self.hub.users["al"].sessions), 1)
        self.al.say({"type": "token.make", "rooms": ["team"]})
        self.assertEqual(self.al.codes(), ["ack"])

    def test_operator(self) -> None:
        """So does what the operator does to the account, whatever Al is doing at the time."""
        self.al.say({"type": "account.change", "password": "another-horse", "old": PASSWORD})
        other = self.account_under_way()
        self.store.accounts.change_password("al", "plain:operators-horse")
        self.assertEqual(other.codes(), ["logged_out"])
        for _ in range(3):
            self.passwords.answer()
        self.assertEqual(self.al.codes(), ["logged_out"])
        self.assertTrue(self.al.is_closed)
        self.account("Al", "operators-horse")

    def account_under_way(self) -> Somebody:
        """Another device, which is here; what Al asked is still being hashed."""
        under_way, self.passwords.waiting = self.passwords.waiting, []
        other = self.account("Al")
        self.passwords.waiting = under_way
        return other

    def test_at_once(self) -> None:
        """Of two devices that change it at once one has its way, and the other has to log in again."""
        other = self.account("Al")
        for each, new in ((self.al, "another-horse"), (other, "other-horse")):
            each.say({"type": "account.change", "password": new, "old": PASSWORD})
        for _ in range(3):
            self.passwords.answer()
        self.assertEqual((self.al.codes(), other.codes()), (["ack"], ["logged_out"]))
        self.assertEqual((self.al.is_closed, other.is_closed), (False, True))
        self.account("Al", "another-horse")

    def test_logout(self) -> None:
        """Who is on their way in when all are logged out is one of all."""
        late = self.connect().say(join("Al", password=PASSWORD))
        self.al.say({"type": "logout"})
        self.passwords.answer()
        self.assertEqual(late.codes(), ["wrong_password"])
        self.assertEqual(self.hub.users, {})


class Making(SlowLoginCase):
    """How many accounts."""

    limits = Limits(accounts_an_hour=3)

    def test_too_many(self) -> None:
        """From one address there are so many an hour; past it nothing is hashed, and those who have one come in."""
        self.passwords.hashes_slowly = False
        for number in range(3):
            self.account(f"x{number}")
        self.passwords.hashes_slowly = True
        refused = self.connect().say(join("x3", password=PASSWORD))
        self.assertEqual((refused.codes(), self.passwords.waiting), (["too_many_accounts"], []))
        guest = self.guest("x3").say({"type": "account.create", "password": PASSWORD})
        self.assertEqual((guest.codes(), self.passwords.waiting), (["too_many_accounts"], []))
        self.account("x0")
        self.clock.advance(1200)
        guest.say({"type": "account.create", "password": PASSWORD})
        self.passwords.answer()
        self.assertEqual(guest.codes(), ["ack"])


class Spelling(SlowLoginCase):
    """One password, however a keyboard spells it."""

    def test_other_system(self) -> None:
        """On every way in: register, login, change, delete."""
        composed, decomposed = "p\u00e4ssword1", "pa\u0308ssword1"
        self.account("Al", composed)
        al = self.account("Al", decomposed)
        al.say({"type": "account.change", "password": "s\u00e4fe\u3000horse", "old": decomposed})
        for _ in range(3):
            self.passwords.answer()
        self.assertEqual(al.codes(), ["ack"])
        again = self.account("Al", "sa\u0308fe horse")
        again.say({"type": "account.delete", "password": "s\u00e4fe\u00a0horse"})
        self.passwords.answer()
        self.assertEqual(again.codes()[-1:], ["ack"])

    def test_old_hash(self) -> None:
        """One that was hashed as it came is good once as it came, and from then on in any spelling; devices stay."""
        decomposed = "pa\u0308ssword1"
        al = self.account("Al")
        self.store.accounts._accounts["al"] = self.hub.users["al"].account._replace(password_hash=f"plain:{decomposed}")  # type: ignore[union-attr]
        old = self.connect().say(join("Al", password=decomposed, remember=True))
        for _ in range(4):
            self.passwords.answer()
        self.assertEqual((old.codes(), al.is_closed), (["ack"], False))
        self.account("Al", "p\u00e4ssword1")
        self.entered(join("Al", token="secret-1"))
        old.say({"type": "token.make", "rooms": ["team"]})
        self.assertEqual(old.codes()[-1:], ["ack"])
