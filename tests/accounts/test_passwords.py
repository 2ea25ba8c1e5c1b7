"""Hashing: argon2id, bounded, and never for what nobody would type."""

from collections.abc import Callable
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.limits import Limits
from chat.passwords import Passwords

T = TypeVar("T")


class Hashing(SynchronousTestCase):
    """The real thing."""

    def test_right_and_wrong(self) -> None:
        """The hash tells the right password, and nothing else; two hashes of one password differ."""
        passwords = Passwords(Limits())
        hashed = self.successResultOf(passwords.hash("correct-horse"))
        self.assertTrue(hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$"))
        self.assertNotEqual(hashed, self.successResultOf(passwords.hash("correct-horse")))
        for password_hash, password, is_right in (
            (hashed, "correct-horse", True),
            (hashed, "correct-horse ", False),
            (hashed, "", False),
            (None, "correct-horse", False),
            (None, "nobody has this one", False),
            ("no hash", "correct-horse", False),
        ):
            self.assertIs(self.successResultOf(passwords.verify(password_hash, password)), is_right, password)

    def test_nobody(self) -> None:
        """A name without an account costs a real verification: what it is compared with is a hash."""
        from chat import passwords

        self.assertTrue(passwords._HASHER.verify(passwords._NOBODY, "nobody has this one"))


class Waiting(SynchronousTestCase):
    """What happens elsewhere."""

    def setUp(self) -> None:
        self.calls: list[tuple[Callable[[], object], Deferred[object]]] = []

        def elsewhere(call: Callable[[], T], /) -> Deferred[T]:
            deferred = Deferred[T]()
            self.calls.append((call, deferred))  # type: ignore[arg-type]
            return deferred

        self.passwords = Passwords(Limits(unhashed_passwords=2), elsewhere)

    def test_unhashed(self) -> None:
        """One that is too long is refused without a hash, or compared as an empty one."""
        for password in ("x" * 1_000_000, "é" * 513, "short", ""):
            failure = self.failureResultOf(self.passwords.hash(password), ChatError)
            self.assertEqual(failure.value.code, "bad_password")
        self.assertEqual(self.calls, [])
        self.passwords.verify(None, "x" * 1_000_000)
        self.assertEqual(len(self.calls), 1)

    def test_too_many(self) -> None:
        """Past the limit it is said that there is too much to do; one that is done makes room."""
        self.passwords.hash("correct-horse")
        self.passwords.verify(None, "correct-horse")
        for refused in (self.passwords.hash("correct-horse"), self.passwords.verify(None, "correct-horse")):
            self.assertEqual(self.failureResultOf(refused, ChatError).value.code, "busy")
        self.calls[0][1].callback("a hash")
        self.passwords.hash("correct-horse")
        self.assertEqual(len(self.calls), 3)
