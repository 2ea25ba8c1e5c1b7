"""The rules of accounts: who may make one, who is let in, and who has to wait."""

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Accounts, Credentials, Policy
from chat.accounts.tokens import digest
from chat.errors import ChatError
from chat.limits import Limits
from chat.names import Name
from chat.store.interfaces import Account
from chat.store.memory.accounts import MemoryAccounts
from chat.store.memory.store import MemoryStore
from tests.fresh import PlainPasswords, SlowPasswords, fresh_accounts

AL = Name("Al", "al")
RIGHT = Credentials("correct-horse", is_login=True)
WRONG = Credentials("wrong-horse", is_login=True)


class Through:
    """An account store that is another one, but for what its class says."""

    def __init__(self, store: MemoryAccounts) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class Asked(Through):
    """Notes what it is asked."""

    names: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.names = [*self.names, *[name] * (name in ("find", "token_owner", "invitation"))]
        return super().__getattr__(name)


class Without(Through):
    """Finds always the same instead of an account."""

    def __init__(self, store: MemoryAccounts, found: Account | None) -> None:
        super().__init__(store)
        self._found = found

    def find(self, key: str) -> Deferred[Account | None]:
        return succeed(self._found)


class LateInvitations(Through):
    """Knows of invitations when it is told to answer."""

    def __init__(self, store: MemoryAccounts) -> None:
        super().__init__(store)
        self._asked: list[tuple[Deferred[bool], bytes]] = []

    def invitation(self, used: bytes) -> Deferred[bool]:
        self._asked.append((Deferred(), used))
        return self._asked[-1][0]

    def answer(self) -> None:
        for later, used in self._asked:
            self._store.invitation(used).chainDeferred(later)


