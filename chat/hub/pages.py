"""Cuts long lists of messages into pieces that one peer can take."""

from collections.abc import Iterator, Sequence

from twisted.internet.defer import Deferred

from chat.events import Message
from chat.interfaces import Peer


def taken(peer: Peer) -> Deferred[None]:
    """Fires when `peer` takes more; never where it is lost."""
    deferred = Deferred[None]()
    peer.when_taken(lambda: deferred.callback(None))
    return deferred


def shortened(messages: Sequence[Message], most: int) -> Sequence[Message]:
    """The first of `messages`, up to `most` bytes of text together, but at least one."""
    size = 0
    for count, message in enumerate(messages):
        size += len(message.text.encode())
        if size > most and count:
            return messages[:count]
    return messages


def parts_of(messages: Sequence[Message], most: int) -> Iterator[Sequence[Message]]:
    """`messages` in pieces of up to `most` bytes of text, so that each leaves room in the queue of a peer."""
    while messages:
        part = shortened(messages, most)
        yield part
        messages = messages[len(part) :]
