"""Accounts that are forgotten when the process ends."""

from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred, fail, succeed

from chat.errors import ChatError
from chat.events import AccessToken
from chat.looks import Looks
from chat.names import Name
from chat.store.interfaces import Account


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
        self._looks = Looks()
        self._tokens: dict[bytes, tuple[str, float]] = {}
        self._access_tokens: dict[str, tuple[AccessToken, bytes]] = {}
        self._invitations: dict[bytes, float] = {}

    def is_held(self, key: str) -> bool:
        """Whether the name was deleted lately."""
        account = self._known(key)
        return account is not None and account.password_hash is None

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
        return succeed(kept)

    def change_password(self, key: str, password_hash: str) -> Deferred[None]:
        account = self._known(key)
        if account is not None and account.password_hash is not None:
            self._accounts[key] = account._replace(password_hash=password_hash)
            self._drop_access_tokens(key)
        return self.drop_tokens(key)

    def delete(self, key: str, held_until: float) -> Deferred[None]:
        account = self._known(key)
        if account is not None and account.password_hash is not None:
            self._accounts[key] = account._replace(password_hash=None, held_until=held_until)
            self._forget_user(key)
            self._drop_access_tokens(key)
        return self.drop_tokens(key)

    def add_token(self, digest: bytes, key: str, expires_at: float, most: int) -> Deferred[None]:
        account = self._known(key)
        if account is not None and account.password_hash is not None:
            self._tokens = {digest: token for digest, token in self._tokens.items() if token[1] > self._now()}
            own = [(until, old) for old, (owner, until) in self._tokens.items() if owner == key]
            for _, old in sorted(own)[: max(0, len(own) + 1 - most)]:
                del self._tokens[old]
            self._tokens[digest] = key, expires_at
        return succeed(None)

    def token_owner(self, digest: bytes) -> Deferred[Account | None]:
        key, expires_at = self._tokens.get(digest, ("", 0.0))
        return succeed(self._known(key) if expires_at > self._now() else None)

    def drop_tokens(self, key: str) -> Deferred[None]:
        self._tokens = {digest: token for digest, token in self._tokens.items() if token[0] != key}
        return succeed(None)

    def add_access_token(self, token: AccessToken, digest: bytes, most: int) -> Deferred[None]:
        account = self._known(token.user)
        if account is not None and account.password_hash is not None:
            if len(self._owned(token.user)) >= most:
                return fail(ChatError("too_many_tokens", limit=most))
            self._access_tokens[token.handle] = token, digest
        return succeed(None)

    def access_token(self, handle: str) -> Deferred[tuple[AccessToken, bytes] | None]:
        return succeed(self._access_tokens.get(handle))

    def access_tokens(self, user: str) -> Deferred[Sequence[AccessToken]]:
        return succeed(self._owned(user))

    def drop_access_token(self, handle: str, user: str | None) -> Deferred[bool]:
        token = self._access_tokens.get(handle)
        if token is None or user not in (None, token[0].user):
            return succeed(False)
        del self._access_tokens[handle]
        return succeed(True)

    def add_invitation(self, digest: bytes, expires_at: float) -> Deferred[None]:
        self._invitations[digest] = expires_at
        return succeed(None)

    def all(self) -> Deferred[Sequence[Account]]:
        return succeed([account for key in sorted(self._accounts) if (account := self._known(key)) is not None])

    def _owned(self, user: str) -> Sequence[AccessToken]:
        return [token for token, _ in self._access_tokens.values() if token.user == user]

    def _drop_access_tokens(self, user: str) -> None:
        for token in self._owned(user):
            del self._access_tokens[token.handle]

    def _known(self, key: str) -> Account | None:
        account = self._accounts.get(key)
        if account is not None and account.held_until is not None and account.held_until <= self._now():
            del self._accounts[key]
            return None
        return account
