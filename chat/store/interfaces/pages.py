"""What was said before: which messages are asked for, and what comes back."""

from collections.abc import Sequence
from typing import NamedTuple

from chat.events import Message


class Page(NamedTuple):
    """Some messages, and whether there are `more`; `next` is where those begin, for whoever asks again.

    `reached`: there may be more, but it was only looked at what was said since then, in seconds since the epoch.
    """

    messages: Sequence[Message]
    more: bool = False
    next: int = 0
    reached: float | None = None


class Span(NamedTuple):
    """Which messages of a room: seqs over `after` and, if given, under `before`; at most `limit` of them.

    `newest`: those at the end of the span, instead of those at its beginning; the oldest comes first all the same.
    `since` hides what is older than an account (`Account.since`).
    """

    limit: int
    after: int = 0
    before: int | None = None
    newest: bool = False
    since: int = 0


class Query(NamedTuple):
    """What is searched for: messages with all of `words`, by `sender`, in `room`, said `after` and `before` a time.

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
