"""Accounts that are forgotten when the process ends."""

from collections.abc import Callable, Sequence, Set

from twisted.internet.defer import Deferred, fail, succeed

from chat.errors import ChatError
from chat.events import AccessToken
from chat.looks import Looks
from chat.names import Name
from chat.personal import NO_SETTINGS, PersonalSettings
from chat.store.interfaces import Account, AccountChange, LoginToken, What


class MemoryAccounts:
    """An `AccountStore` in memory, which answers at once.

    `last_id` gives the place of the last event of the journal; `forget_user` is called for a name that is deleted.
    """

    def __init__(
        self, now: Callable[[], float], last_id: Callable[[], int], forget_user: Callable[[str], None]
    ) -> None:
        self._now = now
        self._last_id = last_id
        self._forget_user = forget_user
        self._accounts: dict[str, Account] = {}
        # The keys of those that are not deleted.
        self._keys: set[str] = set()
        self._looks = Looks()
        self._settings: dict[str, PersonalSettings] = {}
        self._tokens: dict[bytes, tuple[str, float]] = {}
        self._access_tokens: dict[str, tuple[AccessToken, bytes]] = {}
        self._invitations: dict[bytes, float] = {}
        self._operators: set[str] = set()
        self._changed: Callable[[AccountChange], None] = lambda _: None

    @property
    def keys(self) -> Set[str]:
        return self._keys

    def watch(self, changed: Callable[[AccountChange], None]) -> None:
        self._changed = changed

    def is_held(self, key: str) -> bool:
        """Whether the name was deleted lately."""
        # Most names are nobody's account: every direct message asks this.
        return key in self._accounts and (account := self._known(key)) is not None and account.is_deleted

    def is_account(self, key: str) -> bool:
        """Whether a name is an account's."""
        account = self._accounts.get(key)
        return account is not None and not account.is_deleted

    def name_of(self, key: str) -> str | None:
        """The name of the account, as it is shown; None if there is none."""
        account = self._accounts.get(key)
        return None if account is None or account.is_deleted else account.name

    def find(self, key: str) -> Deferred[Account | None]:
        return succeed(self._known(key))

    def resembling(self, name: Name) -> Deferred[bool]:
        return succeed(any(map(self._known, self._looks.rivals(name))))

    def create(self, account: Account, invitation: bytes | None) -> Deferred[Account]:
        if self._known(account.key) is not None:
            return fail(ChatError("name_claimed", name=account.name))
        if any(map(self._known, self._looks.rivals(Name(account.name, account.key)))):
            return fail(ChatError("name_resembles", name=account.name))
        if invitation is not None and self._invitations.pop(invitation, 0) <= self._now():
            return fail(ChatError("bad_invitation"))
        if account.key not in self._accounts:
            self._looks.add(Name(account.name, account.key))
        kept = self._accounts[account.key] = account._replace(since=self._last_id())
        self._keys.add(account.key)
        self._changed(AccountChange(account.key, What.MADE, account.password_hash))
        return succeed(kept)

    def invitation(self, digest: bytes) -> Deferred[bool]:
        return succeed(self._invitations.get(digest, 0) > self._now())

    def change_password(self, key: str, password_hash: str, verified: str | None = None) -> Deferred[bool]:
        account = self._open(key, verified)
        if account is None:
            return succeed(False)
        self._accounts[key] = account._replace(password_hash=password_hash)
        self._drop_access_tokens(key)
        self._drop_tokens(key)
        self._changed(AccountChange(key, What.PASSWORD, password_hash))
        return succeed(True)

    def rehash(self, key: str, password_hash: str, verified: str) -> Deferred[bool]:
        account = self._open(key, verified)
        if account is None:
            return succeed(False)
        self._accounts[key] = account._replace(password_hash=password_hash)
        self._changed(AccountChange(key, What.REHASHED, password_hash, verified))
        return succeed(True)

    def delete(self, key: str, held_until: float, verified: str | None = None) -> Deferred[bool]:
        account = self._open(key, verified)
        if account is None:
            return succeed(False)
        self._accounts[key] = account._replace(password_hash=None, held_until=held_until)
        self._keys.discard(key)
        self._forget_user(key)
        self._settings.pop(key, None)
        self._operators.discard(key)
        self._drop_access_tokens(key)
        self._drop_tokens(key)
        self._changed(AccountChange(key, What.DELETED))
        return succeed(True)

    def settings(self, key: str) -> Deferred[PersonalSettings]:
        return succeed(self._settings.get(key, NO_SETTINGS))

    def change_settings(
        self, key: str, change: Callable[[PersonalSettings], PersonalSettings]
    ) -> Deferred[PersonalSettings | None]:
        if self._open(key, None) is None:
            return succeed(None)
        try:
            settings = self._settings[key] = change(self._settings.get(key, NO_SETTINGS))
        except ChatError as error:
            return fail(error)
        self._changed(AccountChange(key, What.SETTINGS, settings=settings))
        return succeed(settings)

    def add_token(self, digest: bytes, account: Account, expires_at: float, most: int) -> Deferred[bool]:
        key = account.key
        if self._open(key, account.password_hash) is None:
            return succeed(False)
        self._tokens = {digest: token for digest, token in self._tokens.items() if token[1] > self._now()}
        own = [(until, old) for old, (owner, until) in self._tokens.items() if owner == key]
        for _, old in sorted(own)[: max(0, len(own) + 1 - most)]:
            del self._tokens[old]
        self._tokens[digest] = key, expires_at
        return succeed(True)

    def token_owner(self, digest: bytes) -> Deferred[Account | None]:
        key, expires_at = self._tokens.get(digest, ("", 0.0))
        return succeed(self._known(key) if expires_at > self._now() else None)

    def renew_token(self, digest: bytes, account: Account, expires_at: float) -> Deferred[bool]:
        owner, until = self._tokens.get(digest, ("", 0.0))
        if owner != account.key or until <= self._now() or self._open(owner, account.password_hash) is None:
            return succeed(False)
        self._tokens[digest] = owner, expires_at
        return succeed(True)

    def tokens(self, key: str) -> Deferred[Sequence[LoginToken]]:
        now = self._now()
        own = [
            LoginToken(digest, until) for digest, (owner, until) in self._tokens.items() if owner == key and until > now
        ]
        return succeed(sorted(own, key=lambda token: (-token.expires_at, token.digest)))

    def drop_token(self, digest: bytes, key: str) -> Deferred[bool]:
        if self._tokens.get(digest, ("", 0.0))[0] != key:
            return succeed(False)
        del self._tokens[digest]
        self._changed(AccountChange(key, What.DEVICE, digest=digest))
        return succeed(True)

    def drop_tokens(self, key: str) -> Deferred[None]:
        self._drop_tokens(key)
        self._changed(AccountChange(key, What.LOGGED_OUT))
        return succeed(None)

    def add_access_token(self, token: AccessToken, digest: bytes, most: int, verified: str | None) -> Deferred[bool]:
        if self._open(token.user, verified) is None:
            return succeed(False)
        if len(self._owned(token.user)) >= most:
            return fail(ChatError("too_many_tokens", limit=most))
        self._access_tokens[token.handle] = token, digest
        return succeed(True)

    def access_token(self, handle: str) -> Deferred[tuple[AccessToken, bytes] | None]:
        return succeed(self._access_tokens.get(handle))

    def access_tokens(self, user: str) -> Deferred[Sequence[AccessToken]]:
        return succeed(self._owned(user))

    def drop_access_token(self, handle: str, user: str | None) -> Deferred[bool]:
        token = self._access_tokens.get(handle)
        if token is None or user not in (None, token[0].user):
            return succeed(False)
        del self._access_tokens[handle]
        self._changed(AccountChange(token[0].user, What.TOKEN, handle=handle))
        return succeed(True)

    def add_invitation(self, digest: bytes, expires_at: float) -> Deferred[None]:
        self._invitations[digest] = expires_at
        return succeed(None)

    def all(self) -> Deferred[Sequence[Account]]:
        return succeed([account for key in sorted(self._accounts) if (account := self._known(key)) is not None])

    @property
    def operators(self) -> Set[str]:
        return self._operators

    def set_operator(self, key: str, *, is_one: bool) -> Deferred[bool]:
        if (key in self._operators) is is_one or self._open(key, None) is None:
            return succeed(False)
        self._operators ^= {key}
        self._changed(AccountChange(key, What.OPERATOR))
        return succeed(True)

    def _owned(self, user: str) -> Sequence[AccessToken]:
        return [token for token, _ in self._access_tokens.values() if token.user == user]

    def _drop_access_tokens(self, user: str) -> None:
        for token in self._owned(user):
            del self._access_tokens[token.handle]

    def _drop_tokens(self, key: str) -> None:
        self._tokens = {digest: token for digest, token in self._tokens.items() if token[0] != key}

    def since(self, key: str) -> int:
        """The `since` of the account of that name; 0 where there is none."""
        account = self._known(key)
        return account.since if account is not None else 0

    def _open(self, key: str, verified: str | None) -> Account | None:
        """The account that somebody can log in to, if it is still as they know it."""
        account = self._known(key)
        if account is None or account.is_deleted or verified not in (None, account.password_hash):
            return None
        return account

    def _known(self, key: str) -> Account | None:
        account = self._accounts.get(key)
        if account is not None and account.held_until is not None and account.held_until <= self._now():
            del self._accounts[key]
            return None
        return account
