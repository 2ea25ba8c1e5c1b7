"""The request ids of messages. Only their senders are told them, to recognise their own messages."""

import re
from collections.abc import Iterable, Mapping

from chat.events import Copied, Message, Recalled, RequestId, RoomEvent
from chat.hub.people import User
from chat.names import fold

# An id that is a number has 64 bits.
_INTEGER = re.compile(r"-?[0-9]{1,19}")


def request_id_of(nonce: str) -> RequestId:
    """The request id in a nonce; None if it is none of `nonce_of`, as in a room that was imported."""
    kind, _, rest = nonce.partition(":")
    given, colon, _ = rest.rpartition(":")
    if not colon or kind not in ("int", "str"):
        return None
    if kind == "str":
        return given
    return int(given) if _INTEGER.fullmatch(given) else None


def is_own(user: User, message: Message) -> bool:
    """Whether `user` said the message: with their account or, as a guest, on this visit."""
    if user.said is not None and (message.room, message.seq) in user.said:
        return True
    account = user.account
    # Somebody else may have had the name before the account was made.
    return account is not None and fold(message.sender) == account.key and message.sent_at >= account.created_at


def id_of(user: User | None, event: RoomEvent) -> RequestId:
    """The request id with which `user` said `event`; None if they did not say it, or gave it no id."""
    if user is None or not isinstance(event, Message) or event.nonce is None or not is_own(user, event):
        return None
    return request_id_of(event.nonce)


def ids_of(user: User, events: Iterable[RoomEvent]) -> Mapping[tuple[str, int], RequestId]:
    """The request ids of those of `events` that are messages of `user`, by room and seq."""
    found = {(event.room, event.seq): id_of(user, event) for event in events}
    return {place: own for place, own in found.items() if own is not None}


def copied(message: Message) -> Copied:
    """A message that somebody said just now, for their other connections."""
    return Copied(message=message, own_id=None if message.nonce is None else request_id_of(message.nonce))


def recalled(user: User | None, events: Iterable[RoomEvent]) -> Iterable[Recalled]:
    """Events from before, for `user`."""
    return (Recalled(event=event, own_id=id_of(user, event)) for event in events)
