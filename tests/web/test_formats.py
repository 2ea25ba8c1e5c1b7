"""What somebody says in a body, and the format in which they want to read: pure functions, and hostile input."""

from contextlib import suppress as ignoring
from urllib.parse import urlencode

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.events import Goodbye, Joined, Message, Prompt, Recalled, ShuttingDown
from chat.web.api.bodies import Said, said
from chat.web.api.formats import PAGES, STREAMS, preferred
from chat.wire import NDJSON
from chat.wire.sse import SseEncoder

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_QUICKLY = settings(deadline=None, max_examples=200)


class Accepted(SynchronousTestCase):
    """The `Accept` header."""

    def test_table(self) -> None:
        """The best that is wanted; the first of equals; the most specific range counts."""
        for accept, page, stream in (
            (None, "text/plain", "text/plain"),
            ("*/*", "text/plain", "text/plain"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "text/plain", "text/plain"),
            ("application/json", "application/json", None),
            ("APPLICATION/X-NDJSON", "application/x-ndjson", "application/x-ndjson"),
            ("text/event-stream", None, "text/event-stream"),
            ("text/*", "text/plain", "text/plain"),
            ("text/*;q=0.1, application/*", "application/x-ndjson", "application/x-ndjson"),
            ("text/plain;q=0, */*", "application/x-ndjson", "application/x-ndjson"),
            ("application/json; charset=utf-8; q=0.5, application/x-ndjson;q=0.4", "application/json",
             "application/x-ndjson"),
            ("image/png", None, None),
            ("text/plain;q=x", None, None),
            ("text/plain;q=nan", None, None),
            ("", "text/plain", "text/plain"),
        ):  # fmt: skip
            self.assertEqual((self.chosen(accept, PAGES), self.chosen(accept, tuple(STREAMS))), (page, stream), accept)

    def chosen(self, accept: str | None, offered: tuple[str, ...]) -> str | None:
        try:
            return preferred(accept, offered)
        except ChatError as error:
            self.assertEqual(error.code, "not_acceptable")
            return None

    @given(st.text())
    @_QUICKLY
    def test_anything(self, accept: str) -> None:
        """Whatever it says, it is one of those, or refused."""
        self.assertIn(self.chosen(accept, PAGES), (*PAGES, None))


class Bodies(SynchronousTestCase):
    """What is said in the body of a request."""

    def test_table(self) -> None:
        """Plain, JSON and forms, told by the type, and by what is in a form."""
        for body, kind, expected in (
            ("build done", FORM, Said("build done")),
            ("build done", "", Said("build done")),
            ("build done", "Text/Plain; charset=utf-8", Said("build done")),
            ("text=a+b%21", FORM, Said("a b!")),
            ("username=ci&text=x", FORM, Said("x", "ci")),
            ("text=x&text=y", FORM, Said("x")),
            ("what text=x", FORM, Said("what text=x")),
            ("text=x", "text/plain", Said("text=x")),
            ('{"text":"x"}', "text/plain", Said('{"text":"x"}')),
            ('{"text":"x"}', FORM, Said("x")),
            ('{"text":"x","username":"ci"}', JSON, Said("x", "ci")),
            (urlencode({"payload": '{"text":"x"}'}), FORM, Said("x")),
            ("a\r\nb\n\n  c\u2028d\x85e\n", "", Said("a\r\nb\n\n  c\u2028d\x85e\n")),
            ("", "", Said("")),
        ):
            self.assertEqual(said(body.encode(), kind), expected, (body, kind))

    def test_refused(self) -> None:
        """Each with its code."""
        for body, kind, code in (
            (b"\xff", "", "not_utf8"),
            (b"text=%ff", FORM, "not_utf8"),
            (b"username=ci", FORM, "missing_field"),
            (b"payload=x", FORM, "not_json"),
            (b"{", FORM, "not_json"),
            (b"[" * 100_000, JSON, "not_an_object"),
            (b'{"text":' + b"[" * 60_000, JSON, "not_json"),
            (b'{"text":"\\ud800"}', JSON, "not_json"),
            (b'{"username":"x"}', JSON, "missing_field"),
            (b'{"text":"x","username":1}', JSON, "wrong_type"),
            (b"null", JSON, "not_an_object"),
            (b"x", "multipart/form-data; boundary=x", "unsupported_type"),
        ):
            error = self.assertRaises(ChatError, said, body, kind)
            self.assertEqual(error.code, code, (body[:30], kind))

    @given(st.binary() | st.text().map(str.encode), st.sampled_from(["", "text/plain", JSON, FORM]))
    @_QUICKLY
    def test_anything(self, body: bytes, kind: str) -> None:
        """Whatever comes is said, or refused."""
        with ignoring(ChatError):
            self.assertIsInstance(said(body, kind).text, str)

    @given(st.text(), st.none() | st.text())
    @_QUICKLY
    def test_same_in_all(self, text: str, username: str | None) -> None:
        """JSON, in a form or not, says the same."""
        body = msgspec.json.encode({"text": text, "username": username})
        self.assertEqual(said(body, JSON), said(urlencode({"payload": body}).encode(), FORM))


class Events(SynchronousTestCase):
    """Server-sent events."""

    def test_events(self) -> None:
        """What happened in a room has its place as an id; what else is told has none."""
        encode = SseEncoder().encode
        message = Message(room="team", place="Team", sender="Al", seq=7, text="a\u2028b")
        data = NDJSON.encode(message)
        self.assertEqual(encode(message), b"id: 7\ndata: " + data + b"\n")
        self.assertEqual(encode(Recalled(event=message))[:12], b"id: 7\ndata: ")
        self.assertEqual(encode(Joined(room="team", place="Team", sender="Al", seq=8))[:6], b"id: 8\n")
        self.assertEqual(encode(ShuttingDown())[:6], b"data: ")
        self.assertEqual(encode(Goodbye()).count(b"\n\n"), 1)
        self.assertEqual(encode(Prompt()), b"")
