"""What the server may send: typed structs, one for each `type` of push."""

from msgspec import Struct, field

from chat.wire.schema.requests import ClientId, Id, Seq


class Push(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag=str.lower):
    """Anything the server sends."""


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a room, or the conversation with `to`, has come (`seq`), has arrived at you, and was read by you."""

    room: str | None = None
    to: str | None = None
    seq: Seq
    delivered: Seq
    read: Seq


class Ack(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The `request` (its type) with this `id` is done; the fields say what came of it.

    A message has its `seq` and `timestamp`, and is `queued` while its recipient is away, whose name may be `unknown`:
    nobody who has been here. Of messages that were taken back it says to whom they were, and their `count`. Who
    entered the chat is told the `nickname`, who is `online`, the `lobby`, its `seq`, the `life` that all seqs are of,
    and the message of the day, and if it is an `account`, also which `rooms` they belong to (and are in now); who
    entered a room its `members`. Of very many names only the first are told, and the `count` of all. An access token
    has a `handle`.
    """

    request: str
    id: Id | None = None
    nickname: str | None = None
    client_id: ClientId | None = None
    room: str | None = None
    to: str | None = None
    seq: Seq | None = None
    life: str | None = None
    timestamp: str | None = None
    queued: bool = False
    unknown: bool = False
    online: list[str] | None = None
    members: list[str] | None = None
    count: Seq | None = None
    lobby: str | None = None
    motd: list[str] | None = None
    account: bool = False
    token: str | None = None
    handle: str | None = None
    rooms: list[Place] | None = None
    more: bool = False
    next: Seq | None = None


class Error(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The request with this `id` was refused: a stable `code`, and a `message` for people.

    With `other_life`, `seq` is how far the room has come.
    """

    code: str
    message: str
    seq: int | None = None
    id: Id | None = None


class Message(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody said something, in a `room` or `to` you. `size` is in bytes of UTF-8.

    `past`: it was said before, and you missed it, or asked for it.
    """

    sender: str = field(name="from")
    client_id: ClientId | None = None
    room: str | None = None
    to: str | None = None
    seq: Seq
    timestamp: str
    size: Seq
    text: str
    past: bool = False


class Joined(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody came into the `room`, or, without one, into the chat."""

    nickname: str
    client_id: ClientId | None = None
    room: str | None = None
    seq: Seq
    timestamp: str


class Left(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody left the `room`, or, without one, the chat."""

    nickname: str
    client_id: ClientId | None = None
    room: str | None = None
    seq: Seq
    timestamp: str


class Presence(Push, frozen=True, kw_only=True, omit_defaults=True):
    """How many people `joined` and `left` a `room`, or the chat, since the last one: it is too full to name them.

    Each of those events has a seq, though nobody is told of it. `seq` is how far the room has come; `count` are there.
    """

    room: str | None = None
    joined: Seq
    left: Seq
    count: Seq
    seq: Seq


class Online(Push, frozen=True, kw_only=True, omit_defaults=True, tag="who"):
    """The names of all who are online, or, of `count`, some: then so many after these are `left`. Its `ack` follows."""

    names: list[str]
    count: Seq | None = None
    left: Seq = 0
    id: Id | None = None


class Lines(Push, frozen=True, kw_only=True, omit_defaults=True, tag="help"):
    """The help asked for; its `ack` follows."""

    lines: list[str]
    id: Id | None = None


class Token(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An access token, without its secret: what it is called, the keys of its rooms, when it was made."""

    handle: str
    rooms: list[str]
    timestamp: str


class Tokens(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Your access tokens, the oldest first; its `ack` follows."""

    tokens: list[Token]
    id: Id | None = None


class WasRead(Push, frozen=True, kw_only=True, omit_defaults=True, tag="read"):
    """You have read a `room`, or the conversation with `to`, up to `seq`, on another connection."""

    seq: Seq
    room: str | None = None
    to: str | None = None


class Notice(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Something the server has to say: `missed` (`count` messages follow) or `shutting_down`."""

    code: str
    message: str
    count: Seq | None = None


AnyPush = Ack | Error | Message | Joined | Left | Presence | Online | WasRead | Tokens | Lines | Notice
