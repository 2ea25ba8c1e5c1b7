"""Publishes the changes of rooms and of messages that sessions ask for."""

from chat.changes import Change
from chat.events import RequestId
from chat.hub.people import Asker, Origin
from chat.hub.publisher import Publisher


class Changes:
    """Appends changes to the journal. `Delivery` tells the members, and answers the session, when one is stored."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def publish(self, session: Asker, change: Change, request: str, request_id: RequestId) -> None:
        """Publish a `change` that the gate has allowed, for the command `request`. Raises ChatError."""
        self._publisher.publish(change, Origin(session, request_id, request=request))
