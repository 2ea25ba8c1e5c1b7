"""Requests of HTTP/1.1 out of the bytes of a connection (RFC 9112): bounded, strict, and without a socket."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from chat.errors import ChatError
from chat.limits import Limits

_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSION: Final = re.compile(rb"HTTP/([0-9])\.([0-9])")
_TARGET: Final = re.compile(rb"[^\x00-\x20\x7f]+")
# What is ignored before a request (RFC 9112, 2.2), or begins a file.
_BEFORE: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:\r?\n)*")
# A single LF ends a line, too (RFC 9112, 2.2).
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_NO_VALUE: Final = re.compile(rb"[\x00\r]")
_LENGTH: Final = re.compile(rb"[0-9]{1,15}")
# What says how long a chunk is, with what may follow that, and a line behind the last.
_LONGEST_LINE: Final = 1024
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[\t -~\x80-\xff]*)?")


class Head(NamedTuple):
    """The first line of a request, and its header fields in their order."""

    method: bytes
    target: bytes
    version: bytes
    fields: Sequence[tuple[bytes, bytes]]

    def all_of(self, name: bytes) -> Sequence[bytes]:
        """The values of all the fields called `name`, in lower case."""
        return [value for each, value in self.fields if each.lower() == name]

    def words_of(self, name: bytes) -> Sequence[bytes]:
        """What the fields called `name` list, in lower case."""
        return [word.strip(b" \t").lower() for value in self.all_of(name) for word in value.split(b",")]


class Parsed(NamedTuple):
    """A whole request."""

    head: Head
    body: bytes


class Incoming:
    """The bytes of one connection, and the requests in them. A ChatError that it raises is the end of them.

    It holds one unfinished request and what was fed behind it. Its work is in proportion to the bytes it is fed.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._searched = 0
        self._head: Head | None = None
        self._body: _Body | None = None

    def __len__(self) -> int:
        """How many bytes are held that are no whole request yet."""
        return len(self._buffer)

    @property
    def head(self) -> Head | None:
        """How the request begins that is not whole yet, where that is here."""
        return self._head

    @property
    def is_begun(self) -> bool:
        """Whether a part of a request is here."""
        return self._head is not None or bool(self._buffer)

    @property
    def waits_for_go(self) -> bool:
        """Whether the client waits to be told that it may send the body (`Expect: 100-continue`)."""
        head = self._head
        if head is None or self._buffer or head.version == b"HTTP/1.0":
            return False
        return b"100-continue" in head.words_of(b"expect")

    def feed(self, data: bytes) -> None:
        """Take what was read."""
        self._buffer += data

    def take_rest(self) -> bytes:
        """Everything that is held, as it came."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    def next(self) -> Parsed | None:
        """The next request; None while it is not whole. Raises ChatError where it is no request."""
        if self._head is None:
            self._head = self._next_head()
            if self._head is None:
                return None
            self._body = _body_of(self._head, self._limits)
        assert self._body is not None
        body = self._body.take_from(self._buffer)
        if body is None:
            return None
        parsed, self._head = Parsed(self._head, body), None
        return parsed

    def _next_head(self) -> Head | None:
        if ignored := _BEFORE.match(self._buffer):
            del self._buffer[: ignored.end()]
        limits = self._limits
        first = self._buffer.find(b"\n", 0, limits.request_line_bytes + 2)
        if first < 0 and len(self._buffer) > limits.request_line_bytes:
            raise ChatError("target_too_long", limit=limits.request_line_bytes)
        end = _HEAD_END.search(self._buffer, max(0, self._searched - 3))
        if (end.start() if end else len(self._buffer)) - max(first, 0) > limits.header_bytes:
            raise self._too_long()
        self._searched = 0 if end else len(self._buffer)
        if end is None:
            return None
        line, *fields = (each.removesuffix(b"\r") for each in bytes(self._buffer[: end.start()]).split(b"\n"))
        del self._buffer[: end.end()]
        if len(fields) > limits.header_fields:
            raise self._too_long()
        return Head(*_first_line(line), [_field(field) for field in fields])

    def _too_long(self) -> ChatError:
        return ChatError("headers_too_long", limit=self._limits.header_bytes, count=self._limits.header_fields)


def _first_line(line: bytes) -> tuple[bytes, bytes, bytes]:
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rpartition(b" ")
    known = _VERSION.fullmatch(version)
    if not (known and _TOKEN.fullmatch(method) and _TARGET.fullmatch(target)):
        raise ChatError("bad_request", what="its first line")
    if known[1] != b"1":
        raise ChatError("http_version")
    # Of a higher minor version we speak the highest that we know.
    return method, target, b"HTTP/1.0" if known[2] == b"0" else b"HTTP/1.1"


def _field(line: bytes) -> tuple[bytes, bytes]:
    """A header field. One that goes on in the next line is none any more (obs-fold, RFC 9112, 5.2)."""
    name, colon, value = line.partition(b":")
    if not colon or _TOKEN.fullmatch(name) is None or _NO_VALUE.search(value):
        raise ChatError("bad_request", what="a header field")
    return name, value.strip(b" \t")


# --- the body


class _Body(Protocol):
    """Takes a body out of a buffer, as it comes."""

    def take_from(self, buffer: bytearray) -> bytes | None:
        """All of it; None while there is more to come. Raises ChatError."""


def _body_of(head: Head, limits: Limits) -> _Body:
    """How the body comes (RFC 9112, 6). What could be understood in two ways is refused."""
    lengths, codings = head.all_of(b"content-length"), head.words_of(b"transfer-encoding")
    if not codings:
        if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
            raise ChatError("bad_request", what="its length")
        return _Sized(int(lengths[0]) if lengths else 0, limits)
    if lengths or head.version == b"HTTP/1.0" or codings[-1] != b"chunked" or codings.count(b"chunked") > 1:
        raise ChatError("bad_request", what="its length")
    if len(codings) > 1:
        raise ChatError("unknown_coding")
    return _Chunked(limits)


class _Sized:
    """A body of a known length."""

    def __init__(self, length: int, limits: Limits) -> None:
        if length > limits.body_bytes:
            raise ChatError("body_too_long", limit=limits.body_bytes)
        self._length = length

    def take_from(self, buffer: bytearray) -> bytes | None:
        return _take(buffer, self._length) if len(buffer) >= self._length else None


class _Chunked:
    """A body in chunks (RFC 9112, 7.1), each of which costs us something, however small."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._body = bytearray()
        self._count = 0
        self._trailer: int | None = None

    def take_from(self, buffer: bytearray) -> bytes | None:
        while self._trailer is None:
            if not self._take_chunk(buffer):
                return None
        while (line := self._line(buffer)) is not None:
            self._trailer += len(line) + 2
            if self._trailer > self._limits.header_bytes:
                raise ChatError("headers_too_long", limit=self._limits.header_bytes, count=self._limits.header_fields)
            _take(buffer, len(line) + 2)
            if not line:
                return bytes(self._body)
        return None

    def _take_chunk(self, buffer: bytearray) -> bool:
        """Whether there was one; the last has no bytes, and the trailer follows."""
        line = self._line(buffer)
        if line is None:
            return False
        known = _CHUNK.fullmatch(line)
        if known is None:
            raise ChatError("bad_request", what="a chunk")
        size, begin = int(known[1], 16), len(line) + 2
        if not size:
            _take(buffer, begin)
            self._trailer = 0
            return True
        if len(self._body) + size > self._limits.body_bytes:
            raise ChatError("body_too_long", limit=self._limits.body_bytes)
        if len(buffer) < begin + size + 2:
            return False
        if buffer[begin + size : begin + size + 2] != b"\r\n":
            raise ChatError("bad_request", what="a chunk")
        self._count += 1
        if self._count > self._limits.body_chunks:
            raise ChatError("too_many_chunks", limit=self._limits.body_chunks)
        self._body += buffer[begin : begin + size]
        _take(buffer, begin + size + 2)
        return True

    def _line(self, buffer: bytearray) -> bytes | None:
        """The next line, without its end, still in the buffer. A single LF ends none here."""
        end = buffer.find(b"\r\n", 0, _LONGEST_LINE + 2)
        if end < 0 and len(buffer) > _LONGEST_LINE:
            raise ChatError("bad_request", what="a chunk")
        return bytes(buffer[:end]) if end >= 0 else None


def _take(buffer: bytearray, size: int) -> bytes:
    taken = bytes(buffer[:size])
    del buffer[:size]
    return taken
