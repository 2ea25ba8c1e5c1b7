"""The client's connections to the server: NDJSON, one after another."""

from collections.abc import Callable
from contextlib import suppress

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IDelayedCall, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory, connectionDone
from twisted.python.failure import Failure

from chat.client.conversation import Conversation
from chat.interfaces import Later
from chat.net.framed import FramedReceiver

# A line of the server may be long: it may list everybody online.
MAX_LINE = 4 * 1024 * 1024
_LATER = 1.0
# A server that says nothing for so many seconds is probed.
_PROBED = 15.0


class ChatClient(FramedReceiver):
    """One connection to a server: the conversation's `Link`."""

    def __init__(
        self,
        conversation: Conversation,
        clock: IReactorTime,
        lost: Callable[[bool], None],
        later: Later | None = None,
    ) -> None:
        super().__init__(MAX_LINE, later)
        self._conversation = conversation
        self._clock = clock
        self._lost = lost
        self._calls: list[IDelayedCall] = []

    def connectionMade(self) -> None:
        # After a night in a bag, nobody would tell that the server has forgotten us.
        with suppress(ImportError):  # Windows has no probes of ours
            from chat.net.transports import keep_alive

            keep_alive(self.transport, _PROBED)
        self._conversation.connected(self)

    def lineReceived(self, line: bytes) -> None:
        self._conversation.received(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        """The framer has discarded the line; there is nothing to show."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        for call in self._calls:
            if call.active():
                call.cancel()
        if reason.check(ConnectionDone, ConnectionLost) is None:
            # Only a client that uses TLS loads it.
            from chat.client.tls import complaint_of

            if complaint := complaint_of(reason.value):
                self._conversation.cannot_connect(complaint)
        was_in_chat = self._conversation.is_in_chat
        self._conversation.disconnected()
        self._lost(was_in_chat)

    def send(self, line: bytes) -> None:
        """See `Link.send`."""
        if self.transport is not None:
            self.transport.write(line)

    def close(self) -> None:
        """See `Link.close`."""
        if self.transport is not None:
            self.transport.loseConnection()

    def later(self, call: Callable[[], None]) -> None:
        """See `Link.later`."""
        self._calls = [each for each in self._calls if each.active()]
        self._calls.append(self._clock.callLater(_LATER, call))


class Connector(Factory["ChatClient"]):
    """Keeps `conversation` connected to `endpoint`: after a loss it reconnects, `backoff(attempts)` seconds later.

    `address` names the endpoint in complaints. With `later`, much that comes at once is taken in several turns of the
    reactor (see `FramedReceiver`), so that a person can go on typing.

    Twisted's ClientService does not fit: it cannot lose a connection while that is still being set up, and it counts
    an attempt as a success before the server has let us in.
    """

    noisy = False

    def __init__(
        self,
        conversation: Conversation,
        endpoint: IStreamClientEndpoint,
        address: str,
        clock: IReactorTime,
        backoff: Callable[[int], float],
        later: Later | None = None,
    ) -> None:
        self._conversation = conversation
        self._endpoint = endpoint
        self._address = address
        self._clock = clock
        self._backoff = backoff
        self._later = later
        self._attempts = 0
        self._ever_connected = False
        self._stopped = False
        self._call: IDelayedCall | None = None

    def buildProtocol(self, addr: object) -> ChatClient:
        self._ever_connected = True
        return ChatClient(self._conversation, self._clock, self._lost, self._later)

    def connect(self) -> None:
        """Connect, or try again."""
        self._call = None
        self._endpoint.connect(self).addErrback(self._failed)

    def stop(self) -> None:
        """Stop trying."""
        self._stopped = True
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def _failed(self, failure: Failure) -> None:
        if self._ever_connected:
            self._lost(False)
        else:
            self._conversation.cannot_connect(f"{self._address}: {failure.getErrorMessage()}")

    def _lost(self, was_in_chat: bool) -> None:
        self._attempts = 1 if was_in_chat else self._attempts + 1
        seconds = self._backoff(self._attempts)
        self._conversation.retrying(seconds, self._attempts)
        if not (self._conversation.is_over or self._stopped):
            self._call = self._clock.callLater(seconds, self.connect)
