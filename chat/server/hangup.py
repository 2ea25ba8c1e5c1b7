"""SIGHUP: reads the certificate again and opens the log again. No connection is dropped."""

import inspect
import os
import signal
from pathlib import Path
from types import FrameType

from twisted.internet.interfaces import IReactorFromThreads
from twisted.logger import Logger
from twisted.python.logfile import BaseLogFile

from chat.net.tls import CertificateError, TlsCredentials

log = Logger(namespace="chat.service")


class Hangup:
    """Takes each SIGHUP between `take` and `give_back`, which are called on the main thread.

    Each one loads `credentials` again, if there are some, and opens twistd's log file again, which may have been moved.
    """

    def __init__(self, credentials: TlsCredentials | None, reactor: IReactorFromThreads) -> None:
        self._credentials = credentials
        self._reactor = reactor
        self._before = signal.getsignal(signal.SIGHUP)
        self._is_taken = False

    def take(self) -> None:
        """Handle SIGHUP from now on; without this it would end the process."""
        if not self._is_taken:
            self._is_taken = True
            self._before = signal.signal(signal.SIGHUP, self._received)
            # One that `hold_hangup` kept back comes now.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})

    def give_back(self) -> None:
        """Restore the handler that SIGHUP had before."""
        if self._is_taken:
            self._is_taken = False
            signal.signal(signal.SIGHUP, self._before)

    def tell(self) -> None:
        """Log the fingerprint, and whether the certificate can be read again. Call it as the server's user."""
        if self._credentials is None:
            return
        log.info("TLS: the certificate's SHA-256 fingerprint is {it}", it=self._credentials.fingerprint)
        try:
            self._credentials.load()
        except CertificateError as error:
            log.warn("TLS: SIGHUP will not renew the certificate: {complaint}", complaint=str(error))

    def renew(self) -> None:
        """Read the files again. New connections get the new certificate."""
        _reopen_log()
        if self._credentials is None:
            log.info("SIGHUP: the log is opened again; there is no certificate to read")
            return
        try:
            self._credentials.load()
        except CertificateError as error:
            log.error("TLS: the certificate stays as it is: {complaint}", complaint=str(error))
        else:
            log.info("TLS: the certificate's SHA-256 fingerprint is {it}", it=self._credentials.fingerprint)

    def _received(self, number: int, frame: FrameType | None) -> None:
        # A signal may come between any two instructions, so the reactor does the work later.
        self._reactor.callFromThread(self.renew)


def _reopen_log() -> None:
    file = _log_file()
    if file is None:
        return
    path = Path(file.path)
    # twistd closes the old file first: nothing may keep it from opening the new one.
    is_a_file = path.is_file() or not (path.exists() or path.is_symlink())
    may_write = os.access(path if path.exists() else file.directory, os.W_OK)
    if is_a_file and may_write:
        file.reopen()
    else:
        log.warn("SIGHUP: this user cannot write a file at {path}; the log goes on where it was", path=file.path)


def _log_file() -> BaseLogFile | None:
    """The file that twistd logs to. Only twistd's handler of SIGUSR1 holds it."""
    rotate = signal.getsignal(signal.SIGUSR1)
    if not inspect.isfunction(rotate):
        return None
    found = inspect.getclosurevars(rotate).nonlocals.get("logFile")
    return found if isinstance(found, BaseLogFile) else None
