"""Putting the server together, for twistd: `Options` and `makeService`."""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import NamedTuple, TypeVar

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred, succeed
from twisted.internet.interfaces import (
    IListeningPort,
    IProtocolFactory,
    IReactorCore,
    IReactorFromThreads,
    IReactorTime,
    IReactorUNIX,
    IStreamServerEndpoint,
)
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from chat.accounts.bans import Bans
from chat.accounts.passwords import HASHING_THREADS
from chat.admin.upkeep import Upkeep
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.net.addresses import shown
from chat.net.clock import never_step_back
from chat.net.tcp import write_eagerly
from chat.options import NO_DATA, Options
from chat.owner import Owner, acting_as, owner_to_be
from chat.server.connected import Connected
from chat.server.factory import ChatFactory, make_accounts
from chat.server.hangup import Hangup
from chat.server.listening import make_port
from chat.store.interfaces import StoreError
from chat.store.memory.store import MemoryStore
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.migrations import known_migrations
from chat.store.sqlite.store import SqliteStore
from chat.web.routes import make_site
from chat.web.site import ChatSite

__all__ = ["ChatService", "Options", "StartupError", "makeService"]

log = Logger(namespace="chat.service")
T = TypeVar("T")

# Cyclic garbage is rare here, and looking for it stops everybody: with 10,000 connections for some 30 ms. The youngest
# objects are looked through when so many are new, not at every 700; the oldest only when they have grown by a quarter.
_COLLECTOR = (20_000, 20, 20)
Store = MemoryStore | SqliteStore

# Python imports these by itself, at a first date, and at a first name of a host.
_LATE_MODULES = ("_strptime", "encodings.idna")


class StartupError(Exception):
    """The server cannot start. The message is for the operator; there is no need of a traceback."""


class Doors(NamedTuple):
    """Where a server listens: `port` answers on each of `endpoints`. `hangup` renews what it needs for that."""

    endpoints: Sequence[IStreamServerEndpoint]
    port: IProtocolFactory
    hangup: Hangup


class ChatService(Service):
    """A `ChatFactory` behind its listening ports, from start to a clean stop."""

    def __init__(
        self,
        factory: ChatFactory,
        store: Store,
        hashing: ThreadPool,
        doors: Doors,
        upkeep: Upkeep | None,
        owner: Owner | None = None,
    ) -> None:
        self.factory = factory
        self._store = store
        self._hashing = hashing
        self._upkeep = upkeep
        self._owner = owner
        self.ports: list[IListeningPort] = []
        self._doors = doors
        self._failures: list[Failure] = []

    def privilegedStartService(self) -> None:
        """Open the store, as the user whose it is, then listen everywhere. Raises StartupError where either fails.

        In this order: whoever can connect is answered.
        """
        super().privilegedStartService()
        self._doors.hangup.take()
        try:
            with acting_as(self._owner):
                self._store.start()
        except StoreError as error:
            raise self._startup_error(str(error)) from None
        for endpoint in self._doors.endpoints:
            endpoint.listen(self._doors.port).addCallbacks(self._listening, self._failures.append)
        if self._failures:
            raise self._startup_error(f"cannot listen: {self._failures[0].getErrorMessage()}")

    def startService(self) -> None:
        """Begin with what goes on beside."""
        super().startService()
        self._doors.hangup.tell()
        self._hashing.start()
        if self._upkeep is not None:
            self._upkeep.start()

    def stopService(self) -> Deferred[None]:
        """Stop accepting, tell every client, and wait until they are gone, for at most `farewell_seconds`.

        Whatever else there is to wait for, the result fires some seconds later.
        """
        super().stopService()
        closed = gatherResults([maybeDeferred(port.stopListening) for port in self.ports])
        ended = succeed(None) if self._upkeep is None else self._upkeep.stop()
        self.factory.hub.visitors.shut_down()
        gone = self.factory.shut_down().addCallback(lambda _: self._store.stop())
        gone.addBoth(self._stop_hashing)
        stopped = closed.addCallback(lambda _: ended).addCallback(lambda _: gone)
        return self._in_time(stopped).addCallback(lambda _: self._doors.hangup.give_back())

    def _in_time(self, stopped: Deferred[None]) -> Deferred[None]:
        """Fires when `stopped` has, also where it failed; or when it should have long since."""
        from twisted.internet import reactor

        limits = self.factory.limits
        seconds = 2 * limits.farewell_seconds + limits.store_stop_seconds

        def tell(failure: Failure) -> None:
            log.critical("not all could be stopped: {error}", error=failure.getErrorMessage())

        return stopped.addTimeout(seconds, IReactorTime(reactor)).addErrback(tell)

    def _stop_hashing(self, result: T) -> T:
        if self._hashing.started:
            self._hashing.stop()
        return result

    def _startup_error(self, complaint: str) -> StartupError:
        for port in self.ports:
            port.stopListening()
        self._doors.hangup.give_back()
        # twistd would show a traceback, to somebody who only chose a port that is in use.
        sys.excepthook = _say_in_one_line
        log.critical("{complaint}", complaint=complaint)
        return StartupError(complaint)

    def _listening(self, port: IListeningPort) -> None:
        write_eagerly(port)
        self.ports.append(port)
        log.info("listening on {address}", address=shown(port.getHost()))


