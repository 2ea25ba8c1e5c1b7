"""The states of rooms in SQLite: each is a row, beside the columns that questions look at."""

import sqlite3
from collections.abc import Mapping

import msgspec

from chat.changes import SettingsChanged
from chat.room_state import Closed, RoomState, with_members, without_account
from chat.store.sqlite.rows import ACCOUNT

_KEEP = "INSERT INTO room_states VALUES (?, ?) ON CONFLICT (room_id) DO UPDATE SET state = excluded.state"
_FLAGS = "UPDATE rooms SET is_private = ?, is_deleted = ? WHERE id = ?"
_ACCOUNTS = (
    "SELECT a.name_key, a.name FROM cursors c JOIN users u ON u.id = c.user_id JOIN accounts a"
    f" ON a.name_key = u.name_key AND {ACCOUNT} WHERE c.room_id = ? ORDER BY a.name_key"
)
_ALL = "SELECT r.name_key, s.state FROM room_states s JOIN rooms r ON r.id = s.room_id"
# A key stands in a state as a whole JSON string; names have no character that JSON writes in another way.
_WITH_KEY = "SELECT r.id, r.name_key, s.state FROM room_states s JOIN rooms r ON r.id = s.room_id WHERE instr(state, ?)"


def states(connection: sqlite3.Connection) -> Mapping[str, RoomState]:
    """The states of all rooms that have one, by key."""
    return {room: decoded(state) for room, state in connection.execute(_ALL)}


def decoded(state: str | bytes) -> RoomState:
    """The state in a row. Raises msgspec.MsgspecError for one that no program of this version wrote."""
    return msgspec.json.decode(state, type=RoomState)


def keep_state(connection: sqlite3.Connection, room_id: int, state: RoomState) -> None:
    """Write the state of a room."""
    connection.execute(_KEEP, (room_id, msgspec.json.encode(state).decode()))


def keep_flags(connection: sqlite3.Connection, room_id: int, state: RoomState) -> None:
    """Write the columns of the room that say what its settings say."""
    settings = state.settings
    connection.execute(_FLAGS, (settings.private, settings.closed is Closed.DELETED, room_id))


def keep_retention(connection: sqlite3.Connection, room: str, state: RoomState) -> None:
    """Write for how long the messages of the room are kept, where its settings say so."""
    if (seconds := state.settings.retention) is not None:
        connection.execute("INSERT OR REPLACE INTO retention (room_key, seconds) VALUES (?, ?)", (room, seconds))


def set_settings(
    connection: sqlite3.Connection, room_id: int, event: SettingsChanged, before: RoomState | None, after: RoomState
) -> RoomState:
    """Carry out the settings of a room, and return its state: whoever belongs to it becomes a member if it is private.

    All rows of the transaction so far are written.
    """
    if after.settings.private and not (before is not None and before.settings.private):
        people = dict(connection.execute(_ACCOUNTS, (room_id,)).fetchall())
        after = with_members(after, people)
    keep_flags(connection, room_id, after)
    if "retention" in event.settings:
        connection.execute("DELETE FROM retention WHERE room_key = ?", (event.room,))
        keep_retention(connection, event.room, after)
    return after


def forget_account(connection: sqlite3.Connection, key: str) -> Mapping[str, RoomState]:
    """Take a deleted account out of all states; returns those that are others now, by the keys of their rooms."""
    changed: dict[str, RoomState] = {}
    for room_id, room, state in connection.execute(_WITH_KEY, (f'"{key}"',)).fetchall():
        before = decoded(state)
        after = without_account(before, key)
        if after != before:
            keep_state(connection, room_id, after)
            changed[room] = after
    return changed
