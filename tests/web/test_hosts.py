"""For which hosts a site answers: a page elsewhere whose name leads to us (DNS rebinding) reaches nothing."""

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.net.tls import TlsCredentials, read_certificate, self_signed
from chat.web.access import Reached
from chat.web.hosts import Hosts, parse_authority, parse_host_name
from chat.web.origins import Origins
from chat.web.routes import make_site
from chat.web.routing import METHODS
from tests.running import make_certificate
from tests.web.asking import AskingCase, request_of, response_of
from tests.web.case import WebCase
from tests.web.frames import request

HOST = b"Host: chat.example\r\n"
EVERYTHING = ("/", "/rooms/team/messages", "/ws", "/metrics", "/healthz", "/openapi.json", "/nothing")


class Names(SynchronousTestCase):
    """Which names are known."""

    def permitted(self, hosts: Hosts, *names: str) -> list[str]:
        """Those of `names` that are."""
        found = {name: parse_authority(name) for name in names}
        return [name for name, authority in found.items() if authority is not None and hosts.permit(authority.host)]

    def test_always(self) -> None:
        """Addresses, this machine's own names, and `localhost` with all below it: none is a page's from elsewhere."""
        own = socket.gethostname()
        always = (
            "127.0.0.1",
            "192.0.2.1:8080",
            "[::1]",
            "[2001:db8::1]:80",
            "localhost",
            "LOCALHOST:1",
            "a.b.localhost.",
        )
        self.assertEqual(self.permitted(Hosts(), *always, own, f"{own.partition('.')[0]}.local:80"), [*always, own,
                         f"{own.partition('.')[0]}.local:80"])  # fmt: skip
        others = (
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "1.2.3",
            "evil-localhost",
            "2130706433",
        )
        self.assertEqual(self.permitted(Hosts(), *others), [])

    def test_listed(self) -> None:
        """Those of the options, whatever their case, and what is below one with a star."""
        names = [parse_host_name(name) or "" for name in ("Chat.example.", "*.team.example", "bücher.example")]
        permitted = (
            "CHAT.example:8080",
            "chat.example.",
            "a.team.example",
            "a.b.team.example",
            "xn--bcher-kva.example",
        )
        self.assertEqual(self.permitted(Hosts(names), *permitted), list(permitted))
        self.assertEqual(
            self.permitted(Hosts(names), "a.chat.example", "team.example", "eviltteam.example", "example"), []
        )

    def test_certified(self) -> None:
        """Those that the certificate is for, also after it was read again."""
        credentials = TlsCredentials(self_signed)
        self.assertLessEqual({"localhost"}, credentials.names)
        with TemporaryDirectory() as folder:
            files = make_certificate(Path(folder), "Chat.example")
            credentials = TlsCredentials(lambda: read_certificate(*files))
        hosts = Hosts((), lambda: credentials.names)
        self.assertEqual(self.permitted(hosts, "chat.example", "evil.example"), ["chat.example"])
        hosts = Hosts((), lambda: {"*.example.org"})
        self.assertEqual(self.permitted(hosts, "chat.example.org", "example.org"), ["chat.example.org"])

    def test_no_hosts(self) -> None:
        """What is none, of an option and of a header."""
        for name in (
            "",
            "*",
            "*.",
            "a b",
            "a/b",
            "a:80",
            "-a",
            "a..b",
            "a.*",
            "x" * 64,
            "http://a",
            "a.b" * 99,
            "é" * 99,
        ):
            self.assertIsNone(parse_host_name(name), name)
        for text in (
            "",
            ":80",
            "a:b",
            "a:1:2",
            "a:123456",
            "[::1",
            "[::1]80",
            "[x]",
            "a@b",
            "a/b",
            "a b",
            "é",
            "a,b",
            "<a>",
        ):
            self.assertIsNone(parse_authority(text), text)

    @given(st.text())
    def test_anything(self, text: str) -> None:
        """Whatever is sent, it is none, or one that is read as itself again; and never known by accident."""
        known = parse_authority(text)
        if known is not None:
            self.assertEqual(parse_authority(str(known)), known)


class KnownCase(AskingCase):
    """A site that knows its names."""

    def setUp(self) -> None:
        super().setUp()
        reached = Reached(Hosts(["chat.example"]))
        self.site = make_site(self.factory, Origins(), self.clock, reached=reached)
        self.site.startFactory()


