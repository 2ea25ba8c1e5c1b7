"""How somebody comes in under a name, claims it, and gives it up."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chat.accounts import Accounts
from chat.asides import aside
from chat.commands import State
from chat.errors import ChatError
from chat.events import Done, Failure, Goodbye, RequestId, TokenMade, Tokens
from chat.names import Name, parse_name
from chat.session import Reason
from chat.store.interfaces import Account, MessageStore
from chat.user import Application, Entry, Origin, User

if TYPE_CHECKING:
    from chat.hub import Hub
    from chat.session import Session


class Entrance:
    """The door of `hub`. Its coroutines are run by `Session.run`, and raise ChatError where the answer is no."""

    def __init__(self, hub: "Hub", store: MessageStore, accounts: Accounts) -> None:
        self._hub = hub
        self._store = store
        self._accounts = accounts

    @property
    def wants_invitation(self) -> bool:
        """Whether an account needs an invitation here."""
        return self._accounts.wants_invitation

    async def enter(self, session: "Session", application: Application, request_id: RequestId) -> None:
        """Make `session` the user that it asks to be, in the lobby."""
        name = self._hub.free_name(application.name, application.credentials)
        # Nobody else comes in meanwhile with a name that looks like it.
        with self._hub.looks.holding(name):
            is_new = await self._accounts.check_new(name, self._hub.check_new)
            await self._enter(session, name, application, request_id, is_new=is_new)

    async def _enter(
        self, session: "Session", name: Name, application: Application, request_id: RequestId, *, is_new: bool
    ) -> None:
        account = await self._accounts.admit(name, application.credentials, session.address)
        entry = Entry()
        if account is not None:
            name = Name(account.name, account.key)
            entry = (await self._entry(account, application))._replace(is_new=is_new)
        if session.state is State.NEW:
            session.is_alone, session.confirms = application.is_alone, application.confirms
            user = self._hub.users.get(name.key) or User(name, application.client_id, account)
            self._hub.admit(session, user, account, Origin(session, request_id, entry))

    async def set_password(self, session: "Session", new: str, old: str | None, request_id: RequestId) -> None:
        """Claim the name of `session` with a password, or change the password of its account."""
        user = user_of(session)
        if old is not None:
            user.account = await self._accounts.change(account_of(session), new, old, session.address)
            request, done = "change", "your password is changed; other devices have to log in again"
        elif user.account is not None:
            raise ChatError("old_password_needed")
        else:
            user.account = await self._accounts.claim(Name(user.name, user.key), new, None)
            request = "claim"
            all_of_it = ", and all that you typed is its password" if " " in new else ""
            done = f"the name {user.name} is yours{all_of_it}; next time type server:login {user.name} <password>"
        session.answer(Done(request=request, message=done, id=request_id))

    async def unregister(self, session: "Session", password: str, request_id: RequestId) -> None:
        """Delete the account of `session`, and let all of its sessions leave."""
        user, account = user_of(session), account_of(session)
        await self._accounts.delete(account, password, session.address)
        self._close_others(session, user)
        session.finish(Reason.EXIT, Goodbye(request="unregister", id=request_id))

    async def log_out(self, session: "Session", request_id: RequestId) -> None:
        """Forget all tokens of the account, and let all of its sessions leave."""
        user = user_of(session)
        await self._accounts.revoke_tokens(account_of(session))
        self._close_others(session, user)
        session.finish(Reason.EXIT, Goodbye(request="logout", id=request_id))

    async def access_tokens(self, session: "Session", asked: Mapping[str, object], request_id: RequestId) -> None:
        """List the account's access tokens, make one for `rooms`, or revoke the one with a `handle`."""
        account, rooms = account_of(session), asked.get("rooms")
        if isinstance(rooms, Sequence):
            secret, token = await self._accounts.make_access_token(account, self._room_keys(rooms))
            session.answer(TokenMade(secret=secret, token=token, id=request_id))
        elif "handle" in asked:
            handle = str(asked["handle"])
            await self._accounts.revoke_access_token(account, handle)
            session.answer(Done(request="revoke", message="that access token is revoked", id=request_id))
        else:
            session.answer(Tokens(tokens=await self._accounts.access_tokens(account), id=request_id))

    async def tell_who_reads(self, session: "Session", raw: str, room: str) -> None:
        """A line in `room` began with the name of nobody who is here: if it is an account's, say who has read it."""
        account = await self._accounts.find(parse_name(raw, self._hub.limits.name_characters))
        if account is not None and account.password_hash is not None:
            session.answer(Done(request="message", message=aside(room, account.name)))

    def _room_keys(self, rooms: Sequence[object]) -> Sequence[str]:
        limits = self._hub.limits
        if not 0 < len(rooms) <= limits.token_rooms:
            raise ChatError("bad_token_rooms", limit=limits.token_rooms)
        names = (parse_name(str(room), limits.room_characters, "bad_room") for room in rooms)
        return list(dict.fromkeys(name.key for name in names))

    async def _entry(self, account: Account, application: Application) -> Entry:
        # A person at a terminal enters rooms by hand.
        heads = () if application.is_alone else await self._store.heads(account.key)
        return Entry(await self._accounts.issue_token(account) if application.remember else None, heads)

    def _close_others(self, session: "Session", user: User) -> None:
        """`session` itself may be gone by now."""
        error = ChatError("logged_out")
        for other in user.others(session):
            other.finish(Reason.LOGGED_OUT, Failure(code=error.code, message=str(error)))


def user_of(session: "Session") -> User:
    """The user of a session that the command table says is registered. Raises ChatError where it is gone by now."""
    if session.user is None:
        raise ChatError("not_registered")
    return session.user


def account_of(session: "Session") -> Account:
    """The account of the session's user. Raises ChatError (`account_needed`) for a guest."""
    account = user_of(session).account
    if account is None:
        raise ChatError("account_needed")
    return account
