"""The NDJSON wire's schema: every object a client or the server may send, as typed structs.

`docs/protocol.md` is checked against this module. Unknown fields are ignored, for the sake of newer clients.
"""

from typing import Annotated, get_args

from msgspec import Meta, Struct, field

Id = Annotated[str, Meta(max_length=128)] | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
Count = Annotated[int, Meta(ge=0, le=1000)]
ClientId = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag=str.lower):
    """Anything a client sends. The answer to it, an `ack` or an `error`, carries its `id`."""

    id: Id | None = None


class Join(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Enters the chat, with a `nickname`, or a `room`, whose last messages follow, as many as `replay` (10) says.

    A name that is an account's needs its `password` or a `token`; another one becomes an account with a `password`
    (and an `invitation`, where the server wants one). `remember`: the `ack` shall have a `token` for the next time.
    `confirms`: direct messages count as arrived when `delivered` says so, and come again until then.
    """

    nickname: str | None = None
    client_id: ClientId | None = None
    timestamp: str | float | None = None
    password: str | None = None
    token: str | None = None
    invitation: str | None = None
    remember: bool = False
    confirms: bool = False
    room: str | None = None
    replay: Count | None = None


class Say(Request, frozen=True, kw_only=True, omit_defaults=True, tag="message"):
    """Says `text` `to` one person, in a `room`, or, with neither, in the lobby. A repeated `id` is not stored again."""

    text: str
    to: str | None = None
    room: str | None = None


class Resume(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Brings what was said in `rooms` you are in, and in `direct` conversations, after the last seq you have of each.

    The messages come with `past`, in the order of each place, up to the point where you came in; then the `ack`. With
    `more` it was too much for one answer: ask again. Conversations are for who has an account.
    """

    rooms: dict[str, Seq] = {}
    direct: dict[str, Seq] = {}


class Delivered(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Says that everything in `room`, or of the conversation with `to`, has arrived up to `seq`."""

    seq: Seq
    room: str | None = None
    to: str | None = None


class Read(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Says that `room`, or the conversation with `to`, was read up to `seq`; your other connections are told."""

    seq: Seq
    room: str | None = None
    to: str | None = None


class History(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for the last messages of a `room`, or of the conversation with `to`: at most `limit`, `before` a seq.

    With `since` for the first ones after a seq instead. They come with `past`, the oldest first, before the `ack`,
    which says whether there is `more`.
    """

    room: str | None = None
    to: str | None = None
    limit: Count = 20
    before: Seq | None = None
    since: Seq | None = None


class Search(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for messages that have all words of `query`, which may hold `from:`, `in:`, `before:` and `after:`.

    The newest come first, with `past`, before the `ack`. Where that has a `next`, it asks for the next page.
    """

    query: str
    limit: Count = 20
    next: Seq = 0


class Password(Request, frozen=True, kw_only=True, omit_defaults=True, tag="account.create"):
    """Makes your name an account with this `password`."""

    password: str


class Change(Request, frozen=True, kw_only=True, omit_defaults=True, tag="account.change"):
    """Gives your account another `password`; `old` is the one before. Tokens, of both kinds, are no longer valid."""

    password: str
    old: str


class Delete(Request, frozen=True, kw_only=True, omit_defaults=True, tag="account.delete"):
    """Deletes your account. Nobody else can have its name for 30 days, nor ever what was said to it."""

    password: str


class MakeToken(Request, frozen=True, kw_only=True, omit_defaults=True, tag="token.make"):
    """Makes an access token: a program that has it speaks over HTTP for your account, in these `rooms`.

    The `ack` has the `token`, which is told only now, and the `handle` that it is called by.
    """

    rooms: list[str]


class ListTokens(Request, frozen=True, kw_only=True, omit_defaults=True, tag="token.list"):
    """Asks for your access tokens."""


class RevokeToken(Request, frozen=True, kw_only=True, omit_defaults=True, tag="token.revoke"):
    """Ends the access token with this `handle`."""

    handle: str


class Logout(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Makes all tokens of your account invalid, but for access tokens, and closes all of its connections."""


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


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a room, or the conversation with `to`, has come (`seq`), has arrived at you, and was read by you."""

    room: str | None = None
    to: str | None = None
    seq: int
    delivered: int
    read: int


class Ack(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The `request` (its type) with this `id` is done; the fields say what came of it.

    A message has its `seq` and `timestamp`, and is `queued` while its recipient is away. Who entered the chat is
    told the `nickname`, who is `online`, the `lobby`, its `seq`, and the message of the day, and if it is an
    `account`, also which `rooms` they belong to (and are in now); who entered a room its `members`. An access token
    has a `handle`.
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
    account: bool = False
    token: str | None = None
    handle: str | None = None
    rooms: list[Place] | None = None
    more: bool = False
    next: int | None = None


class Error(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The request with this `id` was refused: a stable `code`, and a `message` for people."""

    code: str
    message: str
    id: Id | None = None


class Message(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody said something, in a `room` or `to` you. `size` is in bytes of UTF-8.

    `past`: it was said before, and you missed it, or asked for it.
    """

    sender: str = field(name="from")
    client_id: ClientId | None = None
    room: str | None = None
    to: str | None = None
    seq: int
    timestamp: str
    size: int
    text: str
    past: bool = False


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

    seq: int
    room: str | None = None
    to: str | None = None


class Notice(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Something the server has to say: `missed` (`count` messages follow) or `shutting_down`."""

    code: str
    message: str
    count: int | None = None


AnyRequest = (
    Join
    | Say
    | Leave
    | Who
    | Resume
    | Delivered
    | Read
    | History
    | Search
    | Password
    | Change
    | Delete
    | MakeToken
    | ListTokens
    | RevokeToken
    | Logout
    | Explain
    | Disconnect
)
REQUESTS: dict[str, type[Request]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyRequest)}
AnyPush = Ack | Error | Message | Joined | Left | Online | WasRead | Tokens | Lines | Notice
