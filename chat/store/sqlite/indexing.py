"""The index of words. It is written behind the messages: many at once cost it half, and nobody waits for it.

The database says up to which id it has them all; what comes after that is read by each search (`seeking`).
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from chat.store.words import indexed

# For the state of the index, in a transaction: the last id that it has.
INDEXED: Final = "SELECT indexed_id FROM state"
_ADVANCE = "UPDATE state SET indexed_id = ?"
# The view ends at `indexed_id`. All is done within one statement of SQLite, which takes nothing from other threads.
_INDEX_AFTER = "INSERT INTO message_fts (rowid, room, body) SELECT id, room, body FROM message_text WHERE id > ?"
# With VALUES, never SELECT: for each statement with one SQLite would open a savepoint, and write the index to it.
_INDEX = "INSERT INTO message_fts (rowid, room, body) VALUES (?, ?, ?)"
_UNINDEX = "INSERT INTO message_fts (message_fts, rowid, room, body) VALUES ('delete', ?, ?, ?)"

# A message of the index: its id, its room, and its text as `rows.indexed_row` gives it.
Indexed = tuple[int, str, str]


def add_words(connection: sqlite3.Connection) -> None:
    """Give the connection the function of the schema that makes the words of a text."""
    connection.create_function("words", 1, indexed, deterministic=True)


def index_to(connection: sqlite3.Connection, last_id: int) -> None:
    """Write all messages up to `last_id` into the index, those that it does not have."""
    [indexed] = connection.execute(INDEXED).fetchone()
    connection.execute(_ADVANCE, (last_id,))
    connection.execute(_INDEX_AFTER, (indexed,))


def index_copy(connection: sqlite3.Connection) -> None:
    """Write all messages of a copy that nobody uses into its index, so that `verify` sees a change of any of them."""
    # Before schema 15 every message was indexed with its row.
    if any(column[1] == "indexed_id" for column in connection.execute("PRAGMA table_info(state)")):
        add_words(connection)
        connection.execute("BEGIN")
        index_to(connection, connection.execute("SELECT last_id FROM state").fetchone()[0])
        connection.execute("COMMIT")


def unindex(connection: sqlite3.Connection, messages: Sequence[Indexed]) -> None:
    """Take these messages out of the index, as far as it has them, before their rows are changed or deleted.

    SQLite takes out the words that it is told: they must be those of the rows.
    """
    connection.executemany(_UNINDEX, _indexed(connection, messages))


def reindex(connection: sqlite3.Connection, message: Indexed) -> None:
    """Write a message that was taken out into the index again, with its new text."""
    connection.executemany(_INDEX, _indexed(connection, [message]))


def _indexed(connection: sqlite3.Connection, messages: Sequence[Indexed]) -> Sequence[Indexed]:
    """Those of these messages that the index has."""
    [last_id] = connection.execute(INDEXED).fetchone()
    return [message for message in messages if message[0] <= last_id]
