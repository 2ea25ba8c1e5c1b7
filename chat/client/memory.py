"""What the client remembers from one run to the next: what was heard, and what was said but is not acknowledged.

Nothing here reads or writes a file: `state` does that.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from msgspec import Struct


class Heard(Struct, frozen=True, tag="heard", omit_defaults=True):
    """Everything in `place` was shown up to `seq`; the last of it was said `at` a time of the server's."""

    place: str
    seq: int
    at: str = ""


class Saying(Struct, frozen=True, tag="saying"):
    """A message is about to be sent, under an id of our own."""

    id: str
    arguments: dict[str, str]


class Settled(Struct, frozen=True, tag="settled"):
    """The message with this id was acknowledged, or refused."""

    id: str


class Pass(Struct, frozen=True, tag="pass"):
    """The token that lets us in without a password from now on; None: there is none any more."""

    token: str | None


class GuestPass(Struct, frozen=True, tag="guest_pass"):
    """The token with which we come back as the guest that we are, although our former connection still hangs."""

    token: str | None


class Speaker(Struct, frozen=True, tag="speaker"):
    """The number that messages are sent under: the server takes a message for a repeated one only under the same."""

    client_id: int | None


class Anew(Struct, frozen=True, tag="anew"):
    """The server has begun anew: what was heard there before says nothing any more."""


class Life(Struct, frozen=True, tag="life"):
    """What the server calls the life that its seqs are of: what was heard in another one says nothing in it."""

    life: str


Record = Heard | Saying | Settled | Pass | GuestPass | Speaker | Anew | Life


class Remembered:
    """The sum of all records. `heard` is by place, and of that `life` of the server's, where that is known.

    `unsettled` are messages by their ids, in their order.
    """

    def __init__(self) -> None:
        self.heard: dict[str, Heard] = {}
        self.unsettled: dict[str, Mapping[str, str]] = {}
        self.token: str | None = None
        self.guest_token: str | None = None
        self.client_id: int | None = None
        self.life: str | None = None

    def add(self, record: Record) -> None:
        """Take one more record into account."""
        match record:
            case Heard():
                self.heard[record.place] = record
            case Saying():
                self.unsettled[record.id] = record.arguments
            case Settled():
                self.unsettled.pop(record.id, None)
            case Pass():
                self.token = record.token
            case GuestPass():
                self.guest_token = record.token
            case Speaker():
                self.client_id = record.client_id
            case Anew():
                self.heard.clear()
            case Life():
                self.life = record.life

    def records(self) -> Iterator[Record]:
        """As few records as have the same sum."""
        if self.token is not None:
            yield Pass(self.token)
        if self.guest_token is not None:
            yield GuestPass(self.guest_token)
        if self.client_id is not None:
            yield Speaker(self.client_id)
        if self.life is not None:
            yield Life(self.life)
        yield from self.heard.values()
        for message_id, arguments in self.unsettled.items():
            yield Saying(message_id, dict(arguments))


class Memory(Protocol):
    """Where one name's records on one server are kept. `remembered` is their sum.

    `lasts`: they will be there in the next run. `complaint` is to be told to the person: why they will not.
    """

    remembered: Remembered
    complaint: str | None

    @property
    def lasts(self) -> bool: ...

    def note(self, record: Record) -> None:
        """Keep one more. When this returns, it outlives the end of the program. Never raises."""

    def close(self) -> None:
        """Let go of it, for another run."""


class Forgetful:
    """A `Memory` for this run only."""

    lasts = False

    def __init__(self, complaint: str | None = None) -> None:
        self.remembered = Remembered()
        self.complaint = complaint

    def note(self, record: Record) -> None:
        self.remembered.add(record)

    def close(self) -> None:
        """There is nothing to let go of."""
