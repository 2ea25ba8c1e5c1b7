"""Works out whom a message names. Its caller looks first whether it names anybody, without a call: see `Talk`."""

from collections.abc import Sequence, Set
from unicodedata import normalize

from chat.hub.directory import Directory
from chat.hub.rooms import Rooms
from chat.mentions import mentions_of
from chat.names import is_direct


class Mentioning:
    """Finds the people, here or with an account (their keys are `accounts`), whom a text names in a room."""

    def __init__(self, directory: Directory, rooms: Rooms, accounts: Set[str]) -> None:
        self.here: Set[str] = directory.users.keys()
        self.accounts = accounts
        self._rooms = rooms

    def of(self, room: str, sender: str, text: str) -> Sequence[str]:
        """The keys of those whom `text` names and who may see the room, by its key, without `sender`."""
        if is_direct(room):
            return ()
        folded = normalize("NFKC", normalize("NFKC", text).casefold())
        found = mentions_of(folded, (self.here, self.accounts))
        return [key for key in found if key != sender and self._may_see(room, key)] if found else ()

    def _may_see(self, room: str, key: str) -> bool:
        if self._rooms.permissions.is_open_to(key, room):
            return True
        there = self._rooms.find(room)
        return there is not None and key in there.roster
