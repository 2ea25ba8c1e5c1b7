"""A hub for tests: everything in memory, and passwords that cost nothing."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from twisted.internet.defer import Deferred, succeed

from chat.accounts.failed_logins import FailedLogins
from chat.accounts.passwords import Passwords, normalized
from chat.accounts.rules import Accounts, Policy
from chat.hub.hub import Hub, Lobby
from chat.limits import Limits
from chat.store.interfaces import AccountStore
from chat.store.memory.store import MemoryStore

T = TypeVar("T")


class PlainPasswords(Passwords):
    """Keeps passwords as they are."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, lambda call: succeed(call()))

    def verify(
        self, password_hash: str | None, password: str, holder: str = "", *, as_it_came: bool = False
    ) -> Deferred[bool]:
        typed = password if as_it_came else normalized(password)
        return succeed(password_hash == f"plain:{typed}")

    def hash(self, password: str, holder: str = "", *, is_known: bool = False) -> Deferred[str]:
        self.check(password)
        return succeed(f"plain:{normalized(password)}")


class SlowPasswords(PlainPasswords):
    """Compares when told to; hashes at once, unless it `hashes_slowly`, too."""

    def __init__(self) -> None:
        super().__init__(Limits())
        self.waiting: list[Callable[[], object]] = []
        self.hashes_slowly = False

    def verify(
        self, password_hash: str | None, password: str, holder: str = "", *, as_it_came: bool = False
    ) -> Deferred[bool]:
        return self._later(super().verify(password_hash, password, as_it_came=as_it_came))

    def hash(self, password: str, holder: str = "", *, is_known: bool = False) -> Deferred[str]:
        return self._later(super().hash(password)) if self.hashes_slowly else super().hash(password)

    def _later(self, result: Deferred[T]) -> Deferred[T]:
        later = Deferred[T]()
        self.waiting.append(lambda: result.chainDeferred(later))
        return later

    def answer(self) -> None:
        """Answer all that was asked."""
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            each()


def fresh_accounts(
    store: AccountStore,
    limits: Limits,
    now: Callable[[], float],
    policy: Policy,
    passwords: Passwords | None = None,
) -> Accounts:
    """Accounts on a test's clock. Secrets are secret-1, secret-2 …"""
    numbers = iter(range(1, 1000))
    failed_logins = FailedLogins(limits, now)
    passwords = passwords or PlainPasswords(limits)
    return Accounts(store, passwords, failed_logins, now, lambda: f"secret-{next(numbers)}", policy, limits)


def fresh_hub(
    limits: Limits,
    now: Callable[[], float],
    lobby: Lobby | None = None,
    motd: Sequence[str] = (),
    policy: Policy = Policy(),  # noqa: B008 - it is immutable
) -> Hub:
    """A hub on a store in memory."""
    store = MemoryStore(limits, now)
    return Hub(store, fresh_accounts(store.accounts, limits, now, policy), limits, lobby, motd)
