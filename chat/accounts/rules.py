"""The rules of accounts: who may use which name, and how they prove that it is theirs."""

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from hmac import compare_digest
from math import ceil
from typing import NamedTuple

from chat.accounts.claims import Claims
from chat.accounts.failed_logins import FailedLogins
from chat.accounts.guest_tokens import GuestTokens
from chat.accounts.passwords import Passwords
from chat.accounts.tickets import FileSessions, Tickets
from chat.accounts.tokens import digest, handle_of
from chat.errors import ChatError
from chat.events import AccessToken
from chat.limits import Limits
from chat.names import Name
from chat.personal import PersonalSettings
from chat.store.interfaces import Account, AccountChange, AccountStore
from chat.throttle import Buckets

_HOUR = 3600
# A context in which an account is changed.
Acting = AbstractContextManager[None]
_NOBODY_ELSE: Acting = nullcontext()


# The lines that let a person into a server without guests: with a new account, and with an old one.
_REGISTER = "server:register <name> <password>"
_LOG_IN = "server:login <name> <password>"
# An invitation belongs to a registration: a guest has to come in anew.
_LEAVE = "server:exit, connect again and type "
# How a guest gets an account, by who may make one (`Policy.registration`).
_HINTS = {
    "open": "type server:password <new password> to make one",
    "invite": f"type {_LEAVE}server:register <name> <password> <invitation>",
    "closed": f"and nobody can make one here; if you have one, type {_LEAVE}{_LOG_IN}",
}


class Policy(NamedTuple):
    """The operator's rules. `registration`: who may make an account: `open`, `invite` or `closed`."""

    guests: bool = True
    registration: str = "open"


class Credentials(NamedTuple):
    """The proofs that come with a name. `is_login`: the person says that the account exists.

    A `ticket` says by itself who comes.
    """

    password: str | None = None
    token: str | None = None
    invitation: str | None = None
    is_login: bool = False
    ticket: str | None = None


