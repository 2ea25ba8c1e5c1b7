"""A store that commits, and answers, when it is told to."""

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.events import Head, RoomEvent
from chat.limits import Limits
from chat.room_state import RoomState
from chat.store.interfaces import Author, Commit, Draft, Page, Query, Refusal, Sink, Span, StoreState, TakenBack
from chat.store.memory.store import MemoryStore


class LateStore:
    """A `MessageStore` that gathers drafts, and commits and answers when told to, in one batch."""

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self._store = MemoryStore(Limits(), now)
        self._drafts: list[Draft] = []
        # What was stored, and not told yet: commits, and states that came between them.
        self._news: list[Commit | Mapping[str, RoomState | None]] = []
        self._questions: list[tuple[Deferred[Page[Any]], str, int, int]] = []
        self._found: list[tuple[Deferred[Page[Any]], Page[Any]]] = []
        self.accounts, self.moderation = self._store.accounts, self._store.moderation
        self.files = self._store.files
        self.batches = 0

    def open(self, sink: Sink) -> None:
        self._sink = sink
        self._store.open(self)

    def committed(self, commits: Sequence[Commit]) -> None:
        """See `Sink.committed`."""
        self._news.extend(commits)

    def refused(self, refusal: Refusal) -> None:
        """See `Sink.refused`."""
        self._sink.refused(refusal)

    def start(self) -> None:
        """See `MessageStore.start`."""

    def stop(self) -> Deferred[None]:
        return self._store.stop()

    def append(self, draft: Draft) -> None:
        self._drafts.append(draft)

    def missed(self, user: str, limit: int, after: int = 0) -> Deferred[Page[Any]]:
        answer = Deferred[Page[Any]]()
        self._questions.append((answer, user, limit, after))
        return answer

    def state(self) -> StoreState:
        """See `MessageStore.state`."""
        return self._store.state()

    @property
    def life(self) -> str:
        """See `MessageStore.life`."""
        return self._store.life

    def reached(self, room: str) -> Deferred[int]:
        return self._store.reached(room)

    def may_wait(self, user: str) -> bool:
        """See `MessageStore.may_wait`. So it is asked always."""
        return True

    def waiting(self, user: str, without: Collection[str] = ()) -> Deferred[int]:
        return self._store.waiting(user, without)

    def restated(self, states: Mapping[str, RoomState | None]) -> None:
        """See `Sink.restated`: it is told after the commits before it."""
        if self._news:
            self._news.append(states)
        else:
            self._sink.restated(states)

    def is_used(self, room: str) -> bool:
        """See `Sink.is_used`."""
        return self._sink.is_used(room)

    def take_back(
        self, authors: Sequence[Author], user: str | None, is_here: Callable[[str], bool]
    ) -> Deferred[TakenBack]:
        return self._store.take_back(authors, user, is_here)

    def mark_read(self, user: str, room: str, seq: int) -> None:
        self._store.mark_read(user, room, seq)

    def heads(self, user: str, without: Collection[str] = ()) -> Deferred[Sequence[Head]]:
        return self._store.heads(user, without)

    def history(self, room: str, span: Span) -> Deferred[Page[Any]]:
        return self._store.history(room, span)

    def own(self, user: str, since: int, after: int, limit: int) -> Deferred[Page[Any]]:
        return self._store.own(user, since, after, limit)

    def search(self, query: Query) -> Deferred[Page[Any]]:
        return self._store.search(query)

    def acknowledge(self, user: str, room: str, seq: int, after: int = 0) -> None:
        self._store.acknowledge(user, room, seq, after)

    def flush(self) -> None:
        """Commit what was gathered, as one batch."""
        self.store()
        self.tell()

    def store(self) -> None:
        """Store what was gathered."""
        drafts, self._drafts = self._drafts, []
        for draft in drafts:
            try:
                self._store.append(draft)
            except ChatError as error:
                # What was stored before is told first.
                self.tell()
                self._sink.refused(Refusal(draft, error))

    def tell(self) -> None:
        """Tell of what was stored."""
        news, self._news = self._news, []
        for are_commits, part in groupby(news, lambda each: isinstance(each, Commit)):
            if are_commits:
                self.batches += 1
                self._sink.committed([each for each in part if isinstance(each, Commit)])
            else:
                for states in part:
                    assert isinstance(states, Mapping), "it is no commit"
                    self._sink.restated(states)

    def answer_with_stored(self) -> None:
        """Store what was gathered, answer questions with it, and only then tell that it was committed."""
        self.store()
        self.look()
        self.answer()
        self.answer()
        self.tell()

    def tell_of(self, *events: RoomEvent) -> None:
        """Tell of a batch that another node has committed."""
        self._sink.committed([Commit(event, None, repeat=False) for event in events])

    def fail(self, most: int = sys.maxsize) -> None:
        """Refuse what was gathered, as on a full disk; with `most` only that many drafts, the first ones."""
        drafts, self._drafts = self._drafts[:most], self._drafts[most:]
        for draft in drafts:
            self._sink.refused(Refusal(draft, ChatError("disk_full")))

    def look(self) -> None:
        """Find the answers to what was asked, and do not tell yet."""
        questions, self._questions = self._questions, []
        for answer, user, limit, after in questions:
            self._store.missed(user, limit, after).addCallback(partial(self._keep, answer))

    def _keep(self, answer: Deferred[Page[Any]], found: Page[Any]) -> None:
        self._found.append((answer, found))

    def answer(self) -> None:
        """Answer what was asked."""
        self.look()
        found, self._found = self._found, []
        for answer, messages in found:
            answer.callback(messages)

    def settle(self) -> None:
        """Commit and answer until all is quiet."""
        while self._drafts or self._questions:
            self.flush()
            self.answer()


class SlowStore(LateStore):
    """Questions for history wait, too: `recall` finds the answers and tells the oldest question's."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Callable[[], None]] = []

    def history(self, room: str, span: Span) -> Deferred[Page[Any]]:
        answer = Deferred[Page[Any]]()

        def find() -> None:
            super(SlowStore, self).history(room, span).chainDeferred(answer)

        self.asked.append(find)
        return answer

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits for a commit, or for an answer."""
        return not (self._drafts or self._questions or self.asked)

    def recall(self) -> None:
        """Answer the oldest question."""
        self.asked.pop(0)()
