"""Who reads files with a browser: tickets, cookies, and when these end."""

from chat.accounts.rules import Accounts
from chat.accounts.tickets import Reader
from chat.accounts.tokens import handle_of
from chat.errors import ChatError
from chat.events import RequestId, TicketMade
from chat.hub.entrance import ends
from chat.hub.people import Asker, User, user_of
from chat.limits import Limits
from chat.store.interfaces import AccountChange, What


class FileAccess:
    """Gives browsers the cookies with which they read files.

    A guest's end when they leave the chat. Those of an account end when its tokens do: when it logs out everywhere,
    has another password, or is deleted; and those of one device, when that is ended.
    """

    def __init__(self, accounts: Accounts, limits: Limits) -> None:
        self._tickets, self._sessions = accounts.tickets, accounts.file_sessions
        self._limits = limits

    def ticket(self, session: Asker, request_id: RequestId) -> None:
        """Answer with a ticket for the user of `session`."""
        word = self._tickets.issue(reader_of(user_of(session))._replace(device=session.device))
        session.answer(TicketMade(word=word, seconds=self._limits.ticket_seconds, id=request_id))

    def begin(self, word: str) -> str:
        """The secret of a new cookie, for a ticket, which is good no more. Raises ChatError (`bad_ticket`)."""
        reader = self._tickets.redeem(word)
        if reader is None:
            raise ChatError("bad_ticket")
        return self._sessions.begin(reader)

    def reader(self, secret: str) -> Reader | None:
        """For whom the browser with this cookie reads; None if it is not valid. See `Reader`: `guest` is a `User`."""
        return self._sessions.identity_of(secret)

    def end(self, secret: str) -> None:
        """End one cookie; it need not be valid."""
        self._sessions.end(secret)

    def account_changed(self, change: AccountChange) -> None:
        """End what an account has, if the change ends its connections, too."""
        if ends(change, None):
            self._end_all(Reader(change.key))
        elif change.what is What.DEVICE and change.digest is not None:
            self.device_ended(change.key, handle_of(change.digest))

    def device_ended(self, key: str, device: str) -> None:
        """A device of the account `key` was ended."""
        self._end_all(Reader(key, device=device))

    def departed(self, user: User) -> None:
        """The last session of `user` is gone."""
        self._end_all(Reader(user.key, user))

    def _end_all(self, reader: Reader) -> None:
        self._tickets.end_all(reader)
        self._sessions.end_all(reader)


def reader_of(user: User) -> Reader:
    """Whom a browser of `user` reads for."""
    return Reader(user.key, user) if user.account is None else Reader(user.account.key)
