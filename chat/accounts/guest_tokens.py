"""Tokens of guests. A token gives a guest the name back while their lost connection still hangs."""

from collections.abc import Callable
from hmac import compare_digest

from chat.accounts.tokens import digest


class GuestTokens:
    """One token for each guest that asked for one. Only digests are kept, in memory.

    A token is valid while its guest is here and, after a lost connection, for `grace` seconds, unless somebody else
    takes the name: it is free as soon as nobody is here under it. `seconds` is a monotonic clock, `new_secret` makes a
    text that nobody can guess.
    """

    def __init__(self, grace: float, seconds: Callable[[], float], new_secret: Callable[[], str]) -> None:
        self._grace = grace
        self._seconds = seconds
        self._new_secret = new_secret
        self._digests: dict[str, bytes] = {}
        # By name: when the token of a lost guest expires, in the order of the times.
        self._lost: dict[str, float] = {}

    def came(self, key: str, secret: str | None, *, wants_one: bool) -> str | None:
        """A guest comes in, with their token if `secret` is that. Returns their token from now on, or None."""
        is_back = self.is_theirs(key, secret)
        self._lost.pop(key, None)
        if wants_one:
            token = self._new_secret()
            self._digests[key] = digest(token)
            return token
        if not is_back:
            self._digests.pop(key, None)
        return None

    def left(self, key: str, *, is_lost: bool) -> None:
        """A guest has left. With `is_lost` they lost the connection, and may come back."""
        self._sweep()
        if is_lost and key in self._digests:
            self._lost[key] = self._seconds() + self._grace
        else:
            self.forget(key)

    def forget(self, key: str) -> None:
        """Forget the token of this name."""
        self._digests.pop(key, None)
        self._lost.pop(key, None)

    def is_theirs(self, key: str, secret: str | None) -> bool:
        """Whether `secret` is the valid token of this name."""
        self._sweep()
        known = self._digests.get(key)
        return secret is not None and known is not None and compare_digest(known, digest(secret))

    def _sweep(self) -> None:
        now = self._seconds()
        while self._lost and next(iter(self._lost.values())) <= now:
            self.forget(next(iter(self._lost)))
