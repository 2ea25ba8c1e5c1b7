"""The values that pass between the layers: commands come in, events go out.

`msgspec.Struct` serves as a dataclass that is cheap to make. Nothing in this module knows a wire format.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from chat.errors import ChatError
from chat.files import FileInfo
from chat.personal import Level

RequestId = str | int | None


class Command(Struct, frozen=True, gc=False):
    """One request of a client: a `name` from the command table and its `arguments` by their names there.

    `id` is the client's own id of the request; its answer carries it.
    """

    name: str
    arguments: Mapping[str, object] = {}
    id: RequestId = None


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """Anything that the server sends to a peer. No event leads back to itself: the collector need not look at them."""


# --- events of rooms: the journal gives each its number


# A badge says no more than "many" beyond it, and counting costs a look at each.
MOST_COUNTED: Final = 1000
# This many characters of the latest message of a room fit beside its name.
MOST_SHOWN: Final = 120


class Head(Struct, frozen=True):
    """The latest seq (`last`) of a room that somebody belongs to, and the seqs up to which they received and read it.

    `room` is its key. `name` is its shown name or, in a direct conversation, that of the other person: of the account,
    else as the latest message shows it, else the key. `unread` is the number of messages by others since then that
    they have not read, `mentions` of those that name them; more than
    `MOST_COUNTED` are not counted. `level` is what they want to be told of there. `latest` is the last message there,
    as it is now. The hub adds what the reader's room has: its `topic`, whether it is `private`, their `role` if they
    have one of their own, and the `count` of the people who are in it, with themselves.
    """

    room: str
    name: str
    is_direct: bool = False
    last: int = 0
    delivered: int = 0
    read: int = 0
    unread: int = 0
    mentions: int = 0
    level: Level = Level.ALL
    topic: str = ""
    private: bool = False
    role: str = ""
    count: int = 0
    latest: "Message | None" = None


class AccessToken(Struct, frozen=True):
    """An access token: a program with it speaks for the account `user` in `rooms` (keys). `handle` names the token."""

    handle: str
    user: str
    rooms: Sequence[str]
    created_at: float


class RoomEvent(Event, frozen=True, kw_only=True):
    """An event for everybody in a room. Until the journal has taken it, `seq` is 0.

    `room` is the room's key, `place` its shown name: None for a direct conversation, and for coming to and leaving
    the chat itself. `sender` is a shown name. (`room`, `seq`) is the public id: gapless per room, from 1.
    `sent_at` is in seconds since the epoch.
    """

    room: str
    place: str | None
    sender: str
    client_id: int | None = None
    seq: int = 0
    sent_at: float = 0.0


class Message(RoomEvent, frozen=True, kw_only=True):
    """Somebody said `text`, in a room, or `to` one person; clean and not empty.

    `nonce` is the sender's id for it: the same nonce from the same sender means the same message. `answers` is the seq
    of the message that it answers, which `answered` said. `mentions` are the keys of the people whom it names.
    `edited`: the text is not the first one. `reactions` has, for each emoji, the names of those who answered with it;
    None, as in most messages, where nobody did. With a `file` the text may be empty.
    """

    text: str
    to: str | None = None
    nonce: str | None = None
    answers: int | None = None
    answered: str | None = None
    mentions: Sequence[str] = ()
    edited: bool = False
    reactions: Mapping[str, Sequence[str]] | None = None
    file: FileInfo | None = None

    @property
    def file_name(self) -> str | None:
        """The name of its file, if it has one."""
        return None if self.file is None else self.file.name


class Joined(RoomEvent, frozen=True, kw_only=True):
    """`sender` came into the room, or into the chat."""


class Left(RoomEvent, frozen=True, kw_only=True):
    """`sender` left the room, or the chat."""


class Recalled(Event, frozen=True, kw_only=True):
    """An old `event`, a message or a change: one that was missed, or one of those that a newcomer to a room sees.

    `own_id` is the request id with which the reader said it, if it is a message of theirs.
    """

    event: RoomEvent
    own_id: RequestId = None


class Copied(Event, frozen=True, kw_only=True):
    """The reader's own `message`, said on another of their connections; `own_id` is its request id there."""

    message: Message
    own_id: RequestId = None


