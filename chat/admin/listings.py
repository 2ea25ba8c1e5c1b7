"""Listings for the operator, as lines to read."""

from collections.abc import Sequence

from chat.limits import Limits
from chat.names import parse_name
from chat.store.interfaces import KeptRoom, Records, RetentionPolicy
from chat.times import minute_of

_DAY = 86400


def users(records: Records, now: float) -> Sequence[str]:
    """A line for each account: its name, its age and, if it is deleted, until when its name is held."""
    return [
        f"{each.name}  since {minute_of(each.created_at)}"
        + (f", deleted, held until {minute_of(each.held_until)}" if each.held_until is not None else "")
        for each in records.accounts(now)
    ]


def access_tokens(records: Records) -> Sequence[str]:
    """A line for each access token: its handle, its account, its rooms, and its age."""
    return [
        f"{token.handle}  {name} in {', '.join(token.rooms)}, since {minute_of(token.created_at)}"
        for token, name in records.access_tokens()
    ]


def retention(records: Records, raw: str | None) -> Sequence[str]:
    """A line for each policy or, with a room, the one for that."""
    policies = {room: (name, _policy(policy)) for room, name, policy in records.policies()}
    usual = policies.pop("", ("", "for ever"))[1]
    if raw is None:
        return [f"all rooms: {usual}", *(f"{name}: {policy}" for name, policy in policies.values())]
    name = parse_name(raw, Limits().room_characters, "bad_room")
    own = policies.get(name.key)
    return [f"{name.shown}: {usual}, as all rooms" if own is None else f"{name.shown}: {own[1]}"]


def rooms(records: Records, limit: int, after: str) -> Sequence[str]:
    """A line for each of `limit` rooms and conversations after the name `after`, and one if there are more."""
    found = records.rooms(limit + 1, after)
    lines = [
        f"{_shown(room)}  {_counted(room.members, 'member')}, {_counted(room.events, 'event')}"
        + (f", last {minute_of(room.last_at)}" if room.last_at is not None else "")
        for room in found[:limit]
    ]
    return [*lines, f"there is more: --after {found[limit - 1].key}"] if len(found) > limit else lines


def mailboxes(records: Records, limit: int) -> Sequence[str]:
    """A line for each of the `limit` largest mailboxes, and one if there are more."""
    found = records.mailboxes(limit + 1)
    lines = [
        f"{box.user}  {_counted(box.messages, 'message')}, {box.text_bytes} bytes,"
        f" the oldest of {minute_of(box.oldest_at)}, {'an account' if box.is_account else 'no account'}"
        for box in found[:limit]
    ]
    return [*lines, "there are more: --limit"] if len(found) > limit else lines


def _policy(policy: RetentionPolicy) -> str:
    seconds, messages = policy
    if messages is not None:
        return f"the last {messages} messages" if messages > 1 else "the last message"
    if seconds is None:
        return "for ever"
    return f"{seconds / _DAY:g} day{'s' if seconds != _DAY else ''}"


def _shown(room: KeptRoom) -> str:
    return room.key.removeprefix("direct:").replace(":", " and ") if room.is_direct else f"#{room.name}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"
