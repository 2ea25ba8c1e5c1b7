"""The site: what every answer has, and what no request can do."""

from chat.limits import Limits
from chat.web.request import ChatRequest
from chat.web.routing import Route, buffered
from tests.web.case import Served, WebCase

GET = b"GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n"
MESSAGES = b"/rooms/team/messages"


def post(*headers: bytes, body: bytes = b"", path: bytes = b"/") -> bytes:
    """A request with a body."""
    return b"\r\n".join([b"POST %s HTTP/1.1" % path, b"Host: chat.example", *headers, b"", body])


def statuses_of(data: bytes) -> list[int]:
    """Those of the answers in `data`."""
    return [int(part[:3]) for part in data.split(b"HTTP/1.1 ")[1:]]


def broken(request: ChatRequest) -> bytes:
    """A route with a fault."""
    raise RuntimeError("a fault for the test")


class Answers(WebCase):
    """What is said."""

    def ask(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """The status, the headers and the body of the answer to this request."""
        served = self.http()
        served.send(data)
        head, _, body = served.answer().partition(b"\r\n\r\n")
        status, *headers = head.decode().split("\r\n")
        return int(status.split(" ")[1]), dict(header.split(": ", 1) for header in headers), body

    def test_headers(self) -> None:
        """Each answer, a refusal too, keeps the browser from guessing, framing, and loading from elsewhere."""
        for data in (
            GET,
            GET.replace(b"/ ", b"/nothing "),
            GET.replace(b"GET", b"DELETE"),
            GET.replace(b"GET", b"HEAD"),
            GET.replace(b"/ ", b"/ws "),
            post(b"Content-Length: 100000"),
        ):
            _, headers, _ = self.ask(data)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"], data)
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
            self.assertNotIn("unsafe", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["X-Frame-Options"], "DENY")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertNotIn("Server", headers)

    def test_refusals(self) -> None:
        """In JSON, with the status that fits; nothing of the request is in it."""
        for data, status, code in (
            (GET.replace(b"/ ", b"/<script> "), 404, b'"not_found"'),
            (GET.replace(b"/ ", b"/a/b/c?d=e "), 404, b'"not_found"'),
            (GET.replace(b"GET", b"DELETE"), 405, b'"wrong_method"'),
            (GET.replace(b"GET", b"__class__"), 405, b'"wrong_method"'),
            (GET.replace(b"GET", b"get"), 405, b'"wrong_method"'),
            (post(b"Content-Length: 65537", path=MESSAGES), 413, b'"body_too_long"'),
        ):
            answered, headers, body = self.ask(data)
            self.assertEqual((answered, headers["Content-Type"]), (status, "application/json"), data)
            self.assertIn(code, body)
            self.assertNotIn(b"script", body)
            self.assertEqual(headers.get("Allow"), "GET, HEAD" if status == 405 else None)

    def test_head(self) -> None:
        """The same headers as for GET, and no body."""
        _, of_get, body = self.ask(GET)
        status, of_head, nothing = self.ask(GET.replace(b"GET", b"HEAD"))
        self.assertEqual((status, of_head, nothing), (200, of_get, b""))
        self.assertEqual(of_head["Content-Length"], str(len(body)))

    def test_fault(self) -> None:
        """It is logged, and told without any of it; the connection goes on."""
        self.serve_routes(Route("GET", "/broken", buffered(broken), 0))
        status, headers, body = self.ask(GET.replace(b"/ ", b"/broken "))
        self.assertEqual((status, headers["Content-Type"]), (500, "application/json"))
        self.assertIn(b'"code":"internal"', body)
        self.assertNotIn(b"fault", body)
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_headers_that_are_no_text(self) -> None:
        """They are no reason to fail: what they would say is not said."""
        for header in (
            b"Accept: \xff",
            b"Content-Type: \x1epplication/json",
            b"Origin: \xff",
            b"Content-Type: ;;\xff=",
        ):
            status, _, _ = self.ask(post(b"Content-Length: 2", header, body=b"{}"))
            self.assertEqual(status, 405, header)

    def test_log(self) -> None:
        """A request is one line, without its query and its headers, and cannot make another."""
        self.ask(GET.replace(b"/ ", b"/a%1b%0a?token=secret ").replace(b"chat.example", b"a\r\nX-Token: secret"))
        (line,) = [line for line in self.logged() if line.startswith("http:")]
        self.assertNotIn("secret", line)
        self.assertTrue(line.isascii() and line.isprintable(), line)


class Slow(WebCase):
    """Requests that never end."""

    limits = Limits(http_connections=3)

    def test_dripping_headers(self) -> None:
        """A request must be here within 20 seconds, however it drips."""
        served = self.http()
        for byte in range(19):
            served.send(GET[byte : byte + 1])
            self.clock.advance(1)
        self.assertFalse(served.transport.disconnected)
        served.send(b"x")
        self.clock.advance(1)
        self.assertTrue(served.transport.disconnected)

    def test_dripping_body(self) -> None:
        """The same for its body; the next request has its own time."""
        served = self.http()
        served.send(GET)
        self.clock.advance(15)
        served.send(post(b"Content-Length: 10", path=MESSAGES))
        for _ in range(4):
            self.clock.advance(4.9)
            served.send(b"x")
        self.assertFalse(served.transport.disconnected)
        self.clock.advance(1)
        self.assertTrue(served.transport.disconnected)

    def test_silence(self) -> None:
        """Nobody holds a connection for more than a minute without asking for something."""
        served = self.http()
        served.send(GET)
        self.clock.advance(59)
        self.assertFalse(served.transport.disconnecting)
        self.clock.advance(2)
        self.assertTrue(served.transport.disconnecting)

    def test_too_many(self) -> None:
        """The oldest that does nothing gives way to the newest."""
        first, second, third = (self.http() for _ in range(3))
        first.send(GET)
        fourth = self.http()
        self.assertEqual(
            [one.transport.disconnected for one in (first, second, third, fourth)], [True, False, False, False]
        )
        first.lose()
        self.assertEqual(len(self.site.channels), 3)


class Bodies(WebCase):
    """Bodies that are too long."""

    def refused(self, served: Served) -> bool:
        """Whether it was told so, and the connection ends."""
        return b" 413 " in served.answer() and served.transport.disconnecting

    def test_length(self) -> None:
        """One that says so is refused before it comes."""
        served = self.http()
        served.send(post(b"Content-Length: 65537", path=MESSAGES))
        self.assertTrue(self.refused(served))

    def test_chunked(self) -> None:
        """One that does not say how long it is is refused when it is too long, and told once."""
        served = self.http()
        served.send(post(b"Transfer-Encoding: chunked", path=MESSAGES))
        for _ in range(4):
            served.send(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        self.assertEqual(served.answer(), b"")
        served.send(b"1\r\nx\r\n" * 10 + b"0\r\n\r\n" + GET)
        served.send(GET)
        answer = served.answer()
        self.assertEqual((answer.count(b"HTTP/1.1"), b" 413 " in answer), (1, True))
        self.assertTrue(served.transport.disconnecting)

    def test_the_most(self) -> None:
        """64 KiB are heard."""
        served = self.http()
        served.send(post(b"Content-Length: 65536", body=b" " * 65536, path=MESSAGES))
        self.assertIn(b'"code":"too_long"', served.answer())


class Smuggling(WebCase):
    """Requests that two readers could read in two ways (RFC 9112, 11.2): refused, and nothing after them is read."""

    def test_refused(self) -> None:
        """The connection ends with them."""
        second = GET
        for data in (
            post(b"Content-Length: 4", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + second),
            post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=b"0\r\n\r\n" + second),
            post(b"Content-Length: 0", b"Content-Length: 44", body=second),
            post(b"Content-Length: 0, 44", body=second),
            post(b"Content-Length: +5", body=b"hello" + second),
            post(b"Content-Length: 0x5", body=b"hello" + second),
            post(b"Content-Length: -1", body=second),
            post(b"Content-Length: 5 5", body=b"hello" + second),
            post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + second),
            post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + second),
            post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + second),
            post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n" + second),
            post(b"Content-Length: 5", b"Transfer-Encoding: identity", body=b"hello" + second),
            post(b"Transfer-Encoding: identity", body=second),
            post(b"Transfer-Encoding: gzip", body=second),
            post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n" + second),
            post(b"Transfer-Encoding:", body=second),
            post(b"Transfer-Encoding: chunked", body=b"1\nx\r\n0\r\n\r\n" + second),
            post(b"Transfer-Encoding: chunked", body=b"1;a=\nx\r\n0\r\n\r\n" + second),
            post(b"Transfer-Encoding: chunked", body=b"0\r\n\r\n").replace(b"1.1", b"1.0") + second,
            post(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n" + second),
            post(b"Transfer-Encoding: chunked", body=b"0x0\r\n\r\n" + second),
            post(b"Transfer-Encoding: chunked", body=b"-1\r\n\r\n" + second),
            post(b"Transfer-Encoding: chunked", body=b"1\r\nxx\r\n0\r\n\r\n" + second),
            post(b"X: a\x00b", body=second),
            post(b": nameless", body=second),
            post(b"no colon", body=second),
            post(b"X: a\r\n b", body=second),
            post(b"X: a\rContent-Length: 4", body=second),
            post(b" X: a", body=second),
            GET.replace(b"Host: chat.example", b"Host: chat.example\r\nHost: evil.example") + second,
            GET.replace(b"Host: chat.example\r\n", b"") + second,
            b"GET  / HTTP/1.1\r\n\r\n" + second,
            b"GET / HTTP/1.1 \r\n\r\n" + second,
            b"GET / HTTP/9.9\r\n\r\n" + second,
            b"GET /\r\n\r\n" + second,
            b"G\x00T / HTTP/1.1\r\n\r\n" + second,
        ):
            served = self.http()
            served.send(data)
            answer = served.answer()
            self.assertNotIn(b" 200 ", answer, data)
            self.assertTrue(served.transport.disconnecting, data)

    def test_endless_headers(self) -> None:
        """Headers are limited, in number and in size."""
        for data in (
            b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
            GET[:-2] + b"X: y\r\n" * 600 + b"\r\n",
            GET[:-2] + b"X: " + b"y" * 17_000 + b"\r\n\r\n",
        ):
            served = self.http()
            served.send(data)
            self.assertTrue(served.transport.disconnecting or served.transport.disconnected, data[:40])
            self.assertNotIn(b" 200 ", served.answer())

    def test_pipelined(self) -> None:
        """Requests one behind the other are answered in their order, each in a turn of its own."""
        served = self.http()
        served.send(GET + GET.replace(b"/ ", b"/nothing ") + post(b"Content-Length: 2", body=b"hi") + GET)
        self.assertEqual(statuses_of(served.answer()), [200])
        self.clock.advance(0)
        self.assertEqual(statuses_of(served.answer()), [404, 405, 200])
        served.send(GET)
        self.assertEqual(served.status(), 200)
