"""The data folder: one server's files, and the lock that keeps a second server away."""

import fcntl
import os
import sqlite3
import stat
import struct
from collections.abc import Sequence
from pathlib import Path
from pwd import getpwuid

from chat.store.interfaces import StoreError
from chat.store.sqlite.faults import MisplacedError

_FILES = ("lock", "high-water", "tls.pem", "chat.db", "chat.db-wal", "chat.db-shm")
_MARK = struct.Struct("<Q")


class FolderInUseError(StoreError):
    """Another server uses the data folder."""


class DataFolder:
    """The folder at `path`, made with mode 0700 if need be. `open` locks it for this process until `close`.

    `chat.db` holds the messages, and `chat.db-wal`, SQLite's log, those that are not in it yet. `lock` is locked while
    a server runs. `high-water` holds the id of the last message that was committed: if the database comes back with
    less, messages were lost.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / "chat.db"
        self._lock: int | None = None
        self._mark: int | None = None
        self.log = path / "chat.db-wal"
        # The identity of the database's file, from `make_database` on.
        self._file: tuple[int, int] | None = None
        # The identity of its log, while a connection has it open. SQLite empties the log, and deletes it with the last
        # connection, but never puts another file in its place.
        self._log: tuple[int, int] | None = None

    def open(self) -> None:
        """Lock the folder. Raises StoreError if it is unusable, another server uses it, or others can write to it."""
        self.make()
        self._check_privacy()
        try:
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._mark = os.open(self.path / "high-water", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            self.close()
            raise StoreError(f"cannot use the data folder {self.path}: {error.strerror}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise FolderInUseError(f"another server uses the data folder {self.path}") from None
        try:
            if os.fstat(self._mark).st_size < _MARK.size:
                # This takes the space now, so that the mark can be written even when the disk is full.
                self.set_high_water(0)
        except OSError as error:
            self.close()
            raise StoreError(f"cannot use the data folder {self.path}: {error.strerror}") from None

    def make(self) -> None:
        """Make the folder, if need be. Raises StoreError."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot use the data folder {self.path}: {error.strerror}") from None

    def files(self) -> Sequence[Path]:
        """The folder, and all files that a server may have in it."""
        return [self.path, *(self.path / name for name in _FILES)]

    def _check_privacy(self) -> None:
        """Raises StoreError if other users could replace our files or write into them."""
        us = os.geteuid()
        for path in self.files():
            try:
                found = path.stat()
            except OSError:
                continue
            if found.st_uid not in (us, 0):
                owner = _name_of(found.st_uid)
                raise StoreError(f"{path} belongs to {owner}, not to {_name_of(us)}: start as {owner}, or chown it")
            if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise StoreError(f"others can write to {path}, and change what is stored: chmod go-w {path}")

    def make_database(self) -> None:
        """Make an empty file for the database if there is none. Raises StoreError."""
        try:
            make_private(self.database)
            self._file, self._log = _identity(self.database), None
        except OSError as error:
            raise StoreError(f"cannot use the data folder {self.path}: {error.strerror}") from None

    def connect(self, timeout: float = 5.0) -> sqlite3.Connection:
        """A connection to the database. Raises MisplacedError if that is not in its place, and sqlite3.Error.

        It never makes a file. `timeout` is how many seconds it waits for a lock.
        """
        if self._file is None:
            self.make_database()
        self.check_place()
        uri = f"{self.database.absolute().as_uri()}?mode=rw"
        # A thread that replaces another one closes the connection of that one.
        return sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)

    def note_log(self) -> None:
        """Called after a connection has opened the log: from now on this file has to stay in its place."""
        self._log = _identity(self.log)

    def disconnect(self, connection: sqlite3.Connection) -> None:
        """Close a connection. SQLite deletes the log with the last one; the next connection may make another log."""
        was_in_place = not self.misplaced()
        connection.close()
        if was_in_place and _identity(self.log) is None:
            self._log = None

    @property
    def is_database_in_place(self) -> bool:
        """Whether the file with the database's name is still the one of the start. Asks the system each time."""
        return _identity(self.database) == self._file

    def misplaced(self) -> str:
        """A sentence that names the file that is not in its place; "" if all are. Asks the system each time."""
        if (found := _identity(self.database)) != self._file:
            if found is not None:
                return "there is another file in the place of the database; put it back, or start again"
            return "the database is not where it was; put it back"
        if self._log is None or (found := _identity(self.log)) == self._log:
            return ""
        if found is not None:
            return f"there is another file in the place of {self.log.name}; put it back, or start again"
        return f"{self.log.name} is not where it was; put it back, or start again"

    def check_place(self) -> None:
        """Raise MisplacedError if a file was moved: messages must not go to a file that the operator does not see."""
        if misplaced := self.misplaced():
            raise MisplacedError(misplaced)

    def close(self) -> None:
        """Unlock the folder."""
        for descriptor in (self._mark, self._lock):
            if descriptor is not None:
                os.close(descriptor)
        self._lock = self._mark = None

    def high_water(self) -> int:
        """The id that was set last; 0 in a new folder, or if the file is damaged."""
        assert self._mark is not None, "open() comes first"
        data = os.pread(self._mark, _MARK.size, 0)
        return int(_MARK.unpack(data)[0]) if len(data) == _MARK.size else 0

    def set_high_water(self, last_id: int) -> None:
        """Note that everything up to `last_id` is committed. Called after each commit; a write into the page cache."""
        assert self._mark is not None, "open() comes first"
        os.pwrite(self._mark, _MARK.pack(last_id), 0)


def _name_of(uid: int) -> str:
    try:
        return getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def make_private(file: Path) -> None:
    """Make the file, if there is none, readable by its owner alone: SQLite would let everybody read it, and its log."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
