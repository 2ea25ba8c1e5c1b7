"""The state of a room beside what is said there: one value, and one pure function that every event is put through.

Stores and the hub share it. A room without a state is open: everybody may enter, and nobody has a role there.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from chat.changes import (
    Banned,
    Change,
    Deleted,
    Invited,
    Kicked,
    LinkMade,
    Muted,
    Pinned,
    Renamed,
    RoleSet,
    SettingsChanged,
    TopicSet,
    Unbanned,
    Uninvited,
    Unmuted,
    Unpinned,
)
from chat.errors import ChatError
from chat.events import Joined, RoomEvent
from chat.names import fold

# A client shows a few of them above the room.
MOST_PINS: Final = 50
# Nobody keeps any number of names by renaming a room again and again: the oldest ones are free.
MOST_NAMES: Final = 10


class Role(StrEnum):
    """What somebody is in a room, the least first. A guest has no account."""

    GUEST = "guest"
    MEMBER = "member"
    MODERATOR = "moderator"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """The place among the roles: a higher role may do everything that a lower one may."""
        return _RANKS[self]


_RANKS: Final = {role: rank for rank, role in enumerate(Role)}
# Nobody is made a guest.
_GIVEN: Final = {role.value: role for role in Role if role is not Role.GUEST}


class Speak(StrEnum):
    """Who may speak in a room."""

    ALL = "all"
    MEMBERS = "members"
    MODERATORS = "moderators"


class Past(StrEnum):
    """From when on a member of a private room sees what was said: all of it, or from their first day there."""

    ALL = "all"
    JOINED = "joined"


class Closed(StrEnum):
    """Whether a room is closed: an archived one can be read, one that is to be deleted is gone for everybody."""

    OPEN = ""
    ARCHIVED = "archived"
    DELETED = "deleted"


class Settings(Struct, frozen=True, omit_defaults=True):
    """The settings of a room. `slow`: seconds between two messages of one person. `edits`: seconds in which an author
    may change a message; None is for ever. `retention`: seconds for which messages are kept; None is the server's.

    `group`: the room is a group of several people, whose name was made up.
    """

    private: bool = False
    group: bool = False
    speak: Speak = Speak.ALL
    slow: int = 0
    history: Past = Past.ALL
    retention: int | None = None
    edits: int | None = None
    closed: Closed = Closed.OPEN


class Member(Struct, frozen=True, omit_defaults=True):
    """An account with a role in the room, or in a private room. `since` is the seq with which it came in first."""

    name: str
    role: Role = Role.MEMBER
    since: int = 0


class Sanction(Struct, frozen=True, omit_defaults=True):
    """A ban, or a mute, of the person called `name`: `until` as in `Sanctioned`, `by` is whoever imposed it."""

    name: str
    by: str
    until: float | None = None
    reason: str = ""

    def holds(self, now: float) -> bool:
        """Whether it has not expired."""
        return self.until is None or now < self.until


class Link(Struct, frozen=True, omit_defaults=True):
    """A link with which `uses` more people may enter (None: any number), `until` a time in seconds; `by` made it."""

    by: str
    uses: int | None = None
    until: float | None = None

    def holds(self, now: float) -> bool:
        """Whether somebody may still use it."""
        return self.uses != 0 and (self.until is None or now < self.until)


class RoomState(Struct, frozen=True, omit_defaults=True):
    """The state of one room. People are named by the keys of their accounts.

    `name` is the shown name where that is not the room's key itself, else "". `formerly` has the keys of earlier names,
    each with the time in seconds at which it ended. `members` has the people with a role above `member` and, in a
    private room, all members. `invited` has who invited them, by key. `bans` and `mutes` are by target (`target_of`),
    `links` by the digest of their secret.
    """

    owner: str | None = None
    made_by: str = ""
    made_at: float = 0.0
    name: str = ""
    formerly: Mapping[str, float] = {}
    topic: str = ""
    settings: Settings = Settings()
    members: Mapping[str, Member] = {}
    invited: Mapping[str, str] = {}
    bans: Mapping[str, Sanction] = {}
    mutes: Mapping[str, Sanction] = {}
    links: Mapping[str, Link] = {}
    pins: tuple[int, ...] = ()

    def role_of(self, key: str) -> Role:
        """The role of the account `key`: `member` where it has none of its own."""
        member = self.members.get(key)
        return Role.MEMBER if member is None else member.role

    def is_open_to(self, key: str) -> bool:
        """Whether the account may enter, by its membership or an invitation, as far as the room is private."""
        return not self.settings.private or key in self.members or key in self.invited

    def since(self, key: str) -> int:
        """The seq up to which the past of the room is hidden from the account."""
        if not self.settings.private or self.settings.history is Past.ALL:
            return 0
        member = self.members.get(key)
        return 0 if member is None else max(0, member.since - 1)


# The state of a room that has none.
OPEN: Final = RoomState()


def target_of(key: str | None, guest: str, address: str) -> str:
    """Whom a ban holds for: the account `key`, or else whoever comes without one from `address`.

    A mute of a guest holds for their name, for which the caller gives `guest` and no address. No name has a space.
    """
    return key if key is not None else f"at {address}" if address else f"guest {guest}"


def founded(event: Joined, *, is_account: bool) -> RoomState | None:
    """The state of a room that the sender of `event` has just made: an account owns it; None for a guest's room."""
    if not is_account or event.place is None:
        return None
    key = fold(event.sender)
    member = Member(event.sender, Role.OWNER, event.seq)
    name = event.place if event.place != event.room else ""
    return RoomState(owner=key, made_by=event.sender, made_at=event.sent_at, name=name, members={key: member})


