"""The objects that the server may send: typed structs, one for each `type` of push."""

from msgspec import Struct, field

from chat.wire.schema.requests import ClientId, Id, Seq


class Push(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="type", tag=str.lower):
    """Anything the server sends."""


class Latest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The latest message of a place, as it is now: up to 120 characters of its `text`, and the name of its `file`."""

    sender: str = field(name="from")
    text: str
    file: str | None = None
    timestamp: str


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The latest `seq` of a room, or of the conversation with `to`; up to where it has reached you, and you read it.

    A room has its `topic`, whether it is `private`, and your `role` there, unless you are a plain member. `unread` is
    the number of messages by others since then that you have not read, `mentions` of those that name you, up to 1000.
    `level` says what you want to be told of there (see `notify`). `count` people are in the room, with you; `last` is
    the latest message there that you may see.
    """

    room: str | None = None
    to: str | None = None
    seq: Seq
    delivered: Seq
    read: Seq
    topic: str | None = None
    private: bool = False
    role: str | None = None
    unread: Seq = 0
    mentions: Seq = 0
    level: str = "all"
    count: Seq = 0
    last: Latest | None = None


class ListedRoom(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One room of a list: `count` people are in it, `seq` is its latest. `joined`: you are in it, too.

    `archived`: it is read only.
    """

    room: str
    topic: str = ""
    count: Seq
    seq: Seq
    joined: bool = False
    private: bool = False
    archived: bool = False


class ListedMember(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the people of a room. `here`: they are in it now; of a private room, the others belong to it.

    `role` is `owner`, `moderator`, `member` or, without an account, `guest`. `muted`: they may not speak.
    """

    name: str
    role: str
    here: bool = False
    away: bool = False
    muted: bool = False


class Ack(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The `request` (its type) with this `id` is done. The other fields are its result.

    For a message: its `seq` and `timestamp`; `queued` if its recipient is away; `unknown` if nobody of that name has
    been here. For messages that were taken back: `to` and their `count`. For entering the chat: your `nickname`, who is
    `online`, the `lobby` with its latest `seq`, the `life` of all seqs, and the message of the day (`motd`); with an
    `account` also the `rooms` that you belong to and are in now, and whether you are an `operator`. For entering a
    room: its `members`, its `topic`, whether it is `private`, and your `role` if it is more than a member's. A long
    list of names has only the first ones, and the `count` of all. For an access token: its `handle`. For a question for
    the topic of a room: its `text`; for its settings: those. For a list: whether there is `more`, and how many are
    `left`. For messages: their `count`; they are the last `count` messages and changes of rooms before the `ack`. For
    the history `around` a seq, `more` is about older messages, `newer` about newer ones.

    For entering the chat there are also the `version` of the server, its name (`server`) if it has one, and the
    `limits` that you must know. They have the names of the table of limits, with `_` for spaces. For a `ticket`: that
    word, which is good for that number of `seconds`.

    For an invitation link: its `code`, how many people may use it (`uses`), `until` when, and its `url` if the server
    knows its own address. For a `file` that may be sent: its id, the path to send it to (`upload`), from which `offset`
    on, and `until` when.
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
    code: str | None = None
    url: str | None = None
    uses: Seq | None = None
    until: str | None = None
    rooms: list[Place] | None = None
    more: bool = False
    newer: bool = False
    left: Seq = 0
    next: Seq | None = None
    text: str | None = None
    settings: dict[str, str | int | bool | None] | None = None
    operator: bool = False
    topic: str | None = None
    private: bool = False
    role: str | None = None
    server: str | None = None
    version: str | None = None
    limits: dict[str, int | float] | None = None
    ticket: str | None = None
    seconds: float | None = None
    file: str | None = None
    upload: str | None = None
    offset: Seq | None = None


class Error(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The request with this `id` was refused: a stable `code`, and a `message` for people.

    With `other_life`, `seq` is the latest of the room.
    """

    code: str
    message: str
    seq: int | None = None
    id: Id | None = None


class File(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The file of a message: where it is, and what. It expires at `until`; then only these words are left.

    `size` is in bytes; pictures have a `width` and a `height` in pixels, if these are known.
    """

    url: str
    name: str
    size: Seq
    media_type: str = field(name="type")
    until: str
    width: Seq | None = None
    height: Seq | None = None


class Message(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody said something, in a `room` or `to` you. `size` is in bytes of UTF-8.

    `past`: it was said before; you missed it, or asked for it. It `answers` the message with that seq, which
    `answered` said. `mentions` are the keys of the people whom it names. `edited`: its text was changed since.
    `reactions` has, for each emoji, the names of those who answered with it. With a `file` the `text` may be empty.
    If it is a message of yours, `id` is that of your request; nobody else is told it.
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
    answers: Seq | None = None
    answered: str | None = None
    mentions: list[str] | None = None
    edited: bool = False
    reactions: dict[str, list[str]] | None = None
    file: File | None = None
    id: Id | None = None


class BanEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ban of `name`, by somebody, `until` a time, or for good."""

    name: str
    by: str
    until: str | None = None
    reason: str | None = None


class Bans(Push, frozen=True, kw_only=True, omit_defaults=True):
    """The `bans` in force in the `room`."""

    room: str
    bans: list[BanEntry]
    id: Id | None = None


class Invitation(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody invites you to the `room`: you may `join` it."""

    room: str
    sender: str = field(name="from")


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


class Typing(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody is writing something, in a `room` or `to` you. Only those hear of it who joined with `typing`."""

    sender: str = field(name="from")
    room: str | None = None
    to: str | None = None


class Seen(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody has read a private `room`, or what was said between them and you (`to`), up to `seq`."""

    sender: str = field(name="from")
    room: str | None = None
    to: str | None = None
    seq: Seq


class Presence(Push, frozen=True, kw_only=True, omit_defaults=True):
    """How many people `joined` and `left` a `room`, or the chat, since the last `presence`: too many to name each.

    Each of those joins and leaves has a seq, which is not sent. `seq` is the room's latest; `count` people are in it.
    """

    room: str | None = None
    joined: Seq
    left: Seq
    count: Seq
    seq: Seq


class Online(Push, frozen=True, kw_only=True, omit_defaults=True, tag="who"):
    """The names of people online, and then the `ack`. A long list is cut: of `count` names, `left` come after these.

    `away` are those of `names` who are away. With a `room` they are its people; those who belong to it and are not in
    it are away, too.
    """

    room: str | None = None
    names: list[str]
    away: list[str] | None = None
    count: Seq | None = None
    left: Seq = 0
    id: Id | None = None


class Person(Push, frozen=True, kw_only=True, omit_defaults=True, tag="whois"):
    """What you may know of the person called `name`, and then the `ack`.

    `since` is when their `account` was made or, if they have none, when they came. Only if they are `here` there are
    the `rooms` that both of you are in, and `idle`: for how many minutes they have done nothing. `away` is the text
    with which they are away, and may be empty. `colour` and `line` are their profile. Of yourself there is `seen`, too:
    whether others are told what you have read.
    """

    name: str
    account: bool = False
    since: str
    here: bool = False
    rooms: list[str] | None = None
    idle: Seq | None = None
    away: str | None = None
    colour: str | None = None
    line: str | None = None
    seen: bool | None = None
    id: Id | None = None


class IgnoredNames(Push, frozen=True, kw_only=True, omit_defaults=True, tag="ignored"):
    """The names of the people whom you ignore, and then the `ack`."""

    names: list[str]
    id: Id | None = None


class Lines(Push, frozen=True, kw_only=True, omit_defaults=True, tag="help"):
    """The help that you asked for, and then the `ack`."""

    lines: list[str]
    id: Id | None = None


class Token(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An access token, without its secret: its handle, the keys of its rooms, and the time when it was made."""

    handle: str
    rooms: list[str]
    timestamp: str


class Tokens(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Your access tokens, the oldest first, and then the `ack`."""

    tokens: list[Token]
    id: Id | None = None


class ListedDevice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A connection of your account, or a device that may come in again without a password.

    `device` is its handle; connections that have come with the same token share it. A connection has its `wire`
    (`text`, `ndjson`, `websocket`), its `address`, and `since` when it is there. `this`: you asked on it. `program`: it
    came with an access token. `used` is when the token of the device was last used.
    """

    device: str
    since: str | None = None
    wire: str | None = None
    address: str | None = None
    this: bool = False
    program: bool = False
    used: str | None = None


class Devices(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Your devices, those that are connected first, and then the `ack`."""

    devices: list[ListedDevice]
    id: Id | None = None


class WasRead(Push, frozen=True, kw_only=True, omit_defaults=True, tag="read"):
    """You have read a `room`, or the conversation with `to`, up to `seq`, on another connection."""

    seq: Seq
    room: str | None = None
    to: str | None = None


class Rooms(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Some of `count` rooms that you may enter, the liveliest first; `left` more come after them.

    `query` has the words that were asked for.
    """

    rooms: list[ListedRoom]
    count: Seq
    left: Seq = 0
    query: str = ""
    id: Id | None = None


class Members(Push, frozen=True, kw_only=True, omit_defaults=True):
    """Some of `count` people of the `room`, in alphabetical order; `left` more come after them."""

    room: str
    members: list[ListedMember]
    count: Seq
    left: Seq = 0
    id: Id | None = None


class Notice(Push, frozen=True, kw_only=True, omit_defaults=True):
    """News of the server; `message` says it to people.

    `missed`: `count` messages follow. `shutting_down`. `announcement`: the operators say `text`. `report`, to
    operators: `from` puts the message `seq` of a `room`, or of the conversation with `to`, before them, because of
    `reason`; it is report `number`. `held`, to moderators: `from` wants to say `text` in the `room`, and it waits for
    `release` or `discard` with that `number`. `discarded`: such a message of yours was dropped. `away`: the person
    called `name`, to whom you wrote, is away, perhaps with a `text`; it comes after the `ack`, once an hour for each
    person.
    """

    code: str
    message: str
    count: Seq | None = None
    name: str | None = None
    sender: str | None = field(name="from", default=None)
    room: str | None = None
    to: str | None = None
    seq: Seq | None = None
    reason: str | None = None
    number: Seq | None = None
    text: str | None = None


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of `entries`: `from` did `what` to `name` in the `room`, because of `reason`.

    With `seq` it is about that message, whose `text` is as it is now; without a `text` the message is gone. `until` is
    the end of a ban.
    """

    number: Seq
    timestamp: str
    what: str
    sender: str | None = field(name="from", default=None)
    room: str | None = None
    name: str | None = None
    reason: str | None = None
    seq: Seq | None = None
    text: str | None = None
    until: str | None = None


class Entries(Push, frozen=True, kw_only=True, omit_defaults=True):
    """What a moderator or an operator asked for with `request`, and then the `ack`.

    If that has `more`, the audit log goes on `before` its `next`.
    """

    request: str
    entries: list[Entry]
    id: Id | None = None


ANY = (
    Ack
    | Error
    | Message
    | Joined
    | Left
    | Invitation
    | Presence
    | Typing
    | Online
    | Person
    | IgnoredNames
    | WasRead
    | Seen
    | Tokens
    | Devices
    | Rooms
    | Members
    | Bans
    | Lines
    | Notice
    | Entries
)
