"""Which rooms somebody may make, and which names a room may newly have."""

from chat.errors import ChatError
from chat.hub.books import Books
from chat.hub.people import Asker, User, user_of
from chat.names import Name


class Founding:
    """Checks rooms that are about to be made. Guests make a few on each visit, and accounts own a limited number."""

    def __init__(self, books: Books) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._naming = books.permissions, books.naming
        self._limits = books.limits

    def check(self, session: Asker, name: Name) -> None:
        """Return if `session` may enter the room called `name`, as far as that is new.

        Raises ChatError (`refused_words`, `room_resembles`, `too_many_owned`, `too_many_made`).
        """
        if self._is_new(name.key):
            self._check_look(name, name.key)
            self.check_share(user_of(session), name.key)

    def check_share(self, user: User, key: str) -> None:
        """Return if `user` may make one more room, with this key.

        Raises ChatError (`too_many_owned`, `too_many_made`).
        """
        if user.account is None:
            self._take_share(user, key)
            return
        asked = {each for session in user.sessions for each in session.rooms if self._is_new(each)}
        if self._rooms.names.owned_by(user.key) + len(asked) >= self._limits.owned_rooms:
            raise ChatError("too_many_owned", limit=self._limits.owned_rooms)

    def check_name(self, name: Name, key: str) -> None:
        """Return if the room with this key may be called `name`.

        Raises ChatError (`refused_words`, `room_name_taken`, `room_resembles`).
        """
        there = self._rooms.leads.get(name.key, name.key)
        if there != key and not self.is_free(there):
            raise ChatError("room_name_taken", name=name.shown)
        self._check_look(name, key)

    def is_free(self, key: str) -> bool:
        """Whether no room has this key now, and nobody has asked to enter one."""
        if not self._is_new(key):
            return False
        return not any(key in session.rooms for user in self._directory.users.values() for session in user.sessions)

    def _check_look(self, name: Name, key: str) -> None:
        self._naming.check_words(name.shown)
        if self._rooms.names.resembles(name, key):
            raise ChatError("room_resembles", name=name.shown)

    def _is_new(self, key: str) -> bool:
        return key not in self._permissions.states and self._rooms.find(key) is None

    def _take_share(self, guest: User, key: str) -> None:
        made = guest.made
        if made is None:
            made = guest.made = {}
        if key not in made and len(made) >= self._limits.visit_rooms:
            raise ChatError("too_many_made", limit=self._limits.visit_rooms)
        made.setdefault(key, False)
