"""Lines out of a connection: `LineReceiver` with framing that nobody can make slow or large."""

from typing import Protocol

from twisted.protocols.basic import LineReceiver

from chat.wire.framing import Framer, Overlong


class Framing(Protocol):
    """How a stream of bytes is cut: `Framer` says what each of these promises."""

    @property
    def unframed(self) -> int:
        """See `Framer.unframed`."""

    def feed(self, data: bytes) -> None:
        """See `Framer.feed`."""

    def pop(self) -> object | None:
        """See `Framer.pop`. There may be frames that are no lines: then `FramedReceiver.frame_received` knows them."""

    def last(self) -> object | None:
        """See `Framer.last`."""

    def take_rest(self) -> bytes:
        """See `Framer.take_rest`."""


class FramedReceiver(LineReceiver):
    """A `LineReceiver` that splits a whole chunk at once and survives a line that is too long.

    Lines end at `\\n`, a `\\r` before it is dropped. An overlong line is discarded, and its beginning is passed to
    `lineLengthExceeded`. Raw mode and pausing work as in `LineReceiver`.
    """

    delimiter = b"\n"

    def __init__(self, max_line: int) -> None:
        self.framer: Framing = Framer(max_line)
        self._draining = False

    def dataReceived(self, data: bytes) -> None:
        """Frame a chunk and handle its lines. Replaces `LineReceiver`'s loop, which copies the rest for each line."""
        self.framer.feed(data)
        if not self._draining:
            self._drain()

    def clearLineBuffer(self) -> bytes:
        """See `LineReceiver.clearLineBuffer`: what is held, as it came."""
        return self.framer.take_rest()

    def line_handled(self) -> None:
        """Called after each line, also an overlong one: a place to pause. Does nothing here."""

    def frame_received(self, frame: object) -> None:
        """Handle one frame that the framer has cut."""
        if isinstance(frame, bytes):
            self.lineReceived(frame)
        elif isinstance(frame, Overlong):
            self.lineLengthExceeded(frame.head)

    def input_ended(self) -> None:
        """Handle all that is held, also a last line without an end: the other side has said all it will."""
        self._drain(even_paused=True)
        last = self.framer.last()
        if last is not None:
            self.frame_received(last)

    def _drain(self, *, even_paused: bool = False) -> None:
        self._draining = True
        try:
            while (even_paused or not self.paused) and self._handle_one():
                pass
        finally:
            self._draining = False

    def _handle_one(self) -> bool:
        if not self.line_mode:
            rest = self.framer.take_rest()
            if rest:
                self.rawDataReceived(rest)
            return bool(rest)
        frame = self.framer.pop()
        if frame is None:
            return False
        self.frame_received(frame)
        self.line_handled()
        return True
