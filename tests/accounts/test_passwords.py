"""Hashing: argon2id, bounded, and never for what nobody would type."""

import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.passwords import Passwords, normalized
from chat.errors import ChatError
from chat.limits import Limits

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
        from chat.accounts import passwords

        self.assertTrue(passwords._HASHER.verify(passwords._NOBODY, "nobody has this one"))


class Forms(SynchronousTestCase):
    """One password, however a system spells it (RFC 8265, OpaqueString)."""

    @given(st.text(st.characters(codec="utf-8"), max_size=40))
    @settings(max_examples=200)
    def test_canonical(self, text: str) -> None:
        """All that is canonically equal is one password; what is normalized stays as it is; other kinds stay apart."""
        once = normalized(text)
        self.assertEqual(normalized(once), once)
        for form in ("NFC", "NFD"):
            self.assertEqual(normalized(unicodedata.normalize(form, text)), once)
        if text.isascii():
            self.assertEqual(once, text)

    def test_kept_apart(self) -> None:
        """Compatibility forms, cases and the number of spaces count."""
        different = ("ﬁsh and chips", "fish and chips", "Fish and chips", "fish  and chips")
        self.assertEqual(len({normalized(each) for each in different}), 4)
        for space in "\u00a0\u2003\u3000\u2000":
            self.assertEqual(normalized(f"fish{space}and chips"), "fish and chips")

    def test_hashed(self) -> None:
        """The hash of one spelling is that of the other; an old one, of what came, is compared as it came."""
        passwords = Passwords(Limits())
        composed, typed = "p\u00e4ssword1", "pa\u0308ssword1"
        hashed = self.successResultOf(passwords.hash(composed))
        self.assertTrue(self.successResultOf(passwords.verify(hashed, typed)))
        self.assertFalse(self.successResultOf(passwords.verify(hashed, typed, as_it_came=True)))
        self.assertEqual(
            [passwords.has_old_form(each) for each in (typed, composed, typed * 200)], [True, False, False]
        )

    def test_control_characters(self) -> None:
        """No new password has one."""
        for password in ("correct\thorse", "correct-horse\0", "\x7fcorrect-horse", "correct\x85horse"):
            failure = self.failureResultOf(Passwords(Limits()).hash(password), ChatError)
            self.assertEqual(failure.value.code, "control_characters")


class Waiting(SynchronousTestCase):
    """What happens elsewhere: on two threads."""

    def setUp(self) -> None:
        self.calls: list[Deferred[object]] = []
        self.made = 0
        self.passwords = Passwords(Limits(unhashed_passwords=4, unhashed_each=3), self.elsewhere)

    def elsewhere(self, call: Callable[[], T], /) -> Deferred[T]:
        deferred = Deferred[T]()
        self.calls.append(deferred)  # type: ignore[arg-type]
        self.made += 1
        return deferred

    def finish(self) -> None:
        """One thread is done with what it had first."""
        self.calls.pop(0).callback("a hash")

    def code_of(self, refused: "Deferred[Any]") -> str:
        return str(self.failureResultOf(refused, ChatError).value.code)

    def test_unhashed(self) -> None:
        """One that is too long is refused without a hash, or compared as an empty one."""
        for password in ("x" * 1_000_000, "é" * 513, "short", ""):
            self.assertEqual(self.code_of(self.passwords.hash(password)), "bad_password")
        self.assertEqual(self.made, 0)
        self.passwords.verify(None, "x" * 1_000_000)
        self.assertEqual(self.made, 1)

    def test_too_many(self) -> None:
        """Past the limit, or past one's share of it, there is too much to do; one that is done makes room."""
        for _ in range(3):
            self.passwords.hash("correct-horse", "one")
        self.assertEqual(self.code_of(self.passwords.hash("correct-horse", "one")), "busy")
        self.passwords.hash("correct-horse", "other")
        self.assertEqual(self.code_of(self.passwords.hash("correct-horse", "third")), "busy")
        self.finish()
        self.assertNoResult(self.passwords.hash("correct-horse", "third"))

    def test_logins_do_not_wait(self) -> None:
        """However many register, a thread is left to those who log in, and their queue is their own."""
        for holder in "aaab":
            self.passwords.hash("correct-horse", holder)
        self.assertEqual(self.made, 1)
        self.passwords.verify(None, "correct-horse", "a")
        self.passwords.verify(None, "correct-horse", "a")
        self.assertEqual(self.made, 2)
        self.calls.pop(1).callback(True)
        self.assertEqual(self.made, 3)
        self.passwords.hash("correct-horse", "c", is_known=True)
        self.assertEqual(self.made, 3)

    def test_those_who_register_do_not_wait_for_ever(self) -> None:
        """Nor do those who log in take all that becomes free."""
        for holder in "aabb":
            self.passwords.verify(None, "correct-horse", holder)
        registered = self.passwords.hash("correct-horse", "c")
        self.finish()
        self.calls.pop().callback("a hash")
        self.assertEqual(self.successResultOf(registered), "a hash")

    def test_each_has_a_turn(self) -> None:
        """Who comes later does not wait for all that somebody else has asked."""
        asked = [self.passwords.verify(None, "correct-horse", "a") for _ in range(3)]
        other = self.passwords.verify(None, "correct-horse", "b")
        for _ in range(2):
            self.finish()
        self.assertNoResult(other)
        self.calls.pop().callback(True)
        self.successResultOf(other)
        self.assertNoResult(asked[2])
