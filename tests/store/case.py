"""What the tests of stores share: events to append, a sink that records, and a store between them."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace
from twisted.internet.defer import Deferred

from chat.changes import Change
from chat.errors import ChatError
from chat.events import Head, Joined, Left, Message, RoomEvent
from chat.limits import Limits
from chat.names import direct_room, fold, is_direct
from chat.room_state import RoomState
from chat.store.interfaces import Account, Commit, Draft, Page, Refusal, Span
from chat.store.memory.store import MemoryStore
from chat.store.sqlite.store import SqliteStore

T = TypeVar("T")
ChangeT = TypeVar("ChangeT", bound=Change)
Store = MemoryStore | SqliteStore

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as Case
else:
    Case = object

NOON = 1_700_000_000.5
_IN_MEMORY = Path("/dev/shm")


def scratch() -> "tempfile.TemporaryDirectory[str]":
    """A folder that is gone in the end, in memory if need be: where not the disk is what is tested."""
    return tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None)


def result_of(deferred: Deferred[T], turn: Callable[[], object]) -> T:
    """The result of `deferred`, calling `turn` until it is there. Raises what it fails with."""
    results: list[T] = []
    failures: list[BaseException] = []
    deferred.addCallbacks(results.append, lambda failure: failures.append(failure.value))
    while not results and not failures:
        turn()
    if failures:
        raise failures[0]
    return results[0]


class RecordingSink:
    """Keeps every commit. `also` is called with each, within `committed`."""

    def __init__(self) -> None:
        self.commits: list[Commit] = []
        self.batches = 0
        self.refusals: list[Refusal] = []
        self.used: set[str] = set()
        self.states: dict[str, RoomState | None] = {}
        self.also: Callable[[Commit], None] = lambda _: None
        self._busy = False

    def refused(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)

    def restated(self, states: Mapping[str, RoomState | None]) -> None:
        self.states.update(states)

    def is_used(self, room: str) -> bool:
        return room in self.used

    def committed(self, commits: Sequence[Commit]) -> None:
        assert commits and not self._busy, "a batch has commits, and comes after the one before it"
        self._busy = True
        self.batches += 1
        try:
            self.commits += commits
            for commit in commits:
                self.also(commit)
        finally:
            self._busy = False


def said(text: str, room: str = "hall", sender: str = "Al", nonce: str | None = None) -> Message:
    """`text`, said in a room."""
    return Message(room=room, place=room.title(), sender=sender, text=text, nonce=nonce)


def sent(text: str, to: str = "Bob", sender: str = "Al", nonce: str | None = None) -> Message:
    """`text`, sent to one person."""
    room = direct_room(fold(sender), fold(to))
    return Message(room=room, place=None, sender=sender, to=to, text=text, nonce=nonce)


def came(sender: str = "Al", room: str = "hall") -> Joined:
    """Somebody came into a room."""
    return Joined(room=room, place=room.title(), sender=sender)


def went(sender: str = "Al", room: str = "hall") -> Left:
    """Somebody left a room."""
    return Left(room=room, place=room.title(), sender=sender)


def change(kind: type[ChangeT], room: str = "hall", sender: str = "Al", **fields: object) -> ChangeT:
    """A change of a room, or of a message in it; in a conversation where it is given `to`."""
    return kind(room=room, place=None if is_direct(room) else room.title(), sender=sender, **fields)  # type: ignore[arg-type]


def texts_of(page: Page[Any]) -> Sequence[str]:
    """What the messages of a page say."""
    return [message.text for message in page.events]


class StoreCase(Case):
    """Mixed into a test case that says how to make a store, and, where it does not commit at once, how to wait.

    `now` is the time of the store's clock.
    """

    now = NOON

    def make_store(self, limits: Limits) -> Store:
        """A new and empty store."""
        raise NotImplementedError

    def turn(self) -> None:
        """Wait until the store has something to say, and hear it."""
        raise AssertionError("this store has nothing more to say")

    def settle(self) -> None:
        """Wait until everything that was appended is committed."""

    # Whether the store has something after it was stopped and started, so that it does not know it from before.
    remembers = False

    def upkeep(self) -> None:
        """Let the store do what it does every minute."""

    def reopen(self) -> None:
        """Stop the store and start it again, where it can remember."""

    def setUp(self) -> None:
        self.start(Limits())

    def start(self, limits: Limits) -> None:
        """Use a new store, with other limits."""
        self.sink = RecordingSink()
        self.store = self.make_store(limits)
        self.store.open(self.sink)

    def append(self, *events: RoomEvent) -> list[Commit]:
        """Append the events; the commits that came of it."""
        return self.append_drafts(*(Draft(event, origin=event) for event in events))

    def append_drafts(self, *drafts: Draft) -> list[Commit]:
        """Append the drafts; the commits that came of it."""
        before = len(self.sink.commits)
        for draft in drafts:
            self.store.append(draft)
        self.settle()
        return self.sink.commits[before:]

    def refused(self, code: str, event: RoomEvent) -> None:
        """Append an event that there is no room for; that is told at once, or later."""
        try:
            self.store.append(Draft(event))
        except ChatError as error:
            self.assertEqual(error.code, code)
        else:
            self.settle()
            self.assertEqual(self.sink.refusals.pop().error.code, code)
        self.settle()

    def missed(self, user: str, limit: int = 1000) -> Sequence[str]:
        """The texts that wait for a user."""
        self.settle()
        return texts_of(self.result(self.store.missed(user, limit)))

    def history(self, room: str = "hall", span: Span = Span(1000)) -> tuple[Sequence[str], bool]:  # noqa: B008
        """The texts of a span, and whether there are more."""
        page = self.result(self.store.history(room, span))
        return texts_of(page), page.more

    def claim(self, name: str) -> Account:
        """Make an account."""
        return self.result(self.store.accounts.create(Account(fold(name), name, "hash", self.now), None))

    def delete(self, user: str, seconds: float = 60) -> None:
        """Delete an account, whose name is held for so long."""
        self.result(self.store.accounts.delete(user, self.now + seconds))

    def heads(self, user: str) -> Sequence[Head]:
        """The rooms that a user belongs to, in the order of their keys; without what is unread there."""
        heads = self.result(self.store.heads(user))
        return [replace(head, unread=0, mentions=0, latest=None) for head in sorted(heads, key=lambda head: head.room)]

    def latest(self, user: str, without: Sequence[str] = ()) -> dict[str, str]:
        """The text of the latest message of each room and conversation of a user that has one."""
        heads = self.result(self.store.heads(user, without))
        return {head.room: head.latest.text for head in heads if head.latest is not None}

    def unread(self, user: str) -> dict[str, tuple[int, int]]:
        """How many unread messages there are by room, and how many of them name the user."""
        return {head.room: (head.unread, head.mentions) for head in self.result(self.store.heads(user))}

    def result(self, deferred: Deferred[T]) -> T:
        """The result of a question, waiting for it. Raises what it fails with."""
        return result_of(deferred, self.turn)

    def code_of(self, deferred: Deferred[T]) -> str:
        """The code that a question is refused with."""
        return str(self.assertRaises(ChatError, self.result, deferred).code)