class Accounts:
    """The rules. `now` is in seconds since the epoch; `new_secret` makes a text that nobody can guess.

    `claims` are the names for which an account is being made; `guest_tokens` has the tokens of guests. `tickets` and
    `file_sessions` are for browsers that read files. `new_secret` is for everybody who needs one.
    """

    def __init__(
        self,
        store: AccountStore,
        passwords: Passwords,
        failed_logins: FailedLogins,
        now: Callable[[], float],
        new_secret: Callable[[], str],
        policy: Policy,
        limits: Limits,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._failed_logins = failed_logins
        self.now = now
        self.new_secret = new_secret
        self._policy = policy
        self._limits = limits
        self._made = Buckets(limits.accounts_an_hour / _HOUR, limits.accounts_an_hour)
        self.claims = Claims()
        # Nobody without an account comes in, and nobody makes one: the hub follows the settings of the server.
        self.is_locked_down = False
        self.guest_tokens = GuestTokens(limits, failed_logins.seconds, new_secret)
        self.tickets = Tickets(limits, failed_logins.seconds, new_secret)
        self.file_sessions = FileSessions(limits, failed_logins.seconds, new_secret)

    @property
    def keys(self) -> Set[str]:
        """See `AccountStore.keys`."""
        return self._store.keys

    def watch(self, changed: Callable[[AccountChange], None]) -> None:
        """See `AccountStore.watch`."""
        self._store.watch(changed)

    @property
    def operators(self) -> Set[str]:
        """See `AccountStore.operators`."""
        return self._store.operators

    def seconds(self) -> float:
        """Seconds of the clock by which limits are counted."""
        return self._failed_logins.seconds()

    def check_lockdown(self) -> None:
        """Raise ChatError (`lockdown`) if nobody comes in without an account now."""
        if self.is_locked_down:
            raise ChatError("lockdown")

    @property
    def policy(self) -> Policy:
        """Who may come in now, and who may make an account."""
        return Policy(guests=False, registration="closed") if self.is_locked_down else self._policy

    @property
    def wants_invitation(self) -> bool:
        """Whether a new account needs an invitation."""
        return self._policy.registration == "invite"

    @property
    def hint(self) -> str:
        """How a guest gets an account here: the end of a sentence."""
        return _HINTS[self._policy.registration]

    async def find(self, name: Name) -> Account | None:
        """The account with that name, or None. Includes deleted accounts while their names are held."""
        return await self._store.find(name.key)

    async def settings(self, key: str) -> PersonalSettings:
        """The settings of the account with this key."""
        return await self._store.settings(key)

    async def change_settings(self, key: str, change: Callable[[PersonalSettings], PersonalSettings]) -> None:
        """Change the settings of an account; see `AccountStore.change_settings`. The watcher hears of it.

        Raises ChatError (`logged_out` where the account is gone, and what `change` raises).
        """
        if await self._store.change_settings(key, change) is None:
            raise ChatError("logged_out")

    async def admit(
        self, name: Name, credentials: Credentials, address: str, check: Callable[[Name], None] = lambda _: None
    ) -> Account | None:
        """Decide whether somebody at `address` may have `name`; returns the account, or None for a guest.

        With a password, and without `is_login`, a free name becomes an account. `check` raises if nobody may newly take
        the name. Fails with ChatError if the person may not have it.
        """
        account = await self._store.find(name.key)
        if credentials.token is not None:
            return await self._check_token(name, credentials.token)
        if credentials.password is not None:
            if account is None and not credentials.is_login:
                await self._check_new(name, check)
                return await self.claim(name, credentials.password, credentials.invitation, address)
            return await self._check_password(name, account, credentials.password, address)
        if account is not None:
            raise ChatError("name_held" if account.is_deleted else "name_claimed", name=name.shown)
        self.check_lockdown()
        if not self._policy.guests:
            raise ChatError("no_guests", usage=_LOG_IN if self._policy.registration == "closed" else _REGISTER)
        await self._check_new(name, check)
        return None

    async def claim(
        self, name: Name, password: str, invitation: str | None, address: str = "", *, is_own: bool = False
    ) -> Account:
        """Make an account; `is_own`: a guest who is here makes their name an account.

        Fails with ChatError if that is not allowed, or somebody else has or claims the name; nothing has changed then.
        """
        self.check_lockdown()
        if self._policy.registration == "closed":
            raise ChatError("registration_closed")
        self._passwords.check(password)
        with self.claims.of(name, is_own=is_own):
            used = None
            if self._policy.registration == "invite":
                if invitation is None:
                    raise ChatError("invitation_needed", first=_LEAVE if is_own else "")
                used = await self._look_at(invitation, name, address)
            self._count_account(address)
            password_hash = await self._passwords.hash(password, address)
            account = Account(name.key, name.shown, password_hash, self.now())
            return await self._store.create(account, used)

    async def change(
        self, account: Account, new: str, old: str, address: str, acting: Acting = _NOBODY_ELSE
    ) -> Account:
        """Give the account a new password, within the context `acting`, and forget its tokens.

        Fails with ChatError: `wrong_password`, or `logged_out` if somebody else has changed it meanwhile.
        """
        self._passwords.check(new)
        found = await self._check(account, old, address)
        password_hash = await self._passwords.hash(new, address, is_known=True)
        with acting:
            if not await self._store.change_password(account.key, password_hash, found.password_hash):
                raise ChatError("logged_out")
        return found._replace(password_hash=password_hash)

    async def delete(self, account: Account, password: str, address: str, acting: Acting = _NOBODY_ELSE) -> None:
        """Delete the account, and hold its name. Fails with ChatError as `change` does."""
        found = await self._check(account, password, address)
        held_until = self.now() + self._limits.held_name_seconds
        with acting:
            if not await self._store.delete(account.key, held_until, found.password_hash):
                raise ChatError("logged_out")

    async def issue_token(self, account: Account, used: str | None = None) -> str | None:
        """A token that replaces the password; None if the password has changed meanwhile, or the token has ended.

        It is the same again for whoever came with one (`used`), and lasts anew: it belongs to a device.
        """
        token = self.new_secret() if used is None else used
        expires_at = self.now() + self._limits.token_seconds
        if used is None:
            most = self._limits.account_tokens
            is_kept = await self._store.add_token(digest(token), account, expires_at, most)
        else:
            is_kept = await self._store.renew_token(digest(token), account, expires_at)
        return token if is_kept else None

    async def logins(self, account: Account) -> Mapping[str, float]:
        """The tokens of the account's devices, by handle, and when each was used last; the latest comes first."""
        tokens = await self._store.tokens(account.key)
        return {handle_of(each.digest): each.expires_at - self._limits.token_seconds for each in tokens}

    async def end_login(self, account: Account, handle: str) -> bool:
        """End the token of a device; False if there is none with this handle."""
        found = [each.digest for each in await self._store.tokens(account.key) if handle_of(each.digest) == handle]
        return bool(found) and await self._store.drop_token(found[0], account.key)

    async def revoke_tokens(self, account: Account) -> None:
        """Forget all tokens of the account."""
        await self._store.drop_tokens(account.key)

    def check_guests(self) -> None:
        """Raise ChatError (`token_needed`, `lockdown`) if this server admits no guests now."""
        if self.is_locked_down:
            raise ChatError("lockdown")
        if not self._policy.guests:
            raise ChatError("token_needed")

    async def make_access_token(self, account: Account, rooms: Sequence[str]) -> tuple[str, AccessToken]:
        """An access token for those rooms (keys), and its secret.

        Fails with ChatError: `too_many_tokens`, or `logged_out` if the password has changed meanwhile.
        """
        secret = self.new_secret()
        hashed = digest(secret)
        token = AccessToken(handle_of(hashed), account.key, rooms, self.now())
        most, verified = self._limits.access_tokens, account.password_hash
        if not await self._store.add_access_token(token, hashed, most, verified):
            raise ChatError("logged_out")
        return secret, token

    async def access_tokens(self, account: Account) -> Sequence[AccessToken]:
        """The account's access tokens."""
        return await self._store.access_tokens(account.key)

    async def revoke_access_token(self, account: Account, handle: str) -> None:
        """End an access token. Fails with ChatError (`no_such_token`)."""
        if not await self._store.drop_access_token(handle, account.key):
            raise ChatError("no_such_token")

    async def program(self, secret: str) -> tuple[Account, AccessToken]:
        """The account of an access token. Fails with ChatError (`bad_token`)."""
        hashed = digest(secret)
        found = await self._store.access_token(handle_of(hashed))
        if found is None or not compare_digest(found[1], hashed):
            raise ChatError("bad_token")
        account = await self._store.find(found[0].user)
        if account is None or account.is_deleted:
            raise ChatError("bad_token")
        return account, found[0]

    async def _look_at(self, invitation: str, name: Name, address: str) -> bytes:
        """The digest of a valid invitation. A wrong one counts as a failed login, and costs no hash."""
        self._failed_logins.check(name.key, address)
        used = digest(invitation)
        is_good = await self._store.invitation(used)
        # Of guesses that were made at once, those past the limit learn nothing.
        self._failed_logins.check(name.key, address)
        if not is_good:
            self._failed_logins.failed(name.key, address)
            raise ChatError("bad_invitation")
        return used

    def _count_account(self, address: str) -> None:
        """Count one more account from `address`. Raises ChatError (`too_many_accounts`)."""
        if not self._made.take(address, self._failed_logins.seconds()):
            raise ChatError("too_many_accounts", minutes=ceil(60 / self._limits.accounts_an_hour))

    async def _check_new(self, name: Name, check: Callable[[Name], None]) -> None:
        check(name)
        if await self._store.resembling(name):
            raise ChatError("name_resembles", name=name.shown)

    async def _check(self, account: Account, password: str, address: str) -> Account:
        found = await self._store.find(account.key)
        return await self._check_password(Name(account.name, account.key), found, password, address)

    async def _check_password(self, name: Name, account: Account | None, password: str, address: str) -> Account:
        self._failed_logins.check(name.key, address)
        if account is None:
            # A store may know at once that there is none. One lookup keeps the answer from coming sooner.
            await self._store.token_owner(b"")
        password_hash = account.password_hash if account is not None else None
        is_right = await self._passwords.verify(password_hash, password, address)
        is_old = not is_right and self._passwords.has_old_form(password)
        if is_old:
            is_right = await self._passwords.verify(password_hash, password, address, as_it_came=True)
        # Of guesses that were made at once, those past the limit learn nothing.
        self._failed_logins.check(name.key, address)
        if not is_right or account is None or password_hash is None:
            self._failed_logins.failed(name.key, address)
            raise ChatError("wrong_password")
        self._failed_logins.succeeded(name.key, address)
        return await self._rehashed(account, password_hash, password, address) if is_old else account

    async def _rehashed(self, account: Account, verified: str, password: str, address: str) -> Account:
        """The account with a hash of the normalized password, or unchanged if that fails."""
        try:
            password_hash = await self._passwords.hash(password, address, is_known=True)
        except ChatError:
            return account
        is_kept = await self._store.rehash(account.key, password_hash, verified)
        return account._replace(password_hash=password_hash) if is_kept else account

    async def _check_token(self, name: Name, token: str) -> Account:
        owner = await self._store.token_owner(digest(token))
        if owner is None or owner.key != name.key:
            raise ChatError("bad_token")
        return owner
