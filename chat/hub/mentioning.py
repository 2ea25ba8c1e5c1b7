"""Works out whom a message names."""

from collections.abc import Sequence, Set

from chat.hub.directory import Directory
from chat.hub.rooms import Rooms
from chat.mentions import mentions_of, words_of
from chat.names import is_direct


class Mentioning:
    """Finds the people, here or with an account (their keys are `accounts`), whom a text names in a room."""

    def __init__(self, directory: Directory, rooms: Rooms, accounts: Set[str]) -> None:
        self._here: Set[str] = directory.users.keys()
        self._accounts = accounts
        self._rooms = rooms

    def of(self, room: str, sender: str, text: str) -> Sequence[str]:
        """The keys of those whom `text` names and who may see the room, by its key, without `sender`."""
        here, accounts, words = self._here, self._accounts, words_of(text)
        if (here.isdisjoint(words) and accounts.isdisjoint(words)) or is_direct(room):
            return ()
        people = {word for word in words if word in here or word in accounts}
        return [key for key in mentions_of(text, people) if key != sender and self._may_see(room, key)]

    def _may_see(self, room: str, key: str) -> bool:
        if self._rooms.permissions.is_open_to(key, room):
            return True
        there = self._rooms.find(room)
        return there is not None and key in there.roster
