"""The reactions to a message, as every store keeps them and the hub shows them."""

from collections.abc import Mapping, Sequence
from typing import Final

from chat.changes import Reacted
from chat.errors import ChatError
from chat.names import fold

# A client shows them in a row below the message.
MOST_EMOJI: Final = 20


def reacted(before: Mapping[str, Sequence[str]] | None, event: Reacted) -> Mapping[str, Sequence[str]] | None:
    """The reactions to a message after `event`: names by emoji, each once. None where no reaction is left.

    Raises ChatError (`too_many_reactions`) for one emoji more than a message may have.
    """
    before, key = before or {}, fold(event.sender)
    names = [name for name in before.get(event.emoji, ()) if fold(name) != key]
    if not event.is_undone:
        if event.emoji not in before and len(before) >= MOST_EMOJI:
            raise ChatError("too_many_reactions", limit=MOST_EMOJI)
        names.append(event.sender)
    after = {**before, event.emoji: names}
    return {emoji: names for emoji, names in after.items() if names} or None
