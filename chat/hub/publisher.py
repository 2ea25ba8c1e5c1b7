"""Appends the events of the domain to the store's journal."""

from hashlib import blake2b

from chat.errors import ChatError
from chat.events import RoomEvent
from chat.files import FileInfo
from chat.hub.people import Origin, User
from chat.store.interfaces import Draft, MessageStore


class Publisher:
    """Appends events to the store's journal, and notes with the session that asked that an answer is owed."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store

    def departed(self, event: RoomEvent) -> None:
        """Publish that somebody left because the connection was lost: nobody waits for an answer."""
        self._store.append(Draft(event, None, waits=False))

    def publish(
        self, event: RoomEvent, origin: Origin, *, waits: bool = False, belongs: bool = False, recall: int = 0
    ) -> None:
        """Publish an event that a session asked for; see `Draft` for the rest. Raises ChatError."""
        session = origin.session
        session.asked()
        # Any session of an account may take back its messages. A guest's messages only the session that sent them may.
        number = session.number if session.user is None or session.user.account is None else 0
        try:
            self._store.append(Draft(event, origin, waits, belongs, recall, session.holder, number))
        except ChatError:
            session.not_asked()
            raise


def nonce_of(request_id: int | str, user: User, place: str, text: str, file: FileInfo | None = None) -> str:
    """The store's id of a message: two runs of a script may both count from 1, and mean different messages.

    `chat.hub.own.request_id_of` finds the request id in it.
    """
    if file is not None:
        # Whoever repeats a request sends the file again, and it gets another id.
        text = f"{text}\n{file.size} {file.name}"
    digest = blake2b(f"{user.client_id} {place}\n{text}".encode(), digest_size=8).hexdigest()
    return f"{type(request_id).__name__}:{request_id}:{digest}"
