"""The rows of files in the transactions of others: those of messages, and of accounts."""

import sqlite3
from typing import Final

from chat.errors import ChatError
from chat.events import Message

_MAY_BE_SAID: Final = (
    "SELECT 1 FROM files WHERE id = ? AND message_id IS NULL AND whole_at IS NOT NULL AND room_key = ? AND owner = ?"
)


def check_file(connection: sqlite3.Connection, message: Message, holder: str) -> None:
    """Raise ChatError (`upload_gone`) unless the file of `message` may be said by `holder`."""
    assert message.file is not None, "only messages with files are checked"
    if connection.execute(_MAY_BE_SAID, (message.file.id, message.room, holder)).fetchone() is None:
        raise ChatError("upload_gone")


def say_file(connection: sqlite3.Connection, id: str, number: int) -> None:
    """The file is said by the message with the id `number`, in the same transaction."""
    connection.execute("UPDATE files SET message_id = ? WHERE id = ?", (number, id))


def forget_owner(connection: sqlite3.Connection, key: str) -> None:
    """Forget what an account has sent, and not said. What it said counts for no later account of the name."""
    connection.execute("DELETE FROM files WHERE owner = ? AND message_id IS NULL", (key,))
    connection.execute("UPDATE files SET owner = ? WHERE owner = ?", (f"{key} deleted", key))
