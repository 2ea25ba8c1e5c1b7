"""`/ws`: which requests become WebSockets, and whose."""

from base64 import b64encode
from hashlib import sha1

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.web.origins import Origins, parse_origin
from tests.web.case import WebCase
from tests.web.frames import KEY, request, text


class Accepting(WebCase):
    """A request that is as it should be."""

    def test_answer(self) -> None:
        """It has the proof that the key was read (RFC 6455, 4.2.2), and offers no extension, whatever was asked for."""
        socket = self.socket("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
        status, *headers = socket.head.split("\r\n")
        known = {name.lower(): value for name, _, value in (header.partition(": ") for header in headers)}
        self.assertEqual(status, "HTTP/1.1 101 Switching Protocols")
        proof = sha1(KEY + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest()
        self.assertEqual(known["sec-websocket-accept"], b64encode(proof).decode())
        self.assertEqual(set(known), {"upgrade", "connection", "sec-websocket-accept"})

    def test_subprotocol(self) -> None:
        """The one that we have is chosen, where it is asked for."""
        for asked, chosen in (("ndjson", True), ("soap, ndjson", True), ("soap", False), ("NDJSON", False)):
            head = self.socket(f"Sec-WebSocket-Protocol: {asked}").head.lower()
            self.assertEqual("\r\nsec-websocket-protocol: ndjson" in head, chosen, asked)

    def test_spellings(self) -> None:
        """What the standard allows: case, and more than one token."""
        for headers in (("Upgrade: WebSocket",), ("Connection: keep-alive, Upgrade",), ("Connection: upgrade",)):
            self.assertIn(" 101 ", self.socket(*headers).head)

    def test_after_another_request(self) -> None:
        """A proxy may send it on a connection that has served something else, and in the same packet."""
        served = self.http()
        served.send(b"GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n")
        self.assertEqual(served.status(), 200)
        served.send(b"GET /nothing HTTP/1.1\r\nHost: chat.example\r\n\r\n" + request() + text('{"type":"who"}'))
        self.clock.advance(0)
        said = served.answer()
        self.assertLess(said.index(b" 404 "), said.index(b" 101 "))
        self.assertIn(b'"code":"not_registered"', said)

    def test_leaves_http(self) -> None:
        """It is no longer a connection of the site's: no deadline of HTTP ends it, and it takes no place there."""
        socket = self.join("Ann")
        self.assertEqual(list(self.site.channels), [])
        for _ in range(10):
            self.clock.advance(20)
            socket.say(type="who")
        self.assertFalse(socket.transport.disconnected)


class Refusing(WebCase):
    """Requests that are not."""

    def test_no_handshake(self) -> None:
        """They are told what the address is for, and the connection can serve another request."""
        for headers in (
            ("Upgrade:",),
            ("Upgrade: h2c",),
            ("Connection:",),
            ("Connection: keep-alive",),
            ("Sec-WebSocket-Key:",),
            ("Sec-WebSocket-Key: c2hvcnQ=",),
            ("Sec-WebSocket-Key: not base64 at all!!!",),
            ("Sec-WebSocket-Version:",),
            ("Sec-WebSocket-Version: 8",),
            ("Sec-WebSocket-Version: 13, 8",),
        ):
            served = self.http()
            served.send(request(*headers))
            answer = served.answer()
            self.assertIn(b" 426 ", answer, headers)
            self.assertIn(b"Sec-Websocket-Version: 13\r\n", answer)
            self.assertIn(b'"code":"no_websocket"', answer)
            served.send(request())
            self.assertIn(b" 101 ", served.answer(), headers)

    def test_other_requests(self) -> None:
        """Not by another method, an older HTTP, with a body, or beside the address."""
        for data, status in (
            (request(method="POST"), 405),
            (request(method="HEAD"), 426),
            (request().replace(b"HTTP/1.1", b"HTTP/1.0"), 426),
            (request("Content-Length: 5") + b"hello", 426),
            (request(target="/ws/more"), 404),
            (request(target="/WS"), 404),
        ):
            served = self.http()
            served.send(data)
            self.assertEqual(served.status(), status, data)

    def test_query(self) -> None:
        """A query changes nothing."""
        served = self.http()
        served.send(request(target="/ws?x=1"))
        self.assertEqual(served.status(), 101)


class SameHost(WebCase):
    """Without a list, pages of the server's own host may connect."""

    def test_origins(self) -> None:
        """And programs, which have no origin; but a cookie without an origin is a page's that hides."""
        for headers, status in (
            ((), 101),
            (("Origin: http://chat.example",), 101),
            (("Origin: https://chat.example",), 101),
            (("Origin: http://CHAT.example:80",), 101),
            (("Host: chat.example:8080", "Origin: http://chat.example:8080"), 101),
            (("Host: [::1]:8080", "Origin: http://[::1]:8080"), 101),
            (("Host: chat.example:8080", "Origin: http://chat.example"), 403),
            (("Origin: http://evil.example",), 403),
            (("Origin: http://chat.example.evil.example",), 403),
            (("Origin: http://evil-chat.example",), 403),
            (("Origin: null",), 403),
            (("Origin: file://",), 403),
            (("Origin: chat.example",), 403),
            (("Origin: http://chat.example/", "Cookie: a=b"), 403),
            (("Origin: http://chat.example@evil.example",), 403),
            (("Origin: http://chat.example", "Origin: http://evil.example"), 403),
            (("Origin: http://evil.example", "Origin: http://chat.example"), 403),
            (("Cookie: a=b",), 403),
            (("Cookie: a=b", "Origin: http://chat.example"), 101),
        ):
            served = self.http()
            served.send(request(*headers))
            answer = served.answer()
            self.assertEqual(int(answer.split(b" ")[1]), status, headers)
            self.assertEqual(b'"code":"foreign_origin"' in answer, status == 403)


class Listed(WebCase):
    """With a list, pages of what is on it may, and no others."""

    origins = Origins(frozenset({"https://page.example", "http://page.example:8080"}))

    def test_exact(self) -> None:
        """Scheme, host and port; the server's own host is no exception."""
        for origin, status in (
            ("https://page.example", 101),
            ("https://page.example:443", 101),
            ("http://page.example:8080", 101),
            ("http://page.example", 403),
            ("https://sub.page.example", 403),
            ("https://page.example:8443", 403),
            ("http://chat.example", 403),
        ):
            served = self.http()
            served.send(request(f"Origin: {origin}"))
            self.assertEqual(served.status(), status, origin)


class Parsing(SynchronousTestCase):
    """What an origin is."""

    @given(st.text())
    def test_anything(self, sent: str) -> None:
        """Whatever is sent, it is none, or one that is read as itself again."""
        known = parse_origin(sent)
        if known is not None:
            self.assertEqual(parse_origin(known), known)

    def test_no_origins(self) -> None:
        """More than an origin, or less."""
        for sent in (
            "",
            "https://",
            "https://a/",
            "https://a?b",
            "https://a:b",
            "https://u@a",
            "ws://a",
            "//a",
            "https://[",
        ):
            self.assertIsNone(parse_origin(sent), sent)
