"""A public room made of the file of JSON lines that `export` wrote."""

import re
import sqlite3
import time
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from chat.admin.errors import AdminError
from chat.admin.exports import FORMAT, KINDS, VERSION, Entry, Header
from chat.admin.files import refuse_missing
from chat.admin.progress import bar
from chat.errors import ChatError
from chat.limits import Limits
from chat.names import GUEST, RESERVED, fold, parse_known_name, parse_name
from chat.sanitize import clean
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.rows import MESSAGE
from chat.store.sqlite.seeking import note_times
from chat.store.sqlite.transaction import INDEX, INSERT
from chat.store.sqlite.writer import Writer
from chat.store.words import indexed

T = TypeVar("T")

_LIMITS = Limits()
# A character may take six bytes of JSON.
_LONGEST_LINE = 16 * _LIMITS.line_bytes
# The clock of the machine that it comes from may be ahead of ours.
_AHEAD_SECONDS = 86400.0
# As `Hub` makes them of the ids of requests.
_NONCE = re.compile(r"(int|str):.*", re.DOTALL)


def take_in(folder: Path, file: Path) -> tuple[str, int]:
    """Make the room that `file` holds: its name, and how many events. No server may use the folder.

    The room must not have any messages yet. Raises AdminError, with the number of the line that is at fault.
    """
    refuse_missing(folder)
    data = DataFolder(folder)
    with file.open("rb") as source:
        data.open()
        try:
            writer = Writer(data, time.time)
            try:
                writer.lost_messages()
                outcome = writer.transact(lambda connection: _Import(connection, writer, file).run(source))
            finally:
                writer.close()
        finally:
            data.close()
    return outcome


class _Import:
    """Writes the rows of one room, within a transaction of `writer`'s."""

    def __init__(self, connection: sqlite3.Connection, writer: Writer, file: Path) -> None:
        self._connection = connection
        self._writer = writer
        self._file = file
        self._line = 0
        self._room = ""
        self._room_id = 0
        self._latest = time.time() + _AHEAD_SECONDS
        self._count = 0
        self._last_seq = 0
        self._gone: dict[int, tuple[str, int]] = {}

    def run(self, source: BinaryIO) -> tuple[str, int]:
        """See `take_in`."""
        name = self._parse(source.readline(_LONGEST_LINE), self._make_room)
        with bar("import", self._file.stat().st_size, "bytes") as shown:
            while line := source.readline(_LONGEST_LINE):
                self._parse(line, self._take)
                shown.update(len(line))
        if self._count:
            places = self._last_seq - self._count + 1, self._last_seq, self._room_id
            said = f"EXISTS (SELECT 1 FROM messages m WHERE m.room_id = rooms.id AND m.kind = {MESSAGE})"
            update = f"UPDATE rooms SET first_seq = ?, last_seq = ?, has_messages = {said} WHERE id = ?"
            self._connection.execute(update, places)
            self._connection.execute("UPDATE state SET last_id = ?", (self._writer.last_id,))
        return name, self._count

    def _parse(self, line: bytes, parse: Callable[[bytes], T]) -> T:
        """What the next line says. Raises AdminError with its number."""
        self._line += 1
        try:
            if not line.endswith(b"\n"):
                raise AdminError("the line is not whole")
            return parse(line)
        except (msgspec.MsgspecError, UnicodeError, ChatError, AdminError) as error:
            raise AdminError(f"{self._file}, line {self._line}: {error}") from None

    def _make_room(self, line: bytes) -> str:
        header = msgspec.json.decode(line.removeprefix(BOM_UTF8), type=Header)
        if (header.format, header.version) != (FORMAT, VERSION):
            raise AdminError(f"this is not {FORMAT} of version {VERSION}")
        name = parse_name(header.name, _LIMITS.room_characters, "bad_room")
        if name != (header.name, header.room) or name.key in RESERVED:
            raise AdminError(f"no room {header.name} can have the key {header.room}")
        self._room = header.room
        row = self._connection.execute("SELECT id, last_seq FROM rooms WHERE name_key = ?", (header.room,)).fetchone()
        if row is not None and row[1]:
            raise AdminError(f"the room {header.name} has messages already")
        if row is not None:
            self._connection.execute("DELETE FROM rooms WHERE id = ?", (row[0],))
        insert = "INSERT INTO rooms (name_key, kind, last_seq, name) VALUES (?, 'public', 0, ?) RETURNING id"
        [self._room_id] = self._connection.execute(insert, (header.room, header.name)).fetchone()
        return header.name

    def _take(self, line: bytes) -> None:
        """Write the row of the table of messages that a line holds."""
        entry = msgspec.json.decode(line, type=Entry)
        self._check(entry)
        self._last_seq = entry.seq
        self._count += 1
        number, text = self._writer.next_id(), entry.text or ""
        who = self._sender_id(entry), entry.sender, entry.place, None
        note_times(self._connection, number, number, entry.sent_at, entry.sent_at)
        where = number, self._room_id, entry.seq, KINDS.index(entry.kind)
        try:
            self._connection.execute(INSERT, (*where, *who, entry.client_id, entry.sent_at, text, entry.nonce))
        except sqlite3.IntegrityError:
            raise AdminError(f"{entry.sender} has used this nonce before") from None
        if entry.kind == "message":
            self._connection.execute(INDEX, (number, f"r{self._room_id}", indexed(text)))

    def _check(self, entry: Entry) -> None:
        """Raises AdminError or ChatError for what no server would have stored."""
        if self._count and entry.seq != self._last_seq + 1:
            raise AdminError(f"after seq {self._last_seq} comes {entry.seq}")
        sender = parse_known_name(entry.sender, _LIMITS.name_characters)
        if sender.shown != entry.sender:
            raise AdminError("the sender's name is not in its usual form")
        if sender.key in RESERVED - {GUEST}:
            raise AdminError(f"nobody can be called {entry.sender}")
        if entry.sent_at > self._latest:
            raise AdminError("sent_at is in the future")
        if entry.place is not None:
            place = parse_name(entry.place, _LIMITS.room_characters, "bad_room")
            if place != (entry.place, self._room):
                raise AdminError("the place is not this room")
        if entry.kind != "message":
            if entry.text is not None or entry.nonce is not None:
                raise AdminError("only a message has a text and a nonce")
        elif entry.place is None:
            raise AdminError("a message has the place in which it was said")
        elif not (entry.text or "").strip() or clean(entry.text or "").rstrip() != entry.text:
            raise AdminError("the text is missing, or has characters that no message has")
        elif len((entry.text or "").encode()) > _LIMITS.line_bytes or len(entry.nonce or "") > _LIMITS.line_bytes:
            raise AdminError(f"the text or the nonce is longer than {_LIMITS.line_bytes} bytes")
        elif entry.nonce is not None and not _NONCE.fullmatch(entry.nonce):
            raise AdminError("no server makes such a nonce")

    def _sender_id(self, entry: Entry) -> int:
        key = fold(entry.sender)
        if entry.deleted is None:
            return self._writer.user_id(key)
        if entry.deleted not in self._gone:
            # As the store names those whose account was deleted.
            insert = "INSERT INTO users (name_key) VALUES (hex(randomblob(16))) RETURNING id"
            [number] = self._connection.execute(insert).fetchone()
            self._connection.execute("UPDATE users SET name_key = ? WHERE id = ?", (f"{key} deleted {number}", number))
            self._gone[entry.deleted] = key, number
        known, number = self._gone[entry.deleted]
        if known != key:
            raise AdminError(f"the deleted sender {entry.deleted} had another name before")
        return number
