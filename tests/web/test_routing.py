"""Routes: what is decided when the head of a request is here, and bodies that are taken in pieces."""

import tracemalloc
from collections.abc import Awaitable
from hashlib import sha256
from http import HTTPStatus

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.web.request import ChatRequest
from chat.web.routing import Flow, Route, Take, buffered
from tests.web.asking import AskingCase, request_of
from tests.web.case import Served, WebCase
from tests.web.test_site import statuses_of

GET = request_of("GET", "/")
PIECE = 64 * 1024
MESSAGES = "/rooms/team/messages"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


def head_of(method: str, path: str, length: int, **headers: str) -> bytes:
    """The head of a request whose body comes later."""
    return request_of(method, path, b"", **headers, Content_Length=str(length))


class BeforeTheBody(AskingCase):
    """What can be refused by its head is refused then."""

    def test_refused(self) -> None:
        """The answer is there before the body. That is dropped when it comes, and the next request is answered."""
        for method, path, headers, status in (
            ("POST", "/nothing", {}, 404),
            ("DELETE", MESSAGES, {}, 405),
            ("POST", "/healthz", {}, 405),
            ("POST", MESSAGES, {"Content_Type": "image/png"}, 415),
            ("POST", MESSAGES, {"Origin": "http://evil.example"}, 403),
            ("POST", "/rooms/a%20b/messages", {}, 400),
            ("POST", MESSAGES, {"Authorization": "Digest x"}, 401),
        ):
            served = self.http()
            served.send(head_of(method, path, 5, **headers))
            answer = served.answer()
            self.assertEqual((statuses_of(answer), b"Connection: close" in answer), ([status], False), path)
            self.assertEqual(b"Allow: " in answer, status == 405)
            served.send(b"hel")
            self.assertEqual(served.answer(), b"")
            served.send(b"lo" + GET)
            self.clock.advance(0)
            self.assertEqual(statuses_of(served.answer()), [200], path)

    def test_dropped_in_time(self) -> None:
        """A body that is dropped must come in time, too."""
        served = self.http()
        served.send(head_of("POST", "/nothing", 50))
        for _ in range(21):
            self.clock.advance(1)
            served.send(b"x")
        self.assertTrue(served.transport.disconnected)

    def test_not_worth_it(self) -> None:
        """A body that is longer than any other may be is not dropped: the connection is closed behind the answer."""
        for framing in ({"Content_Length": "65537"}, {"Transfer_Encoding": "chunked"}):
            served = self.http()
            served.send(request_of("POST", "/nothing", b"", **framing))
            self.assertEqual(served.status(), 404)
            served.send(b"10001\r\n")
            self.clock.advance(0)
            self.assertEqual((served.answer(), served.transport.disconnecting), (b"", True))

    def test_too_long(self) -> None:
        """With the route's own limit, before anything of it comes."""
        self.serve_routes(Route("POST", "/small", buffered(lambda request: b"ok"), 10))
        served = self.http()
        served.send(head_of("POST", "/small", 11))
        answer = served.answer()
        self.assertIn(b"the limit is 10 bytes", answer)
        self.assertEqual((statuses_of(answer), served.transport.disconnecting), ([413], True))
        self.assertEqual(self.ask("POST", "/small", b"x" * 10).status, 200)

    def test_head(self) -> None:
        """Whatever the answer to HEAD is, its body does not come."""
        for path, status in (("/", 200), ("/nothing", 404), (MESSAGES, 200), ("/rooms/a%20b/messages", 400)):
            asked, headed = self.ask("GET", path), self.ask("HEAD", path)
            self.assertEqual((headed.status, headed.body, headed.headers), (status, b"", asked.headers), path)


class Continue(AskingCase):
    """`Expect: 100-continue` (RFC 9110, 10.1.1)."""

    def test_agreed(self) -> None:
        """It is told to go on, once, when the request is accepted."""
        served = self.http()
        served.send(head_of("POST", MESSAGES, 5, Expect="100-continue"))
        self.assertEqual(served.answer(), GO_ON)
        served.send(b"hel")
        self.assertEqual(served.answer(), b"")
        served.send(b"lo")
        self.assertEqual(served.status(), 201)

    def test_not_waited_for(self) -> None:
        """Where the body comes at once it is not told so."""
        served = self.http()
        served.send(head_of("POST", MESSAGES, 5, Expect="100-continue") + b"hel")
        self.assertEqual(served.answer(), b"")
        served.send(b"lo")
        self.assertEqual(served.status(), 201)

    def test_refused(self) -> None:
        """It hears only why. Nobody knows what it sends next, so that the connection ends."""
        for path, length, headers, status in (
            ("/nothing", 5, {}, 404),
            (MESSAGES, 5, {"Content_Type": "image/png"}, 415),
            (MESSAGES, 65537, {}, 413),
        ):
            served = self.http()
            served.send(head_of("POST", path, length, Expect="100-continue", **headers))
            answer = served.answer()
            self.assertNotIn(b"100 Continue", answer)
            self.assertEqual((statuses_of(answer), served.transport.disconnecting), ([status], True), path)


