"""The one gate: may this person do this in this room? A new rule about rooms goes here, into the table `_RULES`."""

from collections.abc import Callable, Mapping, Set
from enum import StrEnum
from typing import Final, NamedTuple

from chat.errors import ChatError
from chat.hub.people import Asker
from chat.hub.powers import POWERS
from chat.limits import Limits
from chat.looks import Reserved
from chat.names import RESERVED, Name, fold, is_direct, people_of
from chat.room_state import Closed, Role, RoomState


class Lobby(NamedTuple):
    """The room that everybody is in. Nobody can speak there unless it `is_open`: then it only says who is here."""

    name: str = "lobby"
    is_open: bool = True


class Action(StrEnum):
    """What somebody may do in a room.

    ENTER: become a member by one's own request. SAY: send a message. SEE: hear what happens, read what was said, and
    mark it as read.
    """

    ENTER = "enter"
    SAY = "say"
    SEE = "see"


class Kind(StrEnum):
    """The kinds of rooms that rules tell apart. A CONVERSATION is the room of two people's direct messages."""

    LOBBY = "lobby"
    ROOM = "room"
    CONVERSATION = "conversation"


class Visible(NamedTuple):
    """Everything that somebody may see: public rooms (with `rooms`: only those), and the conversations of an account.

    `user` is the account's key, and `since` hides what is older than the account (`Account.since`). Without `user` no
    conversation is visible.
    """

    rooms: frozenset[str] | None = None
    user: str | None = None
    since: int = 0


class Permissions:
    """Answers for sessions, and for visitors over HTTP: those are sessions without a user."""

    def __init__(self, lobby: Lobby, limits: Limits) -> None:
        self.lobby = Name(lobby.name, fold(lobby.name))
        self.lobby_is_open = lobby.is_open
        self.limits = limits
        self.reserved = Reserved(RESERVED | {self.lobby.key})
        # The states of the rooms that have one, by key: written by `Rooms`.
        self.states: dict[str, RoomState] = {}
        # The keys of the operators' accounts.
        self.operators: Set[str] = frozenset()

    def may(self, asker: Asker, room: Name, action: Action) -> None:
        """Return if `asker` may do this in `room`. Raises ChatError, whose code says why not."""
        key = room.key
        kind = Kind.LOBBY if key == self.lobby.key else Kind.CONVERSATION if is_direct(key) else Kind.ROOM
        for rule in _RULES[action, kind]:
            rule(self, asker, room)

    def role_of(self, asker: Asker, key: str) -> Role:
        """The role of `asker` in the room with this key. An operator is a moderator everywhere."""
        account = asker.user.account if asker.user is not None else None
        if account is None:
            return Role.GUEST
        state = self.states.get(key)
        role = Role.MEMBER if state is None else state.role_of(account.key)
        is_operator = account.key in self.operators and role.rank < Role.MODERATOR.rank
        return Role.MODERATOR if is_operator else role

    def may_change(self, asker: Asker, room: Name, command: str, on: str | None = None) -> None:
        """Return if `asker` may use the `command` in `room`, `on` the person with this key. Raises ChatError."""
        power, role, state = POWERS[command], self.role_of(asker, room.key), self.states.get(room.key)
        self.may(asker, room, Action.SEE)
        is_operator = asker.user is not None and asker.user.key in self.operators and role is Role.MODERATOR
        if power.needs_owner and (state is None or state.owner is None) and not is_operator:
            raise ChatError("no_owner", room=room.shown)
        if role.rank < power.least.rank:
            raise ChatError("not_allowed", role=_ROLES[power.least], room=room.shown)
        if state is not None and state.settings.closed is not Closed.OPEN and not power.in_archive:
            raise ChatError("room_closed", room=room.shown)
        if power.on_lower and on is not None:
            theirs = Role.MEMBER if state is None else state.role_of(on)
            if theirs.rank >= role.rank:
                raise ChatError("higher_role", role=_ROLES[theirs], room=room.shown)

    def sees(self, asker: Asker, key: str) -> bool:
        """Whether `asker` may see the room with this key."""
        try:
            self.may(asker, Name(key, key), Action.SEE)
        except ChatError:
            return False
        return True

    def visible(self, asker: Asker) -> Visible:
        """All that `asker` may see, for a search through everything. It agrees with `may(…, SEE)` on each room."""
        if asker.scope is not None:
            return Visible(rooms=asker.scope.rooms)
        account = asker.user.account if asker.user is not None else None
        return Visible() if account is None else Visible(user=account.key, since=account.since)


