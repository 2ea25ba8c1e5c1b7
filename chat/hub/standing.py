"""Removing people from rooms, bans, mutes and roles: what moderators and owners ask."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from chat.accounts.bans import target_of as address_of
from chat.changes import Banned, Change, Kicked, Muted, RoleSet, Unbanned, Unmuted
from chat.errors import ChatError
from chat.events import Ban, RequestId, RoomBans
from chat.hub.books import Books
from chat.hub.changes import Changes, by
from chat.hub.people import Asker
from chat.hub.targets import Target, Targets
from chat.names import Name, fold, parse_known_name
from chat.room_state import Role, Sanction, target_of
from chat.sanitize import clean_line

# The longest text of a network, with its prefix length.
_LONGEST_ADDRESS = 64


class Standing:
    """Answers these requests with changes of the room, after asking the gate. All methods raise ChatError."""

    def __init__(self, books: Books, changes: Changes, targets: Targets) -> None:
        self._rooms, self._permissions, self._limits = books.rooms, books.permissions, books.limits
        self._now = books.now
        self._changes = changes
        self._targets = targets

    async def kick(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Remove a person from the room; in a private one they are no member any more."""
        reason = self._reason(asked)
        room = self._targets.room(session, asked, "kick")
        person = await self._targets.person(session, room, asked, "kick")
        if person.is_guest and not self._is_there(person, room):
            raise ChatError("not_there", name=person.name, room=room.shown)
        change = Kicked(**by(session, room), name=person.name, reason=reason)
        self._changes.publish(session, change, "kick", request_id)

    async def ban(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Remove a person, and keep them out: an account, a guest's address, or an address."""
        reason, seconds = self._reason(asked), _seconds(asked)
        room = self._targets.room(session, asked, "ban")
        address = _address(str(asked["name"]))
        if address is not None:
            shown, target = address, target_of(None, "", address)
        else:
            person = await self._targets.person(session, room, asked, "ban")
            of = next(iter(person.user.sessions)).address if person.is_guest and person.user is not None else ""
            shown, target = person.name, target_of(None if person.is_guest else person.key, person.key, of)
        self._check_room_for(self._permissions.state_of(room.key).bans, target, room)
        until = self._until(seconds)
        common = by(session, room)
        change = Banned(**common, name=shown, target=target, until=until, seconds=seconds, reason=reason)
        self._changes.publish(session, change, "ban", request_id)

    async def mute(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Let a person say nothing in the room."""
        reason, seconds = self._reason(asked), _seconds(asked)
        room = self._targets.room(session, asked, "mute")
        person = await self._targets.person(session, room, asked, "mute")
        target = target_of(None if person.is_guest else person.key, person.key, "")
        self._check_room_for(self._permissions.state_of(room.key).mutes, target, room)
        until = self._until(seconds)
        common = by(session, room)
        change = Muted(**common, name=person.name, target=target, until=until, seconds=seconds, reason=reason)
        self._changes.publish(session, change, "mute", request_id)

    def unban(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """End a ban."""
        room = self._targets.room(session, asked, "unban")
        name, target = self._sanctioned(
            self._permissions.state_of(room.key).bans, str(asked["name"]), "not_banned", room
        )
        change = Unbanned(**by(session, room), name=name, target=target)
        self._changes.publish(session, change, "unban", request_id)

    def unmute(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """End a mute."""
        room = self._targets.room(session, asked, "unmute")
        name, target = self._sanctioned(
            self._permissions.state_of(room.key).mutes, str(asked["name"]), "not_muted", room
        )
        # A moderator whom the owner has muted does not end that.
        self._permissions.may_change(session, room, "unmute", target)
        change = Unmuted(**by(session, room), name=name, target=target)
        self._changes.publish(session, change, "unmute", request_id)

    def bans(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Answer with the bans in force, by name."""
        room = self._targets.room(session, asked, "bans")
        now = self._now()
        held = sorted(
            (ban for ban in self._permissions.state_of(room.key).bans.values() if ban.holds(now)),
            key=lambda ban: ban.name,
        )
        bans = [Ban(ban.name, ban.by, ban.until, ban.reason) for ban in held]
        session.answer(RoomBans(place=room.shown, bans=bans, id=request_id))

    async def give_role(self, session: Asker, asked: Mapping[str, object], request: str, request_id: RequestId) -> None:
        """Give an account a role in the room; the owner's role passes to it."""
        role = _ROLES.get(str(asked.get("role", "")).casefold())
        if role is None:
            raise ChatError("bad_role")
        command = "owner" if role is Role.OWNER else "role"
        room = self._targets.room(session, asked, command)
        person = await self._targets.person(session, room, asked, command)
        if person.is_guest:
            raise ChatError("guest_role", name=person.name)
        if role is Role.OWNER and self._rooms.names.owned_by(person.key) >= self._limits.owned_rooms:
            raise ChatError("owns_enough", name=person.name, limit=self._limits.owned_rooms)
        members = self._permissions.state_of(room.key).members
        if person.key not in members and len(members) >= self._limits.room_members:
            raise ChatError("too_many_members", room=room.shown, limit=self._limits.room_members)
        change: Change = RoleSet(**by(session, room), name=person.name, role=role.value)
        self._changes.publish(session, change, request, request_id)

    # --- what these have in common

    def _is_there(self, guest: Target, room: Name) -> bool:
        there = self._rooms.find(room.key)
        is_admitted = guest.user is not None and room.key in guest.user.admitted
        return is_admitted or (there is not None and guest.key in there.roster)

    def _until(self, seconds: float | None) -> float | None:
        return None if seconds is None else self._now() + seconds

    def _reason(self, asked: Mapping[str, object]) -> str:
        typed = str(asked.get("reason") or "")
        if len(typed) > self._limits.reason_characters:
            raise ChatError("long_reason", limit=self._limits.reason_characters)
        return clean_line(typed).strip()

    def _check_room_for(self, sanctions: Mapping[str, Sanction], target: str, room: Name) -> None:
        """Raise ChatError if there are too many to add one for `target`."""
        now, limit = self._now(), self._limits.room_bans
        if target not in sanctions and sum(each.holds(now) for each in sanctions.values()) >= limit:
            raise ChatError("too_many_bans", room=room.shown, limit=limit)

    def _sanctioned(self, sanctions: Mapping[str, Sanction], raw: str, code: str, room: Name) -> tuple[str, str]:
        """The name and the target of the ban or mute that is meant by a name or an address."""
        address = _address(raw)
        name = Name(address, "") if address is not None else parse_known_name(raw, self._limits.name_characters)
        wanted = name.key or target_of(None, "", name.shown)
        found = [target for target, each in sanctions.items() if target == wanted or fold(each.name) == name.key]
        held = [target for target in found if sanctions[target].holds(self._now())]
        if not held:
            raise ChatError(code, name=name.shown, room=room.shown)
        return sanctions[held[0]].name, held[0]


_ROLES: Final = {role.value: role for role in (Role.MEMBER, Role.MODERATOR, Role.OWNER)}


def _seconds(asked: Mapping[str, object]) -> float | None:
    seconds = asked.get("seconds")
    return float(seconds) if isinstance(seconds, int | float) else None


def _address(raw: str) -> str | None:
    """The source that a typed address counts for, as `Session.address` has it; None for what is no address."""
    if len(raw) > _LONGEST_ADDRESS:
        return None
    try:
        host = ip_address(raw.removesuffix("/64"))
    except ValueError:
        return None
    # An IPv4 client of an IPv6 listener has its IPv4 address.
    mapped = host.ipv4_mapped if isinstance(host, IPv6Address) else None
    return address_of(ip_network(mapped or host))
