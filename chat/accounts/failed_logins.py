"""Failed logins, by address and account: after too many, an address has to wait."""

from collections.abc import Callable, Hashable
from math import ceil

from chat.errors import ChatError
from chat.limits import Limits

# This many sources of failed logins are remembered; beyond that the oldest are forgotten.
_REMEMBERED = 10_000


class FailedLogins:
    """Counts wrong passwords and invitations by address, and by account and address. `seconds` is a monotonic clock.

    An address is a source (`chat.net.addresses.source_of`): all addresses that one person may have count as one.

    There is no count by account alone, because then anybody who knows the name could lock its owner out. From an
    address without failures the right password always works.
    """

    def __init__(self, limits: Limits, seconds: Callable[[], float]) -> None:
        self._limits = limits
        self._seconds = seconds
        self._failures: dict[Hashable, tuple[int, float]] = {}

    @property
    def seconds(self) -> Callable[[], float]:
        """The monotonic clock."""
        return self._seconds

    def check(self, key: str, address: str) -> None:
        """Raise ChatError (`throttled`) if `address` has to wait before it may try the account `key`."""
        by_address, by_pair = _sources(key, address)
        for source, most in ((by_address, self._limits.address_failures), (by_pair, self._limits.pair_failures)):
            count, until = self._failures.get(source, (0, 0.0))
            if count >= most and until > self._seconds():
                raise ChatError("throttled", minutes=ceil((until - self._seconds()) / 60))

    def failed(self, key: str, address: str) -> None:
        """Count a wrong password or invitation."""
        until = self._seconds() + self._limits.throttle_seconds
        for source in _sources(key, address):
            count, before = self._failures.pop(source, (0, 0.0))
            self._failures[source] = (count + 1 if before > self._seconds() else 1), until
        while len(self._failures) > _REMEMBERED:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, key: str, address: str) -> None:
        """Forget the failures of this account at this address."""
        self._failures.pop(_sources(key, address)[1], None)


def _sources(key: str, address: str) -> tuple[Hashable, Hashable]:
    """The two counters of a failed login: the address, and the account at that address."""
    return address, (key, address)
