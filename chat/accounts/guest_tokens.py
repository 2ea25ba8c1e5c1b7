"""Tokens of guests. A token holds the guest's name for a day after they left, and lets them in several times."""

from collections.abc import Callable
from hmac import compare_digest

from chat.accounts.tokens import digest
from chat.limits import Limits


class GuestTokens:
    """The tokens of guests: one for each browser that asked for one. Only digests are kept, in memory.

    A token is valid while its guest is here. When they have left without a goodbye, it holds their name for
    `guest_token_seconds`: nobody has it without the token. Of too many names, those of guests who left first are
    free. `seconds` is a monotonic clock, `new_secret` makes a text that nobody can guess.
    """

    def __init__(self, limits: Limits, seconds: Callable[[], float], new_secret: Callable[[], str]) -> None:
        self._limits = limits
        self._seconds = seconds
        self._new_secret = new_secret
        # By name, the oldest token first.
        self._digests: dict[str, list[bytes]] = {}
        # By name, in the order of the times: when it is free again, and the address of the guest who left.
        self._held: dict[str, tuple[float, str]] = {}
        self._held_by: dict[str, dict[str, None]] = {}

    def came(self, key: str, secret: str | None, *, wants_one: bool, is_known: bool = False) -> str | None:
        """A guest comes in, perhaps with a token of theirs (`secret`), and gets one if they want one: the same again.

        `is_known`: they have proved in another way who they are. Their tokens stay, and they get one more.
        """
        is_back = self.is_theirs(key, secret)
        self._let_go(key)
        if is_back:
            return secret if wants_one else None
        if not is_known:
            self._digests.pop(key, None)
        if not wants_one:
            return None
        token = self._new_secret()
        own = self._digests.setdefault(key, [])
        own.append(digest(token))
        del own[: -self._limits.guest_sessions]
        return token

    def left(self, key: str, address: str, *, is_lost: bool) -> None:
        """The last session of a guest is gone, which was at `address`. `is_lost`: there was no goodbye."""
        self._sweep()
        if not is_lost or key not in self._digests:
            self.forget(key)
            return
        own = self._held_by.get(address, {})
        if len(own) >= self._limits.held_guest_names_each:
            self.forget(next(iter(own)))
        if len(self._held) >= self._limits.held_guest_names:
            self.forget(next(iter(self._held)))
        self._held[key] = self._seconds() + self._limits.guest_token_seconds, address
        self._held_by.setdefault(address, {})[key] = None

    def forget(self, key: str) -> None:
        """Forget the tokens of this name, which is free if nobody has it."""
        self._digests.pop(key, None)
        self._let_go(key)

    def is_theirs(self, key: str, secret: str | None) -> bool:
        """Whether `secret` is a valid token of this name."""
        if secret is None:
            return False
        self._sweep()
        given = digest(secret)
        return any(compare_digest(each, given) for each in self._digests.get(key, ()))

    def is_known(self, key: str) -> bool:
        """Whether this name has a valid token."""
        self._sweep()
        return key in self._digests

    def holds(self, key: str) -> bool:
        """Whether the name of a guest who has left is held for them."""
        if key in self._held:
            self._sweep()
        return key in self._held

    def _let_go(self, key: str) -> None:
        if (held := self._held.pop(key, None)) is not None:
            own = self._held_by[held[1]]
            del own[key]
            if not own:
                del self._held_by[held[1]]

    def _sweep(self) -> None:
        now = self._seconds()
        while self._held and next(iter(self._held.values()))[0] <= now:
            self.forget(next(iter(self._held)))
