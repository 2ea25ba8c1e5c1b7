"""The files of an exported room: a folder in which each has the id of its file as its name."""

import os
import re
import stat
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from chat.blobs.folder import BlobFolder
from chat.blobs.tree import FILE, BlobTree, copied
from chat.files import FileInfo
from chat.store.interfaces import StoreError, Usage

_ID: Final = re.compile(r"[\w-]{16,64}", re.ASCII)


class ExportedFiles:
    """Takes files of `tree` into the new folder `folder`. `usage` is what it has taken, `missing` counts the others."""

    def __init__(self, tree: BlobTree | None, folder: Path) -> None:
        self._tree = tree
        self._folder = folder
        self.usage = Usage(0, 0)
        self.missing = 0

    def take(self, id: str, sha256: str) -> None:
        """See `FileSink.take`."""
        try:
            size = self._take(id, sha256)
        except FileNotFoundError:
            self.missing += 1
        else:
            self.usage = Usage(self.usage.files + 1, self.usage.bytes + size)

    def _take(self, id: str, sha256: str) -> int:
        if self._tree is None or _ID.fullmatch(id) is None:
            raise FileNotFoundError(id)
        size = self._tree.size(sha256)
        if not self._tree.link_to(sha256, self._folder / id):
            reading = self._tree.read(sha256)
            try:
                copied(reading, self._folder / id, _nothing)
            finally:
                os.close(reading)
        return size


class ImportedFiles:
    """Brings the files in `source` into a data folder. `usage` is what it has brought."""

    def __init__(self, folder: BlobFolder, source: Path) -> None:
        self._folder = folder
        self._source = source
        self.usage = Usage(0, 0)

    def bring(self, file: FileInfo) -> str | None:
        """Bring the bytes of a message's file. Returns their SHA-256, or None if they are not there.

        Raises StoreError if the file has another size.
        """
        if _ID.fullmatch(file.id) is None:
            return None
        try:
            reading = os.open(self._source / file.id, os.O_RDONLY | FILE)
        except OSError:
            return None
        found = os.fstat(reading)
        if not stat.S_ISREG(found.st_mode) or found.st_size != file.size:
            os.close(reading)
            raise StoreError(f"{self._source / file.id} is not the file of {file.size} bytes that the message has")
        name = token_urlsafe(24)
        try:
            self._folder.copy_in(name, reading)
            whole = self._folder.examine(name)
            self._folder.keep(name, whole.sha256)
        finally:
            self._folder.give_up(name)
        self.usage = Usage(self.usage.files + 1, self.usage.bytes + whole.size)
        return whole.sha256


def _nothing(_: int) -> None:
    """The events of the room are what is watched."""
