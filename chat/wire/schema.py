"""The NDJSON wire's schema: every object a client or the server may send, as typed structs.

`docs/protocol.md` is checked against this module. Unknown fields are ignored, for the sake of newer clients.
"""

from typing import Annotated

from msgspec import Meta, Struct, field

Id = Annotated[str, Meta(max_length=128)] | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
ClientId = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag=str.lower):
    """Anything a client sends. The answer to it, an `ack` or an `error`, carries its `id`."""

    id: Id | None = None


class Join(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Enters the chat, with a `nickname`, or a `room`."""

    nickname: str | None = None
    client_id: ClientId | None = None
    timestamp: str | float | None = None
    room: str | None = None


class Say(Request, frozen=True, kw_only=True, omit_defaults=True, tag="message"):
    """Says `text` `to` one person, in a `room`, or, with neither, in the lobby. A repeated `id` is not stored again."""

    text: str
    to: str | None = None
    room: str | None = None


class Leave(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Leaves the `room`, or else the one entered last."""

    room: str | None = None


class Who(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks who is online."""


class Explain(Request, frozen=True, kw_only=True, omit_defaults=True, tag="help"):
    """Asks for the list of commands that people type, or about one `command`."""

    command: str | None = None


class Disconnect(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Leaves the chat; the connection closes after the `ack`."""


class Push(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag=str.lower):
    """Anything the server sends."""


class Ack(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The `request` (its type) with this `id` is done; the fields say what came of it.

    A message has its `seq` and `timestamp`, and is `queued` while its recipient is away. Who entered the chat is
    told the `nickname`, who is `online`, the `lobby` and the message of the day; who entered a room its `members`.
    """

    request: str
    id: Id | None = None
    nickname: str | None = None
    client_id: ClientId | None = None
    room: str | None = None
    to: str | None = None
    seq: int | None = None
    timestamp: str | None = None
    queued: bool = False
    online: list[str] | None = None
    members: list[str] | None = None
    lobby: str | None = None
    motd: list[str] | None = None


class Error(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The request with this `id` was refused: a stable `code`, and a `message` for people."""

    code: str
    message: str
    id: Id | None = None


class Message(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody said something, in a `room` or `to` you. `size` is in bytes of UTF-8."""

    sender: str = field(name="from")
    client_id: ClientId | None = None
    room: str | None = None
    to: str | None = None
    seq: int
    timestamp: str
    size: int
    text: str


class Joined(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody came into the `room`, or, without one, into the chat."""

    nickname: str
    client_id: ClientId | None = None
    room: str | None = None
    seq: int
    timestamp: str


class Left(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody left the `room`, or, without one, the chat."""

    nickname: str
    client_id: ClientId | None = None
    room: str | None = None
    seq: int
    timestamp: str


class Online(Push, frozen=True, kw_only=True, omit_defaults=True, tag="who"):
    """The names of all who are online; its `ack` follows."""

    names: list[str]
    id: Id | None = None


class Lines(Push, frozen=True, kw_only=True, omit_defaults=True, tag="help"):
    """The help asked for; its `ack` follows."""

    lines: list[str]
    id: Id | None = None


class Notice(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Something the server has to say: `missed` (`count` messages follow) or `shutting_down`."""

    code: str
    message: str
    count: int | None = None


REQUESTS: dict[str, type[Request]] = {
    "join": Join,
    "message": Say,
    "leave": Leave,
    "who": Who,
    "help": Explain,
    "disconnect": Disconnect,
}
AnyRequest = Join | Say | Leave | Who | Explain | Disconnect
AnyPush = Ack | Error | Message | Joined | Left | Online | Lines | Notice
