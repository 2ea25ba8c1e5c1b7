"""The one gate: may this person do this in this room? A new rule about rooms goes here, into the table `_RULES`."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence, Set
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from chat.errors import ChatError
from chat.hub.people import Asker, key_of
from chat.hub.powers import POWERS
from chat.hub.rules import (
    SEEING,
    SPEAKING,
    SPEAKING_IN_LOBBY,
    check_ban,
    hidden_until,
    is_admitted,
    is_let_in,
    speaker_of,
)
from chat.hub.rules import Rule as StateRule
from chat.hub.slow_mode import SlowMode
from chat.hub.states import States
from chat.limits import Limits
from chat.looks import Reserved
from chat.names import RESERVED, Name, fold, is_direct, people_of
from chat.room_state import OPEN, Closed, Role, RoomState


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


class Visible(NamedTuple):
    """Everything that somebody may see: public rooms, the private rooms in `own`, and the conversations of an account.

    With `rooms` only those of all rooms. `own` has the seq up to which the past of each room is hidden. `user` is the
    account's key, and `since` hides what is older than the account (`Account.since`). Without `user` no conversation is
    visible.
    """

    rooms: frozenset[str] | None = None
    user: str | None = None
    since: int = 0
    own: Mapping[str, int] = {}


class Permissions:
    """Answers for sessions, and for visitors over HTTP: those are sessions without a user.

    `now` is in seconds since the epoch: bans and mutes expire by themselves.
    """

    def __init__(self, lobby: Lobby, limits: Limits, now: Callable[[], float] = lambda: 0.0) -> None:
        self.lobby = Name(lobby.name, fold(lobby.name))
        self.lobby_is_open = lobby.is_open
        self.limits = limits
        self.now = now
        self.reserved = Reserved(RESERVED | {self.lobby.key})
        self._slow_mode = SlowMode(now, limits.remembered_names)
        self._states = States(self._slow_mode.forget)
        # The states of the rooms that have one, and those that restrict anything, by key.
        self.states: Mapping[str, RoomState] = self._states.all
        self._restricted: Mapping[str, RoomState] = self._states.restricted
        # The seconds of the rooms in slow mode, by key.
        self.slow: Mapping[str, int] = self._states.slow
        # Called by `Rooms` alone: a room has another state from now on.
        self.restate = self._states.restate
        # The keys of the operators' accounts.
        self.operators: Set[str] = frozenset()

    def may(self, asker: Asker, room: Name, action: Action) -> None:
        """Return if `asker` may do this in `room`. Raises ChatError, whose code says why not.

        The error names the room as `room` does: for people outside of a private room that is what they typed.
        """
        key, kinds = room.key, _RULES[action]
        rules = kinds.lobby if key == self.lobby.key else kinds.conversation if is_direct(key) else kinds.room
        if (state := self._restricted.get(key)) is not None:
            now, role = self.now(), partial(self.role_of, asker, key)
            for restriction in rules.of_state:
                restriction(asker, room, state, now, role)
        for rule in rules.of_place:
            rule(self, asker, room)

    def check_visitor(self, asker: Asker, room: Name) -> None:
        """Raise ChatError where no visitor at all may see `room`, whatever account they have."""
        kinds = _RULES[Action.SEE]
        for rule in (kinds.lobby if room.key == self.lobby.key else kinds.room).of_place:
            rule(self, asker, room)

    def take_turn(self, asker: Asker, room: Name, nonce: str | None, here: Container[str]) -> None:
        """`asker`, who may speak, says something in a room of `slow`. Raises ChatError if they have to wait.

        Moderators never wait. `nonce` is that of the message, `here` has the keys of all people in the chat.
        """
        if self.role_of(asker, room.key).rank >= Role.MODERATOR.rank:
            return
        slow, seconds, user = self._slow_mode, self.slow[room.key], asker.user
        if key_of(asker) is not None:
            slow.take_turn(room, speaker_of(asker), seconds, nonce)
        elif user is None or not user.sessions:
            # Visitors over HTTP take any name they like.
            slow.take_turn(room, asker.holder, seconds, nonce)
        elif not slow.is_repeat(room, speaker_of(asker), nonce):
            slow.check_others(room, asker.holder, user.key, seconds, here)
            slow.take_turn(room, speaker_of(asker), seconds, nonce)
            slow.note_guest(room.key, asker.holder, user.key, seconds)

    def since(self, asker: Asker, key: str) -> int:
        """The seq up to which the past of the room with this key is hidden from `asker`, who may see the room."""
        state = self._restricted.get(key)
        return 0 if state is None else hidden_until(state, asker, key)

    def state_of(self, key: str) -> RoomState:
        """The state of the room with this key; that of an open room where it has none."""
        return self.states.get(key, OPEN)

    def is_private(self, key: str) -> bool:
        """Whether the room with this key is private."""
        state = self._restricted.get(key)
        return state is not None and state.settings.private

    def is_open_to(self, account: str, key: str) -> bool:
        """Whether the account, by its key, may see the room with this key, whether it is here or not."""
        state = self._restricted.get(key)
        if state is None:
            return True
        ban = state.bans.get(account)
        return is_let_in(state, account) and (ban is None or not ban.holds(self.now()))

    def is_admitted(self, asker: Asker, key: str) -> bool:
        """Whether `asker` is a member of the room with this key, is invited or let in, as far as it is private."""
        state = self._restricted.get(key)
        return state is None or is_admitted(asker, key, state)

    def check_admitted(self, asker: Asker, room: Name) -> None:
        """Raise ChatError (`private`) if `room` is private, and `asker` is neither a member nor let in."""
        if not self.is_admitted(asker, room.key):
            raise ChatError("private", room=room.shown)

    def check_ban(self, asker: Asker, room: Name) -> None:
        """Raise ChatError (`room_banned`) if `asker` is banned from `room`."""
        if (state := self._restricted.get(room.key)) is not None:
            check_ban(asker, room, state, self.now(), partial(self.role_of, asker, room.key))

    def invitations(self, account: str) -> Iterator[tuple[str, str]]:
        """The rooms to which the account is invited, by key, and who invites it."""
        return ((room, by) for room, by in self._states.invitations(account) if self.is_open_to(account, room))

    def role_of(self, asker: Asker, key: str) -> Role:
        """The role of `asker` in the room with this key. An operator is a moderator wherever they are let in."""
        account = key_of(asker)
        return Role.GUEST if account is None else self.role_of_account(account, key)

    def role_of_account(self, account: str, key: str) -> Role:
        """The role of an account, by its key, in the room with this key."""
        state = self.states.get(key)
        role = Role.MEMBER if state is None else state.role_of(account)
        is_operator = account in self.operators and role.rank < Role.MODERATOR.rank
        return Role.MODERATOR if is_operator else role

    def may_change(self, asker: Asker, room: Name, command: str, on: str | None = None) -> None:
        """Return if `asker` may use the `command` in `room`, `on` the person with this key. Raises ChatError."""
        power, role, state = POWERS[command], self.role_of(asker, room.key), self.states.get(room.key)
        self.may(asker, room, Action.SEE)
        is_operator = asker.user is not None and asker.user.key in self.operators and role is Role.MODERATOR
        if power.needs_owner and (state is None or state.owner is None) and not is_operator:
            raise ChatError("no_owner", room=room.shown, way="" if room.key == self.lobby.key else _way_to_own(asker))
        if role.rank < power.least.rank:
            raise ChatError("not_allowed", role=_ROLES[power.least], room=room.shown)
        if state is not None and state.settings.closed is not Closed.OPEN and not power.in_archive:
            raise ChatError("room_closed", room=room.shown)
        if power.on_lower and on is not None:
            theirs = self.role_of_account(on, room.key)
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
        account = key_of(asker)
        keys = self._states.rooms_of(account)
        keys = keys if asker.user is None else keys | asker.user.admitted.keys()
        own = {key: self.since(asker, key) for key in keys if self.is_private(key) and self.sees(asker, key)}
        if asker.scope is not None:
            return Visible(rooms=asker.scope.rooms, own=own)
        owner = asker.user.account if asker.user is not None else None
        return Visible(own=own) if owner is None else Visible(user=owner.key, since=owner.since, own=own)


# How roles are spoken of.
_ROLES: Final = {Role.GUEST: "a guest", Role.MEMBER: "a member", Role.MODERATOR: "a moderator", Role.OWNER: "the owner"}
Rule = Callable[[Permissions, Asker, Name], None]


def _way_to_own(asker: Asker) -> str:
    """How `asker` comes to own a room: the end of the refusal in one without an owner."""
    if key_of(asker) is not None:
        return "; you own the rooms that you make yourself"
    return f"; to own the rooms that you make you need an account, {asker.account_hint}"


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


def _never(_: Permissions, asker: Asker, room: Name) -> None:
    raise ChatError("not_in_room")


def _of_visitors(rule: Rule) -> Rule:
    """The rule, applied only to visitors, who have not come in."""

    def check(permissions: Permissions, asker: Asker, room: Name) -> None:
        if asker.user is None:
            rule(permissions, asker, room)

    return check


class _Rules(NamedTuple):
    """The rules for one action in one kind of room; the first that refuses gives the answer.

    Those about its state come first: from outside a private room is nothing but private.
    """

    of_place: Sequence[Rule]
    of_state: Sequence[StateRule] = ()


class _Kinds(NamedTuple):
    """The rules for one action, by kind of room. A conversation is the room of two people's direct messages."""

    lobby: _Rules
    room: _Rules
    conversation: _Rules


_RULES: Final[Mapping[Action, _Kinds]] = {
    Action.ENTER: _Kinds(
        lobby=_Rules((_is_in_scope, _enters_no_lobby)),
        room=_Rules((_is_in_scope, _is_no_member, _is_not_reserved, _has_place_left), SEEING),
        conversation=_Rules((_never,)),
    ),
    Action.SAY: _Kinds(
        lobby=_Rules((_is_in_scope, _is_open_lobby), SPEAKING_IN_LOBBY),
        room=_Rules((_is_in_scope, _is_member), SPEAKING),
        conversation=_Rules((_is_own,)),
    ),
    Action.SEE: _Kinds(
        lobby=_Rules((_is_in_scope, _of_visitors(_is_open_lobby))),
        room=_Rules((_is_in_scope, _of_visitors(_is_not_reserved)), SEEING),
        conversation=_Rules((_is_own,)),
    ),
}
