"""Parses requests of HTTP/1.1 from the bytes of a connection (RFC 9112), strictly and within limits."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from chat.errors import ChatError
from chat.limits import Limits

_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSION: Final = re.compile(rb"HTTP/([0-9])\.([0-9])")
_TARGET: Final = re.compile(rb"[^\x00-\x20\x7f]+")
# Ignored before a request: empty lines (RFC 9112, 2.2), and the byte order mark of a file.
_BEFORE: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:\r?\n)*")
# A single LF ends a line, too (RFC 9112, 2.2).
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_NO_VALUE: Final = re.compile(rb"[\x00\r]")
_LENGTH: Final = re.compile(rb"[0-9]{1,15}")
# The line before a chunk, with its extensions, and each line of the trailer.
_LONGEST_LINE: Final = 1024
# A chunk of this many bytes costs no more than its bytes do.
_LARGE_CHUNK: Final = 1024
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
        """The words in the comma-separated lists of all fields called `name`, in lower case."""
        return [word.strip(b" \t").lower() for value in self.all_of(name) for word in value.split(b",")]


class Incoming:
    """Cuts the bytes of one connection into requests. After a ChatError it cannot go on.

    A request is read in steps: `next_head`, then `begin_body` with the route's limit, then `next_piece` until
    `is_whole`. It holds the bytes that were fed and not taken yet. Its work is proportional to the number of bytes.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._searched = 0
        self._head: Head | None = None
        self._body: _Body | None = None
        self._is_body_begun = False

    def __len__(self) -> int:
        """How many bytes are held that are not taken yet."""
        return len(self._buffer)

    @property
    def head(self) -> Head | None:
        """The head of the request that is not whole yet, if it is here."""
        return self._head

    @property
    def is_begun(self) -> bool:
        """Whether a part of a request is here."""
        return self._head is not None or bool(self._buffer)

    @property
    def is_whole(self) -> bool:
        """Whether the body of the last request has been taken to its end."""
        return self._head is None

    @property
    def waits_for_go(self) -> bool:
        """Whether the client waits to be told that it may send the body (`Expect: 100-continue`)."""
        head = self._head
        if head is None or self._is_body_begun or self._buffer or head.version == b"HTTP/1.0":
            return False
        return b"100-continue" in head.words_of(b"expect")

    def feed(self, data: bytes) -> None:
        """Add bytes that were received."""
        self._buffer += data

    def take_rest(self) -> bytes:
        """Everything that is held, as it came."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    def next_head(self) -> Head | None:
        """The head of the next request; None while it is not whole.

        Raises ChatError if it is malformed, or if two readers could disagree about where its body ends.
        """
        self._head = self._next_head()
        self._body = None if self._head is None else _body_of(self._head, self._limits)
        self._is_body_begun = False
        return self._head

    def begin_body(self, most: int) -> None:
        """Accept a body of up to `most` bytes. Raises ChatError if its head announces more."""
        assert self._body is not None, "the head comes first"
        self._body.allow(most)

    def next_piece(self) -> bytes:
        """The bytes of the body that are here and were not taken yet, perhaps none. Raises ChatError."""
        assert self._body is not None, "the head comes first"
        self._is_body_begun = self._is_body_begun or bool(self._buffer)
        piece = self._body.take_from(self._buffer)
        if self._body.is_over:
            self._head = self._body = None
        return piece

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
    # A higher minor version is answered as HTTP/1.1.
    return method, target, b"HTTP/1.0" if known[2] == b"0" else b"HTTP/1.1"


def _field(line: bytes) -> tuple[bytes, bytes]:
    """A header field. Folding over several lines is refused (obs-fold, RFC 9112, 5.2)."""
    name, colon, value = line.partition(b":")
    if not colon or _TOKEN.fullmatch(name) is None or _NO_VALUE.search(value):
        raise ChatError("bad_request", what="a header field")
    return name, value.strip(b" \t")


# --- the body


class _Body(Protocol):
    """Takes a body from a buffer, piece by piece. `is_over` is true when all of it has been taken."""

    is_over: bool

    def allow(self, most: int) -> None:
        """Accept up to `most` bytes. Raises ChatError if the length is known, and larger."""

    def take_from(self, buffer: bytearray) -> bytes:
        """The bytes of it that are here. Raises ChatError."""


def _body_of(head: Head, limits: Limits) -> _Body:
    """How the body is framed (RFC 9112, 6). Ambiguous framing is refused."""
    lengths, codings = head.all_of(b"content-length"), head.words_of(b"transfer-encoding")
    if not codings:
        if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
            raise ChatError("bad_request", what="its length")
        return _Sized(int(lengths[0]) if lengths else 0)
    if lengths or head.version == b"HTTP/1.0" or codings[-1] != b"chunked" or codings.count(b"chunked") > 1:
        raise ChatError("bad_request", what="its length")
    if len(codings) > 1:
        raise ChatError("unknown_coding")
    return _Chunked(limits)


class _Sized:
    """A body of a known length."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.is_over = False

    def allow(self, most: int) -> None:
        if self._left > most:
            raise ChatError("body_too_long", limit=most)

    def take_from(self, buffer: bytearray) -> bytes:
        piece = _take(buffer, self._left)
        self._left -= len(piece)
        self.is_over = not self._left
        return piece


