"""The rules about the state of a room: who is let in, and who may speak. `chat.hub.permissions` asks them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from chat.errors import ChatError
from chat.hub.people import Asker, key_of
from chat.names import Name
from chat.room_state import Closed, Past, Role, RoomState, Sanction, Speak, target_of
from chat.times import minute_of

# A seq that no room reaches: all that was said so far is hidden.
EVERYTHING: Final = 2**53
# Finds the role of whoever asks. Few rooms want to know it, so it is not looked up for the others.
FindRole = Callable[[], Role]
# Who asks, for which room and its state, at what time, and how to find their role there.
Rule = Callable[[Asker, Name, RoomState, float, FindRole], None]


def is_restricted(state: RoomState) -> bool:
    """Whether any rule here may refuse somebody in a room of this `state`; most rooms are open to everybody."""
    settings = state.settings
    is_open = settings.speak is Speak.ALL and settings.closed is Closed.OPEN and not settings.private
    return not is_open or bool(state.bans) or bool(state.mutes)


def is_let_in(state: RoomState, key: str) -> bool:
    """Whether the account is a member of the room, or invited, as far as the room is private, and is not gone."""
    return state.is_open_to(key) and state.settings.closed is not Closed.DELETED


def is_admitted(asker: Asker, room: str, state: RoomState) -> bool:
    """Whether a private room is there for `asker`: a member, somebody who is invited, or a guest on this visit."""
    if not state.settings.private:
        return True
    key = key_of(asker)
    return (key is not None and state.is_open_to(key)) or (asker.user is not None and room in asker.user.admitted)


def hidden_until(state: RoomState, asker: Asker, key: str) -> int:
    """The seq up to which the past of the room `key` is hidden from `asker`, who may see the room."""
    if not state.settings.private or state.settings.history is Past.ALL:
        return 0
    account = key_of(asker)
    if account is not None and account in state.members:
        return state.since(account)
    entered = asker.user.admitted.get(key, 0) if asker.user is not None else 0
    return entered - 1 if entered else EVERYTHING


def speaker_of(asker: Asker) -> str:
    """The target of a mute of `asker` (`target_of`)."""
    key = key_of(asker)
    return target_of(key, asker.user.key if asker.user is not None else "", "") if key is None else key


def _is_let_in(asker: Asker, room: Name, state: RoomState, now: float, role: FindRole) -> None:
    if state.settings.private and not is_admitted(asker, room.key, state):
        raise ChatError("private", room=room.shown)


def _is_there(asker: Asker, room: Name, state: RoomState, now: float, role: FindRole) -> None:
    if state.settings.closed is Closed.DELETED:
        raise ChatError("room_closed", room=room.shown)


def check_ban(asker: Asker, room: Name, state: RoomState, now: float, role: FindRole) -> None:
    """A ban holds for an account, or for those who come from an address without one."""
    if not state.bans:
        return
    ban = state.bans.get(target_of(key_of(asker), "", asker.address or "nowhere"))
    if ban is not None and ban.holds(now):
        raise ban_error(ban, room.shown)


def ban_error(ban: Sanction, room: str) -> ChatError:
    """The error that somebody who is banned from the room of that name gets."""
    until = "" if ban.until is None else f" until {minute_of(ban.until)}"
    return ChatError("room_banned", room=room, until=until, why=f": {ban.reason}" if ban.reason else "")


def _is_no_archive(asker: Asker, room: Name, state: RoomState, now: float, role: FindRole) -> None:
    if state.settings.closed is not Closed.OPEN:
        raise ChatError("room_closed", room=room.shown)


def _is_not_muted(asker: Asker, room: Name, state: RoomState, now: float, role: FindRole) -> None:
    if not state.mutes:
        return
    mute = state.mutes.get(speaker_of(asker))
    if mute is not None and mute.holds(now):
        raise ChatError("muted", room=room.shown)


def _may_speak(asker: Asker, room: Name, state: RoomState, now: float, role: FindRole) -> None:
    if state.settings.speak is Speak.ALL:
        return
    least = _SPEAKERS[state.settings.speak]
    if role().rank < least.rank:
        raise ChatError("may_not_speak", who=f"{least}s", room=room.shown)


_SPEAKERS: Final[Mapping[Speak, Role]] = {
    Speak.MEMBERS: Role.MEMBER,
    Speak.MODERATORS: Role.MODERATOR,
}
# The rules for seeing a room and for entering it, and those for speaking there. The first that refuses answers.
SEEING: Final[Sequence[Rule]] = (_is_let_in, _is_there, check_ban)
SPEAKING: Final[Sequence[Rule]] = (*SEEING, _is_no_archive, _is_not_muted, _may_speak)
# Everybody is in the lobby, whoever may speak there.
SPEAKING_IN_LOBBY: Final[Sequence[Rule]] = (check_ban, _is_not_muted, _may_speak)
