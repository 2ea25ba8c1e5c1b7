"""Those who speak, look back and listen without coming in: a `curl`, a webhook, a script. Nobody is told of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure as TwistedFailure

from chat.accounts.rules import Accounts, Credentials
from chat.commands.specs import Runnable
from chat.errors import ChatError
from chat.events import Command, Failure, Message, Recalled, Reply, RequestId, RoomEvent, ShuttingDown
from chat.hub.entrance import ends
from chat.hub.people import User
from chat.hub.positions import Position, check_position
from chat.hub.replay import taken
from chat.hub.room import Room
from chat.hub.session import Session
from chat.interfaces import Batch, Peer, Reason, State
from chat.names import GUEST, Name, fold, parse_name
from chat.shares import Share, Shares
from chat.store.interfaces import Account, AccountChange, MessageStore, Span

if TYPE_CHECKING:
    from chat.hub.hub import Hub

log = Logger(namespace="chat.hub.visitors")

# How many messages are read for a follower at once: first so many, then as many as come to about this size.
_FIRST_PAGE = 8
_PAGE_BYTES = 128 * 1024


class Visitor(NamedTuple):
    """Who asks: the account of an access token's `secret` or, without one, a guest called `name`.

    `address` is where they come from (`chat.net.addresses.source_of`).
    """

    secret: str | None = None
    name: str | None = None
    address: str = ""


class _Follower(NamedTuple):
    """Who follows: its session, whose share it takes (`Session.holder`), and by which access token, if by any."""

    session: Session
    holder: str
    handle: str | None


class Visitors:
    """What a hub does for those who are not in it, in the public rooms that they may see.

    Each question is one `Session` that never enters, so that the rules for visitors are those for everybody.
    `commands` carry the questions out: whatever serves the hub to connections sets its own table.
    """

    commands: Mapping[str, Runnable[Session]] = {}

    def __init__(self, hub: "Hub", store: MessageStore, accounts: Accounts) -> None:
        self._hub = hub
        self._store = store
        self._accounts = accounts
        self._followers: dict[Peer, _Follower] = {}
        self._shares = Shares(Share(hub.limits.followers, hub.limits.account_followers))

    @property
    def following(self) -> int:
        """How many follow a room now."""
        return len(self._followers)

    def followers(self) -> Sequence[tuple[Peer, Session, str]]:
        """Who follows what: the session is in that room; last comes whose share it is (`Session.holder`)."""
        return [(peer, follower.session, follower.holder) for peer, follower in self._followers.items()]

    def check_room(self, room: str, *, is_guest: bool) -> None:
        """Raise ChatError where nobody can speak or look back in `room`, or no guest; others are checked later."""
        self._place(room)
        if is_guest:
            self._accounts.check_guests()

    async def post(self, visitor: Visitor, room: str, text: str, request_id: RequestId) -> Reply:
        """Say `text` in `room`: `Sent` or, where that is refused, `Failure`. A repeated `request_id` adds nothing."""
        try:
            place = self._place(room)
            user = await self._user(visitor, place)
            if len(text.encode()) > self._hub.limits.line_bytes:
                raise ChatError("too_long", limit=self._hub.limits.line_bytes)
        except ChatError as error:
            return _failure(error, request_id)
        command = Command("message", {"room": room, "text": text}, request_id)
        return await self._ask(command, user, place, visitor.address)

    async def history(self, visitor: Visitor, room: str, asked: Mapping[str, object]) -> Reply:
        """What was said in `room`: `Listed` or `Failure`. For what can be `asked` (`limit`, `since`) see `Archive`."""
        try:
            place = self._place(room)
            await self._check(visitor, place)
        except ChatError as error:
            return _failure(error)
        name = "since" if "since" in asked else "history"
        command = Command(name, {**asked, "room": room})
        return await self._ask(command, User(Name("", ""), None), place, visitor.address)

    @property
    def life(self) -> str:
        """Which life of the journal this is (`MessageStore.life`)."""
        return self._store.life

    async def follow(self, visitor: Visitor, room: str, peer: Peer, after: Position | None) -> Failure | None:
        """Tell `peer` what happens in `room` until it `leave`s; with `after`, first what was said after that place.

        A Failure where that is refused: then `peer` is told nothing. Else it is told at once, if only nothing.
        """
        try:
            place = self._place(room)
            if after is not None:
                await self._check(visitor, place)
                await check_position(self._store, place.key, after)
            # Nothing is awaited from here on: what ends the token ends the follower, too.
            bearer = await self._check(visitor, place)
            holder = f"at {visitor.address}" if bearer is None else bearer[0].key
            self._check_share(holder, is_guest=bearer is None)
        except ChatError as error:
            return _failure(error)
        session = Session(self._hub, peer, self.commands, visitor.address)
        self._followers[peer] = _Follower(session, holder, None if bearer is None else bearer[1])
        self._shares.take(holder)
        self._seat(session, place)
        if not peer.deliver(Batch()):
            # It has gone while its token was looked up.
            self.leave(peer)
        elif after is not None:
            behind = session.peer = _Behind(session)
            bring = Deferred.fromCoroutine(self._bring(behind, place.key, after.seq))
            bring.addErrback(self._failed, peer)
        return None

    def leave(self, peer: Peer) -> None:
        """`peer` is gone, or was never there."""
        follower = self._followers.pop(peer, None)
        if follower is not None:
            self._shares.give_back(follower.holder)
            for key in follower.session.rooms:
                self._hub.unseat(follower.session, self._room(key))

    def account_changed(self, change: AccountChange) -> None:
        """Say a last word to those who follow by an access token that is worth nothing any more, and end that."""
        for peer, (_, holder, handle) in list(self._followers.items()):
            if holder == change.key and handle is not None and ends(change, handle):
                self.leave(peer)
                peer.deliver(Batch(_failure(ChatError("bad_token"))))
                peer.disconnect(Reason.LOGGED_OUT)

    def shut_down(self) -> None:
        """The server stops: say goodbye to everybody who follows."""
        for peer in list(self._followers):
            peer.deliver(Batch(ShuttingDown()))
            peer.disconnect(Reason.SHUTDOWN)

    def _place(self, raw: str) -> Name:
        """The room called `raw`. Raises ChatError where nobody can be in it."""
        name = parse_name(raw, self._hub.limits.room_characters, "bad_room")
        if name.key != self._hub.lobby.key:
            self._hub.check_not_reserved(name)
        if name.key == self._hub.lobby.key and not self._hub.lobby_is_open:
            raise ChatError("no_lobby")
        room = self._hub.rooms.get(name.key)
        return Name(room.name, room.key) if room is not None else name

    async def _user(self, visitor: Visitor, place: Name) -> User:
        """Who speaks in `place`, where they may. A guest has a name that is nobody's now."""
        if visitor.secret is not None:
            account, _ = await self._bearer(visitor.secret, place)
            return User(Name(account.name, account.key), None, account)
        self._accounts.check_guests()
        if visitor.name is None:
            return User(Name(GUEST, fold(GUEST)), None)
        name = self._hub.free_name(visitor.name, Credentials())
        with self._hub.entrance.pending_logins.begin() as pending_login:
            await self._accounts.admit(name, Credentials(), "", self._hub.check_new)
            self._hub.entrance.check_free(name)
            if not pending_login.is_open(name.key, None):
                raise ChatError("name_taken", name=name.shown)
        return User(name, None)

    async def _check(self, visitor: Visitor, place: Name) -> tuple[Account, str] | None:
        """By which account's access token, if any, the visitor sees `place`. Raises ChatError where they may not."""
        if visitor.secret is not None:
            return await self._bearer(visitor.secret, place)
        self._accounts.check_guests()
        return None

    async def _bearer(self, secret: str, place: Name) -> tuple[Account, str]:
        with self._hub.entrance.pending_logins.begin() as pending_login:
            account, token = await self._accounts.bearer(secret, place.key)
            if not pending_login.is_open(account.key, account, token.handle):
                raise ChatError("bad_token")
        self._hub.bans.check_name(account.key)
        return account, token.handle

    def _check_share(self, holder: str, *, is_guest: bool) -> None:
        limits = self._hub.limits
        each = limits.guest_followers if is_guest else limits.account_followers
        if self._shares.held(holder) >= each:
            raise ChatError("too_many_of_yours", limit=each)
        if not self._shares.has_room(holder):
            raise ChatError("too_many_followers", limit=limits.followers)

    async def _ask(self, command: Command, user: User, place: Name, address: str) -> Reply:
        peer = _Answer()
        session = Session(self._hub, peer, self.commands, address)
        session.user, session.state = user, State.REGISTERED
        session.rooms[place.key] = place.shown
        session.handle(command)
        return await peer.reply

    def _room(self, key: str) -> Room | None:
        return self._hub.lobby if key == self._hub.lobby.key else self._hub.rooms.get(key)

    def _failed(self, failure: TwistedFailure, peer: Peer) -> None:
        if not isinstance(failure.value, ChatError):
            log.failure("failed: bringing what was missed", failure)
        peer.disconnect(Reason.FAILED)

    def _seat(self, session: Session, place: Name) -> None:
        room = self._room(place.key) or self._hub.rooms.setdefault(
            place.key, self._hub.new_room(place.key, place.shown)
        )
        session.rooms[place.key] = place.shown
        room.enter(session)

    async def _bring(self, behind: "_Behind", room: str, after: int) -> None:
        """Tell what was said after that seq, as fast as the peer takes it, until nothing more was said meanwhile."""
        limit = _FIRST_PAGE
        while True:
            # What was told by now is stored: it is in the page, or has been pruned.
            told = behind.told
            page = await self._store.history(room, Span(limit, after))
            if page.messages:
                if not behind.peer.deliver(Batch(*(Recalled(message=message) for message in page.messages))):
                    return
                after = page.messages[-1].seq
                limit = self._next_page(page.messages)
            after = after if page.more else max(after, told)
            if not page.more and behind.told <= after:
                behind.catch_up(after)
                return
            await taken(behind.peer)

    def _next_page(self, messages: Sequence[Message]) -> int:
        size = sum(len(message.text.encode()) for message in messages) / len(messages)
        return max(1, min(self._hub.limits.page_messages, int(_PAGE_BYTES / max(size, 1))))


