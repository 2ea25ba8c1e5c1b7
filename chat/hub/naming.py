"""Which names people may have."""

from chat.accounts.bans import Bans
from chat.accounts.claims import Claims
from chat.accounts.rules import Credentials
from chat.errors import ChatError
from chat.hub.directory import Directory
from chat.hub.filtering import Filter
from chat.hub.permissions import Permissions
from chat.looks import check_new
from chat.names import Name, parse_once


class Naming:
    """Looks a name up in everything that may forbid it: reserved names, bans, guests, accounts that are being made."""

    def __init__(self, directory: Directory, permissions: Permissions, claims: Claims, bans: Bans) -> None:
        self.bans = bans
        self.claims = claims
        self._directory = directory
        self._permissions = permissions
        # Set by the hub, when it is made.
        self.filter: Filter | None = None
        claims.open(self.has_guest)

    def free(self, raw: str, credentials: Credentials) -> Name:
        """The name that `raw` spells. Raises ChatError where nobody, or no guest, can have it now."""
        name = parse_once(raw, self._permissions.limits.name_characters)
        if name.key in self._permissions.reserved.keys:
            raise ChatError("reserved_name", name=name.shown)
        self.bans.check_name(name.key)
        if credentials.password is None and credentials.token is None:
            self.check_free(name)
        return name

    def check_free(self, name: Name) -> None:
        """Raise ChatError (`name_taken`) where no other guest can have the name now."""
        if self.has_guest(name.key) or self.claims.is_pending(name.key):
            raise ChatError("name_taken", name=name.shown)

    def check_new(self, name: Name) -> None:
        """Raise ChatError where nobody may take `name` anew now: as `looks.check_new`, or `name_resembles`.

        A name with a word of the word list is refused, too (`refused_words`).
        """
        self.check_words(name.shown)
        check_new(name, self._permissions.reserved)
        if self._directory.looks.rivals(name):
            raise ChatError("name_resembles", name=name.shown)

    def check_words(self, text: str) -> None:
        """Raise ChatError (`refused_words`) where a name, or another text that others are shown, has a refused word."""
        if self.filter is not None:
            self.filter.check(text)

    def has_guest(self, key: str) -> bool:
        """Whether a guest has the name with this key now, or it is held for one who has left."""
        there = self._directory.users.get(key)
        return (there is not None and there.account is None) or self._directory.holds(key)
