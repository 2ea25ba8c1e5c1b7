"""How sessions come back into the rooms that their users belong to."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chat.errors import ChatError
from chat.events import Head
from chat.hub.people import Origin
from chat.names import Name

if TYPE_CHECKING:
    from chat.hub.hub import Hub
    from chat.hub.session import Session


class Returning:
    """Puts sessions back into the rooms of `hub`, to be told what they missed there; what fails is tried again."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub

    def begin(self, session: "Session", heads: Iterable[Head]) -> None:
        """`session` came into the chat, and its user belongs to these rooms and conversations."""
        for head in heads:
            if not head.is_direct:
                session.backlog.returns(head)
        self._return_to_all(session)

    def put_off(self, session: "Session", head: Head) -> None:
        """It could not come back into that room now."""
        session.backlog.returns(head)
        self._hub.replay.try_later(session)

    def try_again(self) -> None:
        """Go on with whatever failed; called now and then."""
        for session in self._hub.replay.take_failing():
            self._return_to_all(session)
            self._hub.replay.go_on(session)

    def _return_to_all(self, session: "Session") -> None:
        backlog = session.backlog
        returning, backlog.returning = backlog.returning, None
        for head in returning.values() if returning is not None and session.user is not None else ():
            if head.room in backlog.entered:
                # It was brought along by another device, or came by hand.
                self._hub.replay.bring(session, head.room, head.delivered)
            elif head.room not in session.rooms:
                self._return_to(session, head)

    def _return_to(self, session: "Session", head: Head) -> None:
        origin = Origin(session, None, replay_from=head.delivered)
        try:
            self._hub.enter(session, Name(head.name, head.room), origin, 0)
        except ChatError:
            self.put_off(session, head)