class WasRead(Event, frozen=True, kw_only=True):
    """The reader has read a room, or the conversation with `to`, up to `seq`, on another connection."""

    place: str | None
    to: str | None
    seq: int


class Typing(Event, frozen=True, kw_only=True):
    """`sender` is writing something, in the room `place` or, where that is None, `to` the reader. Never stored."""

    place: str | None
    sender: str
    to: str | None = None


class Seen(Event, frozen=True, kw_only=True):
    """`sender` has read a private room (`place`), or the conversation with the reader (`to`), up to `seq`."""

    place: str | None
    sender: str
    seq: int
    to: str | None = None


class Presence(Event, frozen=True, kw_only=True):
    """How many people `joined` and `left` a crowded room (`place` as in `RoomEvent`) up to `seq`; `count` are there."""

    place: str | None
    joined: int
    left: int
    count: int
    seq: int


# --- answers: each goes to the peer that asked, with the id of the request


class Roll(Struct, frozen=True):
    """Some of `count` names, in alphabetical order; `left` more come after them."""

    names: Sequence[str]
    count: int
    left: int = 0


class Reply(Event, frozen=True, kw_only=True):
    """The answer to one request."""

    id: RequestId = None


class Welcome(Reply, frozen=True, kw_only=True):
    """You are registered as `name`; `online` lists people; `lobby` is None if this server has none.

    `seq` is the lobby's latest. With an account you get the `heads` of your rooms and conversations, and a `token` if
    you asked for one. `is_new`: you have just made the account. `life` is the journal's (`MessageStore.life`).
    `server` is the name of the server, if it has one, `version` that of its program; `limits` are those that clients
    must know (`chat.limits.TOLD`). `is_operator`: your account is an operator of the server.
    """

    name: str
    client_id: int | None
    online: Roll
    lobby: str | None
    seq: int
    life: str = ""
    motd: Sequence[str] = ()
    has_account: bool = False
    token: str | None = None
    heads: Sequence[Head] = ()
    is_new: bool = False
    server: str | None = None
    version: str = ""
    limits: Mapping[str, int | float] = {}
    is_operator: bool = False


class Entered(Reply, frozen=True, kw_only=True):
    """You are in `place` now, with `members` (yourself among them): you asked for that with `request`.

    `topic`, `private` and `role` are as in `Head`.
    """

    request: str = "join"
    place: str
    members: Roll
    seq: int
    topic: str = ""
    private: bool = False
    role: str = ""


class Exited(Reply, frozen=True, kw_only=True):
    """You left `place`."""

    place: str


class Sent(Reply, frozen=True, kw_only=True):
    """Your message is stored as `seq`. `queued`: its recipient is not here and will get it later.

    `unknown`: nobody of that name has ever been here, so it may be a typing error.
    """

    place: str | None
    to: str | None
    seq: int
    sent_at: float
    queued: bool = False
    unknown: bool = False


class Changed(Reply, frozen=True, kw_only=True):
    """The change that you asked for with `request` is stored as `event`."""

    request: str
    event: RoomEvent


class Unsent(Reply, frozen=True, kw_only=True):
    """`count` of your messages `to` somebody who has not received them were taken back."""

    to: str
    count: int


class Online(Reply, frozen=True, kw_only=True):
    """The people who are here, in alphabetical order; `away` are those of them who are away.

    With a `place` they are the people of that room. Those who belong to it and are not in it are away, too.
    """

    names: Roll
    place: str | None = None
    away: Sequence[str] = ()


