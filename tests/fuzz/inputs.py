"""What each wire is fed: good conversations, and what becomes of them by mutation."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

from tests.web.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close, frame, request, text

_REQUESTS = (
    '{"type":"join","nickname":"Eve","client_id":7,"id":1}',
    '{"type":"join","nickname":"Eve","password":"correct-horse","remember":true}',
    '{"type":"join","room":"team","replay":3}',
    '{"type":"message","text":"h\\u00e9 \\ud83e\\udd8a","id":"a"}',
    '{"type":"message","text":"psst","to":"Bob","id":2}',
    '{"type":"message","text":"in here","room":"team"}',
    '{"type":"history","room":"team","limit":5,"before":9}',
    '{"type":"search","query":"in:team h\\u00e9"}',
    '{"type":"resume","rooms":{"team":0},"direct":{"Bob":1}}',
    '{"type":"delivered","to":"Bob","seq":1}',
    '{"type":"leave","room":"team"}',
    '{"type":"who","id":3}',
    '{"type":"help","command":"join"}',
    '{"type":"disconnect"}',
)
_LINES = (
    "server:register Eve",
    "server:register Eve correct-horse",
    "hello, everybody",
    "Bob:psst",
    "server:join team",
    "a line in the room, zoë 🦊",
    "/msg Bob hi",
    "server:history team 5",
    "server:search in:team line",
    "server:since 1",
    "server:who",
    "server:help join",
    "server:leave",
    "server:exit",
)
_HTTP = (
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /rooms/team/messages?limit=3&before=9 HTTP/1.1\r\nHost: a\r\nAccept: application/x-ndjson\r\n\r\n",
    b"GET /rooms/team/messages?follow HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\nLast-Event-ID: 3\r\n\r\n",
    b"POST /rooms/team/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /rooms/team/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    b'Authorization: Bearer x\r\nContent-Length: 13\r\n\r\n{"text":"hi"}',
    b"POST /rooms/team/messages HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    request("Origin: http://chat.example") + text('{"type":"who"}'),
)
_FRAMES = (
    *map(text, _REQUESTS),
    frame(TEXT, b'{"type":', fin=False) + frame(CONTINUATION, b'"who"}'),
    frame(PING, b"p"),
    frame(PONG),
    frame(BINARY, b"\x00"),
    frame(CLOSE),
    close(),
    text("x" * 300),
)
# Where things break: ends, escapes, other alphabets, numbers, depth, and what other wires begin with.
_PIECES = (
    *(b"\n", b"\r\n", b"\r", b"\0", b"\x1b]0;x\x07", b"\x85", b"\x0b", b"\xff", b"\xff\xfd\x06", b"\xff\xf4", b"\x80"),
    *(
        "\u2028\u202e\u200b".encode(),
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"e" + b"\xcc\x81" * 200,
        b"{",
        b'"',
        b"\\ud800",
    ),
    *(b"9" * 400, b"-1", b"1e999", b"NaN", b"9223372036854775808", b"[" * 2000, b'{"a":' * 500, b"null", b":", b" "),
    *(b"\x16\x03\x01", b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n", b"GET / HTTP/1.1\r\n\r\n", b"x" * 17_000, b"\x81\xff"),
    *(b"\x81\x7f" + b"\xff" * 8, b"Content-Length: 99999999999999999999\r\n", b"Transfer-Encoding: chunked\r\n"),
)


def _lines(words: Sequence[str]) -> Sequence[bytes]:
    return [f"{word}\n".encode() for word in words]


# How a connection of each wire begins, and what is said on it.
WIRES: Final[Mapping[str, tuple[bytes, Sequence[bytes]]]] = {
    "text": (b"", _lines(_LINES)),
    "ndjson": (b"", _lines(_REQUESTS)),
    "websocket": (request(), _FRAMES),
    "http": (b"", _HTTP),
}


def mutated(wire: str, random: Random) -> list[bytes]:
    """One conversation on `wire`, or what was left of it, in the chunks in which it comes."""
    head, parts = WIRES[wire]
    # What begins a conversation is kept more often than not, or little of the rest would be heard.
    said = (
        [parts[0], *random.choices(parts, k=random.randint(0, 6))] if random.random() < 0.7 else [random.choice(parts)]
    )
    data = b"".join(said)
    for _ in range(random.randint(0, 4)):
        data = random.choice(_MUTATIONS)(data, random)
    return cut(head + data, random)


def cut(data: bytes, random: Random) -> list[bytes]:
    """The same in some chunks."""
    places = sorted(random.randint(0, len(data)) for _ in range(random.randint(0, 4)))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True) if start < end]


def _span(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(1, 20))


def _flip(data: bytes, random: Random) -> bytes:
    start, _ = _span(data, random)
    return data[:start] + bytes([random.randrange(256)]) + data[start + 1 :]


def _drop(data: bytes, random: Random) -> bytes:
    start, end = _span(data, random)
    return data[:start] + data[end:]


def _repeat(data: bytes, random: Random) -> bytes:
    start, end = _span(data, random)
    return data[:end] + data[start:end] * random.randint(1, 50) + data[end:]


def _insert(data: bytes, random: Random) -> bytes:
    start, _ = _span(data, random)
    return data[:start] + random.choice(_PIECES) + data[start:]


def _truncate(data: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))]


_MUTATIONS: Final[Sequence[Callable[[bytes, Random], bytes]]] = (_flip, _drop, _repeat, _insert, _insert, _truncate)
