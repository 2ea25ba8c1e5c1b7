"""What is said between the layers: commands coming in, events going out.

`msgspec.Struct` serves here as a dataclass that is cheap to make; nothing in this module knows a wire format.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

RequestId = str | int | None


class Command(Struct, frozen=True):
    """One request of a client: a `name` from the command table and its `arguments` by their names there.

    `id` is the client's own id of the request; its answer carries it.
    """

    name: str
    arguments: Mapping[str, object] = {}
    id: RequestId = None


class Event(Struct, frozen=True, kw_only=True):
    """Anything a peer can be told."""


# --- what happens in a room: it goes through the journal, which gives it its place


class Head(Struct, frozen=True):
    """How far a room, to which somebody belongs, has come (`last`), and how far they have received and read it.

    `room` is its key. `name` is what it is called, or, in a direct conversation, the key of the other one.
    """

    room: str
    name: str
    is_direct: bool = False
    last: int = 0
    delivered: int = 0
    read: int = 0


class AccessToken(Struct, frozen=True):
    """What lets a program speak for the account `user`, in `rooms`, by their keys; `handle` is its name."""

    handle: str
    user: str
    rooms: Sequence[str]
    created_at: float


class RoomEvent(Event, frozen=True, kw_only=True):
    """Something that happened in a room, to everybody in it. Until the journal took it, `seq` is 0.

    `room` is the room's key, `place` the name to show: None for a direct conversation, and for coming to and
    leaving the chat itself. `sender` is the name to show. (`room`, `seq`) is the public id: gapless per room,
    from 1. `sent_at` is in seconds since the epoch.
    """

    room: str
    place: str | None
    sender: str
    client_id: int | None = None
    seq: int = 0
    sent_at: float = 0.0


class Message(RoomEvent, frozen=True, kw_only=True):
    """Somebody said `text`, in a room, or `to` one person; clean and not empty.

    `nonce` is the sender's id of it: the same nonce of the same sender is the same message.
    """

    text: str
    to: str | None = None
    nonce: str | None = None


class Joined(RoomEvent, frozen=True, kw_only=True):
    """`sender` came into the room, or into the chat."""


class Left(RoomEvent, frozen=True, kw_only=True):
    """`sender` left the room, or the chat."""


class Recalled(Event, frozen=True, kw_only=True):
    """`message` was said before, and is told again: it was missed, or is what one sees on entering."""

    message: Message


class Copied(Event, frozen=True, kw_only=True):
    """The one who reads it said `message` to somebody, on another of their connections."""

    message: Message


class WasRead(Event, frozen=True, kw_only=True):
    """The one who reads it has read a room, or (`to`) a conversation, up to `seq`, on another connection."""

    place: str | None
    to: str | None
    seq: int


class Presence(Event, frozen=True, kw_only=True):
    """So many `joined` and `left` a crowded room (`place` as in `RoomEvent`), up to its `seq`; `count` are there."""

    place: str | None
    joined: int
    left: int
    count: int
    seq: int


# --- answers: each goes to the one who asked, with the id of the request


class Roll(Struct, frozen=True):
    """Some names in the order of the alphabet, of `count` in all; so many that come after them are `left` out."""

    names: Sequence[str]
    count: int
    left: int = 0


class Reply(Event, frozen=True, kw_only=True):
    """The answer to one request."""

    id: RequestId = None


class Welcome(Reply, frozen=True, kw_only=True):
    """You are registered as `name`; `online` are all who are here; `lobby` is None where the lobby is closed.

    `seq` is how far the lobby has come. Who has an account gets a `token`, if they asked for one, and the `heads` of
    the rooms and conversations that they belong to. `is_new`: they have just made it. `life` is the journal's
    (`MessageStore.life`).
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


class Entered(Reply, frozen=True, kw_only=True):
    """You are in `place` now, with `members` (yourself among them)."""

    place: str
    members: Roll
    seq: int


class Exited(Reply, frozen=True, kw_only=True):
    """You left `place`."""

    place: str


class Sent(Reply, frozen=True, kw_only=True):
    """Your message has its place. `queued`: its recipient is not here and will get it later.

    `unknown`: nobody of that name has ever been here, so that it may be a slip of the finger.
    """

    place: str | None
    to: str | None
    seq: int
    sent_at: float
    queued: bool = False
    unknown: bool = False


class Unsent(Reply, frozen=True, kw_only=True):
    """So many of your messages `to` somebody, who has not got them, were taken back."""

    to: str
    count: int


class Online(Reply, frozen=True, kw_only=True):
    """Who is here, in the order of the alphabet."""

    names: Roll


class Help(Reply, frozen=True, kw_only=True):
    """The help asked for, line by line."""

    lines: Sequence[str]


class Goodbye(Reply, frozen=True, kw_only=True):
    """You asked to go, by the `request` of this name; the connection closes after this."""

    request: str = "exit"


class Done(Reply, frozen=True, kw_only=True):
    """The `request` was carried out; `message` says so to people. `more`: it brought not all, ask again."""

    request: str
    message: str = ""
    more: bool = False


class Listed(Reply, frozen=True, kw_only=True):
    """What was found for the `request`: `messages`, from `title` (a room, `@` and a name, or what was searched for).

    `more`: there is more of it; `next` is where a search goes on. `reached`: it looked no further than what was said
    since then, in seconds since the epoch.
    """

    request: str
    title: str
    messages: Sequence[Message]
    more: bool = False
    next: int = 0
    reached: float | None = None


class TokenMade(Reply, frozen=True, kw_only=True):
    """Here is the `secret` of your new access `token`; nobody is told it again."""

    secret: str
    token: AccessToken


class Tokens(Reply, frozen=True, kw_only=True):
    """Your access tokens, the oldest first."""

    tokens: Sequence[AccessToken]


class Failure(Reply, frozen=True, kw_only=True):
    """Your request was refused: `code` from the table of errors, `message` for people; `seq` as in `ChatError`."""

    code: str
    message: str
    seq: int | None = None


# --- notices: nobody asked


class Prompt(Event, frozen=True, kw_only=True):
    """You have no name yet: give one."""


class Missed(Event, frozen=True, kw_only=True):
    """`count` messages came while you were away; they follow."""

    count: int


class ShuttingDown(Event, frozen=True, kw_only=True):
    """The server stops; the connection closes after this."""