class Lanes(PlainPasswords):
    """Notes whether each hash was for somebody who is known."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.known: list[bool] = []

    def hash(self, password: str, holder: str = "", *, is_known: bool = False) -> Deferred[str]:
        self.known.append(is_known)
        return super().hash(password, holder)


class Busy(PlainPasswords):
    """Has no time to hash."""

    def hash(self, password: str, holder: str = "", *, is_known: bool = False) -> Deferred[str]:
        return fail(ChatError("busy"))


class Rules(SynchronousTestCase):
    """Accounts on a test's clock."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.clock.advance(1000)
        self.store = MemoryStore(Limits(), self.clock.seconds)
        self.accounts = self.made(Policy())

    def made(self, policy: Policy) -> Accounts:
        return fresh_accounts(self.store.accounts, Limits(), self.clock.seconds, policy)

    def admitted(self, name: Name, credentials: Credentials, address: str = "here") -> Account | str | None:
        """The account, None for a guest, or the code of the refusal."""
        return self.outcome(Deferred.fromCoroutine(self.accounts.admit(name, credentials, address)))

    def outcome(self, deferred: "Deferred[Account | None]") -> Account | str | None:
        results: list[Account | str | None] = []

        def refused(failure: Failure) -> None:
            assert isinstance(failure.value, ChatError), failure
            results.append(failure.value.code)

        deferred.addCallbacks(results.append, refused)
        return results[0]

    def make(self, name: Name = AL) -> Account:
        account = self.admitted(name, Credentials("correct-horse"))
        assert isinstance(account, Account)
        return account

    def test_guest(self) -> None:
        """A name that is nobody's needs nothing, unless guests are not wanted."""
        self.assertIsNone(self.admitted(AL, Credentials()))
        self.accounts = self.made(Policy(guests=False))
        self.assertEqual(self.admitted(AL, Credentials()), "no_guests")

    def test_account(self) -> None:
        """A name that is somebody's needs their password."""
        account = self.make()
        self.assertEqual((account.key, account.name, account.created_at), ("al", "Al", 1000.0))
        self.assertEqual(self.admitted(AL, Credentials()), "name_claimed")
        self.assertEqual(self.admitted(AL, RIGHT), account)
        self.assertEqual(self.admitted(AL, Credentials("correct-horse")), account)
        self.assertEqual(self.admitted(AL, WRONG), "wrong_password")
        self.assertEqual(self.admitted(Name("Bob", "bob"), RIGHT), "wrong_password")

    def test_what_to_type(self) -> None:
        """Where nobody can make an account, nobody is told to."""
        for registration, usage in (
            ("open", "server:register <name> <password>"),
            ("closed", "server:login <name> <password>"),
        ):
            self.accounts = self.made(Policy(guests=False, registration=registration))
            failure = self.failureResultOf(
                Deferred.fromCoroutine(self.accounts.admit(AL, Credentials(), "")), ChatError
            )
            self.assertEqual(failure.getErrorMessage(), f"this server wants an account, type {usage}")

    def test_registration(self) -> None:
        """Closed to all, or to those without an invitation, which is good for one."""
        self.accounts = self.made(Policy(registration="closed"))
        self.assertEqual(self.admitted(AL, Credentials("correct-horse")), "registration_closed")
        self.accounts = self.made(Policy(registration="invite"))
        self.assertEqual(self.admitted(AL, Credentials("correct-horse")), "invitation_needed")
        invited = Credentials("correct-horse", invitation="please")
        self.assertEqual(self.admitted(AL, invited), "bad_invitation")
        self.store.accounts.add_invitation(digest("please"), 2000.0)
        self.assertIsInstance(self.admitted(AL, invited), Account)
        self.assertEqual(self.admitted(Name("Bob", "bob"), invited), "bad_invitation")
        self.store.accounts.add_invitation(digest("please"), 1000.0)
        self.assertEqual(self.admitted(Name("Bob", "bob"), invited), "bad_invitation")

    def test_invitation_unasked(self) -> None:
        """Where nobody needs an invitation it is not looked at, and not used up."""
        self.assertIsInstance(self.admitted(AL, Credentials("correct-horse", invitation="whatever")), Account)
        self.store.accounts.add_invitation(digest("please"), 2000.0)
        self.assertIsInstance(
            self.admitted(Name("Bob", "bob"), Credentials("correct-horse", invitation="please")), Account
        )
        self.accounts = self.made(Policy(registration="invite"))
        self.assertIsInstance(
            self.admitted(Name("Cy", "cy"), Credentials("correct-horse", invitation="please")), Account
        )
        self.assertEqual((self.accounts.wants_invitation, self.made(Policy()).wants_invitation), (True, False))

    def test_guessing_invitations(self) -> None:
        """A wrong invitation counts as a guess; past the limit the right one has to wait, too."""
        self.accounts = self.made(Policy(registration="invite"))
        self.store.accounts.add_invitation(digest("please"), 2000.0)
        for _ in range(5):
            self.assertEqual(self.admitted(AL, Credentials("correct-horse", invitation="x")), "bad_invitation")
        self.assertEqual(self.admitted(AL, Credentials("correct-horse", invitation="please")), "throttled")
        self.assertIsInstance(
            self.admitted(AL, Credentials("correct-horse", invitation="please"), "elsewhere"), Account
        )

    def test_throttled_invitation(self) -> None:
        """Past the limit nobody looks whether an invitation is right."""
        watched = Asked(self.store.accounts)
        self.accounts = fresh_accounts(watched, Limits(), self.clock.seconds, Policy(registration="invite"))
        for _ in range(7):
            self.admitted(AL, Credentials("correct-horse", invitation="x"))
        self.assertEqual(watched.names.count("invitation"), 5)

    def test_guessing_invitations_at_once(self) -> None:
        """Of guesses that are made at once those past the limit learn nothing."""
        self.store.accounts.add_invitation(digest("please"), 2000.0)
        late = LateInvitations(self.store.accounts)
        self.accounts = fresh_accounts(late, Limits(), self.clock.seconds, Policy(registration="invite"))
        asked = [
            Deferred.fromCoroutine(
                self.accounts.admit(Name("X", f"x{number}"), Credentials("correct-horse", invitation=word), "there")
            )
            for number, word in enumerate([*["wrong"] * 31, "please"])
        ]
        late.answer()
        self.assertEqual([self.outcome(each) for each in asked], ["bad_invitation"] * 30 + ["throttled"] * 2)

    def test_find(self) -> None:
        """An account is found by its name, also when it was deleted, as long as the name is held."""
        account = self.make()
        self.assertEqual(self.outcome(Deferred.fromCoroutine(self.accounts.find(AL))), account)
        self.assertIsNone(self.outcome(Deferred.fromCoroutine(self.accounts.find(Name("Bob", "bob")))))
        Deferred.fromCoroutine(self.accounts.delete(account, "correct-horse", "here"))
        held = self.outcome(Deferred.fromCoroutine(self.accounts.find(AL)))
        assert isinstance(held, Account)
        self.assertEqual((held.key, held.password_hash), ("al", None))

    def test_bad_password(self) -> None:
        """A password that nobody may have is refused before anything else is looked at, and is no guess."""
        self.accounts = self.made(Policy(registration="invite"))
        self.assertEqual(self.admitted(AL, Credentials("short", invitation="x")), "bad_password")
        self.accounts = self.made(Policy())
        account = self.make()
        for _ in range(9):
            changing = self.accounts.change(account, "short", "wrong-horse", "here")
            self.assertEqual(self.outcome(Deferred.fromCoroutine(changing)), "bad_password")
        self.assertEqual(self.admitted(AL, RIGHT), account)

    def test_resembling(self) -> None:
        """A name that looks like an account's is taken, for guests and for accounts."""
        self.make(Name("Modern", "modern"))
        for credentials in (Credentials(), Credentials("correct-horse")):
            self.assertEqual(self.admitted(Name("Modem", "modem"), credentials), "name_resembles")

    def test_too_many_accounts(self) -> None:
        """Who has made as many accounts as an address may is told how long the next one takes."""
        limits = Limits(accounts_an_hour=3)
        self.accounts = fresh_accounts(self.store.accounts, limits, self.clock.seconds, Policy())
        for name in ("ann", "ben", "cyd"):
            self.make(Name(name, name))
        making = Deferred.fromCoroutine(self.accounts.admit(AL, Credentials("correct-horse"), "here"))
        self.assertIn("20 minutes", str(self.failureResultOf(making, ChatError).value))
        self.clock.advance(1199)
        self.assertEqual(self.admitted(AL, Credentials("correct-horse")), "too_many_accounts")
        self.clock.advance(1)
        self.make()

    def test_changed_at_once(self) -> None:
        """Of two who change an account at once, or delete it, one has its way; the other has to log in again."""
        account = self.make()
        slow = SlowPasswords()
        self.accounts = fresh_accounts(self.store.accounts, Limits(), self.clock.seconds, Policy(), slow)
        changing = [
            Deferred.fromCoroutine(self.accounts.change(account, new, "correct-horse", "here"))
            for new in ("another-horse", "other-horse")
        ]
        deleting = Deferred.fromCoroutine(self.accounts.delete(account, "correct-horse", "here"))
        slow.answer()
        changed = self.successResultOf(changing[0])
        late = [self.failureResultOf(each, ChatError).value.code for each in (changing[1], deleting)]
        self.assertEqual(changed, account._replace(password_hash="plain:another-horse"))
        self.assertEqual(late, ["logged_out"] * 2)
        self.assertEqual(self.outcome(Deferred.fromCoroutine(self.accounts.find(AL))), changed)

    def test_owners_come_first(self) -> None:
        """A hash for the owner of an account does not wait behind those of people who are new."""
        lanes = Lanes(Limits())
        self.accounts = fresh_accounts(self.store.accounts, Limits(), self.clock.seconds, Policy(), lanes)
        account = self.make()
        changing = self.accounts.change(account, "another-horse", "correct-horse", "here")
        account = self.outcome(Deferred.fromCoroutine(changing))  # type: ignore[assignment]
        old = "pa\u0308ssword1"
        self.store.accounts.change_password("al", f"plain:{old}")
        self.admitted(AL, Credentials(old, is_login=True))
        self.assertEqual(lanes.known, [False, True, True])

    def test_too_busy_to_hash_again(self) -> None:
        """A password in an old form is good also while there is no time to make a new hash of it."""
        account = self.make()
        old = "pa\u0308ssword1"
        self.store.accounts.change_password("al", f"plain:{old}")
        self.accounts = fresh_accounts(self.store.accounts, Limits(), self.clock.seconds, Policy(), Busy(Limits()))
        found = self.admitted(AL, Credentials(old, is_login=True))
        self.assertEqual(found, account._replace(password_hash=f"plain:{old}"))

    def test_access_token_of_an_old_password(self) -> None:
        """Whoever knew only a former password makes no access tokens, and issues no others."""
        account = self.make()
        changing = self.accounts.change(account, "another-horse", "correct-horse", "here")
        self.successResultOf(Deferred.fromCoroutine(changing))
        making = Deferred.fromCoroutine(self.accounts.make_access_token(account, ["team"]))
        self.assertEqual(self.failureResultOf(making, ChatError).value.code, "logged_out")
        self.assertIsNone(self.successResultOf(Deferred.fromCoroutine(self.accounts.issue_token(account))))

    def test_nobodys_name(self) -> None:
        """A login under a name that is no account's asks the store as much as one under an account's."""
        self.make()
        watched = Asked(self.store.accounts)
        self.accounts = fresh_accounts(watched, Limits(), self.clock.seconds, Policy())
        self.admitted(AL, WRONG)
        known, watched.names = watched.names, []
        self.admitted(Name("Bob", "bob"), WRONG)
        self.assertEqual((known, watched.names), (["find"], ["find", "token_owner"]))

    def test_token_of_an_account_that_is_gone(self) -> None:
        """An access token of an account that is not there, or not any more, is good for nothing."""
        account = self.make()
        secret, _ = self.successResultOf(Deferred.fromCoroutine(self.accounts.make_access_token(account, ["team"])))
        for found in (None, account._replace(password_hash=None)):
            self.accounts = fresh_accounts(Without(self.store.accounts, found), Limits(), self.clock.seconds, Policy())
            asked = Deferred.fromCoroutine(self.accounts.program(secret))
            self.assertEqual(self.failureResultOf(asked, ChatError).value.code, "bad_token")

    def test_deleted(self) -> None:
        """Nobody can have the name for 30 days; then anybody can."""
        account = self.make()
        Deferred.fromCoroutine(self.accounts.delete(account, "correct-horse", "here"))
        self.assertEqual(self.admitted(AL, Credentials()), "name_held")
        self.assertEqual(self.admitted(AL, RIGHT), "wrong_password")
        self.clock.advance(30 * 86400)
        self.assertIsNone(self.admitted(AL, Credentials()))

    def test_token(self) -> None:
        """A token stands for the password until it expires, or the password is changed; it is stored as a digest."""
        account = self.make()
        token = self.successResultOf(Deferred.fromCoroutine(self.accounts.issue_token(account)))
        self.assertEqual(self.admitted(AL, Credentials(token=token)), account)
        self.assertNotIn(token, repr(vars(self.store.accounts)))
        self.assertEqual(self.admitted(Name("Bob", "bob"), Credentials(token=token)), "bad_token")
        changing = self.accounts.change(account, "another-horse", "correct-horse", "here")
        changed = self.successResultOf(Deferred.fromCoroutine(changing))
        self.assertEqual(self.admitted(AL, Credentials(token=token)), "bad_token")
        self.assertIsNone(self.successResultOf(Deferred.fromCoroutine(self.accounts.issue_token(account))))
        token = self.successResultOf(Deferred.fromCoroutine(self.accounts.issue_token(changed)))
        self.assertEqual(self.admitted(AL, Credentials(token=token)), changed)
        self.clock.advance(30 * 86400)
        self.assertEqual(self.admitted(AL, Credentials(token=token)), "bad_token")

    def test_guessing(self) -> None:
        """After five wrong ones the address has to wait, also with the right one; its owner elsewhere does not."""
        account = self.make()
        for _ in range(5):
            self.assertEqual(self.admitted(AL, WRONG, "there"), "wrong_password")
        self.assertEqual(self.admitted(AL, RIGHT, "there"), "throttled")
        self.assertEqual(self.admitted(AL, RIGHT, "here"), account)
        self.assertEqual(self.admitted(Name("Bob", "bob"), WRONG, "there"), "wrong_password")
        self.clock.advance(900)
        self.assertEqual(self.admitted(AL, RIGHT, "there"), account)

    def test_guessing_at_once(self) -> None:
        """Of guesses made at once, before the first is found wrong, those past the limit learn nothing."""
        self.make()
        slow = SlowPasswords()
        self.accounts = fresh_accounts(self.store.accounts, Limits(), self.clock.seconds, Policy(), slow)
        guesses = [*[WRONG] * 6, RIGHT]
        asked = [Deferred.fromCoroutine(self.accounts.admit(AL, guess, "there")) for guess in guesses]
        slow.answer()
        self.assertEqual([self.outcome(each) for each in asked], ["wrong_password"] * 5 + ["throttled"] * 2)

    def test_guessing_many_names(self) -> None:
        """An address that guesses at many names has to wait, whatever the name."""
        for number in range(30):
            self.assertEqual(self.admitted(Name("X", f"x{number}"), WRONG, "there"), "wrong_password")
        self.assertEqual(self.admitted(AL, WRONG, "there"), "throttled")
        self.assertEqual(self.admitted(AL, WRONG, "elsewhere"), "wrong_password")

    def test_right_one_forgives(self) -> None:
        """Who finds the right one after some mistakes begins anew."""
        self.make()
        for _ in range(3):
            for _ in range(4):
                self.assertEqual(self.admitted(AL, WRONG), "wrong_password")
            self.assertIsInstance(self.admitted(AL, RIGHT), Account)
