"""What the tests of stores share: events to append, a sink that records, and a store between them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.events import Message, RoomEvent
from chat.limits import Limits
from chat.names import direct_room, fold
from chat.store.interfaces import Commit, Draft, MessageStore, Refusal

T = TypeVar("T")

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as Case
else:
    Case = object


class RecordingSink:
    """Keeps every commit. `also` is called with each, within `committed`."""

    def __init__(self) -> None:
        self.commits: list[Commit] = []
        self.batches = 0
        self.refusals: list[Refusal] = []
        self.also: Callable[[Commit], None] = lambda _: None
        self._busy = False

    def refused(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)

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


class StoreCase(Case):
    """Mixed into a test case that says how to make a store, and, where it does not commit at once, how to wait."""

    def make_store(self, limits: Limits) -> MessageStore:
        """A new and empty store."""
        raise NotImplementedError

    def settle(self) -> None:
        """Wait until everything that was appended is committed."""

    def setUp(self) -> None:
        self.start(Limits())

    def start(self, limits: Limits) -> None:
        """Use a new store, with other limits."""
        self.sink = RecordingSink()
        self.store = self.make_store(limits)
        self.store.open(self.sink)

    def append(self, *events: RoomEvent) -> list[Commit]:
        """Append the events; the commits that came of it."""
        before = len(self.sink.commits)
        for event in events:
            self.store.append(Draft(event, origin=event))
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
        return [message.text for message in self.result(self.store.missed(user, limit))]

    def result(self, deferred: Deferred[T]) -> T:
        """The result of a question, waiting for it."""
        return self.successResultOf(deferred)
