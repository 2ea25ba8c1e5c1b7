"""Cuts a connection's bytes into lines: a `LineReceiver` with bounded time and memory."""

from typing import Protocol, cast

from twisted.internet.interfaces import IPushProducer
from twisted.protocols.basic import LineReceiver

from chat.interfaces import Later
from chat.wire.framing import Framer, Negotiated, Overlong

# One turn of the reactor handles up to this much of a connection: a few milliseconds of work.
FRAMES_IN_A_TURN = 64
BYTES_IN_A_TURN = 4096


class Framing(Protocol):
    """Cuts a stream of bytes into frames. `Framer` documents each method."""

    negotiated: Negotiated | None

    @property
    def unframed(self) -> int:
        """See `Framer.unframed`."""

    def feed(self, data: bytes) -> int:
        """See `Framer.feed`. Returns how many frames are whole now, as far as that is known already."""

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

    With `later` a large chunk is handled in several turns of the reactor, and the transport is not read meanwhile.
    Without it, `dataReceived` returns when all of the chunk has been handled, unless the connection was paused.
    """

    delimiter = b"\n"
    framer_class: type[Framer] = Framer

    def __init__(self, max_line: int, later: Later | None = None) -> None:
        self.framer: Framing = self.framer_class(max_line)
        self._later = later
        self._draining = False
        # Bytes that were received and are not framed yet.
        self._backlog = b""
        self._waits = False
        self._has_ended = False

    def dataReceived(self, data: bytes) -> None:
        """Frame a chunk and handle its lines. Replaces `LineReceiver`'s loop, which copies the rest for each line."""
        if self._draining or self._waits or self._backlog or self.paused or len(data) > BYTES_IN_A_TURN:
            self._backlog += data
        elif data:
            self.chunk_received(data)
        if not (self._draining or self._waits):
            self._drain()

    def setLineMode(self, extra: bytes = b"") -> None:
        """See `LineReceiver.setLineMode`: `extra` comes before all bytes that have not been handled."""
        self.line_mode = 1
        self._backlog = extra + self._backlog
        self.dataReceived(b"")

    def resumeProducing(self) -> None:
        """See `LineReceiver.resumeProducing`. The transport is read again once all received bytes are handled."""
        self.paused = False
        if not self._waits:
            self._go_on()

    def clearLineBuffer(self) -> bytes:
        """See `LineReceiver.clearLineBuffer`: drops all held bytes, and returns them as they came."""
        rest, self._backlog = self.framer.take_rest() + self._backlog, b""
        return rest

    def chunk_received(self, data: bytes) -> None:
        """Frame some bytes. The frames are handled afterwards."""
        self.framer.feed(data)

    def line_handled(self) -> None:
        """Called after each line, also an overlong one: a place to pause. Does nothing here."""

    def frame_received(self, frame: object) -> None:
        """Handle one frame that the framer has cut and that is no line."""
        if isinstance(frame, Overlong):
            self.lineLengthExceeded(frame.head)

    def input_ended(self, *, even_paused: bool = False) -> None:
        """The peer has closed its side: handle the held bytes, also a last line without a line end.

        If the connection is paused they wait, unless `even_paused`. `all_handled` is called afterwards.
        """
        self._has_ended = True
        if not (self._draining or self._waits):
            self._drain(even_paused=even_paused)

    def all_handled(self) -> None:
        """Called when the input has ended and all of it has been handled, perhaps twice. Does nothing here."""

    def _go_on(self) -> None:
        self._waits = False
        if not self._draining:
            self._drain()
        if not (self.paused or self._waits or self._has_ended):
            cast("IPushProducer", self.transport).resumeProducing()

    def _drain(self, *, even_paused: bool = False) -> None:
        """Handle the held bytes, up to the limits of one turn."""
        later, left, fed = self._later, FRAMES_IN_A_TURN, False
        self._draining = True
        try:
            while even_paused or not self.paused:
                frame = self.framer.pop() if self.line_mode else None
                if frame is not None:
                    if isinstance(frame, bytes):
                        self.lineReceived(frame)
                    else:
                        self.frame_received(frame)
                    self.line_handled()
                    left -= 1
                elif not self.line_mode and (rest := self.framer.take_rest()):
                    self.rawDataReceived(rest)
                    left -= 1
                elif not self._backlog:
                    break
                elif fed and later is not None:
                    left = 0
                else:
                    self._feed()
                    fed = True
                if not left and later is not None:
                    self._wait(later)
                    return
        finally:
            self._draining = False
        if self._has_ended and (even_paused or not self.paused):
            self._end_input()

    def _end_input(self) -> None:
        last = self.framer.last()
        if isinstance(last, bytes):
            self.lineReceived(last)
        elif last is not None:
            self.frame_received(last)
        self.all_handled()

    def _feed(self) -> None:
        most = len(self._backlog) if self._later is None else BYTES_IN_A_TURN
        chunk, self._backlog = self._backlog[:most], self._backlog[most:]
        self.chunk_received(chunk)

    def _wait(self, later: Later) -> None:
        """Go on in the next turn of the reactor, so that other connections get theirs."""
        self._waits = True
        if not self._has_ended:
            cast("IPushProducer", self.transport).pauseProducing()
        later(self._go_on)
