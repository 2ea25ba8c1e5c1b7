"""Limits how fast connections may send: each one, and all of one address or account together."""

import math
from typing import TYPE_CHECKING, Final

from chat.errors import ChatError
from chat.limits import Limits
from chat.throttle import Buckets, TokenBucket

if TYPE_CHECKING:
    from chat.hub.session import Session
    from chat.store.interfaces import Account

# A connection that has this share of its burst left is calm.
_CALM: Final = 0.75
# An address owes at most this many seconds, however much it sent: its calm connections wait no longer than that.
_OWED_SECONDS: Final = 2
# For this many seconds a connection is not told again that others of its address flood.
_TOLD_SECONDS: Final = 60
_NEVER: Final = -math.inf


class Paces:
    """The state that all paces of one server share. `slowed` counts how many times a connection had to rest.

    If `Limits.lines_per_second` is 0 there is no limit.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.slowed = 0
        rate = limits.lines_per_second * limits.shared_lines
        self.shared = Buckets(rate, limits.shared_burst_lines, rate * _OWED_SECONDS)

    def count_connection(self, source: str, now: float) -> None:
        """A connection from `source` has been made."""
        self.shared.of(source, now).take(now, self.limits.connection_lines)


class Pace:
    """The pace of one connection. Guests share the pace of their address; accounts have one for all their devices.

    Times are in seconds of any clock.
    """

    __slots__ = ("_is_told", "_own", "_paces", "_payer", "_session", "_shared", "_told_together_at")

    def __init__(self, paces: Paces, session: "Session", now: float) -> None:
        limits = paces.limits
        self._paces = paces
        self._session = session
        self._shared = paces.shared.of(session.address, now)
        # A client that reconnects in the middle of a flood gets no new burst.
        left = limits.burst_lines if self._shared.has_recovered(now) else 0
        self._own = TokenBucket(limits.lines_per_second, limits.burst_lines, now, left)
        self._payer: Account | None = None
        self._is_told = False
        self._told_together_at = _NEVER

    def take_chunk(self, now: float, size: int, lines: int) -> int:
        """Count `size` bytes that were received, and the `lines` in them if nobody has to rest for these.

        Returns how many lines are counted now, all or none. The connection's own pace counts lines; the shared one
        counts bytes, too.
        """
        self._find_payer(now)
        share = size / self._paces.limits.shared_line_bytes
        if lines and self._own.take(now, lines, or_none=True):
            if self._shared.take(now, share + lines, or_none=True):
                self._is_told = self._is_told and not self._own.was_full
                return lines
            self._own.take(now, -lines)
        self._shared.take(now, share)
        return 0

    def take(self, now: float, lines: float = 1) -> bool:
        """Count some lines. Returns False if those were too many: rest before the next."""
        self._find_payer(now)
        is_within = self._own.take(now, lines)
        is_within = self._shared.take(now, lines) and is_within
        self._is_told = self._is_told and not self._own.was_full
        return is_within or self.may_go_on(now)

    def _find_payer(self, now: float) -> None:
        user = self._session.user
        account = user.account if user is not None else None
        if account is not self._payer:
            self._payer = account
            self._shared = self._paces.shared.of(self._session.address if account is None else account.key, now)

    def complaint(self, now: float) -> ChatError | None:
        """The error for a connection that has to rest; None if it was told already."""
        self._paces.slowed += 1
        limits = self._paces.limits
        if not self._own.has_recovered(now):
            told, self._is_told = self._is_told, True
            return None if told else ChatError("slowed", rate=limits.lines_per_second)
        told, self._told_together_at = now < self._told_together_at + _TOLD_SECONDS, now
        return None if told else ChatError("slowed_together", rate=limits.lines_per_second * limits.shared_lines)

    def idle(self, now: float) -> float:
        """How many seconds ago the last line came."""
        return self._own.idle(now)

    def may_go_on(self, now: float) -> bool:
        """Whether the connection has rested long enough.

        A calm connection need not wait for others of its address, unless all are calm and far too many.
        """
        if not self._own.has_recovered(now):
            return False
        limits = self._paces.limits
        is_calm = self._own.has_recovered(now, -_CALM * limits.burst_lines)
        return self._shared.has_recovered(now, limits.lines_per_second * limits.shared_lines if is_calm else 0)
