"""The interfaces between the layers: peers, wire formats, and the states that both sides use."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from chat.events import Command, Event, RequestId

# Makes a call in the next turn of the reactor.
Later = Callable[[Callable[[], None]], object]


class State(StrEnum):
    """A session's life: NEW until it gives a name, then REGISTERED, and CLOSED for ever."""

    NEW = "new"
    REGISTERED = "registered"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why a connection ended, for the log."""

    EXIT = "exit"
    CUT = "connection cut"
    TOO_SLOW = "too slow"
    SERVER_FULL = "server full"
    ADDRESS_FULL = "too many from its address"
    BANNED = "banned"
    KICKED = "kicked by the operator"
    GAVE_WAY = "gave way to others"
    TLS_REQUIRED = "TLS required"
    HTTP = "spoke HTTP to the chat"
    BINARY = "no text"
    REGISTRATION_TIMEOUT = "registration timeout"
    UNFRAMED = "endless line"
    INPUT_ENDED = "input ended"
    BROKEN = "broken frames"
    SILENT = "no answer to pings"
    LOGGED_OUT = "logged out elsewhere"
    PUT_OUT = "put out of the room"
    REPLACED = "gave way to another connection of the same guest"
    SHUTDOWN = "server shutting down"
    FAILED = "internal error"


class Encoder(Protocol):
    """A format for events. `name` is the same for all encoders that give the same bytes.

    An event that goes to several peers is encoded once for each `name`: the bytes depend on the event alone. A `Reply`
    goes to the one connection that asked, so an encoder that is made for one connection may write it for its reader.
    """

    name: str

    def encode(self, event: Event) -> bytes:
        """The event as whole lines, or frames; empty if this format has nothing for it."""


class Corking(Protocol):
    """Lets all that is delivered to one peer leave in one write, however many pieces it is made of."""

    def cork(self) -> None:
        """What is delivered from now on may wait for `uncork`, which comes before the caller returns to the reactor."""

    def uncork(self) -> None:
        """Write what waits. Does nothing if nothing does."""


class Uncorked(Corking):
    """Every piece leaves by itself."""

    def cork(self) -> None:
        """Does nothing."""

    def uncork(self) -> None:
        """Does nothing."""


class Decoded(Struct, frozen=True, gc=False):
    """What one line means. `answer` goes back at once; then the `commands` are carried out, in their order.

    Either may be empty: a line may be answered without the domain, or be the first half of a command. The
    connection speaks the `codec` from now on, where there is one; with `is_asked_first`, unless a command is refused.
    """

    commands: Sequence[Command] = ()
    answer: bytes = b""
    codec: "Codec | None" = None
    is_asked_first: bool = False


class Codec(Encoder, Protocol):
    """One wire format: an `Encoder` that also decodes requests: bytes in, values out.

    A codec that remembers what came before is made for one connection. One that remembers nothing serves all.
    `shows_sent`: it has a line for a `Sent` also where the message is neither queued nor a repeat.
    """

    shows_sent: bool

    def decode(self, line: bytes, place: str | None) -> Decoded | None:
        """The meaning of one line (without its line end); None for a blank one.

        `place` is the room the session types in, if any. Raises ChatError if the line is no command.
        """

    def request_id(self, head: bytes) -> RequestId:
        """The id of an unreadable request that begins with `head`; None if the id cannot be read either."""


class Batch:
    """Events that go to many peers together, encoded once for each wire format and not once for each peer.

    `ready` has the bytes for each codec, by its name, for which they were `encoded`.
    """

    __slots__ = ("_pieces", "events", "ready")

    def __init__(self, *events: Event) -> None:
        self.events = events
        self.ready: dict[str, bytes] = {}
        # Most batches are not changed: nobody asks for their pieces.
        self._pieces: dict[str, Sequence[bytes]] | None = None

    def encoded(self, codec: Encoder) -> bytes:
        """The bytes of all events in `codec`'s format."""
        data = self.ready.get(codec.name)
        if data is None:
            data = self.ready[codec.name] = b"".join(self.pieces(codec))
        return data

    def pieces(self, codec: Encoder) -> Sequence[bytes]:
        """The bytes of each event."""
        if self._pieces is None:
            self._pieces = {}
        pieces = self._pieces.get(codec.name)
        if pieces is None:
            pieces = self._pieces[codec.name] = [codec.encode(event) for event in self.events]
        return pieces

    def changed(self, places: Mapping[int, Event | None]) -> "Batch":
        """The same batch with other events, or none, at some indices; the rest is not encoded again."""
        return _ChangedBatch(self, places)


class _ChangedBatch(Batch):
    """See `Batch.changed`."""

    __slots__ = ("_base", "_places")

    def __init__(self, base: Batch, places: Mapping[int, Event | None]) -> None:
        events: list[Event | None] = list(base.events)
        for at, event in places.items():
            events[at] = event
        super().__init__(*filter(None, events))
        self._base = base
        self._places = places

    def pieces(self, codec: Encoder) -> Sequence[bytes]:
        pieces = list(self._base.pieces(codec))
        for at, event in self._places.items():
            pieces[at] = b"" if event is None else codec.encode(event)
        return pieces


class Peer(Protocol):
    """The far end of a session, as the domain sees it."""

    @property
    def wire(self) -> str:
        """The name of the wire that it speaks, such as `text`; "" where it has none."""

    @property
    def shows_sent(self) -> bool:
        """See `Codec.shows_sent`. Where it is False, such an answer need not be made."""

    def deliver(self, batch: Batch) -> bool:
        """Push the events. Never blocks, never raises, never calls back into the domain.

        Returns False if the connection is closing, and accepts nothing any more.
        """

    def when_taken(self, call: Callable[[], None]) -> None:
        """Make `call` when the connection accepts more: at once, later, or never if it is lost."""

    def when_sent(self, call: Callable[[], None]) -> None:
        """Make `call` when everything delivered so far has arrived, as far as the server knows; never if it is lost."""

    def set_reading(self, wanted: bool) -> None:
        """Start or stop reading commands."""

    def note(self, what: str, **parts: object) -> None:
        """Write to the log: a format with {connection} and `parts`, none of which is raw user input."""

    def disconnect(self, reason: str) -> None:
        """Close when everything delivered has left; `reason` is for the log."""
