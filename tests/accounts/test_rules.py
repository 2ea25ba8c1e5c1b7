"""The rules of accounts: who may make one, who is let in, and who has to wait."""

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Accounts, Credentials, Policy
from chat.accounts.tokens import digest
from chat.errors import ChatError
from chat.limits import Limits
from chat.names import Name
from chat.store.interfaces import Account
from chat.store.memory.store import MemoryStore
from tests.fresh import SlowPasswords, fresh_accounts

AL = Name("Al", "al")
RIGHT = Credentials("correct-horse", is_login=True)
WRONG = Credentials("wrong-horse", is_login=True)


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
