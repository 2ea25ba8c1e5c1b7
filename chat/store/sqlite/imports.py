"""Makes a room from the lines of `chat.store.room_file`."""

import os
import sqlite3
import time
from codecs import BOM_UTF8
from collections.abc import Callable
from secrets import token_bytes
from typing import BinaryIO, TypeVar

import msgspec
from msgspec.structs import replace

from chat.errors import ChatError
from chat.events import Joined, Message, RoomEvent
from chat.files import FileInfo
from chat.names import fold
from chat.room_state import RoomState, apply, founded
from chat.store.interfaces import Owner, Progress, StoredFile, StoreError
from chat.store.kinds import MESSAGE, TAKEN_BACK
from chat.store.room_file import GONE, LONGEST_LINE, Entry, Header, check_header, event_of, gone_of
from chat.store.sqlite.amending import MENTION
from chat.store.sqlite.files import ADD_FILE, row_of_file
from chat.store.sqlite.indexing import index_to
from chat.store.sqlite.room_files import ImportedFiles
from chat.store.sqlite.rows import INSERT, row_of
from chat.store.sqlite.said_files import say_file
from chat.store.sqlite.seeking import note_times
from chat.store.sqlite.states import keep_flags, keep_retention, keep_state
from chat.store.sqlite.writer import Writer

T = TypeVar("T")

# The clock of the machine that the file comes from may be ahead of ours.
_AHEAD_SECONDS = 86400.0


