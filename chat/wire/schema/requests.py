"""The objects that a client may send: typed structs, one for each `type` of request. Unknown fields are ignored."""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

Id = Annotated[str, Meta(max_length=128)] | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
Count = Annotated[int, Meta(ge=0, le=1000)]
Life = Annotated[str, Meta(max_length=64)]
FileId = Annotated[str, Meta(max_length=64)]
# Ten years, and some: for how long something holds.
Span = Annotated[float, Meta(gt=0, le=10**9)]
Level = Literal["all", "mentions", "none"]
ClientId = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="type", tag=str.lower):
    """Anything a client sends. The answer to it, an `ack` or an `error`, carries its `id`."""

    id: Id | None = None


class Join(Request, frozen=True, kw_only=True, omit_defaults=True):
    """With a `nickname`: enters the chat. With a `room`: enters that room, and its last `replay` (10) messages follow.

    The name of an account needs its `password` or a `token`. With a `password` any other name becomes an account (with
    an `invitation`, if the server asks for one). `remember` asks for a `token` in the `ack`, for the next time; a
    guest's token lets several connections in, and holds the name for a day. An access token is a `token`, too, and
    needs no `nickname`: a program with it sees and does nothing outside of the token's rooms. With a `ticket` you come
    in, without a `nickname`, as whoever got it on another connection. `confirms`: messages
    have arrived only when you say so with `delivered`; until then they come again. `typing`: you want to be told who is
    writing.

    The `code` of an invitation lets you into a private `room`.
    """

    nickname: str | None = None
    client_id: ClientId | None = None
    timestamp: str | float | None = None
    password: str | None = None
    token: str | None = None
    invitation: str | None = None
    ticket: Annotated[str, Meta(max_length=128)] | None = None
    remember: bool = False
    confirms: bool = False
    typing: bool = False
    room: str | None = None
    code: Annotated[str, Meta(max_length=128)] | None = None
    replay: Count | None = None


class Say(Request, frozen=True, kw_only=True, omit_defaults=True, tag="message"):
    """Says `text` `to` one person, in a `room`, or, without both, in the lobby. A repeated `id` is not stored again.

    `text` may have up to 100 lines. It `answers` the message with that seq, in the same place. With the id of a `file`
    that you have sent there with `upload`, `text` may be empty; a file is said once.
    """

    text: str
    to: str | None = None
    room: str | None = None
    answers: Seq | None = None
    file: FileId | None = None


