"""A copy of what an account has here: its settings, its places, what it has said, and its conversations."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chat.accounts.rules import Accounts
from chat.errors import ChatError
from chat.events import Head, Message
from chat.hub.books import Books
from chat.names import Name
from chat.personal import PersonalSettings
from chat.store.interfaces import Account, MessageStore
from chat.throttle import Buckets

_HOUR = 3600
# This many of the longest messages are in memory at a time.
_MOST = 100


class OwnThings(NamedTuple):
    """Everything of an account but messages. `places` are the rooms and conversations that it belongs to."""

    account: Account
    settings: PersonalSettings
    places: Sequence[Head]


class OwnData:
    """Gives accounts copies of their data, for a ticket, and not too often."""

    def __init__(self, books: Books, store: MessageStore, accounts: Accounts) -> None:
        self._rooms, self._permissions = books.rooms, books.permissions
        self._store, self._accounts = store, accounts
        self._most = books.limits.exports_an_hour
        self._given = Buckets(self._most / _HOUR, self._most)

    async def begin(self, ticket: str) -> "Copying":
        """A copy for whoever got the ticket, which is good no more.

        Raises ChatError (`bad_ticket`, `account_needed` for a guest, `too_many_exports`).
        """
        reader = self._accounts.tickets.redeem(ticket)
        if reader is None:
            raise ChatError("bad_ticket")
        if reader.guest is not None:
            raise ChatError("account_needed", how=self._accounts.hint)
        account = await self._find(reader.key)
        if account is None:
            raise ChatError("bad_ticket")
        if not self._given.take(account.key, self._accounts.seconds()):
            raise ChatError("too_many_exports", limit=self._most)
        return Copying(self, account)

    async def things(self, account: Account) -> OwnThings:
        """What there is besides messages. Of rooms that the account may not see any more there is nothing."""
        settings = await self._accounts.settings(account.key)
        heads = await self._store.heads(account.key)
        seen = [head for head in heads if head.is_direct or self._permissions.is_open_to(account.key, head.room)]
        return OwnThings(account, settings, [self._described(account, head) for head in seen])

    async def page(self, account: Account, after: int) -> tuple[Sequence[Message], int | None]:
        """Some messages behind the number `after`, and the number to go on behind, if there are more.

        Raises ChatError (`logged_out`) if the account has another password by now, or is gone.
        """
        page = await self._store.own(account.key, account.since, after, _MOST)
        found = await self._find(account.key)
        if found is None or found.password_hash != account.password_hash:
            raise ChatError("logged_out")
        return [self._shown(account, message) for message in page.events], page.next if page.more else None

    async def _find(self, key: str) -> Account | None:
        account = await self._accounts.find(Name(key, key))
        return None if account is None or account.is_deleted else account

    def _described(self, account: Account, head: Head) -> Head:
        if head.is_direct:
            return head
        name, state = self._rooms.shown(Name(head.name, head.room)).shown, self._permissions.states.get(head.room)
        role = self._permissions.role_of_account(account.key, head.room).value
        return replace(head, name=name, role=role, topic="" if state is None else state.topic)

    def _shown(self, account: Account, message: Message) -> Message:
        """The message; in a room that the account may not see any more, nothing that others added to it."""
        if message.to is not None or self._permissions.is_open_to(account.key, message.room):
            return message
        return replace(message, reactions=None, answered=None)


class Copying:
    """One copy that is being made: first `things`, then `more` until it gives None."""

    def __init__(self, data: OwnData, account: Account) -> None:
        self._data = data
        self.account = account
        self._after: int | None = 0

    async def things(self) -> OwnThings:
        """See `OwnData.things`."""
        return await self._data.things(self.account)

    async def more(self) -> Sequence[Message] | None:
        """The next messages, of which there may be none; None at the end. Raises ChatError as `OwnData.page`."""
        if self._after is None:
            return None
        messages, self._after = await self._data.page(self.account, self._after)
        return messages
