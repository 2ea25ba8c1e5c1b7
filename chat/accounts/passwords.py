"""Hashing passwords, away from the reactor's thread."""

import unicodedata
from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from twisted.internet.defer import Deferred, execute, fail

from chat.errors import ChatError
from chat.limits import Limits
from chat.shares import Share, Shares

T = TypeVar("T")

# A password takes 20 ms of a core, and 19 MiB.
HASHING_THREADS = 2


class Elsewhere(Protocol):
    """Makes a call on another thread or, without one, at once."""

    def __call__(self, call: Callable[[], T], /) -> Deferred[T]:
        """The result of `call`."""


# OWASP's password storage cheat sheet: argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A hash that no password has, so that an unknown name takes as long to refuse as a wrong password.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$wZIgBSBHXneN32FkqLqvZA$2h4lOYsZdn6AkUJSnlWpYm+OlqhDDQVrypXFrLM8XAA"


def normalized(password: str) -> str:
    """The form of a password that is hashed: the same however a system spells it (RFC 8265, OpaqueString).

    Every kind of space is the usual one, and letters with accents are in NFC.
    """
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", spaced)


class _Lane:
    """Calls that wait for a thread. Holders take turns, and each has a limited share."""

    def __init__(self, share: Share) -> None:
        self.running = 0
        self.shares = Shares(share)
        self._waiting: dict[str, deque[Callable[[], object]]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, holder: str, start: Callable[[], object]) -> None:
        """Call `start` in its turn."""
        self._waiting.setdefault(holder, deque()).append(start)

    def begin(self) -> None:
        """Call the next one; there must be one."""
        holder = next(iter(self._waiting))
        starts = self._waiting.pop(holder)
        start = starts.popleft()
        if starts:
            self._waiting[holder] = starts
        self.running += 1
        start()


class Passwords:
    """Hashes and verifies; `elsewhere` makes each call off the reactor's thread, on one of `threads`, if there are any.

    New passwords never take all threads, so that logins do not wait for registrations. Of each kind, at most
    `Limits.unhashed_passwords` may wait, and of one holder (an address) `Limits.unhashed_each`; further ones fail with
    `busy`.
    """

    def __init__(self, limits: Limits, elsewhere: Elsewhere = execute, threads: int = HASHING_THREADS) -> None:
        self._limits = limits
        self._elsewhere = elsewhere
        self._threads = threads
        share = Share(limits.unhashed_passwords, limits.unhashed_each)
        self._new, self._known = _Lane(share), _Lane(share)

    def check(self, password: str) -> None:
        """Raises ChatError (`bad_password`, `control_characters`) if it cannot be a new password."""
        least, most = self._limits.least_password_bytes, self._limits.password_bytes
        is_short_enough = len(password.encode()) <= most
        if not (is_short_enough and least <= len(normalized(password).encode()) <= most):
            raise ChatError("bad_password", least=least, most=most)
        if any(unicodedata.category(char) == "Cc" for char in password):
            raise ChatError("control_characters")

    def has_old_form(self, password: str) -> bool:
        """Whether normalizing changes it: older versions hashed it as it came."""
        return len(password.encode()) <= self._limits.password_bytes and password != normalized(password)

    def hash(self, password: str, holder: str = "", *, is_known: bool = False) -> Deferred[str]:
        """The hash to keep. `is_known`: its owner is logging in. Fails with ChatError (see `check`; `busy`)."""
        try:
            self.check(password)
        except ChatError as error:
            return fail(error)
        lane = self._known if is_known else self._new
        return self._bounded(lane, holder, lambda: _HASHER.hash(normalized(password)))

    def verify(
        self, password_hash: str | None, password: str, holder: str = "", *, as_it_came: bool = False
    ) -> Deferred[bool]:
        """Whether `password` has this hash; None: nobody's, so never. Fails with `busy`.

        With `as_it_came` it is not normalized.
        """
        if len(password.encode()) > self._limits.password_bytes:
            password, password_hash = "", None
        typed = password if as_it_came else normalized(password)
        return self._bounded(
            self._known, holder, lambda: _is_right(password_hash or _NOBODY, typed) and password_hash is not None
        )

    def _bounded(self, lane: _Lane, holder: str, call: Callable[[], T]) -> Deferred[T]:
        if not lane.shares.has_room(holder):
            return fail(ChatError("busy"))
        lane.shares.take(holder)
        answer = Deferred[T]()

        def done(result: T) -> T:
            lane.running -= 1
            lane.shares.give_back(holder)
            self._go_on()
            return result

        lane.add(holder, lambda: self._elsewhere(call).addBoth(done).chainDeferred(answer))
        self._go_on()
        return answer

    def _go_on(self) -> None:
        while self._known.running + self._new.running < self._threads:
            if self._new and self._new.running < self._threads - 1:
                self._new.begin()
            elif self._known:
                self._known.begin()
            elif self._new and self._threads == 1:
                self._new.begin()
            else:
                return


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