class Upload(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks to send a file called `name` with `size` bytes, to be said in a `room`, `to` one person, or in the lobby.

    The `ack` has the id of the `file`, the path (`upload`) to which its bytes go by tus 1.0, from which `offset` on,
    and `until` when. Afterwards a `message` says it. The same request with the same `id` finds the file again, and its
    earlier path ends. With its `sha256` (hex) other bytes are refused.
    """

    name: Annotated[str, Meta(max_length=4096)]
    size: Annotated[int, Meta(ge=1, le=2**53)]
    to: str | None = None
    room: str | None = None
    sha256: Annotated[str, Meta(pattern="^[0-9a-fA-F]{64}$")] | None = None


class Edit(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Gives a message of yours, the one with this `seq`, another `text`. The place is named as in `message`."""

    seq: Seq
    text: str
    to: str | None = None
    room: str | None = None


class DeleteMessage(Request, frozen=True, kw_only=True, omit_defaults=True, tag="delete"):
    """Deletes the message with this `seq`: one of yours or, in a room where you are a moderator, anybody's."""

    seq: Seq
    to: str | None = None
    room: str | None = None


class React(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Answers the message with this `seq` with one `emoji`. `undo` takes that back; without `emoji`, your last one."""

    seq: Seq
    emoji: str | None = None
    undo: bool = False
    to: str | None = None
    room: str | None = None


class Pin(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Pins the message with this `seq` in a `room`; moderators may."""

    seq: Seq
    room: str | None = None


class Unpin(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Pins the message with this `seq` no more."""

    seq: Seq
    room: str | None = None


class Pins(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for the pinned messages of a `room`. They come with `past`, the oldest first; then comes the `ack`."""

    room: str | None = None


class WriteOn(Request, frozen=True, kw_only=True, omit_defaults=True, tag="typing"):
    """Says that you are writing something, in a `room` or `to` one person. The others are told once a second."""

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
    """Says that you have read a `room`, or the conversation with `to`, up to `seq`. Your other devices hear of it.

    So do the others in a conversation or a private room (`seen`).
    """

    seq: Seq
    room: str | None = None
    to: str | None = None


class History(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for the last messages of a `room`, or of the conversation with `to`: up to `limit`, those `before` a seq.

    `since` asks for the first ones after a seq instead, `around` for those on both sides of a seq, which is among them
    unless it was deleted; that seq is one of `life`. `where` is what a person typed: `#room`, `@name`, or a word for
    either. The messages come with `past`, the oldest first. Then the `ack` says whether there is `more`, and with
    `around` whether there are `newer` ones, too. Where there is more, but all that was looked at is by people whom you
    ignore, its `next` is the seq to go on with.
    """

    room: str | None = None
    to: str | None = None
    where: str | None = None
    limit: Count = 20
    before: Seq | None = None
    since: Seq | None = None
    around: Seq | None = None
    life: Life | None = None


class Search(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for messages that have all words of `query`, which may hold `from:`, `in:`, `before:` and `after:`.

    With `room`, only that room is searched. With `mentions:me` they name you, by your account; then there need not be
    any words.

    The newest come first, with `past`; then comes the `ack`. If it has a `next`, send that to get the next page. There
    may be a next page even if nothing was found yet.
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


class ListDevices(Request, frozen=True, kw_only=True, omit_defaults=True, tag="device.list"):
    """Asks for the devices of your account: a `devices` push, then the `ack`."""


class EndDevice(Request, frozen=True, kw_only=True, omit_defaults=True, tag="device.end"):
    """Logs a `device` of yours out: ends its connections, and its token. If it is this one, the connection closes."""

    device: Annotated[str, Meta(max_length=64)]


class Logout(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Ends all tokens of your account except access tokens, and closes all of its connections.

    A guest with a token gives that and the name up.
    """


class Leave(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Leaves the `room`; without it, the one that you entered last."""

    room: str | None = None


class ListRooms(Request, frozen=True, kw_only=True, omit_defaults=True, tag="rooms"):
    """Asks for the rooms that you may enter, the liveliest first: a `rooms`, then the `ack`.

    They have all words of `query` in their names or topics. With `after` the list begins behind that room.
    """

    query: str | None = None
    after: str | None = None


class ListMembers(Request, frozen=True, kw_only=True, omit_defaults=True, tag="members"):
    """Asks who is in the `room`, in alphabetical order; of a private room, who belongs to it.

    The answer is a `members`, then the `ack`. Without a `room` it is the one that you entered last, or else the lobby.
    The same holds for the requests below. With `after` the list begins behind that name.
    """

    room: str | None = None
    after: str | None = None


class MakeGroup(Request, frozen=True, kw_only=True, omit_defaults=True, tag="group"):
    """Makes a private room for you and the people with these `names`, who are invited. The `ack` has its `room`."""

    names: Annotated[list[str], Meta(min_length=1, max_length=100)]


class SetTopic(Request, frozen=True, kw_only=True, omit_defaults=True, tag="topic"):
    """Gives the `room` the topic `text`, an empty one to take it away.

    Without a `text` the `ack` has the present one.
    """

    text: str | None = None
    room: str | None = None


class Adjust(Request, frozen=True, kw_only=True, omit_defaults=True, tag="settings"):
    """Gives these `settings` of the `room` these values. Without `settings` the `ack` has the present ones.

    `private` is true or false, `speak` is `all`, `members` or `moderators`, `history` is `all` or `joined`. `slow`,
    `retention` and `edits` are times: seconds, a text such as `10m`, or null for none.
    """

    room: str | None = None
    settings: Annotated[dict[str, str | int | bool | None], Meta(max_length=20)] | None = None


class Rename(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Gives the `room` another `name`. The old one leads there for a month."""

    name: str
    room: str | None = None


class Close(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Closes the `room`: `archive` makes it read only, `open` takes that back, `delete` ends it for good.

    `delete` needs the `name` of the room once more; else the answer is `not_confirmed`.
    """

    how: str | None = None
    name: str | None = None
    room: str | None = None


class Who(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks who is online or, with a `room`, who is in it; of a private room, who belongs to it.

    With `after` the list begins after that name. `members` says more of each person.
    """

    room: str | None = None
    after: str | None = None


class Ping(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for nothing but the `ack`. It comes at once, also while an earlier request is being carried out."""


class Ticket(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for a `ticket`: a word, good once and for a minute. With it a browser gets the cookie for files, a copy of
    your data (an account's), or `join`s as you.
    """


class Invite(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Invites the person called `name` to the `room`; without it, to the one that you entered last.

    With `link` it makes an invitation instead that up to `uses` people can use, for `seconds` (a week). The `ack` has
    its `code`, which the server shows only this once, and perhaps its `url`.
    """

    room: str | None = None
    name: str | None = None
    link: bool = False
    uses: Annotated[int, Meta(ge=1, le=2**31)] | None = None
    seconds: Span | None = None


class Uninvite(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Ends the invitation of `name` to the `room`, and their membership.

    `name` may also be the code of a link, or `links` for all of them.
    """

    room: str | None = None
    name: str


class Kick(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Removes `name` from the `room`; in a private one they are no member any more."""

    room: str | None = None
    name: str
    reason: str | None = None


class Ban(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Removes `name` from the `room`, and keeps them out for `seconds`, or for good. `name` may be an address."""

    room: str | None = None
    name: str
    seconds: Span | None = None
    reason: str | None = None


class Unban(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Ends a ban."""

    room: str | None = None
    name: str


class ListBans(Request, frozen=True, kw_only=True, omit_defaults=True, tag="bans"):
    """Asks who is banned from the `room`."""

    room: str | None = None


class Mute(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Lets `name` say nothing in the `room` for `seconds`, or for good."""

    room: str | None = None
    name: str
    seconds: Span | None = None
    reason: str | None = None


class Unmute(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Ends a mute."""

    room: str | None = None
    name: str


class GiveRole(Request, frozen=True, kw_only=True, omit_defaults=True, tag="role"):
    """Gives `name` a `role` in the `room`: `member`, `moderator` or `owner`."""

    room: str | None = None
    name: str
    role: str


class GiveOwner(Request, frozen=True, kw_only=True, omit_defaults=True, tag="owner"):
    """Makes `name` the owner of the `room`."""

    room: str | None = None
    name: str


class WhoIs(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks about the person called `name`."""

    name: str


class Away(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Says that you are away, on all devices, perhaps with a `text`. People who write to you are told."""

    text: str | None = None


class Back(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Says that you are away no more."""


class Ignore(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Keeps everything that the person called `name` says from you; they are not told.

    Your account keeps that. If they, or you, are a guest, it holds for this visit. Joins and leaves still come.
    """

    name: str


class Unignore(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Lets you hear the person called `name` again."""

    name: str


class Ignored(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Asks whom you ignore."""


class Notify(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Sets what you want to be told of in a `room` or, without one, wherever you have set nothing else.

    The server keeps the `level` for your clients, and sends everything all the same.
    """

    level: Level
    room: str | None = None


class Profile(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Sets what `whois` shows of you: a `colour` (a name, or `#rrggbb`) and a `line`. An empty one is taken away."""

    colour: str | None = None
    line: str | None = None


class TellSeen(Request, frozen=True, kw_only=True, omit_defaults=True, tag="seen"):
    """Sets whether others are told how far you have read."""

    on: bool


class Explain(Request, frozen=True, kw_only=True, omit_defaults=True, tag="help"):
    """Asks for the commands that people type: all, those of a group, or one `command`."""

    command: str | None = None


class Report(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Puts the message `seq` of a `room`, or of the conversation with `to`, before the operators of the server.

    They get a `notice` with the code `report`. Of the message only its number is kept.
    """

    seq: Seq
    room: str | None = None
    to: str | None = None
    where: str | None = None
    reason: str | None = None


class Reports(Request, frozen=True, kw_only=True, omit_defaults=True):
    """For operators: asks for the open reports, in `entries`, or closes the one with the number `close`."""

    close: Seq | None = None


class Audit(Request, frozen=True, kw_only=True, omit_defaults=True):
    """For moderators: asks what was done in a `room`, in `entries`: the newest ones, those `before` a number.

    For operators the room `all` is the whole server, and every room that they may see.
    """

    room: str | None = None
    before: Seq | None = None


class AskHeld(Request, frozen=True, kw_only=True, omit_defaults=True, tag="held"):
    """For moderators: asks for the messages of a `room` that wait for a moderator, in `entries`."""

    room: str | None = None


class Release(Request, frozen=True, kw_only=True, omit_defaults=True):
    """For moderators: publishes the message with that `number`, which waited, in the name of its author."""

    number: Seq


class Discard(Request, frozen=True, kw_only=True, omit_defaults=True):
    """For moderators: drops the message with that `number`, which waited."""

    number: Seq


class Announce(Request, frozen=True, kw_only=True, omit_defaults=True):
    """For operators: tells everybody who is here a `text`, as a `notice` with the code `announcement`."""

    text: str


class ServerKick(Request, frozen=True, kw_only=True, omit_defaults=True, tag="server-kick"):
    """For operators: ends all connections of a `name` or an address. The people may come back."""

    name: str
    reason: str | None = None


class ServerBan(Request, frozen=True, kw_only=True, omit_defaults=True, tag="server-ban"):
    """For operators: keeps a `name`, an address or a network out of the server, for `seconds` or for ever."""

    name: str
    seconds: Annotated[float, Meta(gt=0, le=2**31)] | None = None
    reason: str | None = None


class ServerUnban(Request, frozen=True, kw_only=True, omit_defaults=True, tag="server-unban"):
    """For operators: ends such a ban."""

    name: str


class ServerBans(Request, frozen=True, kw_only=True, omit_defaults=True, tag="server-bans"):
    """For operators: asks for these bans, in `entries`."""


class Lockdown(Request, frozen=True, kw_only=True, omit_defaults=True):
    """For operators: with `on`, nobody without an account comes in, and nobody makes one, until it is turned off."""

    on: bool


class CloseRoom(Request, frozen=True, kw_only=True, omit_defaults=True, tag="close-room"):
    """For operators: closes a public `room`. It can be read, and nobody speaks there."""

    room: str


class Disconnect(Request, frozen=True, kw_only=True, omit_defaults=True):
    """Leaves the chat; the connection closes after the `ack`."""


AnyRequest = (
    Join
    | Say
    | Upload
    | Edit
    | DeleteMessage
    | React
    | Pin
    | Unpin
    | Pins
    | WriteOn
    | Unsend
    | Leave
    | ListRooms
    | ListMembers
    | MakeGroup
    | SetTopic
    | Adjust
    | Rename
    | Close
    | Who
    | Ping
    | Ticket
    | WhoIs
    | Away
    | Back
    | Ignore
    | Unignore
    | Ignored
    | Notify
    | Profile
    | TellSeen
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
    | ListDevices
    | EndDevice
    | Logout
    | Invite
    | Uninvite
    | Kick
    | Ban
    | Unban
    | ListBans
    | Mute
    | Unmute
    | GiveRole
    | GiveOwner
    | Explain
    | Report
    | Reports
    | Audit
    | AskHeld
    | Release
    | Discard
    | Announce
    | ServerKick
    | ServerBan
    | ServerUnban
    | ServerBans
    | Lockdown
    | CloseRoom
    | Disconnect
)
REQUESTS: dict[str, type[Request]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyRequest)}