class Rebinding(KnownCase):
    """A page's own name, which leads to us."""

    def test_everything(self) -> None:
        """Nothing is reached by it, whatever is asked, and with the origin that such a page has."""
        for target in EVERYTHING:
            for method in ("GET", "POST", "OPTIONS", "HEAD"):
                for origin in ({}, {"Origin": "http://evil.example:8080"}):
                    served = self.http()
                    asked = request_of(method, target, b"hi", **origin)
                    served.send(asked.replace(b"chat.example", b"evil.example:8080"))
                    answer = response_of(served.answer())
                    self.assertEqual(answer.status, 421, target)
                    if method != "HEAD":
                        self.assertEqual(answer.code, "unknown_host")
                        self.assertIn("with --host evil.example", answer.json["message"])
        self.assertEqual(self.look().body, b"")

    def test_websocket(self) -> None:
        """The same for a request that is one for a WebSocket in all else."""
        served = self.http()
        served.send(request("Host: evil.example", "Origin: http://evil.example"))
        self.assertEqual(served.status(), 421)
        served.send(request("Host: chat.example", "Origin: http://chat.example"))
        self.assertEqual(served.status(), 101)

    def test_spellings(self) -> None:
        """One host, and no more, which is one: of the request of 1.1 always (RFC 9112, 3.2)."""
        get = request_of("GET", "/healthz")
        for headers, status in (
            (b"Host: 127.0.0.1\r\n", 200),
            (b"Host: [::1]:8080\r\n", 200),
            (b"Host:chat.example\t\r\n", 200),
            (b"host: CHAT.example.:80\r\n", 200),
            (b"", 400),
            (b"Host:\r\n", 400),
            (b"Host: chat.example\r\nHost: chat.example\r\n", 400),
            (b"Host: evil.example\r\nHost: chat.example\r\n", 400),
            (b"Host: chat.example, evil.example\r\n", 400),
            (b"Host: chat.example@evil.example\r\n", 400),
            (b"Host: \xff\r\n", 400),
            (b"Host: <script>\r\n", 400),
            (b"Host: evil.example\r\nX-Forwarded-Host: chat.example\r\n", 421),
            (b"Host: evil.example\r\nForwarded: host=chat.example\r\n", 421),
        ):
            served = self.http()
            served.send(get.replace(HOST, headers))
            self.assertEqual(served.status(), status, headers)
            self.assertEqual(served.transport.disconnecting, status == 400, headers)

    def test_http_1_0(self) -> None:
        """It need not say a host, and is answered; one that it says counts."""
        for headers, status in ((b"", 200), (b"Host: chat.example\r\n", 200), (b"Host: evil.example\r\n", 421)):
            served = self.http()
            served.send(request_of("GET", "/healthz").replace(b"HTTP/1.1", b"HTTP/1.0").replace(HOST, headers))
            self.assertEqual(served.status(), status, headers)

    def test_no_host_is_no_own_page(self) -> None:
        """Where no host is said, no origin is the server's own."""
        served = self.http()
        asked = request_of("GET", "/rooms/team/messages", Origin="http://evil.example").replace(b"1.1", b"1.0")
        served.send(asked.replace(HOST, b""))
        self.assertEqual(response_of(served.answer()).code, "foreign_origin")


class Absolute(KnownCase):
    """Addresses with a host, as clients of proxies ask for them (RFC 9112, 3.2.2)."""

    def test_answered(self) -> None:
        """They are for the host that they say, whatever else is said."""
        self.post("hi")
        for target in ("http://chat.example/rooms/team/messages?limit=1", "HTTPS://127.0.0.1:1/rooms/team/messages"):
            self.assertIn(b"guest (in team): hi", self.ask("GET", target).body, target)
        for target, status in (
            ("http://chat.example", 200),
            ("http://chat.example?x", 200),
            ("http://evil.example/", 421),
            ("http:///", 400),
            ("http://a@chat.example/", 400),
            ("http://chat.example:x/", 400),
            ("ftp://chat.example/", 400),
            ("chat.example", 400),
            ("*", 400),
            ("?x", 400),
        ):
            self.assertEqual(self.ask("GET", target).status, status, target)
        self.assertEqual(self.ask("CONNECT", "chat.example:80").status, 405)

    def test_asterisk(self) -> None:
        """`OPTIONS *` asks the server as a whole: it has no body, and does not say what it is made of."""
        answer = self.ask("OPTIONS", "*")
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertEqual(answer.headers["allow"], METHODS)
        for header in ("server", "content-length", "transfer-encoding"):
            self.assertNotIn(header, answer.headers)


class Anywhere(WebCase):
    """A site of a test."""

    def test_any_name(self) -> None:
        """It answers to all of them, unless it is told."""
        self.assertIn(" 101 ", self.socket("Host: whatever.example").head)
