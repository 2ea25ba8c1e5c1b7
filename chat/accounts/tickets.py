"""How a browser gets to read files: a ticket, good once, is exchanged for the secret of a cookie.

A page shows the browser's cookie neither to scripts nor to other addresses, and `<img>` sends nothing else. So the page
asks for a ticket on its connection, and posts it. A ticket also logs another browser in. Only digests are kept, in
memory.
"""

from collections.abc import Callable
from typing import NamedTuple

from chat.accounts.tokens import digest
from chat.limits import Limits


class Reader(NamedTuple):
    """The person for whom a browser reads files: an account by its `key` or, on this visit only, a `guest`.

    `guest` is the `User` of the hub; it is the same object for as long as they are here. Their `key` may be that of
    somebody else as soon as they have left. `device` is where they asked for it (`Session.device`).
    """

    key: str
    guest: object | None = None
    device: str = ""

    @property
    def person(self) -> tuple[str, object | None]:
        """The person, whatever their device."""
        return self.key, self.guest


class _Secrets:
    """Secrets of readers, which expire in the order in which they were made; those past a limit give way."""

    def __init__(
        self, most: int, most_each: int, lasts: float, seconds: Callable[[], float], new_secret: Callable[[], str]
    ) -> None:
        self._most, self._most_each, self._lasts = most, most_each, lasts
        self._seconds = seconds
        self._new_secret = new_secret
        # By digest, the oldest first: whose it is, and when it expires.
        self._found: dict[bytes, tuple[Reader, float]] = {}
        self._of: dict[tuple[str, object | None], dict[bytes, None]] = {}

    def make(self, reader: Reader) -> str:
        """A new secret of `reader`."""
        self._sweep()
        if len(own := self._of.get(reader.person, {})) >= self._most_each:
            self._drop(next(iter(own)))
        if len(self._found) >= self._most:
            self._drop(next(iter(self._found)))
        secret = self._new_secret()
        key = digest(secret)
        self._found[key] = reader, self._seconds() + self._lasts
        self._of.setdefault(reader.person, {})[key] = None
        return secret

    def find(self, secret: str) -> Reader | None:
        """Whose secret it is, if it is valid."""
        self._sweep()
        # What is looked up is a digest: how long that takes says nothing of the secret.
        found = self._found.get(digest(secret))
        return found[0] if found is not None else None

    def drop(self, secret: str) -> None:
        """End one secret; it need not be valid."""
        self._drop(digest(secret))

    def drop_all(self, reader: Reader) -> None:
        """End all secrets of `reader`: those of one device, if it has one, else all of the person."""
        for key in list(self._of.get(reader.person, {})):
            if reader.device in ("", self._found[key][0].device):
                self._drop(key)

    def _drop(self, key: bytes) -> None:
        found = self._found.pop(key, None)
        if found is not None:
            person = found[0].person
            own = self._of[person]
            del own[key]
            if not own:
                del self._of[person]

    def _sweep(self) -> None:
        now = self._seconds()
        while self._found and next(iter(self._found.values()))[1] <= now:
            self._drop(next(iter(self._found)))


class Tickets:
    """Words that are good once, for `ticket_seconds`. `seconds` is a monotonic clock."""

    def __init__(self, limits: Limits, seconds: Callable[[], float], new_secret: Callable[[], str]) -> None:
        self._words = _Secrets(limits.tickets, limits.tickets_each, limits.ticket_seconds, seconds, new_secret)

    def issue(self, reader: Reader) -> str:
        """A new word for `reader`. If they have too many, or all people together, the oldest is good no more."""
        return self._words.make(reader)

    def redeem(self, word: str) -> Reader | None:
        """Whose word it is; None if it is not valid. It is good no more."""
        reader = self._words.find(word)
        self._words.drop(word)
        return reader

    def end_all(self, reader: Reader) -> None:
        """No word of `reader` is good any more; see `FileSessions.end_all`."""
        self._words.drop_all(reader)


class FileSessions:
    """The cookies with which browsers read files, each for `file_session_seconds`. `seconds` is a monotonic clock."""

    def __init__(self, limits: Limits, seconds: Callable[[], float], new_secret: Callable[[], str]) -> None:
        most, lasts = limits.file_sessions, limits.file_session_seconds
        self._secrets = _Secrets(most, limits.file_sessions_each, lasts, seconds, new_secret)

    def begin(self, reader: Reader) -> str:
        """The secret of a new cookie of `reader`. If there are too many, the oldest ends."""
        return self._secrets.make(reader)

    def identity_of(self, secret: str) -> Reader | None:
        """For whom the browser with this secret reads; None if it is not valid, or not any more."""
        return self._secrets.find(secret)

    def end(self, secret: str) -> None:
        """End one cookie; it need not be valid."""
        self._secrets.drop(secret)

    def end_all(self, reader: Reader) -> None:
        """End all cookies of `reader`: those of one device, if it has one, else all of the person."""
        self._secrets.drop_all(reader)
