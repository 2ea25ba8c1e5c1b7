"""Cuts long lists of events into pieces that one peer can take."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from twisted.internet.defer import Deferred

from chat.events import RoomEvent
from chat.interfaces import Peer

EventT = TypeVar("EventT", bound=RoomEvent)


def taken(peer: Peer) -> Deferred[None]:
    """Fires when `peer` takes more; never where it is lost."""
    deferred = Deferred[None]()
    peer.when_taken(lambda: deferred.callback(None))
    return deferred


def size_of(event: RoomEvent) -> int:
    """The bytes of its text, if it has one."""
    text = getattr(event, "text", "")
    return len(text.encode())


def shortened(events: Sequence[EventT], most: int) -> Sequence[EventT]:
    """The first of `events`, up to `most` bytes of text together, but at least one."""
    size = 0
    for count, event in enumerate(events):
        # The same as `size_of`, without a call.
        size += len(getattr(event, "text", "").encode())
        if size > most and count:
            return events[:count]
    return events


def parts_of(events: Sequence[EventT], most: int) -> Iterator[Sequence[EventT]]:
    """`events` in pieces of up to `most` bytes of text, so that each leaves room in the queue of a peer."""
    while events:
        part = shortened(events, most)
        yield part
        events = events[len(part) :]
