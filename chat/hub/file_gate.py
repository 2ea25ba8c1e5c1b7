"""Who may read a file: whoever may see the message with it."""

import hmac

from chat.hub.books import Books
from chat.hub.people import Asker, user_of
from chat.names import is_direct
from chat.store.interfaces import Said, StoredFile


class FileGate:
    """Asks the gate of rooms, and knows what is hidden of conversations."""

    def __init__(self, books: Books) -> None:
        self._directory, self._rooms, self._permissions = books.directory, books.rooms, books.permissions

    def lets(self, reader: Asker, file: StoredFile, key: str | None) -> bool:
        """Whether `reader` may see the message with `file`, or has its `key`."""
        if file.said is None:
            return False
        if key is not None and file.key is not None and hmac.compare_digest(key.encode(), file.key.encode()):
            return True
        room = file.room
        if not self._permissions.sees(reader, room) or file.said.seq <= self._permissions.since(reader, room):
            return False
        if is_direct(room):
            return self._is_theirs(reader, file.said)
        return room != self._rooms.lobby.key or self._permissions.lobby_is_open

    def _is_theirs(self, reader: Asker, said: Said) -> bool:
        """Whether `reader` had the name already when something was said in one of its conversations."""
        user = user_of(reader)
        if user.account is not None:
            return said.number > user.account.since
        came_at = min((each.backlog.came_at for each in user.sessions), default=None)
        return came_at is not None and self._directory.users.get(user.key) is user and said.at >= came_at