def apply(state: RoomState | None, event: RoomEvent) -> RoomState | None:
    """The state after `event`, which has its seq and its time. The same object where the event changes nothing.

    Raises ChatError where a stale request cannot be carried out any more (`bad_code`, `too_many_pins`, `room_closed`,
    `higher_role`), and for a value that no room can have (`wrong_type`).
    """
    if state is not None and state.settings.closed is Closed.DELETED and isinstance(event, Change | Joined):
        # Nothing takes that back: everybody has been put out, and the store deletes it.
        raise ChatError("room_closed", room=event.place)
    change = _CHANGES.get(type(event))
    if change is None or (state is None and isinstance(event, Joined | Deleted | Unpinned)):
        return state
    return change(state or OPEN, event)


def next_state(before: RoomState | None, event: RoomEvent, *, is_new: bool, belongs: bool) -> RoomState | None:
    """The state of a room after `event`. With its first one (`is_new`) an account, which `belongs` there, founds it.

    Raises ChatError, as `apply` does.
    """
    if is_new and isinstance(event, Joined):
        return founded(event, is_account=belongs)
    return apply(before, event)


def with_members(state: RoomState, people: Mapping[str, str]) -> RoomState:
    """The state of a room that has just become private: `people`, by key, belong to it already."""
    return replace(state, members={**{key: Member(name) for key, name in people.items()}, **state.members})


def without_account(state: RoomState, key: str) -> RoomState:
    """The state when the account was deleted: a moderator becomes the owner of its room, or nobody does."""
    members = _without(state.members, key)
    owner = state.owner
    if owner == key:
        owner = next((each for each, member in members.items() if member.role is Role.MODERATOR), None)
        if owner is not None:
            members = {**members, owner: replace(members[owner], role=Role.OWNER)}
    return replace(
        state,
        owner=owner,
        members=members,
        invited=_without(state.invited, key),
        bans=_without(state.bans, key),
        mutes=_without(state.mutes, key),
        links=_links_of_others(state, key),
    )