# How roles are spoken of.
_ROLES: Final = {Role.GUEST: "a guest", Role.MEMBER: "a member", Role.MODERATOR: "a moderator", Role.OWNER: "the owner"}
Rule = Callable[[Permissions, Asker, Name], None]


def _is_in_scope(_: Permissions, asker: Asker, room: Name) -> None:
    """A program does only what concerns the rooms of its access token."""
    if asker.scope is not None and room.key not in asker.scope.rooms:
        raise ChatError("wrong_room")


def _is_own(_: Permissions, asker: Asker, room: Name) -> None:
    """A conversation belongs to its two people; programs have no part in it."""
    if asker.scope is not None:
        raise ChatError("wrong_room")
    if asker.user is None or asker.user.key not in people_of(room.key):
        raise ChatError("not_in_room")


def _is_member(_: Permissions, asker: Asker, room: Name) -> None:
    if room.key not in asker.rooms:
        raise ChatError("not_in_room")


def _is_no_member(_: Permissions, asker: Asker, room: Name) -> None:
    if room.key in asker.rooms:
        raise ChatError("already_in_room", room=room.shown)


def _is_not_reserved(permissions: Permissions, asker: Asker, room: Name) -> None:
    """Nobody makes a room whose name is reserved, or looks like a reserved one."""
    if permissions.reserved.are_like(room):
        raise ChatError("reserved_name", name=room.shown)


def _has_place_left(permissions: Permissions, asker: Asker, room: Name) -> None:
    if len(asker.rooms) >= permissions.limits.rooms_per_session:
        raise ChatError("too_many_rooms")


def _is_open_lobby(permissions: Permissions, asker: Asker, room: Name) -> None:
    """Nobody speaks in a closed lobby."""
    if not permissions.lobby_is_open:
        raise ChatError("no_lobby")


def _enters_no_lobby(permissions: Permissions, asker: Asker, room: Name) -> None:
    """Everybody is in the lobby; where it is closed it is no room to enter."""
    if permissions.lobby_is_open:
        raise ChatError("already_in_room", room=room.shown)
    raise ChatError("reserved_name", name=room.shown)


def _is_not_closed(permissions: Permissions, asker: Asker, room: Name) -> None:
    """Nobody speaks in a closed room."""
    state = permissions.states.get(room.key)
    if state is not None and state.settings.closed is not Closed.OPEN:
        raise ChatError("room_closed", room=room.shown)


def _is_not_deleted(permissions: Permissions, asker: Asker, room: Name) -> None:
    state = permissions.states.get(room.key)
    if state is not None and state.settings.closed is Closed.DELETED:
        raise ChatError("room_closed", room=room.shown)


def _never(_: Permissions, asker: Asker, room: Name) -> None:
    raise ChatError("not_in_room")


def _of_visitors(rule: Rule) -> Rule:
    """The rule, applied only to visitors, who have not come in."""

    def check(permissions: Permissions, asker: Asker, room: Name) -> None:
        if asker.user is None:
            rule(permissions, asker, room)

    return check


# The rules for each action, by kind of room. The first rule that refuses gives the answer.
_RULES: Final[Mapping[tuple[Action, Kind], tuple[Rule, ...]]] = {
    (Action.ENTER, Kind.LOBBY): (_is_in_scope, _enters_no_lobby),
    (Action.ENTER, Kind.ROOM): (_is_in_scope, _is_no_member, _is_not_reserved, _is_not_deleted, _has_place_left),
    (Action.ENTER, Kind.CONVERSATION): (_never,),
    (Action.SAY, Kind.LOBBY): (_is_in_scope, _is_open_lobby),
    (Action.SAY, Kind.ROOM): (_is_in_scope, _is_member, _is_not_closed),
    (Action.SAY, Kind.CONVERSATION): (_is_own,),
    (Action.SEE, Kind.LOBBY): (_is_in_scope, _of_visitors(_is_open_lobby)),
    (Action.SEE, Kind.ROOM): (_is_in_scope, _is_not_deleted, _of_visitors(_is_not_reserved)),
    (Action.SEE, Kind.CONVERSATION): (_is_own,),
}
