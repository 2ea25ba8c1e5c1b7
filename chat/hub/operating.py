"""What operators do to the whole server, from within the chat."""

from collections.abc import Mapping
from typing import Protocol

from twisted.internet.defer import Deferred

from chat.accounts.bans import Ban, Bans, parse_target
from chat.changes import SettingsChanged
from chat.errors import ChatError
from chat.events import Announcement, Done, Entry, RequestId, failure_of
from chat.hub.books import Books
from chat.hub.changes import Changes, by
from chat.hub.oversight import Oversight
from chat.hub.people import Asker
from chat.hub.permissions import Action
from chat.interfaces import Reason
from chat.names import parse_known_name
from chat.room_state import Closed
from chat.sanitize import BLANK, clean_line
from chat.store.interfaces import AuditEntry, Maintenance, ModerationStore
from chat.times import shown_duration


class End(Protocol):
    """Ends the connections of a name (its key) or of an address, as `chat.admin.context.Running.end` does."""

    def __call__(self, target: str, error: ChatError, *, is_name: bool) -> int:
        """Returns the number of the connections."""


class Operating:
    """`Session.run` runs its coroutines; they raise ChatError if they refuse."""

    def __init__(
        self,
        books: Books,
        oversight: Oversight,
        changes: Changes,
        kept: ModerationStore,
        bans: Bans,
    ) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits
        self._oversight = oversight
        self._changes = changes
        self._kept = kept
        self._bans = bans
        self._finder, self._now = books.finder, books.now
        self._end: End = self._end_sessions
        self._maintenance: Maintenance | None = None

    def open(self, end: End, maintenance: Maintenance | None) -> None:
        """Set what ends connections of all kinds, and what keeps bans. Without it only sessions with a name end."""
        self._end, self._maintenance = end, maintenance

    def announce(self, text: str) -> None:
        """Tell everybody who is here a text. Raises ChatError (`empty_message`)."""
        line = clean_line(text)
        if not line.strip(BLANK):
            raise ChatError("empty_message")
        self._oversight.tell_everybody(Announcement(text=line))

    async def announce_for(self, session: Asker, text: str, request_id: RequestId) -> None:
        """The same, for an operator."""
        user = self._oversight.check_operator(session)
        self.announce(text)
        await self._note(user.name, "announce")
        session.answer(Done(request="announce", id=request_id))

    async def kick(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """End all connections of a name or an address; the people may come back."""
        user = self._oversight.check_operator(session)
        target, is_name, shown = self._target(asked)
        why = self._oversight.reason(asked)
        count = self._end(target, ChatError("kicked", why=f": {why}" if why else ""), is_name=is_name)
        if not count:
            raise ChatError("not_here", name=shown)
        await self._note(user.name, "server-kick", shown, why)
        session.answer(Done(request="server-kick", message=f"ended {_counted(count)}", id=request_id))

    async def ban(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Keep a name or an address out of the server, for `seconds` or for ever, and end its connections."""
        user = self._oversight.check_operator(session)
        target, is_name, shown = self._target(asked)
        seconds, now = asked.get("seconds"), self._now()
        until = now + seconds if isinstance(seconds, int | float) else None
        ban = Ban(target, is_name, now, until, self._oversight.reason(asked))
        if self._maintenance is not None:
            await self._maintenance.add_ban(ban)
        self._bans.add(ban)
        how_long = f" for {shown_duration(seconds)}" if isinstance(seconds, int | float) else ""
        await self._note(user.name, f"server-ban{how_long}", shown, ban.reason)
        count = self._end(target, ban.error(), is_name=is_name)
        done = f"{shown} is banned from this server{how_long}; ended {_counted(count)}"
        session.answer(Done(request="server-ban", message=done, id=request_id))

    async def unban(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """End a ban."""
        user = self._oversight.check_operator(session)
        target, is_name = parse_target(str(asked["name"]), self._limits)
        shown = self._shown(str(asked["name"]), target, is_name=is_name)
        found = self._bans.remove(target)
        if self._maintenance is not None:
            found |= await self._maintenance.end_ban(target)
        if not found:
            raise ChatError("not_server_banned", name=shown)
        await self._note(user.name, "server-unban", shown)
        session.answer(Done(request="server-unban", message=f"{shown} is banned no more", id=request_id))

    async def bans(self, session: Asker, request_id: RequestId) -> None:
        """List the bans from the server."""
        self._oversight.check_operator(session)
        entries = [
            Entry(number=number, at=ban.made_at, what="server-ban", whom=ban.target, why=ban.reason, until=ban.until)
            for number, ban in enumerate(self._bans, 1)
        ]
        self._oversight.list_entries(session, "server-bans", entries, request_id)

    async def lock_down(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Let nobody in without an account, and let nobody make one; or end that."""
        user = self._oversight.check_operator(session)
        is_on = bool(asked["on"])
        await self._kept.settings.change("lockdown", is_on)
        await self._note(user.name, f"lockdown {'on' if is_on else 'off'}")
        done = "nobody comes in without an account now, and nobody can make one" if is_on else "the lockdown is over"
        session.answer(Done(request="lockdown", message=done, id=request_id))

    def close_room(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Close a room that operators may see: it can be read, and nobody speaks there. The log notes the event."""
        self._oversight.check_operator(session)
        room = self._finder.room(session, asked.get("room"))
        self._permissions.may(session, room, Action.SEE)
        if room.key == self._rooms.lobby.key:
            raise ChatError("everybody_there", room=room.shown)
        state = self._permissions.states.get(room.key)
        if state is None and self._rooms.find(room.key) is None:
            raise ChatError("no_such_room")
        if state is not None and state.settings.closed is not Closed.OPEN:
            raise ChatError("room_closed", room=room.shown)
        change = SettingsChanged(**by(session, self._rooms.shown(room)), settings={"closed": Closed.ARCHIVED.value})
        self._changes.publish(session, change, "close-room", request_id)

    def _target(self, asked: Mapping[str, object]) -> tuple[str, bool, str]:
        """What is meant, whether that is a name, and how it is shown."""
        typed = str(asked["name"])
        target, is_name = parse_target(typed, self._limits)
        shown = self._shown(typed, target, is_name=is_name)
        if is_name and target in self._permissions.operators:
            raise ChatError("is_operator", name=shown)
        return target, is_name, shown

    def _shown(self, typed: str, target: str, *, is_name: bool) -> str:
        """A name as whoever is here has it, or else as it was typed; an address as bans have it."""
        if not is_name:
            return target
        user = self._directory.users.get(target)
        return user.name if user is not None else parse_known_name(typed, self._limits.name_characters).shown

    def _note(self, by: str, what: str, whom: str = "", why: str = "") -> Deferred[None]:
        return self._kept.audit.note(AuditEntry(by, what, "", whom, why))

    def _end_sessions(self, target: str, error: ChatError, *, is_name: bool) -> int:
        reason = Reason.BANNED if error.code == "banned" else Reason.KICKED
        found = [
            session
            for user in self._directory.users.values()
            for session in user.sessions
            if (user.key if is_name else session.address) == target
        ]
        for session in found:
            session.finish(reason, failure_of(error))
        return len(found)


def _counted(count: int) -> str:
    return f"{count} connection{'s' if count != 1 else ''}"