class _Chunked:
    """A body in chunks (RFC 9112, 7.1). Each one costs time, so up to `body_chunks` may be small."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._most = 0
        self._taken = 0
        self._small_chunks = 0
        # How many bytes of the current chunk are still to come; None between two chunks.
        self._left: int | None = None
        self._trailer: int | None = None
        self.is_over = False

    def allow(self, most: int) -> None:
        self._most = most

    def take_from(self, buffer: bytearray) -> bytes:
        pieces = bytearray()
        while self._trailer is None and self._take_chunk(buffer, pieces):
            pass
        if self._trailer is not None:
            self._take_trailer(buffer, self._trailer)
        return bytes(pieces)

    def _take_chunk(self, buffer: bytearray, pieces: bytearray) -> bool:
        """Take the bytes that are here of a chunk. Returns whether it is whole. After the last comes the trailer."""
        if self._left is None and not self._begin_chunk(buffer):
            return False
        if self._left is None:
            return True
        piece = _take(buffer, self._left)
        self._left -= len(piece)
        pieces += piece
        if self._left or len(buffer) < 2:
            return False
        if _take(buffer, 2) != b"\r\n":
            raise ChatError("bad_request", what="a chunk")
        self._left = None
        return True

    def _begin_chunk(self, buffer: bytearray) -> bool:
        """Take the line with the size of the next chunk. Returns False if it is not here yet."""
        line = self._line(buffer)
        if line is None:
            return False
        known = _CHUNK.fullmatch(line)
        if known is None:
            raise ChatError("bad_request", what="a chunk")
        _take(buffer, len(line) + 2)
        size = int(known[1], 16)
        if not size:
            self._trailer = 0
            return True
        self._taken += size
        if self._taken > self._most:
            raise ChatError("body_too_long", limit=self._most)
        if size < _LARGE_CHUNK:
            self._small_chunks += 1
        if self._small_chunks > self._limits.body_chunks:
            raise ChatError("too_many_chunks", limit=self._limits.body_chunks)
        self._left = size
        return True

    def _take_trailer(self, buffer: bytearray, size: int) -> None:
        while not self.is_over and (line := self._line(buffer)) is not None:
            size = self._trailer = size + len(line) + 2
            if size > self._limits.header_bytes:
                raise ChatError("headers_too_long", limit=self._limits.header_bytes, count=self._limits.header_fields)
            _take(buffer, len(line) + 2)
            self.is_over = not line

    def _line(self, buffer: bytearray) -> bytes | None:
        """The next line, without its end; it stays in the buffer. Only CR LF ends a line here."""
        end = buffer.find(b"\r\n", 0, _LONGEST_LINE + 2)
        if end < 0 and len(buffer) > _LONGEST_LINE:
            raise ChatError("bad_request", what="a chunk")
        return bytes(buffer[:end]) if end >= 0 else None


def _take(buffer: bytearray, size: int) -> bytes:
    taken = bytes(buffer[:size])
    del buffer[:size]
    return taken
