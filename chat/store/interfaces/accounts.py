"""Accounts, their tokens, and invitations."""

from collections.abc import Callable, Sequence, Set
from enum import Enum, auto
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred

from chat.events import AccessToken
from chat.names import Name
from chat.personal import PersonalSettings


class Account(NamedTuple):
    """A name that belongs to somebody. Without a `password_hash` it was deleted, and is nobody's until `held_until`.

    `since` separates their messages from those of an earlier owner of the name (see `Span` and `Query`).
    """

    key: str
    name: str
    password_hash: str | None
    created_at: float
    since: int = 0
    held_until: float | None = None

    @property
    def is_deleted(self) -> bool:
        """Whether the account was deleted, so that only its name is held."""
        return self.password_hash is None


class What(Enum):
    """The kinds of changes to an account. After PASSWORD, DELETED and LOGGED_OUT its open sessions have to end."""

    MADE = auto()
    PASSWORD = auto()
    REHASHED = auto()
    DELETED = auto()
    LOGGED_OUT = auto()
    TOKEN = auto()
    DEVICE = auto()
    SETTINGS = auto()
    OPERATOR = auto()


class AccountChange(NamedTuple):
    """Something happened to the account `key`. `password_hash` is its hash from now on, if the change has one.

    With REHASHED that stands for the same password as the hash `before`. With TOKEN the access token `handle` ended,
    with DEVICE the token of a device, which has this `digest`. With SETTINGS it has these `settings` from now on.
    With OPERATOR the account became an operator of the server, or is none any more.
    """

    key: str
    what: What
    password_hash: str | None = None
    before: str | None = None
    handle: str | None = None
    settings: PersonalSettings | None = None
    digest: bytes | None = None


class LoginToken(NamedTuple):
    """A token that replaces a password, by its digest."""

    digest: bytes
    expires_at: float


class AccountStore(Protocol):
    """The accounts, their tokens, and invitations. Digests are those of secrets, which no store ever sees.

    A method with a `verified` hash does nothing if the account has another hash by then, or is gone: anyone who proved
    a password may act on the account only while that is its password. Methods that fire with a bool say whether they
    did what they promise.
    """

    @property
    def keys(self) -> Set[str]:
        """The keys of all accounts that are not deleted. It is the same set each time, and kept up to date."""

    def watch(self, changed: Callable[[AccountChange], None]) -> None:
        """Have `changed` called on the reactor's thread for each change, before the result of the change fires.

        Called at most once.
        """

    def find(self, key: str) -> Deferred[Account | None]:
        """The account with this name, deleted ones included as long as they are held."""

    def resembling(self, name: Name) -> Deferred[bool]:
        """Whether another account, deleted ones included as long as they are held, looks like `name` (`chat.looks`)."""

    def create(self, account: Account, invitation: bytes | None) -> Deferred[Account]:
        """Keep a new account; its `since` is set. Fails with ChatError (`name_claimed`, `bad_invitation`).

        It fails with `name_resembles` if `resembling` is true by then, so that of two made at once only one is kept.

        With `invitation` it uses that up, which must be valid.
        """

    def invitation(self, digest: bytes) -> Deferred[bool]:
        """Whether an invitation is valid now; it is not used up."""

    def change_password(self, key: str, password_hash: str, verified: str | None = None) -> Deferred[bool]:
        """Change the password, and forget the account's tokens of both kinds."""

    def rehash(self, key: str, password_hash: str, verified: str) -> Deferred[bool]:
        """Replace the hash by another one of the same password; all tokens stay."""

    def delete(self, key: str, held_until: float, verified: str | None = None) -> Deferred[bool]:
        """Forget the account, its settings and its tokens of both kinds, and hold its name.

        A later owner of the name gets none of its messages.
        """

    def settings(self, key: str) -> Deferred[PersonalSettings]:
        """The settings of an account; the usual ones if it has never changed any, or is none."""

    def change_settings(
        self, key: str, change: Callable[[PersonalSettings], PersonalSettings]
    ) -> Deferred[PersonalSettings | None]:
        """Give an account the settings that `change` makes of its present ones; None if there is no such account.

        Nothing else changes them in between. `change` may be called on another thread. What it raises is the result,
        and then nothing is changed.
        """

    def add_token(self, digest: bytes, account: Account, expires_at: float, most: int) -> Deferred[bool]:
        """Keep a token of an account, and no more than `most` of them: those that expire first go.

        It is kept only if the account still has the hash that `account` has.
        """

    def token_owner(self, digest: bytes) -> Deferred[Account | None]:
        """The account that a token, which has not expired, belongs to."""

    def renew_token(self, digest: bytes, account: Account, expires_at: float) -> Deferred[bool]:
        """Let a token of an account be valid until then, if it is still there, and the account as in `add_token`."""

    def tokens(self, key: str) -> Deferred[Sequence[LoginToken]]:
        """The tokens of an account that are valid, except its access tokens: those that were used last come first."""

    def drop_token(self, digest: bytes, key: str) -> Deferred[bool]:
        """Forget one of them, if it is of the account `key`."""

    def drop_tokens(self, key: str) -> Deferred[None]:
        """Forget all tokens of an account, except its access tokens."""

    def add_access_token(self, token: AccessToken, digest: bytes, most: int, verified: str | None) -> Deferred[bool]:
        """Keep an access token. Fails with ChatError (`too_many_tokens`) if the account has `most` of them.

        Nothing is kept if there is no such account.
        """

    def access_token(self, handle: str) -> Deferred[tuple[AccessToken, bytes] | None]:
        """The access token with this handle, and its digest."""

    def access_tokens(self, user: str) -> Deferred[Sequence[AccessToken]]:
        """The access tokens of an account, the oldest first."""

    def drop_access_token(self, handle: str, user: str | None) -> Deferred[bool]:
        """Forget an access token, if it is `user`'s (None: anybody's)."""

    def add_invitation(self, digest: bytes, expires_at: float) -> Deferred[None]:
        """Keep an invitation."""

    def all(self) -> Deferred[Sequence[Account]]:
        """Every account, in the order of the names."""

    @property
    def operators(self) -> Set[str]:
        """The keys of the accounts that are operators, in memory: always the same set, which changes with them."""

    def set_operator(self, key: str, *, is_one: bool) -> Deferred[bool]:
        """Make an account an operator, or make it none; False if nothing changed, or there is no such account.

        An account that is deleted is none any more.
        """
