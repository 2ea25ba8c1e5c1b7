"""All connections of a running server, for the operator, who can list and end them."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_network
from itertools import islice
from math import isfinite
from typing import Protocol

from twisted.internet.interfaces import IAddress, IReactorTime
from twisted.internet.task import deferLater

from chat.accounts.bans import Bans
from chat.accounts.claims import Claims
from chat.errors import ChatError
from chat.events import failure_of
from chat.interfaces import Reason
from chat.net.addresses import host_of, shown, source_of
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from chat.times import minute_of

_LOOKED_SECONDS = 1.0
_REASONS = {"banned": Reason.BANNED, "kicked": Reason.KICKED}


class HttpConnection(Protocol):
    """One connection of HTTP."""

    address: IAddress | None

    def expired(self) -> None:
        """Cut it."""


class HttpConnections(Protocol):
    """The site, as the operator sees it."""

    @property
    def channels(self) -> Iterable[HttpConnection]:
        """All its connections."""


class Connected:
    """The connections of `chat`, its followers, and those of `site`."""

    def __init__(self, chat: ChatFactory, site: HttpConnections, clock: IReactorTime) -> None:
        self._chat = chat
        self._site = site
        self._clock = clock

    @property
    def bans(self) -> Bans:
        """See `Running.bans`."""
        return self._chat.hub.bans

    @property
    def claims(self) -> Claims:
        """See `Running.claims`."""
        return self._chat.hub.claims

    def sessions(self, most: int) -> Sequence[str]:
        """See `Running.sessions`."""
        total = len(self._chat.connections) + self._chat.hub.visitors.followers.count
        lines = list(islice(self._lines(), most))
        return lines if len(lines) == total else [*lines, f"… and {total - len(lines)} more"]

    async def addresses(self, most: int) -> Sequence[str]:
        """See `Running.addresses`."""
        largest = self._chat.admission.connections.largest(most)
        shared = self._chat.paces.shared
        before = {source: shared.taken(source) for source, _ in largest}
        await deferLater(self._clock, _LOOKED_SECONDS)
        banned = {ban.target for ban in self.bans}
        return [
            f"{source}  {count} connection{'s' if count != 1 else ''}"
            f"  {max(0.0, shared.taken(source) - before[source]) / _LOOKED_SECONDS:.0f} lines a second"
            f"{'  banned' if source in banned else ''}"
            for source, count in largest
        ]

    def announce(self, text: str) -> None:
        """See `Running.announce`."""
        self._chat.hub.operating.announce(text)

    def end(self, target: str, error: ChatError, *, is_name: bool) -> int:
        """See `Running.end`. Connections of HTTP are cut without a farewell."""
        reason, farewell = _REASONS[error.code], failure_of(error)
        found = [each for each in self._chat.connections if _is(each, target, is_name=is_name)]
        for connection in found:
            connection.session.finish(reason, farewell)
        followers = [
            peer
            for peer, session, holder in self._chat.hub.visitors.followers.all()
            if (holder == target if is_name else _is_from(session.address, target))
        ]
        for peer in followers:
            peer.disconnect(reason)
        channels = [] if is_name else [each for each in self._site.channels if _is_at(each.address, target)]
        for channel in channels:
            channel.expired()
        return len(found) + max(len(followers), len(channels))

    def _lines(self) -> Iterator[str]:
        now = self._chat.seconds()
        for each in self._chat.connections:
            session, user = each.session, each.session.user
            kind = "no name yet" if user is None else "guest" if user.account is None else "account"
            wire = each.codec.name if each.codec is not None else "undecided"
            came = f"since {minute_of(session.backlog.came_at)}  "
            yield (
                f"{'-' if user is None else user.name}  {kind}  {shown(each.address)}  {wire}"
                f"  {came if isfinite(session.backlog.came_at) else ''}idle {each.pace.idle(now):.0f} s"
                f"  rooms: {', '.join(session.rooms.values()) or '-'}"
                f"  {each.outbox.queued if each.outbox is not None else 0} bytes queued"
            )
        for _, follower, holder in self._chat.hub.visitors.followers.all():
            rooms = ", ".join(follower.rooms.values())
            yield f"{'-' if holder.startswith('at ') else holder}  follower  {follower.address}  http  rooms: {rooms}"


def _is(connection: ChatProtocol, target: str, *, is_name: bool) -> bool:
    user = connection.session.user
    return _is_at(connection.address, target) if not is_name else user is not None and user.key == target


def _is_at(address: IAddress | None, target: str) -> bool:
    host = host_of(address)
    return source_of(address) == target or (host is not None and host in ip_network(target))


def _is_from(source: str, target: str) -> bool:
    """Whether a source (an address, or a network of IPv6) lies in a ban's network."""
    try:
        one, all_of = ip_network(source), ip_network(target)
    except ValueError:
        return source == target
    return one.version == all_of.version and one.subnet_of(all_of)  # type: ignore[arg-type]
