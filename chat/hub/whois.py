"""What one person may know of another."""

from collections.abc import Sequence

from chat.accounts.rules import Accounts
from chat.errors import ChatError
from chat.events import RequestId, WhoIs
from chat.hub.books import Books
from chat.hub.people import Asker, User, user_of
from chat.names import parse_known_name


class Acquaintance:
    """Answers `whois`. `Session.run` runs its coroutine."""

    def __init__(self, books: Books, accounts: Accounts) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits
        self._accounts = accounts
        self._now = books.now

    async def whois(self, session: Asker, raw: str, request_id: RequestId) -> None:
        """Answer who the person called `raw` is. Raises ChatError (`no_such_person`)."""
        name = parse_known_name(raw, self._limits.name_characters)
        there = self._directory.users.get(name.key)
        if there is not None:
            session.answer(self._present(session, there, request_id))
            return
        account = await self._accounts.find(name)
        if account is None or account.is_deleted:
            raise ChatError("no_such_person", name=name.shown)
        settings = await self._accounts.settings(account.key)
        about = WhoIs(
            name=account.name,
            since=account.created_at,
            has_account=True,
            is_here=False,
            away=settings.away,
            colour=settings.colour,
            line=settings.line,
            id=request_id,
        )
        session.answer(about)

    def _present(self, session: Asker, there: User, request_id: RequestId) -> WhoIs:
        account, settings, now = there.account, there.settings, self._now()
        came_at = min((each.backlog.came_at for each in there.sessions), default=now)
        acted_at = max((each.acted_at for each in there.sessions), default=now)
        return WhoIs(
            name=there.name,
            since=min(came_at, now) if account is None else account.created_at,
            has_account=account is not None,
            is_here=True,
            rooms=self._in_common(session, there),
            idle=max(0, int(now - acted_at) // 60),
            away=settings.away,
            colour=settings.colour,
            line=settings.line,
            tells_seen=settings.tells_seen if session.user is there else None,
            id=request_id,
        )

    def _in_common(self, session: Asker, there: User) -> Sequence[str]:
        """The rooms that both people are in, and that `session` may see; none for oneself."""
        user = user_of(session)
        if user is there:
            return ()
        keys = sorted({key for each in user.sessions for key in each.rooms})
        rooms = [room for room in map(self._rooms.find, keys) if room is not None]
        both = [room for room in rooms if user.key in room.roster and there.key in room.roster]
        return [room.name for room in both if self._permissions.sees(session, room.key)]