class Import:
    """Writes the rows of one room, on `connection`, within a transaction of `writer`'s. `name` is that of its file."""

    def __init__(
        self, connection: sqlite3.Connection, writer: Writer, name: str, files: ImportedFiles | None = None
    ) -> None:
        self._connection = connection
        self._writer = writer
        self._name = name
        self._files = files
        self._line = 0
        self._room = ""
        self._room_id = 0
        self._state: RoomState | None = None
        self._latest = time.time() + _AHEAD_SECONDS
        self._count = 0
        self._last_seq = 0
        # By the number of a deleted sender in the file: the key of their name, and their id.
        self._deleted: dict[int, tuple[str, int]] = {}

    def run(self, source: BinaryIO, progress: Progress) -> tuple[str, int]:
        """See `Records.take_in`."""
        name = self._parse(source.readline(LONGEST_LINE), self._make_room)
        with progress("import", os.fstat(source.fileno()).st_size, "bytes") as advance:
            while line := source.readline(LONGEST_LINE):
                self._parse(line, self._take)
                advance(len(line))
        if self._count:
            places = self._last_seq - self._count + 1, self._last_seq, self._room_id
            said = f"EXISTS (SELECT 1 FROM messages m WHERE m.room_id = rooms.id AND m.kind = {MESSAGE})"
            update = f"UPDATE rooms SET first_seq = ?, last_seq = ?, has_messages = {said} WHERE id = ?"
            self._connection.execute(update, places)
            last_id = self._writer.numbers.last_id
            self._connection.execute("UPDATE state SET last_id = ?", (last_id,))
            # Searches read what is not indexed yet: the server's next start is not to leave them a whole room.
            index_to(self._connection, last_id)
        if (state := self._header.state or self._state) is not None:
            keep_state(self._connection, self._room_id, state)
            keep_flags(self._connection, self._room_id, state)
            keep_retention(self._connection, self._room, state)
        return name, self._count

    def _parse(self, line: bytes, parse: Callable[[bytes], T]) -> T:
        """The result of `parse` for the next line. Raises StoreError with the line's number."""
        self._line += 1
        try:
            if not line.endswith(b"\n"):
                raise StoreError("the line is not whole")
            return parse(line)
        except (msgspec.MsgspecError, UnicodeError, ChatError, StoreError) as error:
            raise StoreError(f"{self._name}, line {self._line}: {error}") from None

    def _make_room(self, line: bytes) -> str:
        header = msgspec.json.decode(line.removeprefix(BOM_UTF8), type=Header)
        check_header(header)
        self._room, self._header = header.room, header
        row = self._connection.execute("SELECT id, last_seq FROM rooms WHERE name_key = ?", (header.room,)).fetchone()
        if row is not None and row[1]:
            raise StoreError(f"the room {header.name} has messages already")
        if row is not None:
            self._connection.execute("DELETE FROM rooms WHERE id = ?", (row[0],))
            self._connection.execute("DELETE FROM room_states WHERE room_id = ?", (row[0],))
        insert = "INSERT INTO rooms (name_key, kind, last_seq, name) VALUES (?, 'public', 0, ?) RETURNING id"
        [self._room_id] = self._connection.execute(insert, (header.room, header.name)).fetchone()
        return header.name

    def _take(self, line: bytes) -> None:
        """Write the event of one line as a row."""
        entry = msgspec.json.decode(line, type=Entry)
        is_gone = entry.kind == GONE
        event = (gone_of if is_gone else event_of)(entry, self._room, self._latest)
        sha256 = None
        if isinstance(event, Message) and event.file is not None and not event.file.expired:
            sha256 = self._files.bring(event.file) if self._files is not None else None
            if sha256 is None:
                event = replace(event, file=replace(event.file, expired=True, until=min(event.file.until, time.time())))
        if self._count and event.seq != self._last_seq + 1:
            raise StoreError(f"after seq {self._last_seq} comes {event.seq}")
        self._state = self._after(event)
        self._last_seq = event.seq
        self._count += 1
        number, sender_id = self._writer.numbers.next_id(), self._sender_id(entry)
        note_times(self._connection, number, number, event.sent_at, event.sent_at)
        try:
            self._connection.execute(INSERT, row_of(number, self._room_id, sender_id, event))
        except sqlite3.IntegrityError:
            raise StoreError(f"{event.sender} has used this nonce before") from None
        if isinstance(event, Message) and event.file is not None and sha256 is not None:
            self._keep_file(event.file, sha256, number, event)
        if is_gone:
            self._connection.execute(f"UPDATE messages SET kind = {TAKEN_BACK} WHERE id = ?", (number,))
        elif isinstance(event, Message):
            where = number, self._room_id, event.seq
            self._connection.executemany(MENTION, [(*where, key, sender_id) for key in event.mentions])

    def _keep_file(self, file: FileInfo, sha256: str, number: int, message: Message) -> None:
        """Write the row of a file whose bytes are there. It counts for nobody: its sender may be nobody here."""
        kept = StoredFile(
            id=file.id,
            secret=token_bytes(32),
            owner=Owner(f"{fold(message.sender)} imported"),
            request=None,
            room=self._room,
            name=file.name,
            size=file.size,
            made_at=message.sent_at,
            until=file.until,
            media_type=file.type,
            sha256=sha256,
            width=file.width,
            height=file.height,
            whole_at=message.sent_at,
        )
        try:
            self._connection.execute(ADD_FILE, row_of_file(kept))
        except sqlite3.IntegrityError:
            raise StoreError(f"the file {file.name} is in another room already") from None
        say_file(self._connection, file.id, number)

    def _after(self, event: RoomEvent) -> RoomState | None:
        """The state of the room after the next event. Raises ChatError (`wrong_type`)."""
        founder, before = self._header.founder, self._state
        if not self._count and founder is not None:
            if isinstance(event, Joined) and event.sender == founder:
                return founded(event, is_account=True)
            # What the founder did first is pruned.
            before = RoomState(made_by=founder)
        try:
            return apply(before, event)
        except ChatError as error:
            if error.code == "wrong_type":
                raise
            # It stands on something that was pruned, such as the link of an invitation.
            return before

    def _sender_id(self, entry: Entry) -> int:
        key = fold(entry.sender)
        if entry.deleted is None:
            return self._writer.numbers.user_id(key)
        if entry.deleted not in self._deleted:
            # The store gives such keys to senders whose account was deleted.
            insert = "INSERT INTO users (name_key) VALUES (hex(randomblob(16))) RETURNING id"
            [number] = self._connection.execute(insert).fetchone()
            self._connection.execute("UPDATE users SET name_key = ? WHERE id = ?", (f"{key} deleted {number}", number))
            self._deleted[entry.deleted] = key, number
        known, number = self._deleted[entry.deleted]
        if known != key:
            raise StoreError(f"the deleted sender {entry.deleted} had another name before")
        return number
