"""Names that belong to somebody: who may use which, and how they prove it."""

import secrets
from collections.abc import Callable, Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from chat.errors import ChatError
from chat.events import AccessToken
from chat.guesses import Guesses
from chat.limits import Limits
from chat.names import Name
from chat.passwords import Passwords
from chat.store.interfaces import Account, AccountStore


class Policy(NamedTuple):
    """What the operator allows. `registration` is `open`, `invite` or `closed`: who may make an account."""

    guests: bool = True
    registration: str = "open"


class Credentials(NamedTuple):
    """What somebody brings along with a name. `is_login`: they say that it has an account already."""

    password: str | None = None
    token: str | None = None
    invitation: str | None = None
    is_login: bool = False


class Accounts:
    """The rules. `now` is in seconds since the epoch; `new_secret` makes a text that nobody can guess."""

    def __init__(
        self,
        store: AccountStore,
        passwords: Passwords,
        guesses: Guesses,
        now: Callable[[], float],
        new_secret: Callable[[], str],
        policy: Policy,
        limits: Limits,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._guesses = guesses
        self._now = now
        self._new_secret = new_secret
        self._policy = policy
        self._limits = limits

    @property
    def wants_invitation(self) -> bool:
        """Whether whoever makes an account needs an invitation."""
        return self._policy.registration == "invite"

    async def find(self, name: Name) -> Account | None:
        """The account with that name, deleted ones included as long as they are held."""
        return await self._store.find(name.key)

    async def admit(self, name: Name, credentials: Credentials, address: str) -> Account | None:
        """Whether somebody at `address` may be called `name`: the account, or None for a guest.

        With a password, and without `is_login`, a name that nobody has becomes an account. Fails with ChatError.
        """
        account = await self._store.find(name.key)
        if credentials.token is not None:
            return await self._check_token(name, credentials.token)
        if credentials.password is not None:
            if account is None and not credentials.is_login:
                return await self.claim(name, credentials.password, credentials.invitation)
            await self._check_password(name, account, credentials.password, address)
            return account
        if account is not None:
            raise ChatError("name_claimed" if account.password_hash else "name_held", name=name.shown)
        if not self._policy.guests:
            raise ChatError("no_guests")
        return None

    async def check_new(self, name: Name, check: Callable[[Name], None]) -> bool:
        """Raise ChatError where `name` is no account's and may not be taken: what `check` raises, or `name_resembles`.

        Returns whether it is no account's. Whoever has an account keeps the name that it was made with.
        """
        if await self._store.find(name.key) is not None:
            return False
        check(name)
        if await self._store.resembling(name):
            raise ChatError("name_resembles", name=name.shown)
        return True

    async def claim(self, name: Name, password: str, invitation: str | None) -> Account:
        """Make an account. Fails with ChatError where that is not allowed, or the name has one already."""
        if self._policy.registration == "closed":
            raise ChatError("registration_closed")
        if self._policy.registration == "invite" and invitation is None:
            raise ChatError("invitation_needed")
        password_hash = await self._passwords.hash(password)
        used = digest(invitation) if invitation is not None and self._policy.registration == "invite" else None
        account = Account(name.key, name.shown, password_hash, self._now())
        return await self._store.create(account, used)

    async def change(self, account: Account, new: str, old: str, address: str) -> Account:
        """Give the account a new password; its tokens are forgotten. Fails with ChatError (`wrong_password`)."""
        await self._check(account, old, address)
        password_hash = await self._passwords.hash(new)
        await self._store.change_password(account.key, password_hash)
        return account._replace(password_hash=password_hash)

    async def delete(self, account: Account, password: str, address: str) -> None:
        """Delete the account, and hold its name. Fails with ChatError (`wrong_password`)."""
        await self._check(account, password, address)
        await self._store.delete(account.key, self._now() + self._limits.held_name_seconds)

    async def issue_token(self, account: Account) -> str:
        """A token that lets the account in without its password."""
        token = self._new_secret()
        await self._store.add_token(
            digest(token), account.key, self._now() + self._limits.token_seconds, self._limits.account_tokens
        )
        return token

    async def revoke_tokens(self, account: Account) -> None:
        """Forget all tokens of the account."""
        await self._store.drop_tokens(account.key)

    def check_guests(self) -> None:
        """Raise ChatError (`token_needed`) where nobody may do anything without an account."""
        if not self._policy.guests:
            raise ChatError("token_needed")

    async def make_access_token(self, account: Account, rooms: Sequence[str]) -> tuple[str, AccessToken]:
        """An access token for those rooms (keys), and its secret. Fails with ChatError (`too_many_tokens`)."""
        secret = self._new_secret()
        hashed = digest(secret)
        token = AccessToken(handle_of(hashed), account.key, rooms, self._now())
        await self._store.add_access_token(token, hashed, self._limits.access_tokens)
        return secret, token

    async def access_tokens(self, account: Account) -> Sequence[AccessToken]:
        """The account's access tokens."""
        return await self._store.access_tokens(account.key)

    async def revoke_access_token(self, account: Account, handle: str) -> None:
        """End one. Fails with ChatError (`no_such_token`)."""
        if not await self._store.drop_access_token(handle, account.key):
            raise ChatError("no_such_token")

    async def bearer(self, secret: str, room: str) -> Account:
        """For whom an access token speaks in `room`, by its key. Fails with ChatError (`bad_token`, `wrong_room`)."""
        hashed = digest(secret)
        found = await self._store.access_token(handle_of(hashed))
        if found is None or not compare_digest(found[1], hashed):
            raise ChatError("bad_token")
        account = await self._store.find(found[0].user)
        if account is None:
            raise ChatError("bad_token")
        if room not in found[0].rooms:
            raise ChatError("wrong_room")
        return account

    async def _check(self, account: Account, password: str, address: str) -> None:
        found = await self._store.find(account.key)
        await self._check_password(Name(account.name, account.key), found, password, address)

    async def _check_password(self, name: Name, account: Account | None, password: str, address: str) -> None:
        self._guesses.check(name.key, address)
        if account is None:
            # A store may know without a look that there is none; the answer must not come sooner for that.
            await self._store.token_owner(b"")
        password_hash = account.password_hash if account is not None else None
        is_right = await self._passwords.verify(password_hash, password)
        # Of guesses that were made at once, those past the limit learn nothing.
        self._guesses.check(name.key, address)
        if not is_right or password_hash is None:
            self._guesses.failed(name.key, address)
            raise ChatError("wrong_password")
        self._guesses.succeeded(name.key, address)

    async def _check_token(self, name: Name, token: str) -> Account:
        owner = await self._store.token_owner(digest(token))
        if owner is None or owner.key != name.key:
            raise ChatError("bad_token")
        return owner


def digest(secret: str) -> bytes:
    """What is kept of a secret that was made by us: it is long and random, so no slow hash is needed."""
    return sha256(secret.encode()).digest()


def handle_of(digest: bytes) -> str:
    """What an access token is called that has this digest: it tells them apart, and nothing of the secret."""
    return digest.hex()[:12]


def new_secret() -> str:
    """A secret that nobody can guess: a token, or an invitation."""
    return secrets.token_urlsafe(24)
