"""How many files are on their way from one address: its people leave places for those of others."""

from collections.abc import Callable

from chat.errors import ChatError
from chat.limits import Limits
from chat.shares import Share, Shares


class UploadPlaces:
    """The places of files that were begun and are not whole, by the address that they were asked for from.

    Whoever makes many accounts has the places of one address still. In memory: after a restart, an address has all of
    its places again. `now` is in seconds since the epoch.
    """

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._shares = Shares(Share(limits.uploads, limits.uploads_each_address))
        # By the id of the file, the oldest first: the address, and when the file is forgotten at the latest.
        self._taken: dict[str, tuple[str, float]] = {}

    def take(self, file_id: str, address: str) -> None:
        """A file is asked for. Raises ChatError (`too_many_uploads`)."""
        self._sweep()
        if not self._shares.has_room(address):
            raise ChatError("too_many_uploads", limit=self._limits.uploads_each_address)
        self._shares.take(address)
        self._taken[file_id] = address, self._now() + self._limits.partial_seconds

    def give_back(self, file_id: str) -> None:
        """A file is whole, or does not come; it need not have a place."""
        if (taken := self._taken.pop(file_id, None)) is not None:
            self._shares.give_back(taken[0])

    def _sweep(self) -> None:
        now = self._now()
        while self._taken and next(iter(self._taken.values()))[1] <= now:
            self.give_back(next(iter(self._taken)))
