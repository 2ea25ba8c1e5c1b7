"""The peers of sessions without a connection: of a single question, and of a follower that is still catching up."""

from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred

from chat.changes import Change
from chat.events import Event, Message, Reply, RoomEvent
from chat.hub.people import Asker
from chat.interfaces import Batch


class SilentPeer:
    """A `Peer` that drops everything it is told."""

    shows_sent = True

    def deliver(self, batch: Batch) -> bool:
        return False

    def when_taken(self, call: Callable[[], None]) -> None:
        """See `Peer.when_taken`."""

    def when_sent(self, call: Callable[[], None]) -> None:
        """See `Peer.when_sent`."""

    @property
    def wire(self) -> str:
        """See `Peer.wire`."""
        return ""

    def set_reading(self, wanted: bool) -> None:
        """See `Peer.set_reading`."""

    def note(self, what: str, **parts: object) -> None:
        """See `Peer.note`."""

    def disconnect(self, reason: str) -> None:
        """See `Peer.disconnect`."""


class QuestionPeer(SilentPeer):
    """The peer of a session that asks one question. `reply` fires with the answer."""

    def __init__(self) -> None:
        self.reply = Deferred[Reply]()

    def deliver(self, batch: Batch) -> bool:
        [reply] = batch.events
        assert isinstance(reply, Reply), "a visitor is told of nothing else"
        self.reply.callback(reply)
        return True


class RequestPeer(SilentPeer):
    """The peer of a session that makes one request. `answer` fires with its events, of which a `Reply` is the last."""

    def __init__(self) -> None:
        self.answer = Deferred[Sequence[Event]]()
        self._told: list[Event] = []

    def deliver(self, batch: Batch) -> bool:
        for event in batch.events:
            if self.answer.called:
                return False
            self._told.append(event)
            if isinstance(event, Reply):
                self.answer.callback(self._told)
        return True


class CatchingUp(SilentPeer):
    """Takes the place of a follower's peer while the follower is still reading history.

    It keeps no live batches: their messages and changes are in the store, and `Visitors` reads them there. `told` is
    the seq of the last live one. It drops joins and leaves. After `catch_up` it drops live events that history already
    contained, then removes itself.
    """

    def __init__(self, session: Asker) -> None:
        self.peer = session.peer
        self.told = 0
        self.session = session
        self._reached: int | None = None

    def deliver(self, batch: Batch) -> bool:
        if self._reached is not None:
            return self._tell(batch, self._reached)
        self.told = max([self.told, *(event.seq for event in batch.events if isinstance(event, Message | Change))])
        return True

    def catch_up(self, reached: int) -> None:
        """The peer has been told everything up to that seq."""
        self._reached = reached

    def _tell(self, batch: Batch, reached: int) -> bool:
        news = [event for event in batch.events if not isinstance(event, RoomEvent) or event.seq > reached]
        if len(news) == len(batch.events):
            self.session.peer = self.peer
            return self.peer.deliver(batch)
        return self.peer.deliver(Batch(*news))
