"""Who somebody is, and which of their requests an event came from."""

from typing import TYPE_CHECKING, NamedTuple

from chat.events import RequestId
from chat.names import Name

if TYPE_CHECKING:
    from chat.session import Session


class User:
    """Somebody who is here: the name as it was given, its key, and the sessions that speak for it."""

    def __init__(self, name: Name, client_id: int | None) -> None:
        self.name = name.shown
        self.key = name.key
        self.client_id = client_id
        self.sessions: dict[Session, None] = {}

    @property
    def is_listening(self) -> bool:
        """Whether a direct message would reach somebody now, without waiting."""
        return any(session.caught_up for session in self.sessions)


class Origin(NamedTuple):
    """Which session asked for an event, under which id of its own."""

    session: "Session"
    request_id: RequestId
