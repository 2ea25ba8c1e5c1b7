"""Putting the server together, for twistd: `Options` and `makeService`."""

import gc
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorCore, IReactorFromThreads, IReactorTime, IReactorUNIX
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

from chat.accounts.bans import Bans
from chat.accounts.passwords import HASHING_THREADS
from chat.admin.upkeep import make_upkeep
from chat.blobs.disk import FILE_THREADS, BlobDisk
from chat.blobs.folder import BlobFolder
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.net.clock import never_step_back
from chat.net.machine import machine_addresses
from chat.net.tcp import CORK
from chat.server.connected import Connected
from chat.server.factory import ChatFactory, make_accounts
from chat.server.hangup import Hangup
from chat.server.listening import make_port
from chat.service.announcement import Announcement
from chat.service.options import NO_DATA, Options
from chat.service.owner import owner_to_be
from chat.service.pidfile import PidFile
from chat.service.service import ChatService, Listening, Process, StartupError, Storage
from chat.store.interfaces import Store
from chat.store.memory.store import MemoryStore
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.migrations import known_migrations
from chat.store.sqlite.store import SqliteStore
from chat.web.routes import make_site

__all__ = ["ChatService", "Options", "StartupError", "makeService"]

T = TypeVar("T")

# Cyclic garbage is rare here, and a search for it stops everybody: for 30 ms, with 10,000 connections. The collector
# looks at the youngest objects after 20,000 new ones, not 700; at the oldest only when they have grown by a quarter.
_COLLECTOR = (20_000, 20, 20)

# Python imports these by itself: at the first date, and at the first name of a host.
_LATE_MODULES = ("_strptime", "encodings.idna")


def makeService(options: Options) -> ChatService:
    """Build a whole server from its options. Nothing listens yet. Called by twistd, which has chosen the reactor."""
    from twisted.internet import reactor

    clock = IReactorTime(reactor)
    from_thread = IReactorFromThreads(reactor)
    never_step_back(reactor)
    IReactorCore(reactor).callWhenRunning(_freeze)
    _read_ahead()
    later = partial(clock.callLater, 0)
    hashing = ThreadPool(0, HASHING_THREADS, "chat-hashing")
    writing = ThreadPool(0, FILE_THREADS, "chat-files")

    def in_thread(call: Callable[[], T], /) -> Deferred[T]:
        return deferToThreadPool(from_thread, hashing, call)

    def in_file_thread(call: Callable[[], T], /) -> Deferred[T]:
        return deferToThreadPool(from_thread, writing, call)

    limits = options.limits
    store = _store(options["data"], limits, clock, from_thread)
    accounts = make_accounts(store.accounts, limits, options.policy, in_thread)
    hub = Hub(store, accounts, limits, options.lobby, options.motd, later, Bans(time.time))
    hub.write_with(CORK)
    if options.url is not None:
        hub.call(options.url)
        hub.uploads.site = options.url
    # A server without a pace is for programs that send as fast as they can. It reads them in large pieces.
    chat = ChatFactory(hub, later=later if limits.lines_per_second else None)
    disk = None if options["data"] == NO_DATA else BlobDisk(BlobFolder(Path(options["data"])), in_file_thread)
    hub.uploads.disk = disk
    site = make_site(chat, options.origins, None, options.reached, disk)
    connected = Connected(chat, site, clock)
    hub.operating.open(connected.end, store.maintenance)
    upkeep = make_upkeep(store, Path(options["data"]), clock, IReactorUNIX(reactor), connected, hub.uploads.sweep)
    storage = Storage(store, upkeep, owner_to_be(options.parent), disk)
    announcement = Announcement(options.folder, options.port_settings.credentials is not None, machine_addresses)
    listening = Listening(options.endpoints, make_port(chat, site, options.port_settings), announcement)
    process = Process(
        [hashing, writing], Hangup(options.port_settings.credentials, from_thread), PidFile(options.pid_file)
    )
    return ChatService(chat, storage, listening, process, clock)


def _store(data: str, limits: Limits, clock: IReactorTime, from_thread: IReactorFromThreads) -> Store:
    """The store that `--data` names. A second kind of store on a disk, or on a network, is chosen here."""
    if data == NO_DATA:
        return MemoryStore(limits, time.time, partial(clock.callLater, 0), token_hex(4))
    return SqliteStore(DataFolder(Path(data)), limits, time.time, from_thread.callFromThread, clock)


def _read_ahead() -> None:
    """Read now what would be read later from the program's own files: the user of `--uid` may not read them."""
    known_migrations()
    for module in _LATE_MODULES:
        import_module(module)


def _freeze() -> None:
    """Keep the collector from what is there at the start: all of it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR)
