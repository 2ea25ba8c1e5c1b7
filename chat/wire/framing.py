"""Cuts a stream of bytes into lines, and does not trust the sender."""

from typing import NamedTuple

# The bytes kept of a line that is too long: enough to see what it is, and to find its id.
_HEAD = 512


class Overlong(NamedTuple):
    """Stands for a line over the limit; `head` is its beginning."""

    head: bytes


class Negotiated(NamedTuple):
    """Stands for `size` bytes that were no part of any line, to which `answer` goes back at once."""

    answer: bytes
    size: int


class Framer:
    """Cuts at `\\n` and drops a `\\r` before it. Any chunking of the same bytes gives the same frames.

    A line over `limit` bytes comes out as one `Overlong`, as soon as that is certain, and the rest of it is
    discarded: never more than `limit` bytes and the last chunk are held for an unfinished line.

    `unframed` is how many bytes came since the last newline, discarded ones included. `negotiated` stands for the
    bytes of the last chunk that belong to no line, if there were any.
    """

    negotiated: Negotiated | None = None

    def __init__(self, limit: int) -> None:
        self._limit = limit
        # The last one is next. Both are shared while they are empty: idle connections need no memory for them.
        self._frames: list[bytes] | tuple[()] = ()
        self._tail: bytearray | bytes = b""
        self._discarding = False
        self.unframed = 0

    def handed_to(self, kind: type["Framer"]) -> "Framer":
        """A framer of that `kind` which goes on where this one is; this one is not to be used any more."""
        if type(self) is kind:
            return self
        other = kind(self._limit)
        other._frames, other._tail = self._frames, self._tail
        other._discarding, other.unframed = self._discarding, self.unframed
        return other

    def feed(self, data: bytes) -> int:
        """Take what was read from the connection, in linear time. Returns how many lines it ends."""
        lines = data.split(b"\n")
        tail = lines.pop()
        if lines:
            if self._tail:
                lines[0] = bytes(self._tail + lines[0])
                self._tail = b""
            lines.reverse()
            self._frames = [*lines, *self._frames] if self._frames else lines
            self.unframed = 0
        if tail:
            if not self._tail:
                self._tail = bytearray()
            self._tail += tail
            self.unframed += len(tail)
        return len(lines)

    def pop(self) -> bytes | Overlong | None:
        """The next line, without its end; None if there is no whole one."""
        while self._frames:
            line = self._frames.pop().removesuffix(b"\r")
            if not self._discarding:
                return line if len(line) <= self._limit else self._overlong(line)
            self._discarding = False
        self._frames = ()
        # One byte over the limit may still be the \r of the line's end.
        if len(self._tail) > self._limit + 1:
            was_discarding, overlong = self._discarding, self._overlong(bytes(self._tail))
            self._tail = b""
            self._discarding = True
            return None if was_discarding else overlong
        return None

    def last(self) -> bytes | Overlong | None:
        """At the end of the stream: the last line, if it has no line end; None if there is none."""
        was_discarding, rest = self._discarding, self.take_rest()
        return None if was_discarding or not rest else self._checked(rest.removesuffix(b"\r"))

    def take_rest(self) -> bytes:
        """Everything that is held and not popped, as it came; the framer is empty after it."""
        rest = b"\n".join([*reversed(self._frames), bytes(self._tail)])
        self._frames, self._tail = (), b""
        self._discarding = False
        self.unframed = 0
        return rest

    def _checked(self, line: bytes) -> bytes | Overlong:
        return line if len(line) <= self._limit else self._overlong(line)

    def _overlong(self, line: bytes) -> Overlong:
        # The head never depends on how the line was chunked.
        return Overlong(line[: min(_HEAD, self._limit)])
