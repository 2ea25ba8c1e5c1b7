"""Whom a command about the people of a room means, and in which room: names are looked up, and the gate is asked."""

from collections.abc import Mapping
from typing import NamedTuple

from chat.accounts.rules import Accounts
from chat.errors import ChatError
from chat.hub.books import Books
from chat.hub.people import Asker, User
from chat.names import Name, parse_known_name


class Target(NamedTuple):
    """A person: an account, here or away, or else a guest (`user`) who is here."""

    name: str
    key: str
    is_guest: bool = False
    user: User | None = None


class Targets:
    """Finds rooms and people by the words of a request (`room` and `name`)."""

    def __init__(self, books: Books, accounts: Accounts) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits
        self._finder = books.finder
        self._accounts = accounts

    def room(self, session: Asker, asked: Mapping[str, object], command: str) -> Name:
        """The room in which `session` may use the `command`: the one named, or where it types. Raises ChatError."""
        name = self._finder.entered(session, asked.get("room"))
        self._permissions.may_change(session, name, command)
        if name.key == self._permissions.lobby.key and command not in _IN_LOBBY:
            raise ChatError("everybody_there", room=self._permissions.lobby.shown)
        return self._rooms.shown(name)

    async def person(self, session: Asker, room: Name, asked: Mapping[str, object], command: str) -> Target:
        """The person on whom `session` may use the `command` in `room`. Raises ChatError.

        The gate is asked after the look-up, for things change meanwhile.
        """
        found = await self.called(parse_known_name(str(asked["name"]), self._limits.name_characters))
        self._permissions.may_change(session, room, command, found.key)
        return found

    async def called(self, name: Name) -> Target:
        """The person called `name`, before any gate. Raises ChatError (`no_such_person`)."""
        user = self._directory.users.get(name.key)
        if user is not None and user.account is None:
            return Target(user.name, user.key, is_guest=True, user=user)
        account = await self._accounts.find(name)
        if account is None or account.is_deleted:
            raise ChatError("no_such_person", name=name.shown)
        return Target(account.name, account.key, user=self._directory.users.get(account.key))


# The commands that make sense in the lobby, too: there operators are moderators.
_IN_LOBBY = frozenset({"ban", "unban", "bans", "mute", "unmute"})
