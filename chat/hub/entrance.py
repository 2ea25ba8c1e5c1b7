"""How people come in under a name, make it theirs, and give it up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from msgspec.structs import replace

from chat.accounts.pending_logins import PendingLogin, PendingLogins
from chat.accounts.rules import Accounts
from chat.accounts.tokens import digest, handle_of
from chat.commands.addressing import addressed, addressing_hint
from chat.errors import ChatError
from chat.events import AccessToken, Done, Goodbye, Head, RequestId, TokenMade, Tokens, failure_of
from chat.hub.books import Books
from chat.hub.ignoring import said_by
from chat.hub.people import Application, Arrival, Asker, Origin, Scope, User, account_of, user_of
from chat.hub.permissions import Action
from chat.interfaces import Reason, State
from chat.names import Name, fold, parse_name
from chat.personal import NO_SETTINGS, PersonalSettings
from chat.store.interfaces import Account, AccountChange, MessageStore, What

# Lets a session in as one of a user's; see `Membership.admit`.
Admit = Callable[[Asker, User, Account | None, Origin], None]


class _Entrant(NamedTuple):
    """The person that a session comes in as: a guest if there is no `account`; a program has a `scope`.

    `is_known`: a ticket says that they are that guest, who is here.
    """

    name: Name
    account: Account | None = None
    scope: Scope | None = None
    settings: PersonalSettings = NO_SETTINGS
    is_known: bool = False


_NOTHING = Arrival()


class Entrance:
    """The way into the chat. `Session.run` runs its coroutines; they raise ChatError if they refuse.

    While a coroutine waits for a hash or the store, names and accounts change. So it checks again afterwards, and
    decides by what holds at that moment. `pending_logins` are all logins that are under way.
    """

    def __init__(
        self, books: Books, store: MessageStore, accounts: Accounts, pending_logins: PendingLogins, admit: Admit
    ) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._naming = books.permissions, books.naming
        self._limits = books.limits
        self._store = store
        self._accounts = accounts
        self._pending_logins = pending_logins
        self._admit = admit
        # The sessions that are changing their account now, and whether anything else happened to it meanwhile.
        self._acting: dict[Asker, bool] = {}

    @property
    def wants_invitation(self) -> bool:
        """Whether an account needs an invitation here."""
        return self._accounts.wants_invitation

    async def enter(self, session: Asker, application: Application, request_id: RequestId) -> None:
        """Let `session` into the lobby as the user that it asks to be. The journal's answer comes later."""
        with self._pending_logins.begin() as pending_login:
            entrant = await self._entrant(application, session.address)
            arrival, settings = _NOTHING, NO_SETTINGS
            if entrant.account is not None:
                settings = await self._accounts.settings(entrant.name.key)
            if entrant.account is not None and entrant.scope is None:
                arrival = await self._arrival(entrant.account, application, settings)
                arrival = arrival._replace(is_new=pending_login.has_made(entrant.name.key))
            if session.state is State.NEW:
                _check_changes(pending_login, entrant, application)
                if entrant.account is None:
                    arrival = self._guest_arrival(entrant, application)
                else:
                    settings = pending_login.settings(entrant.name.key, settings)
                    arrival = arrival._replace(heads=[_set_up(head, settings) for head in arrival.heads])
                    entrant = entrant._replace(settings=settings)
                self._let_in(session, entrant, application, Origin(session, request_id, arrival))

    async def set_password(self, session: Asker, new: str, old: str | None, request_id: RequestId) -> None:
        """Claim the name of `session` with a password, or change the password of its account."""
        user = user_of(session)
        if old is not None:
            account, address, acts = account_of(session), session.address, self.acts(session)
            user.account = await self._accounts.change(account, new, old, address, acts)
            request, done = "change", "your password is changed; other devices have to log in again"
        elif user.account is not None:
            raise ChatError("old_password_needed")
        else:
            name = Name(user.name, user.key)
            user.account = await self._accounts.claim(name, new, None, session.address, is_own=True)
            if user.settings != NO_SETTINGS:
                guests = user.settings
                await self._accounts.change_settings(user.key, lambda _: guests)
            request = "claim"
            all_of_it = ", and all that you typed is its password" if " " in new else ""
            done = f"the name {user.name} is yours{all_of_it}; next time type server:login {user.name} <password>"
        session.answer(Done(request=request, message=done, id=request_id))

    async def unregister(self, session: Asker, password: str, request_id: RequestId) -> None:
        """Delete the account of `session`, and let all of its sessions leave."""
        await self._accounts.delete(account_of(session), password, session.address, self.acts(session))
        session.finish(Reason.EXIT, Goodbye(request="unregister", id=request_id))

    async def log_out(self, session: Asker, request_id: RequestId) -> None:
        """Forget all tokens of the account, or of the guest, and let all sessions leave."""
        user = user_of(session)
        if user.account is None and self._accounts.guest_tokens.is_known(user.key):
            self._accounts.guest_tokens.forget(user.key)
            for other in user.others(session):
                end_session(other, Reason.LOGGED_OUT, "logged_out")
        else:
            with self.acts(session):
                await self._accounts.revoke_tokens(account_of(session))
        session.finish(Reason.EXIT, Goodbye(request="logout", id=request_id))

    async def access_tokens(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """List the account's access tokens, make one for `rooms`, or revoke the one with a `handle`."""
        account, rooms = account_of(session), asked.get("rooms")
        if isinstance(rooms, Sequence):
            keys = self._room_keys(session, rooms)
            secret, token = await self._accounts.make_access_token(account, keys)
            session.answer(TokenMade(secret=secret, token=self._presented(session, [token])[0], id=request_id))
        elif "handle" in asked:
            handle = str(asked["handle"])
            await self._accounts.revoke_access_token(account, handle)
            session.answer(Done(request="revoke", message="that access token is revoked", id=request_id))
        else:
            tokens = self._presented(session, await self._accounts.access_tokens(account))
            session.answer(Tokens(tokens=tokens, id=request_id))

    async def tell_who_reads(self, session: Asker, raw: str, room: str) -> None:
        """A line in `room` began with a name that nobody here has. If an account has it, explain who reads the line."""
        name = parse_name(raw, self._limits.name_characters)
        account = await self._accounts.find(name)
        if account is None or account.is_deleted:
            return
        if session.notes_first(addressed(room, name.key)):
            session.answer(Done(request="message", message=addressing_hint(room, account.name)))

    # --- coming in

    async def _entrant(self, application: Application, address: str) -> _Entrant:
        token = application.credentials.token
        if (ticket := application.credentials.ticket) is not None:
            return await self._bearer(ticket)
        if application.name is None:
            return await self._program(token or "")
        name = self._naming.free(application.name, application.credentials)
        if self._accounts.guest_tokens.is_theirs(name.key, token):
            return _Entrant(name)
        try:
            # Meanwhile nobody else comes in with a name that looks like this one.
            with self._directory.looks.holding(name):
                account = await self._accounts.admit(name, application.credentials, address, self._naming.check_new)
        except ChatError as error:
            if error.code != "bad_token":
                raise
            program = await self._program(token or "")
            if program.name.key != name.key:
                raise
            return program
        return _Entrant(name if account is None else Name(account.name, account.key), account)

    async def _bearer(self, ticket: str) -> _Entrant:
        """Whoever got the ticket. Raises ChatError (`bad_ticket`), also where they are gone by now."""
        reader = self._accounts.tickets.redeem(ticket)
        if reader is None:
            raise ChatError("bad_ticket")
        there = self._directory.users.get(reader.key)
        if reader.guest is not None:
            if there is not reader.guest or there is None or there.account is not None:
                raise ChatError("bad_ticket")
            return _Entrant(Name(there.name, there.key), is_known=True)
        account = await self._accounts.find(Name(reader.key, reader.key))
        if account is None or account.is_deleted:
            raise ChatError("bad_ticket")
        return _Entrant(Name(account.name, account.key), account)

    async def _program(self, token: str) -> _Entrant:
        account, access = await self._accounts.program(token)
        return _Entrant(Name(account.name, account.key), account, _scope_of(access))

    async def _arrival(self, account: Account, application: Application, settings: PersonalSettings) -> Arrival:
        reading = self._rooms.present.reading()
        # A person at a terminal enters rooms by hand.
        heads = () if application.client.is_alone else await self._store.heads(account.key, settings.ignored)
        # Of a room that is private by now, and that it does not belong to any more, it hears nothing.
        heads = [head for head in heads if head.is_direct or self._permissions.is_open_to(account.key, head.room)]
        used, token = application.credentials.token, None
        if application.remember and (token := await self._accounts.issue_token(account, used)) is None and used:
            raise ChatError("bad_token")
        return Arrival(token, heads, reading)

    def _guest_arrival(self, entrant: _Entrant, application: Application) -> Arrival:
        """The `Arrival` of a guest. Raises ChatError (`name_taken`, `lockdown`) if the guest may not come in now."""
        self._accounts.check_lockdown()
        guests, secret = self._accounts.guest_tokens, application.credentials.token
        name, is_known = entrant.name, entrant.is_known
        sessions: Sequence[Asker] = ()
        if self._accounts.claims.is_pending(name.key) or not (is_known or guests.is_theirs(name.key, secret)):
            self._naming.check_free(name)
        elif there := self._directory.users.get(name.key):
            sessions = list(there.sessions)
        token = guests.came(name.key, secret, wants_one=application.remember, is_known=is_known)
        before = sessions[0] if len(sessions) >= self._limits.guest_sessions else None
        heads = self._rooms_of(sessions[0]) if sessions else ()
        return Arrival(token, heads, is_back=bool(sessions), replaces=before)

    def _rooms_of(self, session: Asker) -> Sequence[Head]:
        rooms = [room for room in map(self._rooms.find, session.rooms) if room and session in room.members]
        return [Head(room.key, room.name, last=room.last_seq, delivered=room.last_seq) for room in rooms]

    def _let_in(self, session: Asker, entrant: _Entrant, application: Application, origin: Origin) -> None:
        session.introduce(application.client, entrant.scope, _login_of(entrant, application, origin.arrival))
        name, before = entrant.name, origin.arrival.replaces
        user = self._directory.users.get(name.key) or User(
            name, application.client_id, entrant.account, entrant.settings
        )
        if origin.arrival.is_back and application.client_id is not None:
            user.client_id = application.client_id
        self._admit(session, user, entrant.account, origin)
        for head in origin.arrival.heads if origin.arrival.is_back else ():
            if (room := self._rooms.find(head.room)) is not None:
                self._rooms.bring(session, room, room.last_seq + 1)
        if before is not None:
            end_session(before, Reason.REPLACED, "replaced")

    # --- what happens to accounts

    def account_changed(self, change: AccountChange) -> None:
        """End the sessions that came in with a password or a token that is no longer valid."""
        self._pending_logins.note(change)
        if change.what is What.MADE:
            self._accounts.guest_tokens.forget(change.key)
        user = self._directory.users.get(change.key)
        if user is None or user.account is None:
            return
        if change.what in (What.PASSWORD, What.REHASHED):
            user.account = user.account._replace(password_hash=change.password_hash)
        login = None if change.digest is None else handle_of(change.digest)
        for session in list(user.sessions):
            is_ended = login is not None and session.login == login
            if is_ended or ends(change, session.scope.handle if session.scope is not None else None):
                if session in self._acting:
                    self._acting[session] = True
                else:
                    end_session(session, Reason.LOGGED_OUT, "logged_out")

    @contextmanager
    def acts(self, session: Asker) -> Iterator[None]:
        """`session` changes its account now. Its own change does not end it; anybody else's does, when this is over."""
        self._acting[session] = False
        try:
            yield
        except ChatError:
            if self._acting[session]:
                end_session(session, Reason.LOGGED_OUT, "logged_out")
            raise
        finally:
            del self._acting[session]

    def _presented(self, session: Asker, tokens: Sequence[AccessToken]) -> Sequence[AccessToken]:
        """The tokens, with the present names of those of their rooms that `session` may see."""

        def shown(key: str) -> str:
            return self._rooms.shown(Name(key, key)).shown if self._permissions.sees(session, key) else key

        return [replace(token, rooms=list(map(shown, token.rooms))) for token in tokens]

    def _room_keys(self, session: Asker, rooms: Sequence[object]) -> Sequence[str]:
        limits = self._limits
        if not 0 < len(rooms) <= limits.token_rooms:
            raise ChatError("bad_token_rooms", limit=limits.token_rooms)
        names = [self._rooms.parse(str(room)) for room in rooms]
        for name in names:
            self._permissions.may(session, name, Action.SEE)
        return list(dict.fromkeys(name.key for name in names))


def _scope_of(token: AccessToken) -> Scope:
    return Scope(token.handle, frozenset(token.rooms), token.user)


def ends(change: AccountChange, handle: str | None) -> bool:
    """Whether `change` ends a session that came by the access token `handle` or, if None, without such a token."""
    if change.what is What.TOKEN:
        return change.handle == handle
    if change.what is What.LOGGED_OUT:
        return handle is None
    return change.what in (What.PASSWORD, What.DELETED)


def _check_changes(pending_login: PendingLogin, entrant: _Entrant, application: Application) -> None:
    """Raise ChatError if the account or the name changed while the login was under way, so that it is not valid."""
    handle, token = entrant.scope.handle if entrant.scope is not None else None, application.credentials.token
    login = None if token is None else digest(token)
    if not pending_login.is_open(entrant.name.key, entrant.account, handle, login):
        if entrant.account is None:
            raise ChatError("name_taken", name=entrant.name.shown)
        raise ChatError("bad_token" if application.credentials.token is not None else "wrong_password")


def _login_of(entrant: _Entrant, application: Application, arrival: Arrival) -> str | None:
    """The handle of the token with which the device of somebody with an account comes in again, if it has one."""
    token = arrival.token or application.credentials.token
    return None if token is None or entrant.account is None or entrant.scope is not None else handle_of(digest(token))


def _set_up(head: Head, settings: PersonalSettings) -> Head:
    """The place as its owner has set it up. What people say whom they ignore is not unread."""
    if head.is_direct and fold(head.name) in settings.ignored:
        head = replace(head, delivered=head.last, read=head.last, unread=0, mentions=0)
    if head.latest is not None and said_by(head.latest) in settings.ignored:
        head = replace(head, latest=None)
    return replace(head, level=settings.level_of(head.room))


def end_session(session: Asker, reason: Reason, code: str) -> None:
    """End a session, which is told why by an error."""
    error = ChatError(code)
    session.finish(reason, failure_of(error))
