"""A store that is compared with the model: how to call it, and which of its keys stands for which place."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from chat.errors import ChatError
from chat.limits import Limits
from chat.names import fold
from chat.store.interfaces import Commit, Draft
from chat.store.memory.store import MemoryStore
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.store import SqliteStore
from chat.store.sqlite.writer import Writer
from tests.store.case import RecordingSink, Store, scratch
from tests.store.model import Place, PlaceHead
from tests.store.test_sqlite import Reactor

T = TypeVar("T")

# With rank 1 SQLite compares the index of words with the texts, word for word.
_CHECK = "INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)"


class Side:
    """The memory store, beside the model."""

    store: Store

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self.limits = limits
        self.now = now
        self.keys: dict[Place, str] = {}
        self._places: dict[str, Place] = {}
        self.since: dict[str, int] = {}
        self.open()

    def open(self) -> None:
        """Make the store."""
        self.sink = RecordingSink()
        self.store = MemoryStore(self.limits, self.now)
        self.store.open(self.sink)

    def reopen(self) -> None:
        """Stop it and start it again, where it can remember."""

    def crash(self) -> None:
        """Kill it and start it again, where it can remember."""

    def index(self) -> None:
        """Write the index of words, where there is one."""

    def close(self) -> None:
        """Stop it."""

    def ask(self, deferred: Deferred[T]) -> T:
        """The result, or the ChatError it fails with, raised."""
        results: list[T] = []
        failures: list[BaseException] = []
        deferred.addCallbacks(results.append, lambda failure: failures.append(failure.value))
        if failures:
            raise failures[0]
        return results[0]

    def settle(self) -> None:
        """Wait until everything is committed."""

    def append(self, drafts: Sequence[Draft]) -> Sequence[Commit | str]:
        """Append them at once; the commit, or the code of the refusal, that came of each. Their origins differ."""
        outcomes: list[tuple[object, Commit | str]] = []
        self.sink.commits.clear()
        self.sink.refusals.clear()
        for draft in drafts:
            try:
                self.store.append(draft)
            except ChatError as error:
                outcomes.append((draft.origin, error.code))
        self.settle()
        outcomes += [(commit.origin, commit) for commit in self.sink.commits]
        outcomes += [(refusal.draft.origin, refusal.error.code) for refusal in self.sink.refusals]
        assert len(outcomes) == len(drafts), "one outcome for each"
        return [dict(outcomes)[draft.origin] for draft in drafts]

    def note(self, place: Place, key: str) -> None:
        """This side calls the place so."""
        self._places.pop(self.keys.get(place, ""), None)
        self.keys[place], self._places[key] = key, place

    def place(self, key: str) -> Place | None:
        """The place that this side calls so."""
        return self._places.get(key)

    def moved(self, place: Place, other: str) -> None:
        """The conversation of a deleted account was given a key that nothing had before."""
        old = f"{self.keys[place]} deleted "
        # A conversation that had been moved before has been moved again, to a longer key.
        moved = [key for key in self.room_keys() if key.startswith(old) and key not in self._places]
        [key] = [key for key in moved if " deleted " not in key.removeprefix(old)]
        shown = {head.room for head in self.ask(self.store.heads(other))} - self._places.keys()
        assert shown <= {key}, "nobody but the other one has it, if anybody"
        self.note(place, key)

    def room_keys(self) -> Sequence[str]:
        """The keys of all that the store has a place for."""
        assert isinstance(self.store, MemoryStore)
        return list(self.store._seqs)

    def heads(self, user: str) -> set[PlaceHead]:
        """What the store says of a user, in the terms of the model."""
        heads = self.ask(self.store.heads(user))
        found = {
            (
                self._places[head.room],
                fold(head.name) if head.is_direct else head.name,
                head.is_direct,
                head.last,
                head.delivered,
                head.read,
                head.unread,
                head.latest.text if head.latest is not None else None,
            )
            for head in heads
        }
        assert len(found) == len(heads)
        return found


class SqliteSide(Side):
    """The SQLite store, beside the model."""

    def open(self) -> None:
        self._folder = scratch()
        self._start()

    def reopen(self) -> None:
        self._stop()
        self._start()

    def crash(self) -> None:
        # A kill may forget what had arrived, which then comes again: the model does not know that.
        self.ask(self._sqlite._batches.flush())
        before, self._folder = self._folder, scratch()
        shutil.copytree(before.name, self._folder.name, dirs_exist_ok=True)
        self._stop()
        before.cleanup()
        self._start()

    def index(self) -> None:
        self.ask(self._sqlite._writer.call(Writer.index))

    def close(self) -> None:
        self.ask(self._sqlite.access.run(_CHECK))
        self._stop()
        self._folder.cleanup()

    def _start(self) -> None:
        self.sink = RecordingSink()
        self._reactor = Reactor()
        path = Path(self._folder.name)
        self._sqlite = SqliteStore(DataFolder(path), self.limits, self.now, self._reactor.call, Clock())
        self._sqlite.open(self.sink)
        self._sqlite.start()
        assert not self._sqlite.lost_messages
        self.store = self._sqlite

    def _stop(self) -> None:
        self.ask(self._sqlite.stop())

    def room_keys(self) -> Sequence[str]:
        rows = self.ask(self._sqlite.access.read(lambda db: db.execute("SELECT name_key FROM rooms").fetchall()))
        return [str(row[0]) for row in rows]

    def ask(self, deferred: Deferred[T]) -> T:
        return self._reactor.wait(deferred)

    def settle(self) -> None:
        while self._sqlite.state().unwritten:
            self._reactor.turn()