def makeService(options: Options) -> ChatService:
    """Everything a server is made of, from its options; nothing listens yet. Called by twistd."""
    from twisted.internet import reactor

    never_step_back(reactor)
    IReactorCore(reactor).callWhenRunning(_settle)
    hashing = ThreadPool(0, HASHING_THREADS, "chat-hashing")

    def elsewhere(call: Callable[[], T], /) -> Deferred[T]:
        return deferToThreadPool(IReactorFromThreads(reactor), hashing, call)

    _read_ahead()
    store = _store(options["data"], options.limits)
    accounts = make_accounts(store.accounts, options.limits, options.policy, elsewhere)
    later = partial(IReactorTime(reactor).callLater, 0)
    hub = Hub(store, accounts, options.limits, options.lobby, options.motd, later, Bans(time.time))
    # Whoever takes all that comes as fast as it comes wants it in large pieces.
    chat = ChatFactory(hub, later=later if options.limits.lines_per_second else None)
    site = make_site(chat, options.origins, metrics_from=options.metrics_from, reached=options.reached)
    connected = Connected(chat, site, IReactorTime(reactor))
    upkeep = _upkeep(store, Path(options["data"]), connected)
    doors = _doors(chat, site, options)
    return ChatService(chat, store, hashing, doors, upkeep, owner_to_be(options.parent))


def _read_ahead() -> None:
    """What would be read from the program's own files later: whoever the server is going to be may not read them."""
    known_migrations()
    for module in _LATE_MODULES:
        import_module(module)


def _doors(chat: ChatFactory, site: ChatSite, options: Options) -> Doors:
    from twisted.internet import reactor

    credentials = options.entrance.credentials
    hangup = Hangup(credentials, IReactorFromThreads(reactor))
    return Doors(options.endpoints, make_port(chat, site, options.entrance), hangup)


def _settle() -> None:
    """All that is there at the start stays: the collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR)


def _store(data: str, limits: Limits) -> Store:
    from twisted.internet import reactor

    if data == NO_DATA:
        return MemoryStore(limits, time.time, partial(IReactorTime(reactor).callLater, 0), token_hex(4))
    from_thread = IReactorFromThreads(reactor).callFromThread
    return SqliteStore(DataFolder(Path(data)), limits, time.time, from_thread, IReactorTime(reactor))


def _upkeep(store: Store, folder: Path, connected: Connected) -> Upkeep | None:
    from twisted.internet import reactor

    if isinstance(store, MemoryStore):
        return None
    return Upkeep(store, folder, IReactorTime(reactor), IReactorUNIX(reactor), connected)


def _say_in_one_line(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if isinstance(error, StartupError):
        print(f"chatserver: {error}", file=sys.__stderr__)
    else:
        sys.__excepthook__(kind, error, traceback)
