"""What a client may send: typed structs, one for each `type` of request. Unknown fields are ignored."""

from typing import Annotated, get_args

from msgspec import Meta, Struct

Id = Annotated[str, Meta(max_length=128)] | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
Count = Annotated[int, Meta(ge=0, le=1000)]
Life = Annotated[str, Meta(max_length=64)]
ClientId = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag=str.lower):
    """Anything a client sends. The answer to it, an `ack` or an `error`, carries its `id`."""

    id: Id | None = None


class Join(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Enters the chat, with a `nickname`, or a `room`, whose last messages follow, as many as `replay` (10) says.

    A name that is an account's needs its `password` or a `token`; another one becomes an account with a `password`
    (and an `invitation`, where the server wants one). `remember`: the `ack` shall have a `token` for the next time;
    that of a guest is for coming back while the former connection still hangs. An access token is a `token`, too, and
    needs no `nickname`: a program that has it sees and does nothing outside of the token's rooms.
    `confirms`: messages, direct ones and those in your rooms, have arrived when `delivered` says so, and come again
    until then.
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


class Unsend(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Takes back your messages that still wait `to` one person, or, without that, the last that waits for anybody.

    The `ack` has the `to` and the `count` of the messages. Those that are delivered, or on their way, stay.
    """

    to: str | None = None


class Resume(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Brings what was said in `rooms` you are in, and in `direct` conversations, after the last seq you have of each.

    The messages come with `past`, in the order of each place, up to the point where you came in; then the `ack`. With
    `more` it was too much for one answer: ask again. Conversations are for who has an account. `life` is the one that
    you have the seqs from: those of another life are refused (`other_life`).
    """

    rooms: dict[str, Seq] = {}
    direct: dict[str, Seq] = {}
    life: Life | None = None


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

    With `since` for the first ones after a seq instead, which is one of this `life`. `where` is what a person typed:
    `#room`, `@name`, or a word for either. They come with `past`, the oldest first, before the `ack`, which says
    whether there is `more`.
    """

    room: str | None = None
    to: str | None = None
    where: str | None = None
    limit: Count = 20
    before: Seq | None = None
    since: Seq | None = None
    life: Life | None = None


class Search(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for messages that have all words of `query`, which may hold `from:`, `in:`, `before:` and `after:`.

    The newest come first, with `past`, before the `ack`. Where that has a `next`, it asks for the next page;
    there may be more also where nothing was found yet.
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
    """Makes an access token: a program that has it speaks for your account, in these `rooms`.

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
    """Asks who is online; or, with `after`, who of those whose names come after that one."""

    after: str | None = None


class Explain(Request, frozen=True, kw_only=True, omit_defaults=True, tag="help"):
    """Asks for the list of commands that people type, or about one `command`."""

    command: str | None = None


class Disconnect(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Leaves the chat; the connection closes after the `ack`."""


AnyRequest = (
    Join
    | Say
    | Unsend
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
