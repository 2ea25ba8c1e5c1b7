"""Requests out of bytes: however those come, and whatever they are."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.limits import Limits
from chat.web.parsing import Head, Incoming

LIMITS = Limits(
    request_line_bytes=60, header_bytes=200, header_fields=5, body_bytes=100, body_chunks=10,
)  # fmt: skip
GET = b"GET /a?b HTTP/1.1\r\nHost: x\r\nAccept: a,\tb \r\n\r\n"


class Parsed(NamedTuple):
    """A whole request."""

    head: Head
    body: bytes


def parsed(*pieces: bytes) -> list[Parsed | str]:
    """What comes of bytes that are fed like this; an error, which is the last, by its code."""
    incoming, found = Incoming(LIMITS), list[Parsed | str]()
    head, body = None, b""
    for piece in pieces:
        incoming.feed(piece)
        try:
            while True:
                if head is None:
                    head, body = incoming.next_head(), b""
                    if head is None:
                        break
                    incoming.begin_body(LIMITS.body_bytes)
                body += incoming.next_piece()
                if not incoming.is_whole:
                    break
                found.append(Parsed(head, body))
                head = None
        except ChatError as error:
            return [*found, error.code]
    return found


def bodies(data: bytes) -> list[bytes | str]:
    """The bodies alone."""
    return [each if isinstance(each, str) else each.body for each in parsed(data)]


def post(*headers: bytes, body: bytes = b"") -> bytes:
    """A request with a body."""
    return b"\r\n".join([b"POST / HTTP/1.1", *headers, b"", body])


CHUNKED = b"Transfer-Encoding: chunked"


class Requests(SynchronousTestCase):
    """What is right."""

    def test_head(self) -> None:
        """The first line, and the fields in their order, as they came."""
        [request] = parsed(GET)
        assert isinstance(request, Parsed)
        self.assertEqual(request.head[:3], (b"GET", b"/a?b", b"HTTP/1.1"))
        self.assertEqual(request.head.fields, [(b"Host", b"x"), (b"Accept", b"a,\tb")])
        self.assertEqual((request.head.words_of(b"accept"), request.body), ([b"a", b"b"], b""))

    def test_line_ends(self) -> None:
        """A single LF ends a line of the head, too, and empty lines may come first (RFC 9112, 2.2)."""
        self.assertEqual(parsed(GET.replace(b"\r\n", b"\n")), parsed(GET))
        self.assertEqual(parsed(b"\r\n\n\r\n" + GET + b"\r\n" + GET), parsed(GET + GET))
        self.assertEqual(parsed(b"\xef\xbb\xbf\r\n" + GET), parsed(GET))

    def test_versions(self) -> None:
        """A later one of HTTP/1 is answered as 1.1; others are not spoken."""
        for version, expected in ((b"1.2", b"HTTP/1.1"), (b"1.0", b"HTTP/1.0")):
            [request] = parsed(GET.replace(b"1.1", version))
            assert isinstance(request, Parsed)
            self.assertEqual(request.head.version, expected)
        for version in (b"2.0", b"0.9", b"3.0", b"9.9"):
            self.assertEqual(parsed(GET.replace(b"1.1", version)), ["http_version"])
        self.assertEqual(parsed(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ["http_version"])

    def test_bodies(self) -> None:
        """Of a length that is said, or in chunks, with whatever a chunk's line may say besides, and a trailer."""
        for data, body in (
            (post(b"Content-Length: 5", body=b"hello"), b"hello"),
            (post(b"Content-Length: 0"), b""),
            (post(CHUNKED, body=b"5\r\nhello\r\n0\r\n\r\n"), b"hello"),
            (post(CHUNKED.lower(), body=b'2;a=b\r\nhe\r\n003 ;q="1"\r\nllo\r\n0;x\r\nA: b\r\n\r\n'), b"hello"),
            (post(CHUNKED, body=b"A\r\n0123456789\r\n0\r\n\r\n"), b"0123456789"),
        ):  # fmt: skip
            self.assertEqual(bodies(data + GET), [body, b""], data)

    @given(st.data())
    def test_any_pieces(self, data: st.DataObject) -> None:
        """However they are cut, the same requests come out."""
        whole = data.draw(
            st.lists(st.sampled_from((
                GET, post(b"Content-Length: 5", body=b"hello"),
                post(CHUNKED, body=b"2\r\nhe\r\n1\r\nl\r\n0\r\nA: b\r\n\r\n"),
                b"\r\n", b"nonsense\r\n\r\n", post(CHUNKED, body=b"x\r\n"),
            )), max_size=4).map(b"".join)
        )  # fmt: skip
        cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
        pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        self.assertEqual(parsed(*pieces), parsed(whole))
        self.assertEqual(parsed(*(bytes([byte]) for byte in whole)), parsed(whole))

    @given(
        st.binary()
        | st.lists(st.sampled_from((b"GET / HTTP/1.1", b"\r\n", b"\n", b"A: b", b" ", CHUNKED))).map(b"".join)
    )
    def test_any_bytes(self, data: bytes) -> None:
        """Whatever comes is a request, the beginning of one, or a refusal."""
        for each in parsed(data):
            self.assertIsInstance(each, Parsed | str)


