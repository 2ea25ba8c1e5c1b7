"""What happens to an account while somebody is on their way into it."""

from collections.abc import Iterator
from contextlib import contextmanager

from chat.store.interfaces import Account, AccountChange, What


class Passage:
    """One person's way in: from before their account is looked up until they are let in."""

    def __init__(self) -> None:
        self._changes: list[AccountChange] = []

    def note(self, change: AccountChange) -> None:
        """Something happened to an account."""
        self._changes.append(change)

    def has_made(self, key: str) -> bool:
        """Whether the account with this name was made on the way."""
        return any(change.key == key and change.what is What.MADE for change in self._changes)

    def is_open(self, key: str, account: Account | None, handle: str | None = None) -> bool:
        """Whether who was found to be `account` (None: a guest) under the name `key` may still come in.

        `handle` is that of the access token they came by. To be asked right before they are let in.
        """
        password_hash = account.password_hash if account is not None else None
        for change in self._changes:
            if change.key != key:
                continue
            if change.what is What.TOKEN:
                is_open = change.handle != handle
            elif change.what is What.LOGGED_OUT:
                is_open = handle is not None
            elif change.what is What.REHASHED:
                is_open = True
                if password_hash == change.before:
                    password_hash = change.password_hash
            else:
                is_open = handle is None and password_hash is not None and password_hash == change.password_hash
            if not is_open:
                return False
        return True


class Passages:
    """All that somebody is on. Each is told of every change while it is open."""

    def __init__(self) -> None:
        self._open: dict[Passage, None] = {}

    @contextmanager
    def begin(self) -> Iterator[Passage]:
        """Somebody sets out."""
        passage = Passage()
        self._open[passage] = None
        try:
            yield passage
        finally:
            del self._open[passage]

    def note(self, change: AccountChange) -> None:
        """Something happened to an account."""
        for passage in self._open:
            passage.note(change)
