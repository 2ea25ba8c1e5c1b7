"""Questions for stored messages, and the pages that answer them."""

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from chat.events import RoomEvent

EventT_co = TypeVar("EventT_co", bound=RoomEvent, covariant=True)


class Page(NamedTuple, Generic[EventT_co]):
    """Some events, and whether there are `more`. The next question passes `next` on, to begin there.

    `reached`: only messages since this time (seconds since the epoch) were looked at; there may be older ones.
    """

    events: Sequence[EventT_co]
    more: bool = False
    next: int = 0
    reached: float | None = None


class Span(NamedTuple):
    """A span of a room: seqs over `after` and, if given, under `before`; up to `limit` events of it.

    Messages come as they are now, deleted ones not at all; between them come the changes of the room (`kinds.TOLD`).
    With `amendments` those of messages come, too (`kinds.AMENDING`), for a reader who may have the messages already.
    `newest`: those at the end of the span, instead of those at its beginning; the oldest comes first in both cases.
    `since` hides messages that are older than an account (`Account.since`).
    """

    limit: int
    after: int = 0
    before: int | None = None
    newest: bool = False
    since: int = 0
    amendments: bool = False


class Query(NamedTuple):
    """A search for messages with all of `words`, by `sender`, in `room`, said `after` and `before` a time.

    Rooms and people are given by their keys, times in seconds since the epoch. Public rooms are searched, the private
    rooms in `own`, each behind that seq, (with `rooms`: only those of all these) and, if given, the direct
    conversations of the account `user` from its `since` on. `mentions`: only messages that name the account with this
    key. `next` is that of the page before.
    """

    words: Sequence[str]
    limit: int
    user: str | None = None
    since: int = 0
    sender: str | None = None
    room: str | None = None
    after: float | None = None
    before: float | None = None
    next: int = 0
    rooms: frozenset[str] | None = None
    own: Mapping[str, int] = {}
    mentions: str | None = None
