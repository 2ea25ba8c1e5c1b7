"""SIGHUP: the server's certificate is read again, and nobody is dropped for it."""

import signal
from types import FrameType

from twisted.internet.interfaces import IReactorFromThreads
from twisted.logger import Logger

from chat.tls import CertificateError, Credentials

log = Logger(namespace="chat.service")


class Renewal:
    """Loads `credentials` anew at each SIGHUP between `start` and `stop`, which are called on the main thread."""

    def __init__(self, credentials: Credentials, reactor: IReactorFromThreads) -> None:
        self._credentials = credentials
        self._reactor = reactor
        self._before = signal.getsignal(signal.SIGHUP)

    def start(self) -> None:
        """Say which certificate it is, and take the signal."""
        self._tell()
        self._before = signal.signal(signal.SIGHUP, self._received)

    def stop(self) -> None:
        """Give the signal back."""
        signal.signal(signal.SIGHUP, self._before)

    def renew(self) -> None:
        """Take what is in the files now, for those who come from now on."""
        try:
            self._credentials.load()
        except CertificateError as error:
            log.error("TLS: the certificate stays as it is: {complaint}", complaint=str(error))
        else:
            self._tell()

    def _received(self, number: int, frame: FrameType | None) -> None:
        # Between any two instructions: the reactor does it when it has time.
        self._reactor.callFromThread(self.renew)

    def _tell(self) -> None:
        log.info("TLS: the certificate's SHA-256 fingerprint is {it}", it=self._credentials.fingerprint)
