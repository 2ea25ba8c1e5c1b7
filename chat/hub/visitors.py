"""Visitors post, read and follow rooms without coming in: a `curl`, a webhook, a script. They appear in no list."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from chat.accounts.pending_logins import PendingLogins
from chat.accounts.rules import Accounts, Credentials
from chat.commands.table import SPECS
from chat.errors import ChatError
from chat.events import Command, Event, Failure, Reply, RequestId, failure_of
from chat.hub.books import Books
from chat.hub.followers import Followers
from chat.hub.peers import QuestionPeer, RequestPeer, SilentPeer
from chat.hub.people import PLAIN_CLIENT, Asker, Scope, User
from chat.hub.permissions import Action
from chat.hub.positions import Position, check_position
from chat.interfaces import Peer
from chat.names import GUEST, Name, fold
from chat.personal import PersonalSettings
from chat.store.interfaces import Account, MessageStore

# Those who give no name, and those who only read.
_GUEST: Final = Name(GUEST, fold(GUEST))
_NOBODY: Final = Name("", "")
# The arguments with which commands name a person or, as people type it, any place.
_OTHER_PLACES = frozenset(("to", "where"))
# Makes a session for a peer that comes from an address.
MakeSession = Callable[[Peer, str], Asker]


class Visitor(NamedTuple):
    """Somebody who asks: the account of an access token's `secret` or, without one, a guest called `name`.

    `address` is where the request comes from (`chat.net.addresses.source_of`).
    """

    secret: str | None = None
    name: str | None = None
    address: str = ""


class Visitors:
    """Serves visitors, in the public rooms that they may see.

    Each question is one session that never comes in, so that visitors meet the same rules as everybody. `followers` are
    the visitors whose answers go on.
    """

    def __init__(
        self,
        books: Books,
        store: MessageStore,
        accounts: Accounts,
        pending_logins: PendingLogins,
        followers: Followers,
    ) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._naming = books.permissions, books.naming
        self._limits = books.limits
        self._store = store
        self._accounts = accounts
        self._pending_logins = pending_logins
        self.followers = followers
        self._make_session: MakeSession | None = None
        # A visitor of whom nothing is known.
        self._nobody: Asker | None = None

    def open(self, make_session: MakeSession) -> None:
        """Set the function that makes sessions, with the same commands as on every wire. Called before any visit."""
        self._make_session = make_session
        self._nobody = make_session(SilentPeer(), "")

    @property
    def life(self) -> str:
        """Which life of the journal this is (`MessageStore.life`)."""
        return self._store.life

    # --- what they ask

    def check_room(self, room: str, *, is_guest: bool) -> None:
        """Raise ChatError where nobody can speak or look back in `room`, or no guest; others are checked later."""
        assert self._nobody is not None, "open comes first"
        self._place(self._nobody, room, is_guest=is_guest)
        if is_guest:
            self._accounts.check_guests()

    async def post(self, visitor: Visitor, room: str, text: str, request_id: RequestId) -> Reply:
        """Say `text` in `room`. Answers `Sent` or, if refused, `Failure`. A repeated `request_id` adds no message."""
        peer = QuestionPeer()
        session = self._new_session(peer, visitor)
        try:
            place = self._place(session, room, is_guest=visitor.secret is None)
            user = await self._user(visitor, session, place)
            place = self._rooms.shown(place)
            if len(text.encode()) > self._limits.line_bytes:
                raise ChatError("too_long", limit=self._limits.line_bytes)
        except ChatError as error:
            return failure_of(error, request_id)
        session.came_in(user)
        self._rooms.expect(session, place)
        session.handle(Command("message", {"room": room, "text": text}, request_id))
        return await peer.reply

    async def request(self, visitor: Visitor, room: str, command: Command) -> Sequence[Event]:
        """Carry out `command` in `room`. Answers with the events of its answer, of which a `Reply` is the last.

        Only commands that are `for_programs` and `for_visitors` are carried out. The command may name no other place.
        """
        peer = RequestPeer()
        session = self._new_session(peer, visitor)
        try:
            _check_command(command, is_guest=visitor.secret is None)
            place = self._place(session, room, is_guest=visitor.secret is None)
            self._check_places(command, place)
            user = await self._user(visitor, session, place)
            place = self._rooms.shown(place)
        except ChatError as error:
            return [failure_of(error, command.id)]
        session.came_in(user)
        self._rooms.expect(session, place)
        session.handle(Command(command.name, {**command.arguments, "room": place.shown}, command.id))
        return await peer.answer

    async def history(self, visitor: Visitor, room: str, asked: Mapping[str, object]) -> Reply:
        """Messages of `room`: `Listed` or `Failure`. `asked` has what `History.history` takes (`limit`, `since`)."""
        peer = QuestionPeer()
        session = self._new_session(peer, visitor)
        try:
            place = self._place(session, room, is_guest=visitor.secret is None)
            await self._check(visitor, session, place)
            place = self._rooms.shown(place)
        except ChatError as error:
            return failure_of(error)
        reader = User(_NOBODY, None)
        reader.ignored = session.ignored
        session.came_in(reader)
        self._rooms.expect(session, place)
        session.handle(Command("since" if "since" in asked else "history", {**asked, "room": room}))
        return await peer.reply

    async def follow(self, visitor: Visitor, room: str, peer: Peer, after: Position | None) -> Failure | None:
        """Tell `peer` of events in `room` until it leaves `followers`; with `after`, first the messages after that.

        Answers with a Failure if refused; then `peer` is told nothing. Else `peer` gets its first batch before this
        returns. That batch may be empty.
        """
        session = self._new_session(peer, visitor)
        try:
            place = self._place(session, room, is_guest=visitor.secret is None)
            if after is not None:
                await self._check(visitor, session, place)
                await check_position(self._store, place.key, after)
            # Nothing is awaited from here on: a token that ends from now on finds this follower, and ends it.
            bearer = await self._check(visitor, session, place)
            holder = f"at {visitor.address}" if bearer is None else bearer.key
            self.followers.check_share(holder, is_guest=bearer is None)
            place = self._rooms.shown(place)
        except ChatError as error:
            return failure_of(error)
        self.followers.add(session, holder, place, after)
        return None

    async def reader(self, visitor: Visitor) -> Asker:
        """A session that reads files for `visitor` (`Uploads.readable`), and does nothing else. Raises ChatError."""
        session = self._new_session(SilentPeer(), visitor)
        if visitor.secret is None:
            self._accounts.check_guests()
            return session
        account, token = await self._accounts.program(visitor.secret)
        session.introduce(PLAIN_CLIENT, Scope(token.handle, frozenset(token.rooms), token.user))
        self._naming.bans.check_name(account.key)
        return session

    async def reader_as(self, key: str, guest: User | None, address: str) -> Asker:
        """The same for somebody who logged in: the account with this key, or a `guest` who is still here.

        Raises ChatError (`bad_token`).
        """
        session = self._new_session(SilentPeer(), Visitor(address=address))
        self._naming.bans.check_name(key)
        if guest is not None:
            if self._directory.users.get(guest.key) is not guest:
                raise ChatError("bad_token")
            session.came_in(guest)
            return session
        account = await self._accounts.find(Name(key, key))
        if account is None or account.is_deleted:
            raise ChatError("bad_token")
        session.came_in(User(Name(account.name, account.key), None, account))
        return session

    # --- who asks, and where

    def _new_session(self, peer: Peer, visitor: Visitor) -> Asker:
        assert self._make_session is not None, "open comes first"
        return self._make_session(peer, visitor.address)

    def _place(self, session: Asker, raw: str, *, is_guest: bool) -> Name:
        """The room called `raw`, as it was typed. Raises ChatError where no visitor, or no guest, may see it."""
        name = self._rooms.parse(raw)
        if is_guest:
            self._permissions.may(session, name, Action.SEE)
        else:
            # Whether the account may see it is checked when the account is known.
            self._permissions.check_visitor(session, name)
        return name

    def _check_places(self, command: Command, room: Name) -> None:
        """Raise ChatError (`other_room`) where `command` names another place than `room`."""
        given = command.arguments
        is_here = self._rooms.key_of(str(given.get("room", room.shown))) == room.key
        if not (is_here and _OTHER_PLACES.isdisjoint(given)):
            raise ChatError("other_room")

    async def _user(self, visitor: Visitor, session: Asker, place: Name) -> User:
        """The user who speaks in `place`. A guest has a name that nobody has now. Raises ChatError."""
        if visitor.secret is not None:
            account = await self._bearer(visitor.secret, session, place)
            return User(Name(account.name, account.key), None, account)
        self._accounts.check_guests()
        if visitor.name is None:
            return User(_GUEST, None)
        name = self._naming.free(visitor.name, Credentials())
        with self._pending_logins.begin() as pending_login:
            await self._accounts.admit(name, Credentials(), "", self._naming.check_new)
            self._naming.check_free(name)
            if not pending_login.is_open(name.key, None):
                raise ChatError("name_taken", name=name.shown)
        return User(name, None)

    async def _check(self, visitor: Visitor, session: Asker, place: Name) -> Account | None:
        """The account of the visitor's access token, if any. Raises ChatError if they may not see `place`."""
        if visitor.secret is not None:
            return await self._bearer(visitor.secret, session, place)
        self._accounts.check_guests()
        return None

    async def _bearer(self, secret: str, session: Asker, place: Name) -> Account:
        with self._pending_logins.begin() as pending_login:
            account, token = await self._accounts.program(secret)
            settings = await self._accounts.settings(account.key)
            session.introduce(PLAIN_CLIENT, Scope(token.handle, frozenset(token.rooms), token.user))
            self._permissions.may(session, place, Action.SEE)
            if not pending_login.is_open(account.key, account, token.handle):
                raise ChatError("bad_token")
            session.ignored = self._ignored_by(account.key, pending_login.settings(account.key, settings))
        self._naming.bans.check_name(account.key)
        return account

    def _ignored_by(self, key: str, settings: PersonalSettings) -> Mapping[str, str]:
        """The people whom the account with these `settings` ignores; while its owner is here, guests among them."""
        there = self._directory.users.get(key)
        return settings.ignored if there is None or there.account is None else there.ignored


def _check_command(command: Command, *, is_guest: bool) -> None:
    """Raise ChatError if no visitor may use `command`. A program is told later what it is told on every wire."""
    spec = SPECS[command.name]
    if not spec.for_visitors or (is_guest and not spec.for_programs):
        raise ChatError("not_over_http")
