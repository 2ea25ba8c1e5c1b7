"""The data of a server as its operator's tool sees it, while a server runs or not."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from chat.blobs.folder import BlobFolder
from chat.events import AccessToken
from chat.store.files import sync
from chat.store.interfaces import (
    Account,
    Backup,
    DamagedError,
    FileQuery,
    HeldFiles,
    KeptFile,
    KeptRoom,
    Mailbox,
    Progress,
    Restored,
    RoomPolicy,
    StoreError,
    Summary,
    Usage,
)
from chat.store.sqlite import backups, blob_copies, checks, exports, listings
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.imports import Import
from chat.store.sqlite.room_files import ExportedFiles, ImportedFiles
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

    def files(self, query: FileQuery) -> Sequence[KeptFile]:
        with self._snapshot() as connection:
            return listings.files(connection, query)

    def file_holders(self, limit: int) -> tuple[Sequence[HeldFiles], Usage, Usage]:
        with self._snapshot() as connection:
            return listings.file_holders(connection, limit)

    def verify_files(self) -> tuple[int, Sequence[str]]:
        def look() -> blob_copies.Sizes:
            with self._snapshot() as connection:
                return blob_copies.needed(connection)

        def known() -> set[str]:
            with self._snapshot() as connection:
                return listings.known_sums(connection)

        with _plainly():
            unneeded = blob_copies.unneeded(self._folder, known)
            faults, count = blob_copies.faults(self._folder / "chat.db", look, self._progress)
            if faults:
                raise DamagedError(faults)
            if count < 0:
                raise DamagedError([f"the folder {self._folder / 'files'} is missing, with {-count} files"])
            return count, unneeded

    def export(
        self, raw: str, target: BinaryIO, *, private: bool = False, files: Path | None = None
    ) -> tuple[int, Usage]:
        with ExitStack() as stack:
            connection = stack.enter_context(self._snapshot())
            sink = part = None
            if files is not None:
                part = stack.enter_context(blob_copies.new_folder(files))
                sink = ExportedFiles(blob_copies.opened(stack, self._folder / "files"), part)
            count = exports.export(connection, raw, target, self._progress, private=private, files=sink)
            if files is not None and part is not None:
                sync(part)
                part.rename(files)
            return count, sink.usage if sink is not None else Usage(0, 0)

    def take_in(self, file: Path, files: Path | None = None) -> tuple[str, int, Usage]:
        if files is not None and not files.is_dir():
            raise StoreError(f"there is no folder {files}")
        with _plainly(), ExitStack() as stack:
            source = stack.enter_context(file.open("rb"))
            writer = stack.enter_context(self._writer())
            taken = None
            if files is not None:
                taken = ImportedFiles(stack.enter_context(BlobFolder(self._folder)), files)
            room, count = writer.transact(
                lambda connection: Import(connection, writer, str(file), taken).run(source, self._progress)
            )
            return room, count, taken.usage if taken is not None else Usage(0, 0)

    def backup(self, file: Path) -> Backup:
        with _plainly():
            return backups.backup(self._folder, file, self._progress)

    def restore(self, file: Path, now: datetime) -> Restored:
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
