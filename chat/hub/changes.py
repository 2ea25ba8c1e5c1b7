"""Publishes the changes of rooms and of messages that sessions ask for, and recognises repeated requests."""

from collections import OrderedDict
from typing import TypedDict

from msgspec.structs import replace

from chat.changes import Change, Edited, Invited, OfMessage, SettingsChanged
from chat.events import Changed, RequestId
from chat.hub.paced import Paced
from chat.hub.people import Asker, Origin, user_of
from chat.hub.publisher import Publisher
from chat.names import Name, fold


class By(TypedDict):
    """What all changes of a room say: where, and who makes them."""

    room: str
    place: str
    sender: str
    client_id: int | None


def by(session: Asker, room: Name) -> By:
    """That of a change that `session` makes in `room`. Raises ChatError for a session without a user."""
    user = user_of(session)
    return By(room=room.key, place=room.shown, sender=user.name, client_id=user.client_id)


class Changes:
    """Appends changes to the journal. `Delivery` tells the members, and answers the session, when one is stored.

    The receipts of the last `remembered` changes with a nonce are kept: whoever repeats a request gets its receipt
    again. Changes of rooms are counted: each is kept, and most stand in the audit log.
    """

    def __init__(self, publisher: Publisher, paced: Paced, remembered: int) -> None:
        self._publisher = publisher
        self._paced = paced
        self._remembered = remembered
        # By the key of the user, and the nonce.
        self._receipts: OrderedDict[tuple[str, str], Changed] = OrderedDict()

    def publish(
        self, session: Asker, change: Change, request: str, request_id: RequestId, nonce: str | None = None
    ) -> None:
        """Publish a `change` that the gate has allowed, for the command `request`.

        Raises ChatError, such as `too_many_a_minute`.

        `nonce` is the id of the request that is unique for its user (`chat.hub.publisher.nonce_of`).
        """
        if _is_counted(change):
            self._paced.take(session, "room_changes_a_minute")
        self._publisher.publish(change, Origin(session, request_id, request=request, nonce=nonce))

    def committed(self, change: Change, origin: Origin) -> Changed:
        """The receipt for a change that is stored."""
        receipt = Changed(request=origin.request, event=change, id=origin.request_id)
        if origin.nonce is not None:
            # Clients that repeat a request know what it said, and the text may be long.
            event = replace(change, text="", mentions=()) if isinstance(change, Edited) else change
            self._receipts[fold(change.sender), origin.nonce] = replace(receipt, event=event)
            if len(self._receipts) > self._remembered:
                self._receipts.popitem(last=False)
        return receipt

    def receipt_of(self, user: str, nonce: str | None) -> Changed | None:
        """The receipt of an earlier request of the user, by their key, with the same nonce."""
        return self._receipts.get((user, nonce)) if nonce is not None else None


def _is_counted(change: Change) -> bool:
    """Whether it is counted here. `Amending` and `Invitations` count theirs, and a new group must become private."""
    is_group = isinstance(change, SettingsChanged) and bool(change.settings.get("group"))
    return not is_group and not isinstance(change, OfMessage | Invited)