def _without(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return {each: value for each, value in values.items() if each != key}


def _join(state: RoomState, event: Joined) -> RoomState:
    key = fold(event.sender)
    if key not in state.invited:
        return state
    invited = _without(state.invited, key)
    if not state.settings.private or key in state.members:
        return replace(state, invited=invited)
    return replace(state, members={**state.members, key: Member(event.sender, since=event.seq)}, invited=invited)


def _set(state: RoomState, event: SettingsChanged) -> RoomState:
    # Also checks the values.
    try:
        settings = msgspec.convert({**msgspec.to_builtins(state.settings), **event.settings}, Settings)
    except msgspec.ValidationError:
        raise ChatError("wrong_type", field="settings") from None
    return replace(state, settings=settings)


def _rename(state: RoomState, event: Renamed) -> RoomState:
    before = fold(state.name) if state.name else event.room
    formerly = {**_without(state.formerly, before), before: event.sent_at}
    kept = list(_without(formerly, fold(event.name)).items())[-MOST_NAMES:]
    return replace(state, name=event.name, formerly=dict(kept))


def _invite(state: RoomState, event: Invited) -> RoomState:
    links = state.links
    if event.link is not None:
        link = links.get(event.link)
        if link is None or not link.holds(event.sent_at):
            raise ChatError("bad_code")
        if link.uses is not None:
            links = {**links, event.link: replace(link, uses=link.uses - 1)}
            if link.uses == 1:
                links = _without(links, event.link)
    key = fold(event.name)
    is_new = not event.is_guest and key not in state.members
    invited = {**state.invited, key: event.sender} if is_new else state.invited
    return replace(state, invited=invited, links=links)


def _uninvite(state: RoomState, event: Uninvited) -> RoomState:
    links = state.links if event.link is None else _without(state.links, event.link)
    if event.name is None:
        return replace(state, links=links)
    key = fold(event.name)
    if not state.settings.private and state.role_of(key) is not Role.MEMBER:
        # In a public room nobody is a member by invitation.
        return replace(state, invited=_without(state.invited, key), links=links)
    return _taken_out(replace(state, links=links), key)


def _link(state: RoomState, event: LinkMade) -> RoomState:
    kept = {digest: link for digest, link in state.links.items() if link.holds(event.sent_at)}
    return replace(state, links={**kept, event.link: Link(event.sender, event.uses, event.until)})


def _give_role(state: RoomState, event: RoleSet) -> RoomState:
    key, role = fold(event.name), _GIVEN.get(event.role)
    if role is None:
        raise ChatError("wrong_type", field="role")
    before = state.members.get(key)
    member = Member(event.name, role, event.seq) if before is None else replace(before, role=role)
    members = {**state.members, key: member}
    owner = state.owner
    if role is Role.OWNER:
        if owner is not None and owner != key and owner in members:
            members[owner] = replace(members[owner], role=Role.MODERATOR)
        owner = key
    elif owner == key:
        # Whoever asked for that did not know yet that this person owns the room now.
        raise ChatError("higher_role", role="the owner", room=event.place)
    if role is Role.MEMBER and not state.settings.private:
        del members[key]
    if role is Role.OWNER:
        # Nobody else could end these.
        bans, mutes = _without(state.bans, key), _without(state.mutes, key)
        return replace(state, owner=owner, members=members, bans=bans, mutes=mutes)
    links = _links_of_others(state, key) if role is Role.MEMBER else state.links
    return replace(state, owner=owner, members=members, links=links)


def _remove(state: RoomState, event: Kicked | Banned) -> RoomState:
    key = fold(event.name)
    is_account = isinstance(event, Kicked) or " " not in event.target
    if not is_account:
        return state
    if state.owner == key:
        # Whoever asked for that did not know yet that this person owns the room now.
        raise ChatError("higher_role", role="the owner", room=event.place)
    return _taken_out(state, key)


def _taken_out(state: RoomState, key: str) -> RoomState:
    """The state without the account, and without the links that it made: whoever has one must not come back by it."""
    return replace(
        state,
        owner=None if state.owner == key else state.owner,
        members=_without(state.members, key),
        invited=_without(state.invited, key),
        links=_links_of_others(state, key),
    )


def _links_of_others(state: RoomState, key: str) -> Mapping[str, Link]:
    return {digest: link for digest, link in state.links.items() if fold(link.by) != key}


def _ban(state: RoomState, event: Banned) -> RoomState:
    return replace(_remove(state, event), bans=_sanctioned(state.bans, event))


def _mute(state: RoomState, event: Muted) -> RoomState:
    return replace(state, mutes=_sanctioned(state.mutes, event))


def _sanctioned(before: Mapping[str, Sanction], event: Banned | Muted) -> Mapping[str, Sanction]:
    kept = {target: sanction for target, sanction in before.items() if sanction.holds(event.sent_at)}
    return {**kept, event.target: Sanction(event.name, event.sender, event.until, event.reason)}


def _unpin(state: RoomState, event: Unpinned | Deleted) -> RoomState:
    if event.of not in state.pins:
        return state
    return replace(state, pins=tuple(seq for seq in state.pins if seq != event.of))


def _pin(state: RoomState, event: Pinned) -> RoomState:
    if event.of in state.pins:
        return state
    if len(state.pins) >= MOST_PINS:
        raise ChatError("too_many_pins", limit=MOST_PINS)
    return replace(state, pins=(*state.pins, event.of))


_CHANGES: Final[Mapping[type[RoomEvent], Callable[[RoomState, Any], RoomState]]] = {
    Joined: _join,
    TopicSet: lambda state, event: replace(state, topic=event.text),
    SettingsChanged: _set,
    Renamed: _rename,
    Invited: _invite,
    Uninvited: _uninvite,
    LinkMade: _link,
    RoleSet: _give_role,
    Kicked: _remove,
    Banned: _ban,
    Unbanned: lambda state, event: replace(state, bans=_without(state.bans, event.target)),
    Muted: _mute,
    Unmuted: lambda state, event: replace(state, mutes=_without(state.mutes, event.target)),
    Pinned: _pin,
    Unpinned: _unpin,
    Deleted: _unpin,
}
