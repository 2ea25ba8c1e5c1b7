"""How sessions come back into the rooms that their users belong to."""

from collections.abc import Callable, Iterable

from chat.errors import ChatError
from chat.events import Head
from chat.hub.people import Asker, Origin
from chat.hub.replay import Replay
from chat.hub.rooms import Rooms
from chat.names import Name


class Returning:
    """Puts sessions back into rooms with `enter`, so that they get what they missed. After a failure it tries again."""

    def __init__(self, replay: Replay, rooms: Rooms, enter: Callable[[Asker, Name, Origin], None]) -> None:
        self._replay = replay
        self._rooms = rooms
        self._enter = enter

    def begin(self, session: Asker, heads: Iterable[Head]) -> None:
        """`session` came into the chat, and its user belongs to these rooms and conversations."""
        for head in heads:
            if not head.is_direct:
                session.backlog.returns(head)
        self._return_to_all(session)

    def try_again(self) -> None:
        """Go on with everything that failed; called now and then."""
        for session in self._replay.take_failing():
            self._return_to_all(session)
            self._replay.go_on(session)

    def _return_to_all(self, session: Asker) -> None:
        backlog = session.backlog
        returning, backlog.returning = backlog.returning, None
        for head in returning.values() if returning is not None and session.user is not None else ():
            if head.room in backlog.entered:
                # It was brought along by another device, or came by hand.
                self._replay.bring(session, head.room, head.delivered)
            elif head.room not in session.rooms and self._rooms.permissions.sees(session, head.room):
                self._return_to(session, head)

    def _return_to(self, session: Asker, head: Head) -> None:
        origin = Origin(session, None, replay_from=head.delivered)
        try:
            self._enter(session, Name(head.name, head.room), origin)
        except ChatError:
            self._replay.put_off(session, head)
