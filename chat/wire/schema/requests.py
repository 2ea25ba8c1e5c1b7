"""The objects that a client may send: typed structs, one for each `type` of request. Unknown fields are ignored."""

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
    """With a `nickname`: enters the chat. With a `room`: enters that room, and its last `replay` (10) messages follow.

    The name of an account needs its `password` or a `token`. With a `password` any other name becomes an account (with
    an `invitation`, if the server asks for one). `remember` asks for a `token` in the `ack`, for the next time; a
    guest's token serves to come back while the lost connection still hangs. An access token is a `token`, too, and
    needs no `nickname`: a program with it sees and does nothing outside of the token's rooms. `confirms`: messages
    have arrived only when you say so with `delivered`; until then they come again.
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
    """Says `text` `to` one person, in a `room`, or, without both, in the lobby. A repeated `id` is not stored again."""

    text: str
    to: str | None = None
    room: str | None = None


class Unsend(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Takes back your messages that still wait for the person `to`; without `to`, the last one that waits for anybody.

    The `ack` has `to` and the `count` of the messages. Messages that are delivered or on their way stay.
    """

    to: str | None = None


class Resume(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Brings the messages of `rooms` you are in, and of `direct` conversations, after the last seq you have of each.

    The messages come with `past`, in the order of each room, up to the point where you came in; then comes the `ack`.
    Direct messages that waited for you, and were just delivered, do not come again. If the `ack` has `more`, there is
    more than one answer holds: ask again. Only accounts have conversations to resume. `life` is the life of your seqs;
    the server refuses those of another life (`other_life`).
    """

    rooms: dict[str, Seq] = {}
    direct: dict[str, Seq] = {}
    life: Life | None = None


class Delivered(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Says that everything up to `seq` in a `room`, or in the conversation with `to`, has arrived."""

    seq: Seq
    room: str | None = None
    to: str | None = None


class Read(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Says that you have read a `room`, or the conversation with `to`, up to `seq`. Your other devices hear of it."""

    seq: Seq
    room: str | None = None
    to: str | None = None


class History(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for the last messages of a `room`, or of the conversation with `to`: up to `limit`, those `before` a seq.

    `since` asks for the first ones after a seq instead; that seq is one of `life`. `where` is what a person typed:
    `#room`, `@name`, or a word for either. The messages come with `past`, the oldest first. Then the `ack` says whether
    there is `more`.
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

    With `room`, only that room is searched. The newest come first, with `past`; then comes the `ack`. If it has a
    `next`, send that to get the next page. There may be a next page even if nothing was found yet.
    """

    query: str
    room: str | None = None
    limit: Count = 20
    next: Seq = 0


class Password(Request, frozen=True, kw_only=True, omit_defaults=True, tag="account.create"):
    """Makes your name an account with this `password`."""

    password: str


class Change(Request, frozen=True, kw_only=True, omit_defaults=True, tag="account.change"):
    """Gives your account another `password`; `old` is the present one. All its tokens end, access tokens too."""

    password: str
    old: str


class Delete(Request, frozen=True, kw_only=True, omit_defaults=True, tag="account.delete"):
    """Deletes your account. Nobody can have its name for 30 days. Nobody ever gets the messages sent to it."""

    password: str


class MakeToken(Request, frozen=True, kw_only=True, omit_defaults=True, tag="token.make"):
    """Makes an access token: a program that has it speaks for your account, in these `rooms`.

    The `ack` has the `token`, which the server shows only this once, and the `handle` by which you revoke it.
    """

    rooms: list[str]


class ListTokens(Request, frozen=True, kw_only=True, omit_defaults=True, tag="token.list"):
    """Asks for your access tokens."""


class RevokeToken(Request, frozen=True, kw_only=True, omit_defaults=True, tag="token.revoke"):
    """Ends the access token with this `handle`."""

    handle: str


class Logout(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Ends all tokens of your account except access tokens, and closes all of its connections."""


class Leave(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Leaves the `room`; without it, the one that you entered last."""

    room: str | None = None


class Who(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks who is online. With `after` the list begins after that name."""

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