class Hashing:
    """A sink for the tests: it hashes what it is given, and rests after each piece where it `is_slow`."""

    def __init__(self, flow: Flow, *, is_slow: bool) -> None:
        self.flow = flow
        self.size = 0
        self.losses = 0
        self.ends = 0
        self._hash = sha256()
        self._is_slow = is_slow

    def write(self, piece: bytes) -> None:
        """See `BodySink.write`. Something in the body is not to its taste."""
        if piece.endswith(b"!"):
            raise ChatError("unsupported_type", types="what has no !")
        self._hash.update(piece)
        self.size += len(piece)
        if self._is_slow:
            self.flow.pauseProducing()

    def end(self) -> bytes:
        """See `BodySink.end`."""
        self.ends += 1
        return self._hash.hexdigest().encode()

    def lost(self) -> None:
        """See `BodySink.lost`."""
        self.losses += 1


class Uploads(WebCase):
    """A route that takes 50 MB in pieces: there is none in the product yet."""

    def serve(self, *, is_slow: bool = False, check: Deferred[None] | None = None) -> None:
        """Have the route."""
        self.sinks: list[Hashing] = []

        def take(request: ChatRequest, flow: Flow) -> Hashing:
            self.sinks.append(Hashing(flow, is_slow=is_slow))
            return self.sinks[-1]

        def checked(request: ChatRequest) -> Awaitable[None] | None:
            return check

        taking: Take = take
        self.serve_routes(
            Route("PUT", "/files/{name}", taking, 50 * 1024 * 1024, seconds=600, check=checked),
            Route("GET", "/", buffered(lambda request: b"here"), 0),
        )

    def begin(self, length: int = 50 * 1024 * 1024) -> Served:
        """Send the head."""
        served = self.http()
        served.send(head_of("PUT", "/files/a%2Fb", length))
        return served

    def test_large(self) -> None:
        """50 MB pass through: no more than a piece is ever held, and the client waits for the sink."""
        self.serve(is_slow=True)
        served, piece, sent = self.begin(), bytes(PIECE), sha256()
        channel = served.protocol
        [sink] = self.sinks
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        for number in range(800):
            self.assertEqual(served.transport.producerState, "producing")
            served.send(piece)
            sent.update(piece)
            self.assertEqual((sink.size, len(channel.incoming)), ((number + 1) * PIECE, 0))  # type: ignore[attr-defined]
            if number < 799:
                self.assertEqual(served.transport.producerState, "paused")
                sink.flow.resumeProducing()
                self.clock.advance(0)
        _, peak = tracemalloc.get_traced_memory()
        self.assertLess(peak, 10 * PIECE)
        head, _, body = served.answer().partition(b"\r\n\r\n")
        self.assertEqual((statuses_of(head + b"\r\n\r\n"), body), ([200], sent.hexdigest().encode()))
        self.assertEqual((sink.ends, sink.losses), (1, 0))
        served.send(GET)
        self.clock.advance(0)
        self.assertEqual(served.status(), 200)

    def test_held(self) -> None:
        """While the sink rests it is given nothing, though a little more may have been read."""
        self.serve(is_slow=True)
        served = self.begin(10)
        [sink] = self.sinks
        served.send(b"one")
        served.send(b"two")
        self.assertEqual((sink.size, served.transport.producerState), (3, "paused"))
        # What was written has left: that is no reason to read on.
        served.protocol.resumeProducing()  # type: ignore[attr-defined]
        self.clock.advance(0)
        self.assertEqual((sink.size, served.transport.producerState), (3, "paused"))
        sink.flow.resumeProducing()
        self.clock.advance(0)
        self.assertEqual(sink.size, 6)
        sink.flow.resumeProducing()
        self.clock.advance(0)
        served.send(b"four")
        self.assertEqual(served.status(), 200)
        # It is over: what the sink wants now is nothing to the next request.
        sink.flow.pauseProducing()
        served.send(GET)
        self.assertEqual(served.status(), 200)

    def test_chunked(self) -> None:
        """Chunks however they are cut; more than the limit are refused in the middle."""
        self.serve()
        served = self.http()
        served.send(request_of("PUT", "/files/a", Transfer_Encoding="chunked"))
        body = b"".join(b"%x\r\n%s\r\n" % (size, b"x" * size) for size in (1, 70_000, 3000, 2)) + b"0\r\n\r\n"
        for at in range(0, len(body), 999):
            served.send(body[at : at + 999])
        self.assertIn(sha256(b"x" * 73_003).hexdigest().encode(), served.answer())
        served = self.http()
        served.send(request_of("PUT", "/files/a", Transfer_Encoding="chunked") + b"5\r\nhello\r\n3200000\r\n")
        self.assertEqual((served.status(), served.transport.disconnecting), (413, True))
        self.assertEqual((self.sinks[-1].losses, self.sinks[-1].ends), (1, 0))

    def test_many_chunks(self) -> None:
        """Large chunks are not counted: a client may cut 50 MB into pieces of a usual size."""
        self.serve()
        served = self.http()
        served.send(request_of("PUT", "/files/a", Transfer_Encoding="chunked"))
        chunk = b"1000\r\n" + bytes(0x1000) + b"\r\n"
        for _ in range(1500):
            served.send(chunk)
        served.send(b"0\r\n\r\n")
        self.assertEqual(served.status(), 200)

    def test_lost(self) -> None:
        """The sink hears once that the rest does not come, whoever ends it."""
        for end in (
            lambda served: None,
            lambda served: served.protocol.readConnectionLost(),
            lambda served: self.clock.advance(601),
            lambda served: served.send(b"what!"),
        ):
            self.serve()
            served = self.begin()
            served.send(b"hello")
            end(served)
            [sink] = self.sinks
            served.lose()
            self.assertEqual((sink.size, sink.losses, sink.ends), (5, 1, 0))
            self.assertEqual(list(self.site.channels), [])

    def test_lost_while_held(self) -> None:
        """A client that closes its side while the sink rests: the sink hears so when it goes on."""
        self.serve(is_slow=True)
        served = self.begin()
        served.send(b"hello")
        served.protocol.readConnectionLost()  # type: ignore[attr-defined]
        [sink] = self.sinks
        self.assertEqual(sink.losses, 0)
        sink.flow.resumeProducing()
        self.clock.advance(0)
        self.assertEqual((sink.losses, served.transport.disconnecting), (1, True))

    def test_time(self) -> None:
        """The route's own time counts, and not that of other requests."""
        self.serve()
        served = self.begin(600)
        for _ in range(599):
            self.clock.advance(0.99)
            served.send(b"x")
        self.assertFalse(served.transport.disconnected)
        served.send(b"x")
        self.assertEqual(served.status(), 200)

    def test_keeps_its_place(self) -> None:
        """Where there are too many connections, an upload does not give way."""
        self.serve()
        served = self.begin()
        others = [self.http() for _ in range(self.limits.http_connections)]
        self.assertEqual([served.transport.disconnected, others[0].transport.disconnected], [False, True])
        served.send(b"x" * 50)
        self.assertEqual(self.sinks[0].size, 50)

    def test_refused_by_the_sink(self) -> None:
        """What it raises is the answer; the rest is not read."""
        self.serve()
        served = self.begin()
        served.send(b"what!")
        answer = served.answer()
        self.assertEqual(statuses_of(answer), [HTTPStatus.UNSUPPORTED_MEDIA_TYPE])
        self.assertIn(b"Connection: close", answer)

    def test_checked_later(self) -> None:
        """Who may is looked up before anything of the body is read."""
        for error, status in ((None, 200), (ChatError("bad_token"), 401), (RuntimeError("a fault for the test"), 500)):
            checking = Deferred[None]()
            self.serve(check=checking)
            served = self.http()
            served.send(head_of("PUT", "/files/a", 5, Expect="100-continue"))
            self.assertEqual((served.answer(), served.transport.producerState, self.sinks), (b"", "paused", []))
            if error is None:
                checking.callback(None)
                self.assertEqual((served.answer(), served.transport.producerState), (GO_ON, "producing"))
                served.send(b"hello")
            else:
                checking.errback(error)
                self.assertEqual(self.sinks, [])
            self.assertEqual(served.status(), status)
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_lost_while_checked(self) -> None:
        """Whoever is gone by then gets no sink."""
        checking = Deferred[None]()
        self.serve(check=checking)
        served = self.begin()
        served.lose()
        checking.callback(None)
        self.assertEqual((self.sinks, list(self.site.channels)), ([], []))
