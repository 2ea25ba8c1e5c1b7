"""Inviting people into rooms, by name or by a link with a secret code."""

from collections.abc import Mapping
from urllib.parse import quote

from chat.accounts.rules import Accounts
from chat.accounts.tokens import digest
from chat.changes import Invited, LinkMade, Uninvited
from chat.errors import ChatError
from chat.events import LinkGiven, RequestId
from chat.hub.books import Books
from chat.hub.changes import Changes, by
from chat.hub.people import Asker, answered, user_of
from chat.hub.targets import Target, Targets
from chat.names import Name
from chat.room_state import RoomState

# What `uninvite` takes for all links of a room.
ALL_LINKS = "links"


class Invitations:
    """Answers these requests with changes of the room, after asking the gate. All methods raise ChatError.

    `url` is the address of the server as people type it, if the operator has said so.
    """

    def __init__(self, books: Books, changes: Changes, targets: Targets, accounts: Accounts) -> None:
        self._rooms, self._permissions, self._limits = books.rooms, books.permissions, books.limits
        self._changes = changes
        self._targets = targets
        self._accounts = accounts
        self._paced, self._now = books.paced, books.now
        self.url: str | None = None

    async def invite(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Invite an account, here or away, or a guest who is here."""
        room = self._targets.room(session, asked, "invite")
        person = await self._targets.person(session, room, asked, "invite")
        self._check(person, room)
        self._paced.take(session, "invitations_a_minute")
        change = Invited(**by(session, room), name=person.name, is_guest=person.is_guest)
        self._changes.publish(session, change, "invite", request_id)

    async def make_link(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Make a link, and answer with its code when that is stored. Only the digest of the code is kept."""
        room = self._targets.room(session, asked, "invite")
        now, limit, state = self._now(), self._limits.room_links, self._permissions.state_of(room.key)
        if sum(link.holds(now) for link in state.links.values()) >= limit:
            raise ChatError("too_many_links", room=room.shown, limit=limit)
        self._paced.take(session, "invitations_a_minute")
        code, uses, seconds = self._accounts.new_secret(), asked.get("uses"), asked.get("seconds")
        until = now + (seconds if isinstance(seconds, int | float) else self._limits.invitation_seconds)
        hashed, uses = digest(code).hex(), uses if isinstance(uses, int) else None
        change = LinkMade(**by(session, room), link=hashed, uses=uses, until=until)
        self._changes.publish(session, change, "", request_id)
        await answered(session)
        # If it was refused, the session knows that by now.
        if hashed in self._permissions.state_of(room.key).links:
            url = f"{self.url}#join={quote(room.shown, safe='')}.{code}" if self.url is not None else None
            answer = LinkGiven(place=room.shown, code=code, url=url, uses=uses, expires_at=until, id=request_id)
            session.answer(answer)

    async def uninvite(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """End an invitation, and the membership that came of it; or a link, by its code; or all links."""
        room, raw = self._targets.room(session, asked, "uninvite"), str(asked["name"])
        links = self._permissions.state_of(room.key).links
        hashed = digest(raw.rpartition(".")[2]).hex()
        if hashed in links or (raw.casefold() == ALL_LINKS and links):
            *others, last = list(links) if hashed not in links else [hashed]
            for link in others:
                self._changes.publish(session, Uninvited(**by(session, room), link=link), "", request_id)
            self._changes.publish(session, Uninvited(**by(session, room), link=last), "uninvite", request_id)
            return
        person = await self._targets.person(session, room, asked, "uninvite")
        state = self._permissions.state_of(room.key)
        is_admitted = person.user is not None and room.key in person.user.admitted
        is_invited = person.key in state.invited or (state.settings.private and person.key in state.members)
        if not is_admitted and not is_invited:
            raise ChatError("not_invited", name=person.name, room=room.shown)
        change = Uninvited(**by(session, room), name=person.name)
        self._changes.publish(session, change, "uninvite", request_id)

    async def use_code(self, session: Asker, room: Name, code: str, request_id: RequestId) -> bool:
        """Let `session` into a private room by the code of a link. False: it may not enter, and was told why.

        Where everybody may enter, the code does not matter.
        """
        state, hashed = self._permissions.states.get(room.key), digest(code).hex()
        there = self._rooms.find(room.key)
        if state is None and (there is None or not there.is_named):
            # A room that is gone is not made anew by an old link.
            raise ChatError("bad_code")
        if state is None or self._permissions.is_admitted(session, room.key):
            return True
        link = state.links.get(hashed)
        if link is None or not link.holds(self._now()):
            raise ChatError("bad_code")
        if session.scope is not None and room.key not in session.scope.rooms:
            raise ChatError("wrong_room")
        self._permissions.check_ban(session, room)
        self._check_members(room, state)
        user = user_of(session)
        place = self._rooms.shown(room)
        change = Invited(**by(session, place), name=user.name, is_guest=user.account is None, link=hashed)
        self._changes.publish(session, change, "", request_id)
        await answered(session)
        return self._permissions.is_admitted(session, room.key)

    def _check(self, person: Target, room: Name) -> None:
        """Raise ChatError where an invitation would mean nothing to that person."""
        state, there = self._permissions.state_of(room.key), self._rooms.find(room.key)
        is_member = state.settings.private and person.key in state.members
        if is_member or (there is not None and person.key in there.roster):
            raise ChatError("already_there", name=person.name, room=room.shown)
        ban = None if person.is_guest else state.bans.get(person.key)
        if ban is not None and ban.holds(self._now()):
            raise ChatError("still_banned", name=person.name, room=room.shown)
        if not person.is_guest and person.key not in state.invited:
            self._check_members(room, state)

    def _check_members(self, room: Name, state: RoomState) -> None:
        limit = self._limits.room_members
        if len(state.members) + len(state.invited) >= limit:
            raise ChatError("too_many_members", room=room.shown, limit=limit)
