"""Questions for stored messages, and the pages that answer them."""

from collections.abc import Sequence
from typing import NamedTuple

from chat.events import Message


class Page(NamedTuple):
    """Some messages, and whether there are `more`. The next question passes `next` on, to begin there.

    `reached`: only messages since this time (seconds since the epoch) were looked at; there may be older ones.
    """

    messages: Sequence[Message]
    more: bool = False
    next: int = 0
    reached: float | None = None


class Span(NamedTuple):
    """A span of a room: seqs over `after` and, if given, under `before`; up to `limit` messages of it.

    `newest`: those at the end of the span, instead of those at its beginning; the oldest comes first in both cases.
    `since` hides messages that are older than an account (`Account.since`).
    """

    limit: int
    after: int = 0
    before: int | None = None
    newest: bool = False
    since: int = 0


class Query(NamedTuple):
    """A search for messages with all of `words`, by `sender`, in `room`, said `after` and `before` a time.

    Rooms and people are given by their keys, times in seconds since the epoch. Public rooms are searched (with
    `rooms`: only those) and, if given, the direct conversations of the account `user` from its `since` on. `next` is
    that of the page before.
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
