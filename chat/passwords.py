"""Hashing passwords, away from the reactor's thread."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from twisted.internet.defer import Deferred, execute, fail

from chat.errors import ChatError
from chat.limits import Limits

T = TypeVar("T")


class Elsewhere(Protocol):
    """Makes a call and tells its result: on another thread or, without one, at once."""

    def __call__(self, call: Callable[[], T], /) -> Deferred[T]:
        """The result of `call`."""


# OWASP's password storage cheat sheet: argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of no password: a name that nobody has takes as long to refuse as a wrong password.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$wZIgBSBHXneN32FkqLqvZA$2h4lOYsZdn6AkUJSnlWpYm+OlqhDDQVrypXFrLM8XAA"


class Passwords:
    """Hashes and verifies; `elsewhere` makes each call off the reactor's thread, where there is one.

    At most `Limits.unhashed_passwords` may wait; past it everybody is told `busy`.
    """

    def __init__(self, limits: Limits, elsewhere: Elsewhere = execute) -> None:
        self._limits = limits
        self._elsewhere = elsewhere
        self._waiting = 0

    def hash(self, password: str) -> Deferred[str]:
        """The hash to keep. Fails with ChatError (`bad_password`, `busy`)."""
        least, most = self._limits.least_password_bytes, self._limits.password_bytes
        if not least <= len(password.encode()) <= most:
            return fail(ChatError("bad_password", least=least, most=most))
        return self._bounded(lambda: _HASHER.hash(password))

    def verify(self, password_hash: str | None, password: str) -> Deferred[bool]:
        """Whether `password` is the one that was hashed; None stands for the hash of nobody. Fails with `busy`."""
        if len(password.encode()) > self._limits.password_bytes:
            password, password_hash = "", None
        return self._bounded(lambda: _is_right(password_hash or _NOBODY, password) and password_hash is not None)

    def _bounded(self, call: Callable[[], T]) -> Deferred[T]:
        if self._waiting >= self._limits.unhashed_passwords:
            return fail(ChatError("busy"))
        self._waiting += 1

        def done(result: T) -> T:
            self._waiting -= 1
            return result

        return self._elsewhere(call).addBoth(done)


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
