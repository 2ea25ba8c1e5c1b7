"""The socket through which the operator's tool reaches a running server: a line of JSON each way."""

import os
from pathlib import Path
from typing import cast

from twisted.internet.defer import Deferred, ensureDeferred, maybeDeferred, succeed
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IReactorUNIX, ITransport
from twisted.internet.protocol import Factory, connectionDone
from twisted.logger import Logger
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure

from chat.admin.context import OrderContext
from chat.admin.orders import carry_out
from chat.limits import Limits

log = Logger(namespace="chat.admin")

# The longest is a word list, whose quotes and line ends are two bytes each.
_LONGEST_ORDER = 3 * Limits().word_list_bytes
# Systems allow 103 to 107 bytes.
LONGEST_PATH = 100


def control_path(folder: Path) -> Path:
    """The socket on which the server of a data folder listens for orders."""
    return folder / "control"


def is_too_long(path: Path) -> bool:
    """Whether the path is too long for a socket."""
    return len(os.fsencode(path)) > LONGEST_PATH


class Control:
    """Takes orders from everybody who may enter the data folder. Exists while the folder is locked."""

    def __init__(self, folder: Path, context: OrderContext, reactor: IReactorUNIX) -> None:
        self._path = control_path(folder)
        self._context = context
        self._reactor = reactor
        self._port: IListeningPort | None = None
        self.connections: set[_OrderProtocol] = set()

    def start(self) -> None:
        """Listen. If that fails the server still serves people, and writes so into its log."""
        if is_too_long(self._path):
            log.warn("no orders: the path {path} is longer than a socket's may be", path=str(self._path))
            return
        try:
            # A killed server may have left one. The folder is locked, so no other server uses it.
            self._path.unlink(missing_ok=True)
            factory = _OrderFactory(self, self._context)
            self._port = self._reactor.listenUNIX(str(self._path), factory, mode=0o600)  # type: ignore[arg-type]
        except (OSError, CannotListenError) as error:
            log.warn("no orders: cannot listen on {path}: {error}", path=str(self._path), error=error)

    def stop(self) -> Deferred[None]:
        """Take no more orders. An order that is being carried out goes on; its answer may be lost."""
        for connection in self.connections.copy():
            cast("ITransport", connection.transport).loseConnection()
        port, self._port = self._port, None
        return succeed(None) if port is None else maybeDeferred(port.stopListening).addCallback(lambda _: None)


class _OrderFactory(Factory["_OrderProtocol"]):
    noisy = False

    def __init__(self, control: Control, context: OrderContext) -> None:
        self._control = control
        self._context = context

    def buildProtocol(self, addr: object) -> "_OrderProtocol":
        return _OrderProtocol(self._control, self._context)


class _OrderProtocol(LineOnlyReceiver):
    delimiter = b"\n"
    MAX_LENGTH = _LONGEST_ORDER

    def __init__(self, control: Control, context: OrderContext) -> None:
        self._control = control
        self._context = context

    def connectionMade(self) -> None:
        self._control.connections.add(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._control.connections.discard(self)

    def lineReceived(self, line: bytes) -> None:
        done = ensureDeferred(carry_out(self._context, line))
        done.addCallbacks(self.sendLine, self._failed)

    def _failed(self, failure: Failure) -> None:
        log.failure("an order failed", failure)
        self.sendLine(b'{"error":"something went wrong, the log of the server has more"}')
