"""What the operator may look at: the accounts, and how long what is said is kept."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from chat.admin.files import current_snapshot
from chat.limits import Limits
from chat.names import parse_name
from chat.times import time_of

_DAY = 86400
_ACCOUNTS = (
    "SELECT name, created_at, held_until FROM accounts WHERE held_until IS NULL OR held_until > ? ORDER BY name_key"
)
_TOKENS = (
    "SELECT t.handle, a.name, t.rooms, t.created_at FROM access_tokens t JOIN accounts a USING (name_key)"
    " ORDER BY t.name_key, t.created_at, t.handle"
)


def users(folder: Path, now: float) -> Sequence[str]:
    """A line for each account: its name and its age and, once it is deleted, until when nobody can have the name."""
    with current_snapshot(folder) as connection:
        rows = connection.execute(_ACCOUNTS, (now,)).fetchall()
    return [
        f"{name}  since {_time(created_at)}{f', deleted, held until {_time(held)}' if held is not None else ''}"
        for name, created_at, held in rows
    ]


def access_tokens(folder: Path) -> Sequence[str]:
    """A line for each access token: its handle, as whom and where it speaks, and since when."""
    with current_snapshot(folder) as connection:
        rows = connection.execute(_TOKENS).fetchall()
    return [
        f"{handle}  {name} in {rooms.replace(' ', ', ')}, since {_time(made_at)}"
        for handle, name, rooms, made_at in rows
    ]


def retention(folder: Path, raw: str | None) -> Sequence[str]:
    """A line for each policy or, with a room, the one for that."""
    with current_snapshot(folder) as connection:
        policies = {
            key: (name or key, _policy(seconds, messages)) for key, name, seconds, messages in _policies(connection)
        }
    usual = policies.pop("", ("", "for ever"))[1]
    if raw is None:
        return [f"all rooms: {usual}", *(f"{name}: {policy}" for name, policy in policies.values())]
    name = parse_name(raw, Limits().room_characters, "bad_room")
    own = policies.get(name.key)
    return [f"{name.shown}: {usual}, as all rooms" if own is None else f"{name.shown}: {own[1]}"]


def _policies(connection: sqlite3.Connection) -> Iterator[tuple[str, str | None, float | None, int | None]]:
    yield from connection.execute(
        "SELECT p.room_key, r.name, p.seconds, p.messages FROM retention p LEFT JOIN rooms r ON r.name_key = p.room_key"
        " ORDER BY p.room_key"
    )


def _policy(seconds: float | None, messages: int | None) -> str:
    if messages is not None:
        return f"the last {messages} messages" if messages > 1 else "the last message"
    if seconds is None:
        return "for ever"
    return f"{seconds / _DAY:g} day{'s' if seconds != _DAY else ''}"


def _time(seconds: float) -> str:
    return f"{time_of(seconds):%Y-%m-%d %H:%M} UTC"
