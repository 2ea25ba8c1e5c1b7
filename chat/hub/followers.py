"""Followers: visitors whose answer goes on with what happens in a room."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure as TwistedFailure

from chat.errors import ChatError
from chat.events import Recalled, RoomEvent, ShuttingDown, failure_of
from chat.hub.books import Books
from chat.hub.entrance import ends
from chat.hub.ignoring import heard
from chat.hub.pages import size_of, taken
from chat.hub.peers import CatchingUp
from chat.hub.people import Asker
from chat.hub.positions import Position
from chat.interfaces import Batch, Peer, Reason
from chat.names import Name
from chat.shares import Share, Shares
from chat.store.interfaces import AccountChange, MessageStore, Span

log = Logger(namespace="chat.hub.followers")

# How many messages are read for a follower at first. Later pages have about this many bytes.
_FIRST_PAGE = 8
_PAGE_BYTES = 128 * 1024


class _Follower(NamedTuple):
    """One follower: its session, whose share it takes (`Session.holder`), and the handle of its access token."""

    session: Asker
    holder: str
    handle: str | None


class Followers:
    """Members of rooms that have no user: `add` makes one of a session that the gate has let in (`Visitors.follow`)."""

    def __init__(self, books: Books, store: MessageStore) -> None:
        self._rooms, self._permissions, self._limits = books.rooms, books.permissions, books.limits
        self._store = store
        self._followers: dict[Peer, _Follower] = {}
        self._shares = Shares(Share(self._limits.followers, self._limits.account_followers))

    @property
    def count(self) -> int:
        """How many visitors follow a room now."""
        return len(self._followers)

    def all(self) -> Sequence[tuple[Peer, Asker, str]]:
        """Each follower's peer, session, and whose share it takes (`Session.holder`). The session is in its room."""
        return [(peer, follower.session, follower.holder) for peer, follower in self._followers.items()]

    def check_share(self, holder: str, *, is_guest: bool) -> None:
        """Raise ChatError where `holder`, or everybody together, follows too many rooms."""
        each = self._limits.guest_followers if is_guest else self._limits.account_followers
        if self._shares.held(holder) >= each:
            raise ChatError("too_many_of_yours", limit=each)
        if not self._shares.has_room(holder):
            raise ChatError("too_many_followers", limit=self._limits.followers)

    def add(self, session: Asker, holder: str, place: Name, after: Position | None) -> None:
        """`session` follows the room `place` from now on; with `after`, first the messages after that place.

        It counts to `holder`. Its peer gets a first batch before this returns, which may be empty.
        """
        peer, handle = session.peer, session.scope.handle if session.scope is not None else None
        self._followers[peer] = _Follower(session, holder, handle)
        self._shares.take(holder)
        self._rooms.follow(session, place)
        if not peer.deliver(Batch()):
            # The peer was lost while its token was looked up.
            self.leave(peer)
        elif after is not None:
            behind = session.peer = CatchingUp(session)
            begin = max(after.seq, self._permissions.since(session, place.key))
            bring = Deferred.fromCoroutine(self._bring(behind, place.key, begin))
            bring.addErrback(self._failed, peer)

    def leave(self, peer: Peer) -> None:
        """`peer` follows no room any more; it need not have followed one."""
        follower = self._followers.pop(peer, None)
        if follower is not None:
            self._shares.give_back(follower.holder)
            self._rooms.depart(follower.session)

    def account_changed(self, change: AccountChange) -> None:
        """End the followers whose access token is no longer valid, and tell them why."""
        ended = ChatError("bad_token")
        for peer, (_, holder, handle) in list(self._followers.items()):
            if holder == change.key and handle is not None and ends(change, handle):
                self.leave(peer)
                peer.deliver(Batch(failure_of(ended)))
                peer.disconnect(Reason.LOGGED_OUT)

    def put_out(self, session: Asker, event: RoomEvent) -> None:
        """End the follower with this session: after `event` it may not see its room any more."""
        for peer, follower in list(self._followers.items()):
            if follower.session is session:
                self.leave(peer)
                if session.peer is not peer:
                    # It was still being told of what came before.
                    peer.deliver(Batch(event))
                peer.disconnect(Reason.PUT_OUT)

    def ignore(self, account: str, ignored: Mapping[str, str]) -> None:
        """Followers with an access token of that account do not hear these people, by their keys, from now on."""
        for session, holder, handle in self._followers.values():
            if holder == account and handle is not None:
                self._rooms.ignore(session, ignored)

    def shut_down(self) -> None:
        """The server stops: say goodbye to everybody who follows."""
        for peer in list(self._followers):
            peer.deliver(Batch(ShuttingDown()))
            peer.disconnect(Reason.SHUTDOWN)

    # --- what a follower missed

    async def _bring(self, behind: CatchingUp, room: str, after: int) -> None:
        """Tell the messages after that seq, as fast as the peer takes them, until no more came meanwhile."""
        limit = _FIRST_PAGE
        while True:
            # Live messages up to `told` are stored: they are in the page, or have been pruned.
            told = behind.told
            page = await self._store.history(room, Span(limit, after, amendments=True))
            if page.events:
                news = heard(self._rooms.presented(page.events), behind.session.ignored)
                if news and not behind.peer.deliver(Batch(*(Recalled(event=event) for event in news))):
                    return
                after = page.events[-1].seq
                limit = self._next_page(page.events)
            after = after if page.more else max(after, told)
            if not page.more and behind.told <= after:
                behind.catch_up(after)
                return
            await taken(behind.peer)

    def _next_page(self, events: Sequence[RoomEvent]) -> int:
        size = sum(map(size_of, events)) / len(events)
        return max(1, min(self._limits.page_messages, int(_PAGE_BYTES / max(size, 1))))

    def _failed(self, failure: TwistedFailure, peer: Peer) -> None:
        if not isinstance(failure.value, ChatError):
            log.failure("failed: bringing what was missed", failure)
        peer.disconnect(Reason.FAILED)