class WhoIs(Reply, frozen=True, kw_only=True):
    """What you may know of `name`.

    `since`, in seconds since the epoch: when the account was made or, if they have none (`has_account`), when they
    came. `is_here`; then `rooms` are those that both of you are in, and `idle` is for how many minutes they have done
    nothing. `away` is the text with which they are away, and may be empty. `colour` and `line` are their profile.
    `tells_seen`: others are told what they have read; None where it is not yourself.
    """

    name: str
    since: float
    has_account: bool
    is_here: bool
    rooms: Sequence[str] = ()
    idle: int = 0
    away: str | None = None
    colour: str | None = None
    line: str = ""
    tells_seen: bool | None = None


class Ignored(Reply, frozen=True, kw_only=True):
    """The people whom you ignore, by their shown names, in alphabetical order."""

    names: Sequence[str]


class ListedRoom(Struct, frozen=True):
    """One room of a list: `count` people are in it, `seq` is its latest. `joined`: you are in it, too.

    `archived`: nobody may speak there any more.
    """

    name: str
    topic: str
    count: int
    seq: int
    joined: bool
    private: bool
    archived: bool = False


class RoomsListed(Reply, frozen=True, kw_only=True):
    """Some of `count` rooms that you may enter, the liveliest first; `left` more come after them.

    They have all words of `query` in their names or topics.
    """

    rooms: Sequence[ListedRoom]
    count: int
    left: int
    query: str


class ListedMember(Struct, frozen=True):
    """One of the people of a room. `here`: they are in it now; of a private room, those who are `away` belong to it."""

    name: str
    role: str
    here: bool = True
    away: bool = False
    muted: bool = False


class MembersListed(Reply, frozen=True, kw_only=True):
    """Some of `count` people of the room `place`, in alphabetical order; `left` more come after them."""

    place: str
    people: Sequence[ListedMember]
    count: int
    left: int


class TopicShown(Reply, frozen=True, kw_only=True):
    """The topic of the room `place`; it may be empty."""

    place: str
    topic: str


class SettingsShown(Reply, frozen=True, kw_only=True):
    """The settings of the room `place`, by the names of the fields of `chat.room_state.Settings`."""

    place: str
    settings: Mapping[str, str | int | bool | None]


class Help(Reply, frozen=True, kw_only=True):
    """The help asked for, line by line."""

    lines: Sequence[str]


class Goodbye(Reply, frozen=True, kw_only=True):
    """The answer to the `request` that ends your connection, which closes after this."""

    request: str = "exit"


class Done(Reply, frozen=True, kw_only=True):
    """The `request` was carried out; `message` says so to people. `more`: there is more, ask again."""

    request: str
    message: str = ""
    more: bool = False


class Listed(Reply, frozen=True, kw_only=True):
    """The `messages` that answer the `request`; `title` is a room, `@` and a name, or the searched words.

    There may be changes of the room among them. `more`: there are more; a search goes on at `next`, and so does an
    answer without messages. `newer`: there are more after the last one, too. `reached`: the search has looked back to
    this time, in seconds since the epoch. `ids` has the request ids of the reader's own messages, by room and seq.
    """

    request: str
    title: str
    messages: Sequence[RoomEvent]
    more: bool = False
    newer: bool = False
    ids: Mapping[tuple[str, int], RequestId] = {}
    next: int = 0
    reached: float | None = None


class UploadBegun(Reply, frozen=True, kw_only=True):
    """You may send the file with the id `file`: its bytes go to the path `upload`, from `offset` on.

    The path is good until `expires_at`, in seconds since the epoch.
    """

    file: str
    upload: str
    offset: int
    expires_at: float


class TokenMade(Reply, frozen=True, kw_only=True):
    """The `secret` of your new access `token`; it is shown only once."""

    secret: str
    token: AccessToken


class Device(Struct, frozen=True):
    """A connection of an account or, without `since`, a device that may come in again with its token.

    `handle` names the device: connections with the same token have the same. `is_asking`: the question came from it.
    `wire` and `address` are those of the connection, which came at `since`; `is_program`: with an access token. `used`
    is when the token of the device was last used. Times are in seconds since the epoch.
    """

    handle: str
    since: float | None = None
    wire: str = ""
    address: str = ""
    is_asking: bool = False
    is_program: bool = False
    used: float | None = None


