"""The server as a service of Twisted: it opens the store, listens, and stops in order."""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import NamedTuple, TypeVar

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred, succeed
from twisted.internet.interfaces import IListeningPort, IProtocolFactory, IReactorTime, IStreamServerEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from chat.admin.upkeep import Upkeep
from chat.blobs.disk import BlobDisk
from chat.net.addresses import shown
from chat.net.tcp import write_eagerly
from chat.net.transports import keep_alive
from chat.server.factory import ChatFactory
from chat.server.hangup import Hangup
from chat.service.announcement import Announcement
from chat.service.file_sweeps import FileSweeps
from chat.service.owner import Owner, acting_as
from chat.service.pidfile import PidFile
from chat.store.interfaces import Store, StoreError

log = Logger(namespace="chat.service")
T = TypeVar("T")


class StartupError(Exception):
    """The server cannot start. The message is for the operator, who needs no traceback."""


class Listening(NamedTuple):
    """The listening side of a server: `factory` answers on `endpoints`, and `announcement` writes so into the log."""

    endpoints: Sequence[IStreamServerEndpoint]
    factory: IProtocolFactory
    announcement: Announcement


class Storage(NamedTuple):
    """The storage of a server. `upkeep` runs while `store` is open; `owner` opens it (None: this process's user).

    `disk` has the files, None on a server that takes none.
    """

    store: Store
    upkeep: Upkeep | None
    owner: Owner | None
    disk: BlobDisk | None


class Process(NamedTuple):
    """The parts of a server's process: its threads, its handler of SIGHUP, and its pid file."""

    threads: Sequence[ThreadPool]
    hangup: Hangup
    pid_file: PidFile


class ChatService(Service):
    """A `ChatFactory` behind its listening ports, from start to a clean stop. `clock` limits the time of the stop."""

    def __init__(
        self, factory: ChatFactory, storage: Storage, listening: Listening, process: Process, clock: IReactorTime
    ) -> None:
        self.factory = factory
        self.ports: list[IListeningPort] = []
        self._storage = storage
        self._listening = listening
        self._process = process
        self._clock = clock
        self._failures: list[Failure] = []
        self._file_sweeps = FileSweeps(factory.hub.uploads, clock)

    def privilegedStartService(self) -> None:
        """Open the store, as its owner, then listen everywhere. Raises StartupError if either fails.

        The store comes first: the server answers every client that can connect.
        """
        super().privilegedStartService()
        self._process.hangup.take()
        try:
            with acting_as(self._storage.owner):
                self._storage.store.start()
                if self._storage.disk is not None:
                    self._storage.disk.open()
        except StoreError as error:
            raise self._startup_error(str(error)) from None
        for endpoint in self._listening.endpoints:
            endpoint.listen(self._listening.factory).addCallbacks(self._listens, self._failures.append)
        if self._failures:
            raise self._startup_error(f"cannot listen: {self._failures[0].getErrorMessage()}")
        self._process.pid_file.write()
        hosts = [port.getHost() for port in self.ports]
        log.info("{announcement}", announcement=self._listening.announcement.text(hosts))
        for host in hosts:
            log.info("listening on {address}", address=shown(host))

    def startService(self) -> None:
        """Start the parts that run beside the connections. Called as the user that the server stays."""
        super().startService()
        self._process.hangup.tell()
        for threads in self._process.threads:
            threads.start()
        if self._storage.upkeep is not None:
            self._storage.upkeep.start()
        self._file_sweeps.start()

    def stopService(self) -> Deferred[None]:
        """Stop accepting, tell every client, and wait up to `farewell_seconds` until they are gone.

        The result fires some seconds later at the latest, whatever else is still unfinished.
        """
        super().stopService()
        self._file_sweeps.stop()
        closed = gatherResults([maybeDeferred(port.stopListening) for port in self.ports])
        ended = succeed(None) if self._storage.upkeep is None else self._storage.upkeep.stop()
        self.factory.hub.visitors.followers.shut_down()
        gone = self.factory.shut_down().addCallback(lambda _: self._storage.store.stop())
        gone.addBoth(self._stop_threads)
        stopped = closed.addCallback(lambda _: ended).addCallback(lambda _: gone)
        return self._in_time(stopped).addCallback(lambda _: self._leave_process())

    def _in_time(self, stopped: Deferred[None]) -> Deferred[None]:
        """Fires when `stopped` has fired or failed, or when the time for it is over."""
        limits = self.factory.limits
        seconds = 2 * limits.farewell_seconds + limits.store_stop_seconds

        def tell(failure: Failure) -> None:
            log.critical("not everything could be stopped: {error}", error=failure.getErrorMessage())

        return stopped.addTimeout(seconds, self._clock).addErrback(tell)

    def _stop_threads(self, result: T) -> T:
        for threads in self._process.threads:
            if threads.started:
                threads.stop()
        if self._storage.disk is not None:
            self._storage.disk.close()
        return result

    def _leave_process(self) -> None:
        self._process.hangup.give_back()
        self._process.pid_file.remove()

    def _startup_error(self, complaint: str) -> StartupError:
        for port in self.ports:
            port.stopListening()
        self._leave_process()
        # Otherwise twistd would show a traceback for a port that is in use.
        sys.excepthook = _say_in_one_line
        log.critical("{complaint}", complaint=complaint)
        return StartupError(complaint)

    def _listens(self, port: IListeningPort) -> None:
        write_eagerly(port)
        keep_alive(port, self.factory.limits.ping_seconds)
        self.ports.append(port)


def _say_in_one_line(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if isinstance(error, StartupError):
        print(f"chatserver: {error}", file=sys.__stderr__)
    else:
        sys.__excepthook__(kind, error, traceback)
