"""A whole chat server, for Twisted: the factory of its connections, which owns what they share."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredList, execute
from twisted.internet.interfaces import IAddress, IReactorTime
from twisted.internet.protocol import ServerFactory
from twisted.internet.task import LoopingCall

from chat.accounts.failed_logins import FailedLogins
from chat.accounts.passwords import Elsewhere, Passwords
from chat.accounts.rules import Accounts, Policy
from chat.accounts.tokens import new_secret
from chat.commands.bodies import COMMANDS
from chat.commands.specs import Runnable
from chat.errors import ChatError
from chat.events import ShuttingDown
from chat.hub.hub import Hub
from chat.hub.people import User
from chat.hub.session import Session
from chat.interfaces import Later, Peer, Reason
from chat.limits import Limits
from chat.net.deadlines import Deadlines
from chat.server.admission import Admission
from chat.server.connection import Connection
from chat.server.pace import Paces
from chat.server.places import refusal_of
from chat.server.protocol import ChatProtocol
from chat.store.interfaces import AccountStore
from chat.store.memory.store import MemoryStore
from chat.wire import WIRES, Wire


class ChatFactory(ServerFactory[Any]):
    """Makes the connections of one server. It owns what they share: the hub with its users, `commands` and `wires`.

    Without arguments it serves a test: a fresh hub on a store in memory. Deadlines and rate limits run while the
    factory is started; a listening port starts it. `clock` is the reactor unless given. With `later` long work is
    spread over several turns of the reactor.
    """

    protocol: type[ChatProtocol] = ChatProtocol
    noisy = False
    commands: Mapping[str, Runnable[Session]] = COMMANDS
    wires: Sequence[Wire] = WIRES

    def __init__(self, hub: Hub | None = None, clock: IReactorTime | None = None, later: Later | None = None) -> None:
        self.hub = hub or _fresh_hub()
        self.hub.visitors.open(self.new_session)
        self.limits = self.hub.limits
        self.later = later
        self.paces = Paces(self.limits)
        self.admission = Admission(self.limits, self.hub.bans, self.paces)
        self.connections: dict[ChatProtocol, None] = {}
        # How many connections have ended, by reason.
        self.ended: Counter[str] = Counter()
        self.registration = Deadlines(
            self.limits.registration_seconds, ChatProtocol.registration_expired, reads_first=True
        )
        self.slowdown = Deadlines(self.limits.slowdown_seconds, ChatProtocol.rested)
        self.unsent = Deadlines(self.limits.sent_seconds, ChatProtocol.check_sent)
        self.pings = Deadlines[Connection](self.limits.ping_seconds, lambda connection: connection.ping())
        self.sweeping = LoopingCall(self.hub.sweep)
        self.farewell = Deadlines(self.limits.farewell_seconds, ChatProtocol.farewell_expired)
        self._clock = clock
        self._count = 0
        self.is_started = False

    @property
    def users(self) -> dict[str, User]:
        """The users who are here, by the keys of their names: the hub's own dict."""
        return self.hub.users

    def seconds(self) -> float:
        """The clock's time; 0 until the factory is started, if it was made without a clock."""
        return self._clock.seconds() if self._clock is not None else 0.0

    def startFactory(self) -> None:
        if self._clock is None:
            from twisted.internet import reactor

            self._clock = IReactorTime(reactor)
        self.is_started = True
        for deadlines in self._deadlines():
            deadlines.start(self._clock)
        self.sweeping.clock = self._clock
        self.sweeping.start(self.limits.sweep_seconds, now=False)

    def stopFactory(self) -> None:
        self.is_started = False
        if self.sweeping.running:
            self.sweeping.stop()
        self._stop_deadlines_when_idle()

    def buildProtocol(self, addr: IAddress | None) -> ChatProtocol:
        return self.protocol(self, self.next_number(), addr)

    def new_session(self, peer: Peer, address: str) -> Session:
        """The domain's side of a connection, or of a visitor's question, from that address."""
        return Session(self.hub, peer, self.commands, address)

    def next_number(self) -> int:
        """The number of one more connection."""
        self._count += 1
        return self._count

    def refusing(self, code: str) -> "RefusingFactory":
        """A factory that makes connections of this one which hear only that error, each in its own wire."""
        return RefusingFactory(self, code)

    def opened(self, connection: ChatProtocol) -> None:
        """`connection` is made. One that is refused hears why as soon as its wire is known."""
        self.connections[connection] = None
        self.admission.came(connection.address)
        if self.is_started and not connection.pace.may_go_on(self.seconds()):
            # Its address has sent too much already, on other connections.
            connection.rest()
        connection.refusal = connection.refusal or refusal_of(connection, self)
        self.registration.add(connection)
        if connection.refusal is not None:
            self.admission.refused[connection.refusal.code] += 1
            if len(self.connections) > self.limits.max_clients + self.limits.turned_away:
                connection.cut(Reason.SERVER_FULL)

    def closed(self, connection: ChatProtocol) -> None:
        """`connection` is lost."""
        if self.connections.pop(connection, connection) is None:
            self.admission.went(connection.address)
        self.ended[connection.reason] += 1
        for deadlines in self._deadlines():
            deadlines.discard(connection)
        self._stop_deadlines_when_idle()

    def shut_down(self) -> Deferred[None]:
        """Tell every client and close. Fires when the last is gone, after up to `farewell_seconds`."""
        connections = list(self.connections)
        ended = [connection.when_ended() for connection in connections]
        self.hub.stop()
        for connection in connections:
            self.farewell.add(connection)
            connection.session.finish(Reason.SHUTDOWN, ShuttingDown())
        return DeferredList(ended).addCallback(lambda _: None)

    def _deadlines(self) -> Sequence[Deadlines[Any]]:
        return (self.registration, self.slowdown, self.unsent, self.pings, self.farewell)

    def _stop_deadlines_when_idle(self) -> None:
        # A stopped server still gives its last connections their time to close.
        if not self.is_started and not self.connections:
            for deadlines in self._deadlines():
                deadlines.stop()


class RefusingFactory(ServerFactory[Any]):
    """Makes connections of `chat` that hear only an error, in their own wire. It starts and stops `chat`."""

    noisy = False

    def __init__(self, chat: ChatFactory, code: str) -> None:
        self._chat = chat
        self._code = code

    def buildProtocol(self, addr: IAddress | None) -> ChatProtocol:
        connection = self._chat.buildProtocol(addr)
        connection.refusal = ChatError(self._code)
        return connection

    def startFactory(self) -> None:
        self._chat.doStart()

    def stopFactory(self) -> None:
        self._chat.doStop()


def make_accounts(
    store: AccountStore, limits: Limits, policy: Policy | None = None, elsewhere: Elsewhere = execute
) -> Accounts:
    """Accounts with the system's clocks and its randomness. `elsewhere` makes calls off the reactor's thread."""
    passwords, failed_logins = Passwords(limits, elsewhere), FailedLogins(limits, time.monotonic)
    return Accounts(store, passwords, failed_logins, time.time, new_secret, policy or Policy(), limits)


def _fresh_hub() -> Hub:
    store = MemoryStore(Limits(), time.time)
    return Hub(store, make_accounts(store.accounts, Limits()), Limits())
