"""How somebody comes in under a name, claims it, and gives it up."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from chat.accounts.claims import Claims
from chat.accounts.pending_logins import PendingLogin, PendingLogins
from chat.accounts.rules import Accounts
from chat.commands.addressing import addressed, addressing_hint
from chat.errors import ChatError
from chat.events import Done, Failure, Goodbye, Head, RequestId, TokenMade, Tokens
from chat.hub.people import Application, Entry, Origin, Scope, User
from chat.interfaces import Reason, State
from chat.names import Name, parse_name
from chat.store.interfaces import Account, AccountChange, MessageStore, What

if TYPE_CHECKING:
    from chat.hub.hub import Hub
    from chat.hub.session import Session


class _Entrant(NamedTuple):
    """Who somebody turns out to be: a guest where there is no `account`, a program where there is a `scope`."""

    name: Name
    account: Account | None = None
    scope: Scope | None = None


class Entrance:
    """The door of `hub`. Its coroutines are run by `Session.run`, and raise ChatError where the answer is no.

    What waits (for a hash, for the store) is looked at again when that is over: whoever comes in does so under what
    is known then. `pending_logins` are all ways in that are open now.
    """

    def __init__(self, hub: "Hub", store: MessageStore, accounts: Accounts) -> None:
        self._hub = hub
        self._store = store
        self._accounts = accounts
        self.pending_logins = PendingLogins()
        # Who is changing their account just now, and whether anything happened to it meanwhile.
        self._acting: dict[Session, bool] = {}
        accounts.claims.open(self._has_guest)
        accounts.watch(self._account_changed)

    @property
    def wants_invitation(self) -> bool:
        """Whether an account needs an invitation here."""
        return self._accounts.wants_invitation

    async def enter(self, session: "Session", application: Application, request_id: RequestId) -> None:
        """Make `session` the user that it asks to be, in the lobby."""
        with self.pending_logins.begin() as pending_login:
            entrant = await self._entrant(application, session.address)
            entry = Entry()
            if entrant.account is not None and entrant.scope is None:
                entry = await self._entry(entrant.account, application)
                entry = entry._replace(is_new=pending_login.has_made(entrant.name.key))
            if session.state is State.NEW:
                _check_changes(pending_login, entrant, application)
                if entrant.account is None:
                    entry = self._guest_entry(entrant.name, application)
                self._let_in(session, entrant, application, Origin(session, request_id, entry))

    @property
    def claims(self) -> Claims:
        """The names that somebody is just making their own."""
        return self._accounts.claims

    def check_free(self, name: Name) -> None:
        """Raise ChatError (`name_taken`) where no other guest can have the name now."""
        if self._has_guest(name.key) or self._accounts.claims.is_pending(name.key):
            raise ChatError("name_taken", name=name.shown)

    def left(self, key: str, *, is_lost: bool) -> None:
        """The last session under a name is gone. `is_lost`: its connection ended without a goodbye."""
        self._accounts.guest_tokens.left(key, is_lost=is_lost)

    async def set_password(self, session: "Session", new: str, old: str | None, request_id: RequestId) -> None:
        """Claim the name of `session` with a password, or change the password of its account."""
        user = user_of(session)
        if old is not None:
            account, address, acts = account_of(session), session.address, self._acts(session)
            user.account = await self._accounts.change(account, new, old, address, acts)
            request, done = "change", "your password is changed; other devices have to log in again"
        elif user.account is not None:
            raise ChatError("old_password_needed")
        else:
            name = Name(user.name, user.key)
            user.account = await self._accounts.claim(name, new, None, session.address, is_own=True)
            request = "claim"
            all_of_it = ", and all that you typed is its password" if " " in new else ""
            done = f"the name {user.name} is yours{all_of_it}; next time type server:login {user.name} <password>"
        session.answer(Done(request=request, message=done, id=request_id))

    async def unregister(self, session: "Session", password: str, request_id: RequestId) -> None:
        """Delete the account of `session`, and let all of its sessions leave."""
        await self._accounts.delete(account_of(session), password, session.address, self._acts(session))
        session.finish(Reason.EXIT, Goodbye(request="unregister", id=request_id))

    async def log_out(self, session: "Session", request_id: RequestId) -> None:
        """Forget all tokens of the account, and let all of its sessions leave."""
        with self._acts(session):
            await self._accounts.revoke_tokens(account_of(session))
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
        name = parse_name(raw, self._hub.limits.name_characters)
        account = await self._accounts.find(name)
        if account is None or account.password_hash is None:
            return
        if session.notes_first(addressed(room, name.key)):
            session.answer(Done(request="message", message=addressing_hint(room, account.name)))

    # --- coming in

    async def _entrant(self, application: Application, address: str) -> _Entrant:
        token = application.credentials.token
        if application.name is None:
            return await self._program(token or "")
        name = self._hub.free_name(application.name, application.credentials)
        if self._accounts.guest_tokens.is_theirs(name.key, token):
            return _Entrant(name)
        try:
            # Nobody else comes in meanwhile with a name that looks like this one.
            with self._hub.looks.holding(name):
                account = await self._accounts.admit(name, application.credentials, address, self._hub.check_new)
        except ChatError as error:
            if token is None or error.code != "bad_token":
                raise
            program = await self._program(token)
            if program.name.key != name.key:
                raise
            return program
        return _Entrant(name if account is None else Name(account.name, account.key), account)

    async def _program(self, token: str) -> _Entrant:
        account, access = await self._accounts.program(token)
        return _Entrant(Name(account.name, account.key), account, Scope(access.handle, frozenset(access.rooms)))

    async def _entry(self, account: Account, application: Application) -> Entry:
        # A person at a terminal enters rooms by hand.
        heads = () if application.is_alone else await self._store.heads(account.key)
        return Entry(await self._accounts.issue_token(account) if application.remember else None, heads)

    def _guest_entry(self, name: Name, application: Application) -> Entry:
        """What a guest is told who may come in now. Raises ChatError (`name_taken`) where that is nobody."""
        guests, secret = self._accounts.guest_tokens, application.credentials.token
        before = None
        if self._accounts.claims.is_pending(name.key) or not guests.is_theirs(name.key, secret):
            self.check_free(name)
        elif there := self._hub.users.get(name.key):
            before = next(iter(there.sessions))
        token = guests.came(name.key, secret, wants_one=application.remember)
        return Entry(token, self._rooms_of(before) if before is not None else (), replaces=before)

    def _rooms_of(self, session: "Session") -> Sequence[Head]:
        rooms = [room for room in map(self._hub.rooms.get, session.rooms) if room and session in room.members]
        return [Head(room.key, room.name, last=room.last_seq, delivered=room.last_seq) for room in rooms]

    def _let_in(self, session: "Session", entrant: _Entrant, application: Application, origin: Origin) -> None:
        session.is_alone, session.confirms = application.is_alone, application.confirms
        session.scope = entrant.scope
        name, before = entrant.name, origin.entry.replaces
        user = self._hub.users.get(name.key) or User(name, application.client_id, entrant.account)
        if before is not None:
            user.client_id = application.client_id
        self._hub.admit(session, user, entrant.account, origin)
        if before is not None:
            for head in origin.entry.heads:
                self._hub.hand_over(before, session, head.room)
            _end(before, Reason.REPLACED, "replaced")

    def _has_guest(self, key: str) -> bool:
        there = self._hub.users.get(key)
        return there is not None and there.account is None

    # --- what happens to accounts

    def _account_changed(self, change: AccountChange) -> None:
        """End what was opened before by what lets nobody in any more."""
        self.pending_logins.note(change)
        self._hub.visitors.account_changed(change)
        if change.what is What.MADE:
            self._accounts.guest_tokens.forget(change.key)
        user = self._hub.users.get(change.key)
        if user is None or user.account is None:
            return
        if change.what in (What.PASSWORD, What.REHASHED):
            user.account = user.account._replace(password_hash=change.password_hash)
        for session in list(user.sessions):
            if ends(change, session.scope.handle if session.scope is not None else None):
                if session in self._acting:
                    self._acting[session] = True
                else:
                    _end(session, Reason.LOGGED_OUT, "logged_out")

    @contextmanager
    def _acts(self, session: "Session") -> Iterator[None]:
        """`session` changes its account now. Only it is not ended by that, unless it was another's change after all."""
        self._acting[session] = False
        try:
            yield
        except ChatError:
            if self._acting[session]:
                _end(session, Reason.LOGGED_OUT, "logged_out")
            raise
        finally:
            del self._acting[session]

    def _room_keys(self, rooms: Sequence[object]) -> Sequence[str]:
        limits = self._hub.limits
        if not 0 < len(rooms) <= limits.token_rooms:
            raise ChatError("bad_token_rooms", limit=limits.token_rooms)
        names = (parse_name(str(room), limits.room_characters, "bad_room") for room in rooms)
        return list(dict.fromkeys(name.key for name in names))


def ends(change: AccountChange, handle: str | None) -> bool:
    """Whether `change` ends what its account has opened: by the access token `handle` or, where None, by itself."""
    if change.what is What.TOKEN:
        return change.handle == handle
    if change.what is What.LOGGED_OUT:
        return handle is None
    return change.what in (What.PASSWORD, What.DELETED)


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


def _check_changes(pending_login: PendingLogin, entrant: _Entrant, application: Application) -> None:
    """Raise ChatError where something happened on the way that shuts the door."""
    handle = entrant.scope.handle if entrant.scope is not None else None
    if not pending_login.is_open(entrant.name.key, entrant.account, handle):
        if entrant.account is None:
            raise ChatError("name_taken", name=entrant.name.shown)
        raise ChatError("bad_token" if application.credentials.token is not None else "wrong_password")


def _end(session: "Session", reason: Reason, code: str) -> None:
    error = ChatError(code)
    session.finish(reason, Failure(code=error.code, message=str(error)))
