"""The tokens of guests: with one, a guest comes back under their name, although their old line still hangs."""

from collections.abc import Callable
from hmac import compare_digest

from chat.accounts.tokens import digest


class Guests:
    """One token for each guest that asked for one. Only digests are kept, in memory.

    A token is good while its guest is here and, when their line was lost, for `grace` seconds, unless somebody else
    has the name by then: it is free as soon as nobody is here under it. `seconds` is a clock that never goes back,
    `new_secret` makes a text that nobody can guess.
    """

    def __init__(self, grace: float, seconds: Callable[[], float], new_secret: Callable[[], str]) -> None:
        self._grace = grace
        self._seconds = seconds
        self._new_secret = new_secret
        self._digests: dict[str, bytes] = {}
        # Until when the tokens of those are good whose lines were lost, in the order of the times.
        self._lost: dict[str, float] = {}

    def came(self, key: str, secret: str | None, *, wants_one: bool) -> str | None:
        """A guest is let in, by their token if `secret` is that: their token from now on, None where there is none."""
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
        """A guest is gone. With `is_lost` it was their line that ended, and they may come back."""
        self._sweep()
        if is_lost and key in self._digests:
            self._lost[key] = self._seconds() + self._grace
        else:
            self.forget(key)

    def forget(self, key: str) -> None:
        """The name is no guest's any more."""
        self._digests.pop(key, None)
        self._lost.pop(key, None)

    def is_theirs(self, key: str, secret: str | None) -> bool:
        """Whether `secret` is the token of the guest who has the name, or had it a moment ago."""
        self._sweep()
        known = self._digests.get(key)
        return secret is not None and known is not None and compare_digest(known, digest(secret))

    def _sweep(self) -> None:
        now = self._seconds()
        while self._lost and next(iter(self._lost.values())) <= now:
            self.forget(next(iter(self._lost)))