class _Quiet:
    """A `Peer` at which nobody listens."""

    def deliver(self, batch: Batch) -> bool:
        return False

    def when_taken(self, call: Callable[[], None]) -> None:
        """See `Peer.when_taken`."""

    def when_sent(self, call: Callable[[], None]) -> None:
        """See `Peer.when_sent`."""

    def set_reading(self, wanted: bool) -> None:
        """See `Peer.set_reading`."""

    def note(self, what: str, **parts: object) -> None:
        """See `Peer.note`."""

    def disconnect(self, reason: str) -> None:
        """See `Peer.disconnect`."""


class _Answer(_Quiet):
    """Waits for the one answer to the one question of a session."""

    def __init__(self) -> None:
        self.reply = Deferred[Reply]()

    def deliver(self, batch: Batch) -> bool:
        [reply] = batch.events
        assert isinstance(reply, Reply), "a visitor is told of nothing else"
        self.reply.callback(reply)
        return True


class _Behind(_Quiet):
    """Stands before a session's peer while it is behind, until `catch_up`: what is told meanwhile is not kept.

    What was said is in the store, and is brought from there when its turn comes. `told` is how far that has come. Who
    came and went meanwhile is not told. What was found in the store may yet be told; when that is over it steps aside.
    """

    def __init__(self, session: Session) -> None:
        self.peer = session.peer
        self.told = 0
        self._session = session
        self._reached: int | None = None

    def deliver(self, batch: Batch) -> bool:
        if self._reached is not None:
            return self._tell(batch, self._reached)
        self.told = max([self.told, *(event.seq for event in batch.events if isinstance(event, Message))])
        return True

    def catch_up(self, reached: int) -> None:
        """The peer has been told everything up to that seq."""
        self._reached = reached

    def _tell(self, batch: Batch, reached: int) -> bool:
        news = [event for event in batch.events if not isinstance(event, RoomEvent) or event.seq > reached]
        if len(news) == len(batch.events):
            self._session.peer = self.peer
            return self.peer.deliver(batch)
        return self.peer.deliver(Batch(*news))


def _failure(error: ChatError, request_id: RequestId = None) -> Failure:
    return Failure(code=error.code, message=str(error), id=request_id, seq=error.seq)
