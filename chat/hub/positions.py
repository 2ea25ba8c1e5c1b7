"""Places in rooms, as clients remember them. They may be from another life of the journal, older or newer."""

from collections.abc import Mapping
from typing import NamedTuple

from chat.errors import ChatError
from chat.store.interfaces import MessageStore


class Position(NamedTuple):
    """A place in a room: a client knows everything up to `seq`. `life` is the journal's, if the client knows it."""

    seq: int
    life: str | None = None


class Positions(NamedTuple):
    """How far a client has come in `rooms`, and in `direct` conversations, by name; `life` as in `Position`."""

    rooms: Mapping[str, int]
    direct: Mapping[str, int]
    life: str | None = None


async def check_position(store: MessageStore, room: str, position: Position) -> None:
    """Raise ChatError (`other_life`) if `position` is not from this life of `room`, given by its key.

    A journal that was made anew, or put back from a backup, uses seqs again that clients know from other messages. The
    beginning, seq 0, is the same in every life.
    """
    last = await store.reached(room)
    is_from_here = position.life is None or position.life == store.life
    if position.seq > last or (position.seq and not is_from_here):
        raise ChatError("other_life", seq=last)
