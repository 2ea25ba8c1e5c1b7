"""Has the files of a running server swept: at the start, and again and again."""

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from chat.hub.uploads import Uploads

log = Logger(namespace="chat.service")

ROUND_SECONDS = 60.0


class FileSweeps:
    """Sweeps `uploads` every minute, between `start` and `stop`."""

    def __init__(self, uploads: Uploads, clock: IReactorTime) -> None:
        self._uploads = uploads
        self._loop = LoopingCall(self._sweep)
        self._loop.clock = clock
        self._is_stopped = False

    def start(self) -> None:
        """Remove what nothing needs, then begin."""
        Deferred.fromCoroutine(self._uploads.start()).addErrback(_tell).addCallback(lambda _: self._go_on())

    def stop(self) -> None:
        """Sweep no more."""
        self._is_stopped = True
        if self._loop.running:
            self._loop.stop()

    def _go_on(self) -> None:
        if not self._is_stopped:
            self._loop.start(ROUND_SECONDS, now=False)

    def _sweep(self) -> Deferred[None]:
        return Deferred.fromCoroutine(self._uploads.sweep()).addErrback(_tell)


def _tell(failure: Failure) -> None:
    log.error("could not sweep the files: {error}", error=failure.getErrorMessage())
