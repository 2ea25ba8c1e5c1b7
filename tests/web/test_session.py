"""The cookie for files: who gets it, where it goes, and how it ends."""

import json

from chat.accounts.tickets import Reader
from chat.hub.people import User
from chat.web.api.session import file_secret_of
from chat.web.origins import Origins
from chat.web.request import ChatRequest
from chat.web.routes import make_site
from chat.web.routing import Route, buffered
from tests.web.asking import AskingCase, Response
from tests.web.test_about import PROXIED, behind_proxy

OWN = {"Origin": "http://chat.example", "Content_Type": "application/json"}
ELSEWHERE = {**OWN, "Origin": "http://evil.example"}


class Cookies(AskingCase):
    """A page of the server, and others."""

    def setUp(self) -> None:
        super().setUp()
        self.al = self.join("Al")

    def ticket(self) -> str:
        """A ticket of Al's."""
        self.al.say(type="ticket")
        return str(self.al.heard()[-1]["ticket"])

    def begin(self, ticket: str, **headers: str) -> Response:
        """Exchange a ticket."""
        return self.ask("POST", "/session", json.dumps({"ticket": ticket}).encode(), **(headers or OWN))

    def secret(self, answer: Response) -> str:
        """That of the cookie in an answer."""
        self.assertEqual(answer.status, 204)
        return answer.headers["set-cookie"].partition(";")[0].partition("=")[2]

    def reader(self, secret: str) -> Reader | None:
        """Who reads files with this secret."""
        return self.factory.hub.file_access.reader(secret)

    def test_begins(self) -> None:
        """A ticket is exchanged, once, for a cookie that scripts do not see, and few addresses get."""
        word = self.ticket()
        served = self.http()
        body = json.dumps({"ticket": word})
        served.send(
            f"POST /session HTTP/1.1\r\nHost: chat.example:8080\r\nOrigin: http://chat.example:8080\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head, _, rest = served.answer().decode().partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        self.assertEqual((first, rest), ("HTTP/1.1 204 No Content", ""))
        self.assertNotIn("Content-Length", head)
        cookies = [line.removeprefix("Set-Cookie: ") for line in lines if line.startswith("Set-Cookie")]
        secret = cookies[0].partition(";")[0].removeprefix("files-8080=")
        rule = "HttpOnly; SameSite=Strict"
        self.assertEqual(
            cookies, [f"files-8080={secret}; Max-Age=604800; Path={path}; {rule}" for path in ("/files", "/session")]
        )
        found = self.reader(secret)
        assert found is not None and isinstance(found.guest, User)
        self.assertEqual(found.guest.name, "Al")
        self.assertEqual((self.begin(word).status, self.begin(word).code), (403, "bad_ticket"))
        self.assertNotIn("set-cookie", self.begin(word).headers)

    def test_next_request(self) -> None:
        """The connection goes on after an answer without a body."""
        served = self.http()
        ask = b"DELETE /session HTTP/1.1\r\nHost: chat.example\r\n\r\n"
        served.send(ask)
        self.clock.advance(0)
        served.send(ask)
        self.clock.advance(0)
        self.assertEqual(served.answer().count(b"HTTP/1.1 204"), 2)

    def test_ends(self) -> None:
        """The browser is told to forget it, and nobody else reads with it either."""
        secret = self.secret(self.begin(self.ticket()))
        answer = self.ask("DELETE", "/session", b"", **OWN, Cookie=f"a=b; files-80={secret}; c=d")
        self.assertEqual(answer.status, 204)
        self.assertIn("files-80=; Max-Age=0; Path=", answer.headers["set-cookie"])
        self.assertIsNone(self.reader(secret))
        self.assertEqual(self.ask("DELETE", "/session", b"", **OWN).status, 204)

    def test_again(self) -> None:
        """A new cookie takes the place of the browser's old one."""
        old = self.secret(self.begin(self.ticket()))
        new = self.secret(self.begin(self.ticket(), **OWN, Cookie=f"files-80={old}"))
        self.assertIsNone(self.reader(old))
        self.assertIsNotNone(self.reader(new))

    def test_foreign_page(self) -> None:
        """A page of another site gets no cookie and ends none; its ticket is still good afterwards."""
        word = self.ticket()
        secret = self.secret(self.begin(self.ticket()))
        for answer in (
            self.begin(word, **ELSEWHERE),
            self.begin(word, **{**OWN, "Origin": "null"}),
            self.begin(word, **{**OWN, "Origin": "http://chat.example:8081"}),
            self.begin(word, Cookie=f"files-80={secret}"),
            self.ask("DELETE", "/session", b"", **ELSEWHERE, Cookie=f"files-80={secret}"),
        ):
            self.assertEqual((answer.status, answer.code), (403, "foreign_origin"))
            self.assertNotIn("set-cookie", answer.headers)
        self.assertIsNotNone(self.reader(secret))
        self.assertEqual(self.begin(word).status, 204)

    def test_bodies(self) -> None:
        """What is no ticket is told so, and not repeated."""
        for body, code in (
            (b"", "not_json"),
            (b"{", "not_json"),
            (b"\xff", "not_json"),
            (b"[" * 10_000, "not_an_object"),
            (b"[]", "not_an_object"),
            (b"{}", "missing_field"),
            (b'{"ticket":5}', "wrong_type"),
            (b'{"ticket":"<script>"}', "bad_ticket"),
            (b'{"ticket":""}', "bad_ticket"),
        ):
            answer = self.ask("POST", "/session", body, **OWN)
            self.assertEqual(answer.code, code, body[:20])
            self.assertNotIn(b"script", answer.body)
        self.assertEqual(self.ask("POST", "/session", b"ticket=x", Content_Type="text/plain").status, 415)

    def test_encrypted(self) -> None:
        """Behind a proxy that speaks TLS the cookie is for TLS alone, and has the proxy's port."""
        self.site = make_site(self.factory, Origins(), self.clock, reached=behind_proxy())
        answer = self.begin(self.ticket(), **PROXIED, Origin="https://chat.example:444")
        self.assertEqual(answer.status, 204)
        self.assertRegex(answer.headers["set-cookie"], r"^files-444=.*; SameSite=Strict; Secure$")


class Reading(AskingCase):
    """What a route finds in a request."""

    def test_secret(self) -> None:
        """The cookie with this server's port, among those of others."""
        self.serve_routes(Route("GET", "/files", buffered(tell_secret), 0))
        for cookie, found in (
            ("files-80=abc", b"abc"),
            ("x=1; files-80=abc; y=2", b"abc"),
            ("files-8080=no;files-80=abc", b"abc"),
            ("files-8080=no", b"None"),
            ("files-80=", b"None"),
            ("xfiles-80=no", b"None"),
            ("files-80", b"None"),
            ("", b"None"),
            (";;=;files-80=a=b", b"a=b"),
        ):
            self.assertEqual(self.ask("GET", "/files", b"", Cookie=cookie).body, found, cookie)


def tell_secret(request: ChatRequest) -> bytes:
    """A route that shows what it found."""
    return str(file_secret_of(request)).encode()