class Devices(Reply, frozen=True, kw_only=True):
    """The devices of your account: first those that are connected, the longest there first."""

    devices: Sequence[Device]


class TicketMade(Reply, frozen=True, kw_only=True):
    """The `word` with which a browser gets the cookie for files, or comes in: it is good once, and for `seconds`."""

    word: str
    seconds: float


class LinkGiven(Reply, frozen=True, kw_only=True):
    """Whoever has this `code` may enter the room `place`: up to `uses` people (None: any number).

    It ends at `expires_at`, in seconds since the epoch.

    The code is shown only once. `url` is a link with it, if the server knows its own address.
    """

    place: str
    code: str
    url: str | None
    uses: int | None
    expires_at: float


class Ban(Struct, frozen=True):
    """A ban of `name` from a room, imposed `by` somebody; `until` a time in seconds, or for good."""

    name: str
    by: str
    until: float | None = None
    reason: str = ""


class RoomBans(Reply, frozen=True, kw_only=True):
    """The bans in force in the room `place`."""

    place: str
    bans: Sequence[Ban]


class Tokens(Reply, frozen=True, kw_only=True):
    """Your access tokens, the oldest first."""

    tokens: Sequence[AccessToken]


class Entry(Struct, frozen=True, kw_only=True):
    """A line of a list for moderators or operators: `by` did `what`, at `at`, to `whom` in `place`, because of `why`.

    `number` names it in the list. With `seq` it is about that message, whose `text` is shown as it is now; None if it
    is gone. `until` is the end of a ban, None for ever.
    """

    number: int
    at: float
    what: str
    by: str = ""
    place: str | None = None
    whom: str = ""
    why: str = ""
    seq: int | None = None
    text: str | None = None
    until: float | None = None


class Entries(Reply, frozen=True, kw_only=True):
    """The `entries` that answer the `request`. `more`: there are more, in the audit log those before `next`."""

    request: str
    entries: Sequence[Entry]
    more: bool = False
    next: int = 0


class Failure(Reply, frozen=True, kw_only=True):
    """Your request was refused: `code` from the table of errors, `message` for people; `seq` as in `ChatError`."""

    code: str
    message: str
    seq: int | None = None


def failure_of(error: ChatError, request_id: RequestId = None) -> Failure:
    """The answer that a refused request gets."""
    return Failure(code=error.code, message=str(error), seq=error.seq, id=request_id)


# --- notices: events that answer no request


class Prompt(Event, frozen=True, kw_only=True):
    """You have no name yet: give one."""


class Invitation(Event, frozen=True, kw_only=True):
    """`sender` invites you to the room `place`."""

    place: str
    sender: str


class Announcement(Event, frozen=True, kw_only=True):
    """The operators of the server tell everybody `text`."""

    text: str


class Reported(Event, frozen=True, kw_only=True):
    """`sender` puts the message `seq` before the operators: of the room `place`, or of the conversation with `to`."""

    number: int
    sender: str
    place: str | None
    to: str | None
    seq: int
    reason: str = ""


class Held(Event, frozen=True, kw_only=True):
    """A message waits for a moderator of the room `place`: `sender` wants to say `text`."""

    number: int
    place: str
    sender: str
    text: str


class Discarded(Event, frozen=True, kw_only=True):
    """A moderator of `place` dropped a message of yours that waited."""

    place: str


class Missed(Event, frozen=True, kw_only=True):
    """`count` messages came while you were away; they follow."""

    count: int


class Away(Event, frozen=True, kw_only=True):
    """`name`, to whom you wrote, is away, with a `text` that may be empty."""

    name: str
    text: str


class ShuttingDown(Event, frozen=True, kw_only=True):
    """The server stops; the connection closes after this."""
