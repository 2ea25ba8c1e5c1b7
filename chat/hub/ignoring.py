"""What people do not get of somebody whom they ignore. They are told who comes and goes, and what rooms are like."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from msgspec.structs import replace

from chat.changes import Edited, Reacted
from chat.events import Message, RoomEvent
from chat.names import fold

EventT = TypeVar("EventT", bound=RoomEvent)
# The events with which somebody says something. A deletion is told: the message that goes may be anybody's.
_SAID = (Message, Edited, Reacted)


def said_by(event: RoomEvent) -> str:
    """The key of whoever says something with `event`; "", which is nobody's, for other events."""
    return fold(event.sender) if isinstance(event, _SAID) else ""


def heard(events: Sequence[EventT], ignored: Collection[str]) -> Sequence[EventT]:
    """Those of `events` that somebody gets who ignores the people with the keys `ignored`."""
    if not ignored:
        return events
    return [_without_reactions(event, ignored) for event in events if said_by(event) not in ignored]


def _without_reactions(event: EventT, ignored: Collection[str]) -> EventT:
    """`event` without the reactions of these people, if it is a message that has some."""
    if not isinstance(event, Message) or not event.reactions:
        return event
    kept = {emoji: [name for name in names if fold(name) not in ignored] for emoji, names in event.reactions.items()}
    return replace(event, reactions={emoji: names for emoji, names in kept.items() if names})
