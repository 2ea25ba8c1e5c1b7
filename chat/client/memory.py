"""The client's memory from one run to the next: shown positions, and messages that are not acknowledged.

Each record has a `tag`, its name in the state file. `state` reads and writes that file.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from msgspec import Struct


class ReadPosition(Struct, frozen=True, tag="heard", omit_defaults=True):
    """Everything in `place` was shown up to `seq`, whose time by the server's clock is `at`."""

    place: str
    seq: int
    at: str = ""


class Outgoing(Struct, frozen=True, tag="saying"):
    """A message that is about to be sent, with an id of our own."""

    id: str
    arguments: dict[str, str]


class Settled(Struct, frozen=True, tag="settled"):
    """The message with this id was acknowledged, or refused."""

    id: str


class SessionToken(Struct, frozen=True, tag="pass"):
    """The token that replaces the password from now on; None: forget it."""

    token: str | None


class GuestToken(Struct, frozen=True, tag="guest_pass"):
    """The token with which a guest comes back before the server notices the lost connection; None: forget it."""

    token: str | None


class ClientId(Struct, frozen=True, tag="speaker"):
    """The client id of our messages: the server recognises a repeated message only with the same one."""

    client_id: int | None


class Reset(Struct, frozen=True, tag="anew"):
    """The server started again: earlier positions mean nothing any more."""


class Life(Struct, frozen=True, tag="life"):
    """The life of the server to which the positions belong: they mean nothing in another one."""

    life: str


class Sending(Struct, frozen=True, tag="sending"):
    """The file with this id is being sent: from `path`, to the address `upload`; it has `size` bytes.

    Then it is said `where`: in a `room`, `to` somebody, or in the lobby.
    """

    file: str
    path: str
    upload: str
    size: int
    where: dict[str, str]


class SendingOver(Struct, frozen=True, tag="sending_over"):
    """The file with this id is given up."""

    file: str


Record = Sending | SendingOver | ReadPosition | Outgoing | Settled | SessionToken | GuestToken | ClientId | Reset | Life


class Remembered:
    """The sum of all records. `positions` are by place, in this `life` of the server, if it is known.

    `unsettled` are the unacknowledged messages by their ids, in their order.
    """

    def __init__(self) -> None:
        self.positions: dict[str, ReadPosition] = {}
        self.unsettled: dict[str, Mapping[str, str]] = {}
        # Files on their way, by their ids; then a message with the file is in their place.
        self.sending: dict[str, Sending] = {}
        self.token: str | None = None
        self.guest_token: str | None = None
        self.client_id: int | None = None
        self.life: str | None = None

    def add(self, record: Record) -> None:
        """Add one more record."""
        match record:
            case ReadPosition():
                self.positions[record.place] = record
            case Outgoing():
                self.unsettled[record.id] = record.arguments
                self.sending.pop(record.arguments.get("file", ""), None)
            case Sending():
                self.sending[record.file] = record
            case SendingOver():
                self.sending.pop(record.file, None)
            case Settled():
                self.unsettled.pop(record.id, None)
            case SessionToken():
                self.token = record.token
            case GuestToken():
                self.guest_token = record.token
            case ClientId():
                self.client_id = record.client_id
            case Reset():
                self.positions.clear()
            case Life():
                self.life = record.life

    def records(self) -> Iterator[Record]:
        """The fewest records with the same sum."""
        if self.token is not None:
            yield SessionToken(self.token)
        if self.guest_token is not None:
            yield GuestToken(self.guest_token)
        if self.client_id is not None:
            yield ClientId(self.client_id)
        if self.life is not None:
            yield Life(self.life)
        yield from self.positions.values()
        for message_id, arguments in self.unsettled.items():
            yield Outgoing(message_id, dict(arguments))
        yield from self.sending.values()


class Memory(Protocol):
    """Keeps the records of one name on one server. `remembered` is their sum.

    `lasts`: the next run will have them. `complaint` tells the person why it will not.
    """

    remembered: Remembered
    complaint: str | None

    @property
    def lasts(self) -> bool: ...

    def note(self, record: Record) -> None:
        """Keep one more record. When this returns, it survives the end of the program. Never raises."""

    def close(self) -> None:
        """Release it for another run."""


class NoMemory:
    """A `Memory` for this run only."""

    lasts = False

    def __init__(self, complaint: str | None = None) -> None:
        self.remembered = Remembered()
        self.complaint = complaint

    def note(self, record: Record) -> None:
        self.remembered.add(record)

    def close(self) -> None:
        """There is nothing to release."""
