"""The data of a server as its operator's tool sees it, while a server runs or not."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from chat.events import AccessToken
from chat.store.interfaces import Account, KeptRoom, Mailbox, Progress, RoomPolicy, StoreError, Summary
from chat.store.sqlite import backups, checks, exports, listings
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.imports import Import
from chat.store.sqlite.snapshots import current_snapshot, refuse_missing
from chat.store.sqlite.writer import Writer


class SqliteRecords:
    """See `Records`. `folder` is the data folder of the server; `progress` shows how far long tasks have come."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder = folder
        self._progress = progress

    def accounts(self, now: float) -> Sequence[Account]:
        with self._snapshot() as connection:
            return listings.accounts(connection, now)

    def access_tokens(self) -> Sequence[tuple[AccessToken, str]]:
        with self._snapshot() as connection:
            return listings.access_tokens(connection)

    def policies(self) -> Sequence[RoomPolicy]:
        with self._snapshot() as connection:
            return listings.policies(connection)

    def rooms(self, limit: int, after: str) -> Sequence[KeptRoom]:
        with self._snapshot() as connection:
            return listings.rooms(connection, limit, after)

    def mailboxes(self, limit: int) -> Sequence[Mailbox]:
        with self._snapshot() as connection:
            return listings.mailboxes(connection, limit)

    def export(self, raw: str, target: BinaryIO, *, private: bool = False) -> int:
        with self._snapshot() as connection:
            return exports.export(connection, raw, target, self._progress, private=private)

    def take_in(self, file: Path) -> tuple[str, int]:
        with _plainly(), file.open("rb") as source, self._writer() as writer:
            return writer.transact(lambda connection: Import(connection, writer, str(file)).run(source, self._progress))

    def backup(self, file: Path) -> int:
        with _plainly():
            return backups.backup(self._folder, file, self._progress)

    def restore(self, file: Path, now: datetime) -> tuple[Summary, Path | None]:
        with _plainly():
            return backups.restore(self._folder, file, now, self._progress)

    def verify(self, file: Path) -> Summary:
        with _plainly():
            return checks.verify(file, self._progress)

    @contextmanager
    def _snapshot(self) -> Iterator[sqlite3.Connection]:
        with _plainly(), current_snapshot(self._folder) as connection:
            yield connection

    @contextmanager
    def _writer(self) -> Iterator[Writer]:
        """A writer on the folder, which no server may use."""
        data = DataFolder(self._folder)
        refuse_missing(data.database)
        data.open()
        try:
            writer = Writer(data, time.time)
            try:
                writer.lost_messages()
                yield writer
            finally:
                writer.close()
        finally:
            data.close()


@contextmanager
def _plainly() -> Iterator[None]:
    """Errors of SQLite become StoreErrors."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"SQLite could not go on: {error}") from None
