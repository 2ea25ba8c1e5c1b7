"""What the layers ask of each other: the far end of a session, wire formats, and the states both sides speak of."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, StrEnum, auto
from typing import Protocol

from msgspec import Struct

from chat.events import Command, Event, RequestId


class State(Enum):
    """A session's life: NEW until it gives a name, then REGISTERED, and CLOSED for ever."""

    NEW = auto()
    REGISTERED = auto()
    CLOSED = auto()


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
    REPLACED = "came back on another connection"
    SHUTDOWN = "server shutting down"
    FAILED = "internal error"


class Encoder(Protocol):
    """A format in which events are told. `name` is the same for all encoders that give the same bytes.

    What several peers are told is encoded once for each `name`: the bytes depend on the event alone. A `Reply` goes to
    the one connection that asked: an encoder that is made for one connection may write it for its reader.
    """

    name: str

    def encode(self, event: Event) -> bytes:
        """The event as whole lines, or frames; empty where this format does not tell it."""


class Decoded(Struct, frozen=True):
    """What one line means. `answer` goes back at once; then the `commands` are carried out, in their order.

    Either may be empty: a line may be answered without the domain, or be the first half of a command.
    """

    commands: Sequence[Command] = ()
    answer: bytes = b""


class Codec(Encoder, Protocol):
    """One wire format: an `Encoder` that also reads what is asked in it: bytes in, values out.

    A codec that remembers what came before is made for one connection. One that remembers nothing serves all.
    """

    def decode(self, line: bytes, place: str | None) -> Decoded | None:
        """The meaning of one line (without its line end); None for a blank one.

        `place` is the room the session types in, if any. Raises ChatError for what is no command.
        """

    def request_id(self, head: bytes) -> RequestId:
        """The id of a request that cannot be read, or begins with `head`, where that much can be read of it."""


class Batch:
    """Events that go to many peers together, encoded once for each wire format and not once for each peer."""

    __slots__ = ("_encoded", "_pieces", "events")

    def __init__(self, *events: Event) -> None:
        self.events = events
        self._encoded: dict[str, bytes] = {}
        self._pieces: dict[str, Sequence[bytes]] = {}

    def encoded(self, codec: Encoder) -> bytes:
        """The bytes of all events in `codec`'s format."""
        data = self._encoded.get(codec.name)
        if data is None:
            data = self._encoded[codec.name] = b"".join(self.pieces(codec))
        return data

    def pieces(self, codec: Encoder) -> Sequence[bytes]:
        """The bytes of each event."""
        pieces = self._pieces.get(codec.name)
        if pieces is None:
            pieces = self._pieces[codec.name] = [codec.encode(event) for event in self.events]
        return pieces

    def changed(self, places: Mapping[int, Event | None]) -> "Batch":
        """The same batch with other events, or none, in some places; the others are not encoded again."""
        return _ChangedBatch(self, places)


class _ChangedBatch(Batch):
    """See `Batch.changed`."""

    __slots__ = ("_base", "_places")

    def __init__(self, base: Batch, places: Mapping[int, Event | None]) -> None:
        changed = (places.get(at, event) for at, event in enumerate(base.events))
        super().__init__(*(event for event in changed if event is not None))
        self._base = base
        self._places = places

    def pieces(self, codec: Encoder) -> Sequence[bytes]:
        pieces = list(self._base.pieces(codec))
        for at, event in self._places.items():
            pieces[at] = b"" if event is None else codec.encode(event)
        return pieces


class Peer(Protocol):
    """The far end of a session, as the domain sees it: all that it can be told."""

    def deliver(self, batch: Batch) -> bool:
        """Push the events. Never blocks, never raises, never calls back into the domain.

        False: the connection is closing, and takes nothing any more.
        """

    def when_taken(self, call: Callable[[], None]) -> None:
        """Make `call` when the connection takes more: at once, or later, or never where it is lost."""

    def when_sent(self, call: Callable[[], None]) -> None:
        """Make `call` when all that was delivered so far has arrived, as far as is known; never where it is lost."""

    def set_reading(self, wanted: bool) -> None:
        """Whether more commands are welcome now."""

    def note(self, what: str, **parts: object) -> None:
        """Something for the log: a format with {connection} and `parts`, none of which a user has typed as it is."""

    def disconnect(self, reason: str) -> None:
        """Close after what was delivered has left; `reason` is for the log."""
