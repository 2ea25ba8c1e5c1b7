"""Logins under way, and the changes to accounts that may end them."""

from collections.abc import Sequence

from chat.personal import PersonalSettings
from chat.store.interfaces import Account, AccountChange, What


class PendingLogin:
    """One login, a context: from before its account is looked up until the person is in the chat.

    Until then it is among those that are `under_way`.
    """

    def __init__(self, under_way: "dict[PendingLogin, None]") -> None:
        self._under_way = under_way
        self._changes: Sequence[AccountChange] = ()

    def __enter__(self) -> "PendingLogin":
        self._under_way[self] = None
        return self

    def __exit__(self, *_: object) -> None:
        del self._under_way[self]

    def note(self, change: AccountChange) -> None:
        """An account has changed."""
        self._changes = [*self._changes, change]

    def has_made(self, key: str) -> bool:
        """Whether the account with this name was made during this login."""
        return any(change.key == key and change.what is What.MADE for change in self._changes)

    def settings(self, key: str, found: PersonalSettings) -> PersonalSettings:
        """The settings of an account that were `found` during this login, or what they were changed to since."""
        changed = [change.settings for change in self._changes if change.key == key and change.settings is not None]
        return changed[-1] if changed else found

    def is_open(self, key: str, account: Account | None, handle: str | None = None, login: bytes | None = None) -> bool:
        """Whether the login as `account` (None: a guest), with the name `key`, is still valid after all changes.

        `handle` is that of the access token, and `login` the digest of the token of a device, if the login uses one.
        Ask this right before the person is let in.
        """
        password_hash = account.password_hash if account is not None else None
        for change in self._changes:
            if change.key != key:
                continue
            if change.what is What.TOKEN:
                is_open = change.handle != handle
            elif change.what is What.DEVICE:
                is_open = login is None or change.digest != login
            elif change.what is What.LOGGED_OUT:
                is_open = handle is not None
            elif change.what is What.SETTINGS:
                is_open = True
            elif change.what is What.REHASHED:
                is_open = True
                if password_hash == change.before:
                    password_hash = change.password_hash
            else:
                is_open = handle is None and password_hash is not None and password_hash == change.password_hash
            if not is_open:
                return False
        return True


class PendingLogins:
    """All logins under way. Each gets every change to an account."""

    def __init__(self) -> None:
        self._open: dict[PendingLogin, None] = {}

    def begin(self) -> PendingLogin:
        """A login, which begins and ends with its context."""
        return PendingLogin(self._open)

    def note(self, change: AccountChange) -> None:
        """An account has changed."""
        for pending_login in self._open:
            pending_login.note(change)
