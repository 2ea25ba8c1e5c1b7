"""Requests of HTTP to the server to which the client is connected, with Twisted's Agent."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IConsumer, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Protocol as TwistedProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.client import URI, Agent, HTTPConnectionPool, ResponseDone
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgentEndpointFactory, IBodyProducer, IResponse
from zope.interface import implementer

# No answer that is not a file has more.
_MOST_BYTES = 64 * 1024
# A server that says nothing for so long is not there any more.
_SECONDS = 60.0


class Web(Protocol):
    """What the transfers of files need of HTTP."""

    @property
    def site(self) -> str:
        """How the server's addresses begin, such as `http://example.org:8080`."""

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: IBodyProducer | None = None
    ) -> "Answer":
        """Send a request; the answer, when its head is there. Raises ConnectionError."""


class Answer:
    """An answer. Its body has to be read: `text`, or `pour`."""

    def __init__(self, response: IResponse, clock: IReactorTime) -> None:
        self.status = int(response.code)
        # In bytes; 0 if the server does not say it.
        self.length = response.length if isinstance(response.length, int) else 0
        self._response = response
        self._clock = clock

    def header(self, name: str) -> str:
        """The value of a header, "" if there is none."""
        found = self._response.headers.getRawHeaders(name.encode(), [b""])
        return cast("bytes", found[0]).decode("latin-1")

    @property
    def cookie(self) -> str:
        """The first cookie that the answer sets, as it is sent back."""
        return self.header("Set-Cookie").partition(";")[0]

    async def text(self) -> bytes:
        """The body, which is short. Raises ValueError for one that is not."""
        pieces: list[bytes] = []

        def write(data: bytes) -> None:
            pieces.append(data)
            if sum(map(len, pieces)) > _MOST_BYTES:
                raise ValueError("the answer is too long")

        await self.pour(write)
        return b"".join(pieces)

    async def pour(self, write: Callable[[bytes], None]) -> None:
        """Call `write` with each piece of the body. Raises what it raises; ConnectionError if the body breaks off."""
        body = _Body(write, self._clock)
        self._response.deliverBody(body)
        await body.done

    def abort(self) -> None:
        """The body is not wanted."""
        self._response.deliverBody(_Unwanted())


class ServerWeb:
    """See `Web`. `make_endpoint` makes an endpoint of the server for each connection, as the chat has one."""

    def __init__(self, site: str, make_endpoint: Callable[[], IStreamClientEndpoint], reactor: Any) -> None:
        self.site = site
        self._clock: IReactorTime = reactor
        self._agent = Agent.usingEndpointFactory(
            reactor, _Endpoints(make_endpoint), pool=HTTPConnectionPool(reactor, persistent=False)
        )

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: IBodyProducer | None = None
    ) -> Answer:
        """See `Web.ask`."""
        sent = Headers({name.encode(): [value.encode()] for name, value in headers.items()})
        asked = self._agent.request(method.encode(), f"{self.site}{path}".encode(), sent, body)
        if body is None:
            asked.addTimeout(_SECONDS, self._clock)
        try:
            return Answer(await asked, self._clock)
        except CancelledError:
            raise
        except Exception as error:
            raise ConnectionError(f"the connection to the server is lost: {error}") from error


@implementer(IAgentEndpointFactory)
class _Endpoints:
    def __init__(self, make_endpoint: Callable[[], IStreamClientEndpoint]) -> None:
        self._make_endpoint = make_endpoint

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:
        """One and the same server, whatever the address says."""
        return self._make_endpoint()


class _Body(TwistedProtocol):
    """Writes a body as it comes. A body that stops for a minute is lost."""

    def __init__(self, write: Callable[[bytes], None], clock: IReactorTime) -> None:
        self.done: Deferred[None] = Deferred()
        self._write = write
        self._silence = clock.callLater(_SECONDS, self._give_up)

    def dataReceived(self, data: bytes) -> None:
        self._silence.reset(_SECONDS)
        try:
            self._write(data)
        except Exception:
            self._end(Failure())
            self._give_up()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._silence.active():
            self._silence.cancel()
        self._end(None if reason.check(ResponseDone) else Failure(ConnectionError("the answer broke off")))

    def _give_up(self) -> None:
        transport = cast("Any", self.transport)
        transport.loseConnection()
        self._end(Failure(ConnectionError("the server says nothing any more")))

    def _end(self, failure: Failure | None) -> None:
        if not self.done.called:
            if failure is None:
                self.done.callback(None)
            else:
                self.done.errback(failure)


class _Unwanted(TwistedProtocol):
    def connectionMade(self) -> None:
        cast("Any", self.transport).loseConnection()


@implementer(IBodyProducer)
class Text:
    """A short body."""

    def __init__(self, data: bytes) -> None:
        self.length = len(data)
        self._data = data

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """See `IBodyProducer`."""
        consumer.write(self._data)
        return succeed(None)

    def pauseProducing(self) -> None:
        """All is written already."""

    def resumeProducing(self) -> None:
        """All is written already."""

    def stopProducing(self) -> None:
        """All is written already."""
