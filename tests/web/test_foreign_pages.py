"""Pages of other sites that are let in (`--allow-origin`): their browsers are told so, also for `EventSource`."""

from chat.limits import Limits
from chat.web.origins import Origins
from chat.web.routing import METHODS
from tests.web.asking import AskingCase, Response

PAGE = "https://app.example"
ASKED = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "authorization,content-type"}


class Listed(AskingCase):
    """A server with a list."""

    limits = Limits(burst_lines=50, lines_per_second=1)
    origins = Origins(frozenset({PAGE}))

    def told(self, answer: Response) -> bool:
        """Whether the browser may show this answer to the page; to nobody in general, and with no cookies."""
        self.assertEqual(answer.headers["vary"], "Origin")
        self.assertNotIn("access-control-allow-credentials", answer.headers)
        allowed = answer.headers.get("access-control-allow-origin")
        is_told = allowed == PAGE
        self.assertEqual(allowed is not None, is_told)
        self.assertEqual(answer.headers["cross-origin-resource-policy"], "cross-origin" if is_told else "same-origin")
        exposed = answer.headers.get("access-control-expose-headers")
        self.assertEqual(
            exposed, "Link, Location, Retry-After, Tus-Resumable, Upload-Length, Upload-Offset" if is_told else None
        )
        return is_told

    def test_every_answer(self) -> None:
        """Also one that refuses, wherever that is decided."""
        for method, target, body, headers, status in (
            ("POST", "/rooms/team/messages", b"hi", {"Content_Type": "text/plain"}, 201),
            ("GET", "/rooms/team/messages", b"", {}, 200),
            ("HEAD", "/rooms/team/messages", b"", {}, 200),
            ("GET", "/healthz", b"", {}, 200),
            ("GET", "/nothing", b"", {}, 404),
            ("DELETE", "/rooms/team/messages", b"", {}, 405),
            ("POST", "/rooms/team/messages", b"hi", {"Content_Type": "image/png"}, 415),
            ("POST", "/rooms/team/messages", b"hi", {"Authorization": "Bearer no"}, 401),
            ("POST", "/rooms/team/messages", b"x" * 70_000, {}, 413),
            ("GET", "/rooms/team/messages?limit=x", b"", {}, 400),
            ("GET", "/ws", b"", {}, 426),
        ):
            answer = self.ask(method, target, body, Origin=PAGE, **headers)
            self.assertEqual((answer.status, self.told(answer)), (status, True), target)
        while (answer := self.look(Origin=PAGE)).status == 200:
            self.assertTrue(self.told(answer))
        self.assertEqual((answer.status, self.told(answer)), (429, True))

    def test_event_stream(self) -> None:
        """An answer that goes on, as an `EventSource` reads it."""
        followed = self.follow(Accept="text/event-stream", Origin=PAGE)
        self.assertEqual((followed.head.status, self.told(followed.head)), (200, True))
        self.post("hi", Origin=PAGE)
        self.assertIn('"text":"hi"', followed.heard())

    def test_others(self) -> None:
        """Other pages are refused as ever, and their browsers told nothing; programs have no origin."""
        for origin in (
            "https://evil.example",
            "http://app.example",
            "https://app.example.evil.example",
            "null",
            "\xff",
        ):
            answer = self.look(Origin=origin)
            self.assertEqual((answer.status, self.told(answer)), (403, False), origin)
        self.assertEqual(self.told(self.look()), False)
        self.assertEqual(self.told(self.look(Origin=f"{PAGE}, {PAGE}")), False)

    def test_preflight(self) -> None:
        """A browser asks beforehand, wherever it wants to go; nothing is done for that."""
        for target in ("/rooms/team/messages", "/healthz", "/nothing"):
            answer = self.ask("OPTIONS", target, b"", Origin=PAGE, **ASKED)
            self.assertEqual((answer.status, answer.body, self.told(answer)), (204, b"", True))
            self.assertEqual(answer.headers["access-control-allow-methods"], METHODS)
            self.assertEqual(
                answer.headers["access-control-allow-headers"],
                "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Tus-Resumable, Upload-Offset",
            )
            self.assertEqual(answer.headers["access-control-max-age"], "600")
        refused = self.ask("OPTIONS", "/rooms/team/messages", b"", Origin="https://evil.example", **ASKED)
        self.assertEqual((refused.code, self.told(refused)), ("foreign_origin", False))
        self.assertEqual(self.ask("OPTIONS", "/rooms/team/messages", Origin=PAGE).status, 405)


class Unlisted(AskingCase):
    """A server without one."""

    def test_nothing_is_told(self) -> None:
        """Pages of its own host need nothing of it."""
        for answer in (self.look(), self.look(Origin="http://chat.example")):
            self.assertEqual(answer.status, 200)
            self.assertEqual([name for name in answer.headers if name.startswith("access-control")], [])
            self.assertEqual(answer.headers["cross-origin-resource-policy"], "same-origin")