class Refusals(SynchronousTestCase):
    """What is not, and what is too much."""

    def test_first_lines(self) -> None:
        """Three words, of which the last is a version."""
        for line in (
            b"GET /", b"GET", b"GET / HTTP/1.1 ", b"GET  / HTTP/1.1", b"GET / HTTP/11", b"GET / http/1.1",
            b"GET / HTTP/1.1x",
            b"G(T / HTTP/1.1", b"GET /\x00 HTTP/1.1", b"GET /a b HTTP/1.1", b"GET /\tb HTTP/1.1", b"GET /\r HTTP/1.1",
            b" GET / HTTP/1.1", b"\xff / HTTP/1.1", b"GET \x7f HTTP/1.1",
        ):  # fmt: skip
            self.assertEqual(parsed(line + b"\r\nHost: x\r\n\r\n" + GET), ["bad_request"], line)

    def test_fields(self) -> None:
        """A name, a colon and a value, on one line."""
        for field in (
            b"A",
            b": b",
            b"A : b",
            b"A\x00: b",
            b"A: \x00",
            b"A: a\rb",
            b"A: b\r\n c",
            b" A: b",
            b"A: b\r\n\t",
            b"\xff: b",
        ):
            self.assertEqual(parsed(b"GET / HTTP/1.1\r\n" + field + b"\r\n\r\n" + GET), ["bad_request"], field)

    def test_too_long(self) -> None:
        """As soon as that is certain: the address, the fields together, or how many there are."""
        for pieces, code in (
            ((b"GET /" + b"a" * 60,), "target_too_long"),
            ((b"GET /" + b"a" * 60 + b" HTTP/1.1\r\n\r\n",), "target_too_long"),
            ((b"GET / HTTP/1.1\r\nA: ", b"b" * 200), "headers_too_long"),
            ((b"GET / HTTP/1.1\r\nA: " + b"b" * 200 + b"\r\n\r\n",), "headers_too_long"),
            ((b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 6 + b"\r\n",), "headers_too_long"),
            ((post(CHUNKED, body=b"0\r\n" + b"A: b\r\n" * 40),), "headers_too_long"),
            ((post(b"Content-Length: 101"),), "body_too_long"),
            ((post(CHUNKED, body=b"65\r\n"),), "body_too_long"),
            ((post(CHUNKED, body=b"40\r\n" + b"x" * 64 + b"\r\n40\r\n"),), "body_too_long"),
            ((post(CHUNKED, body=b"ffffffff\r\n"),), "body_too_long"),
            ((post(CHUNKED, body=b"1\r\nx\r\n" * 11),), "too_many_chunks"),
            ((post(CHUNKED, body=b"1;" + b"a" * 2000),), "bad_request"),
        ):
            self.assertEqual(parsed(*pieces), [code], pieces)
        self.assertEqual(bodies(post(CHUNKED, body=b"1\r\nx\r\n" * 10 + b"0\r\n\r\n")), [b"x" * 10])
        self.assertEqual(len(parsed(b"GET /" + b"a" * 46 + b" HTTP/1.1\r\n" + b"A: b\r\n" * 5 + b"\r\n")), 1)
