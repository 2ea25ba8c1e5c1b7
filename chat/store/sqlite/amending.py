"""Changes the rows of messages: what was edited, deleted or answered with an emoji is kept as it is now."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from chat.changes import Deleted, Edited, Reacted
from chat.errors import ChatError
from chat.reactions import reacted
from chat.store.kinds import KINDS, MESSAGE, TAKEN_BACK
from chat.store.sqlite.indexing import Indexed, reindex, unindex
from chat.store.sqlite.rows import name_in
from chat.store.words import indexed, searchable

# By the id, the room, the seq and the sender of the message. A name that is nobody's has nothing to be told.
MENTION: Final = (
    "INSERT OR IGNORE INTO mentions (user_id, message_id, room_id, seq)"
    " SELECT u.id, ?, ?, ? FROM users u WHERE u.name_key = ? AND u.id != ?"
)
UNMENTION: Final = "DELETE FROM mentions WHERE message_id = ?"
# Because the id is set, too, SQLite writes the row anew, and nothing of the text stays in its page.
EMPTY_ROW: Final = f"UPDATE messages SET id = id, kind = {TAKEN_BACK}, body = '', data = NULL WHERE id = ?"
_REWRITE = "UPDATE messages SET id = id, body = ?, data = ? WHERE id = ?"
_FIND = f"SELECT id, body, data, sender_id FROM messages WHERE room_id = ? AND seq = ? AND kind = {MESSAGE}"
_EDITED = KINDS.by_event[Edited].number
_EDITS = (
    f"SELECT id FROM messages INDEXED BY messages_edits WHERE kind = {_EDITED} AND room_id = ?"
    " AND json_extract(data, '$.of') = ?"
)
HAS_MESSAGES: Final = (
    "UPDATE rooms SET has_messages ="
    f" EXISTS (SELECT 1 FROM messages m WHERE m.room_id = rooms.id AND m.kind = {MESSAGE}) WHERE id = ?"
)
# The words of the text are still in older parts of the index: see `chat.store.sqlite.scrubbing`.
LEAVES_TRACES: Final = "UPDATE state SET has_traces = 1"


class FoundMessage(NamedTuple):
    """The row of a message."""

    id: int
    body: str
    data: dict[str, Any]
    sender_id: int

    @property
    def file_name(self) -> str | None:
        """The name of its file, if it has one."""
        return name_in(self.data)

    def indexed(self, room_id: int, text: str) -> Indexed:
        """What the index of words has of it with this text."""
        return self.id, f"r{room_id}", indexed(searchable(text, self.file_name))


def find_message(connection: sqlite3.Connection, room_id: int, seq: int) -> FoundMessage:
    """The message with this seq in the room. Raises ChatError (`no_such_message`)."""
    row = connection.execute(_FIND, (room_id, seq)).fetchone()
    if row is None:
        raise ChatError("no_such_message", seq=seq)
    return FoundMessage(row[0], row[1], {} if row[2] is None else msgspec.json.decode(row[2]), row[3])


def amend(connection: sqlite3.Connection, room_id: int, event: Edited | Deleted | Reacted) -> None:
    """Change the message that `event` is about. Raises ChatError (`no_such_message`, `too_many_reactions`)."""
    found = find_message(connection, room_id, event.of)
    if isinstance(event, Edited):
        _edit(connection, room_id, found, event)
    elif isinstance(event, Deleted):
        _delete(connection, room_id, found, event.of)
    else:
        reactions = reacted(found.data.get("reactions"), event)
        connection.execute(_REWRITE, (found.body, _packed({**found.data, "reactions": reactions}), found.id))


def empty_edits(connection: sqlite3.Connection, room_id: int, seqs: Sequence[int]) -> None:
    """Empty the rows of the edits of these messages: the texts in them are not said any more."""
    for seq in seqs:
        edits = connection.execute(_EDITS, (room_id, seq)).fetchall()
        connection.executemany(EMPTY_ROW, edits)


def _edit(connection: sqlite3.Connection, room_id: int, found: FoundMessage, event: Edited) -> None:
    empty_edits(connection, room_id, [event.of])
    unindex(connection, [found.indexed(room_id, found.body)])
    data = _packed({**found.data, "edited": True, "mentions": list(event.mentions)})
    connection.execute(_REWRITE, (event.text, data, found.id))
    reindex(connection, found.indexed(room_id, event.text))
    connection.execute(UNMENTION, (found.id,))
    where = found.id, room_id, event.of
    connection.executemany(MENTION, [(*where, key, found.sender_id) for key in event.mentions])
    connection.execute(LEAVES_TRACES)


def _delete(connection: sqlite3.Connection, room_id: int, found: FoundMessage, seq: int) -> None:
    empty_edits(connection, room_id, [seq])
    unindex(connection, [found.indexed(room_id, found.body)])
    connection.execute(UNMENTION, (found.id,))
    connection.execute(EMPTY_ROW, (found.id,))
    connection.execute(HAS_MESSAGES, (room_id,))
    connection.execute(LEAVES_TRACES)


def _packed(data: Mapping[str, Any]) -> str | None:
    """The data as it is in the column: without what is empty, as `rows.data_of` has it."""
    kept = {field: value for field, value in data.items() if value}
    return msgspec.json.encode(kept).decode() if kept else None
