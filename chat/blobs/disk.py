"""The folder of files as the reactor sees it. What takes time is done on threads."""

import errno
import os
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar

from twisted.internet.defer import Deferred, DeferredLock
from twisted.logger import Logger

from chat.blobs.folder import BlobFolder
from chat.errors import ChatError
from chat.store.interfaces import Needed, StoredFile, StoreError, Whole

log = Logger(namespace="chat.blobs")

T = TypeVar("T")

# What waits for a disk, and not for a processor: a slow file keeps up to three others waiting.
FILE_THREADS: Final = 4
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_CLOSED: Final = -1


class InThread(Protocol):
    """Makes a call on a thread. Fires with its result, or with the error that it raises."""

    def __call__(self, call: Callable[[], T], /) -> Deferred[T]:
        """Make `call`."""


class Ask(Protocol):
    """Makes a call on a thread, and turns the disk's errors into ChatErrors."""

    async def __call__(self, call: Callable[[], T], /) -> T:
        """Make `call`."""


class BlobDisk:
    """The `Disk` of the domain, in `folder`, and what writes and reads the bytes there.

    A partial file is written by one at a time (`Turns`). What fails raises ChatError: `disk_full`, or `store_failed`,
    with the reason in the log.
    """

    def __init__(self, folder: BlobFolder, in_thread: InThread) -> None:
        self._folder = folder
        self._in_thread = in_thread
        # Whole files come and go in the order of the calls.
        self._in_order = DeferredLock()

    def open(self) -> None:
        """Open the folder. Raises StoreError."""
        try:
            self._folder.open()
        except OSError as error:
            what = error.strerror or "it is a symbolic link"
            raise StoreError(f"cannot use the folder {self._folder.path}: {what}") from None

    def close(self) -> None:
        """Close the folder. Called when nobody uses it any more."""
        self._folder.close()

    # --- Disk

    def offset_of(self, file: StoredFile) -> int:
        """See `Disk.offset_of`."""
        return file.size if file.whole else self._folder.partial_size(file.id)

    def free_bytes(self) -> int:
        """See `Disk.free_bytes`."""
        return self._folder.free_bytes()

    async def remove_partial(self, file_id: str) -> None:
        """See `Disk.remove_partial`."""
        await self._ask(partial(self._folder.give_up, file_id))

    async def remove_blob(self, sha256: str) -> None:
        """See `Disk.remove_blob`."""
        await self._in_order.run(self._deferred, partial(self._folder.delete, sha256))

    async def keep_only(self, needed: Needed) -> None:
        """See `Disk.keep_only`."""
        count = await self._ask(partial(self._folder.keep_only, needed.uploads, needed.blobs))
        if count:
            log.info("removed {count} files that nothing needs", count=count)

    # --- bytes

    async def append(self, name: str, data: bytes) -> int:
        """Add bytes to a partial file. Returns its size."""
        return await self._ask(partial(self._folder.append, name, data))

    async def examine(self, name: str) -> Whole:
        """What is known of a partial file once all bytes are there. They are on the disk for good then."""
        found = await self._ask(partial(self._folder.examine, name))
        return Whole(found.sha256, *found.media)

    async def keep(self, name: str, sha256: str) -> None:
        """Put a partial file in its place among the whole ones, for good."""
        await self._in_order.run(self._deferred, partial(self._folder.keep, name, sha256))

    async def rename(self, name: str, other: str) -> None:
        """Give a partial file another name."""
        await self._ask(partial(self._folder.rename, name, other))

    async def read(self, sha256: str) -> "Reading":
        """Begin to read a whole file. Raises ChatError (`not_found`)."""
        return Reading(await self._ask(partial(self._folder.read, sha256)), self._ask)

    # --- parts

    def _deferred(self, call: Callable[[], T]) -> Deferred[T]:
        return Deferred.fromCoroutine(self._ask(call))

    async def _ask(self, call: Callable[[], T]) -> T:
        try:
            return await self._in_thread(call)
        except FileNotFoundError:
            raise ChatError("not_found") from None
        except OSError as error:
            log.error("could not read or write a file: {error}", error=error)
            raise ChatError("disk_full" if error.errno in _FULL else "store_failed") from None


class Reading:
    """A whole file that is open; `close` it at the end. One piece is read at a time."""

    def __init__(self, file: int, ask: Ask) -> None:
        self._file = file
        self._ask = ask
        self._is_reading = False
        self._is_over = False

    async def piece(self, start: int, size: int) -> bytes:
        """Up to `size` bytes from `start` on; none if the file is closed, or has been deleted. Raises ChatError."""
        self._is_reading = True
        try:
            data = b"" if self._is_over else await self._ask(partial(_read, self._file, start, size))
        finally:
            self._is_reading = False
            if self._is_over:
                self._close()
        return b"" if self._is_over else data

    def close(self) -> None:
        """Close the file, after the piece that is being read."""
        if not self._is_over:
            self._is_over = True
            if not self._is_reading:
                self._close()

    def _close(self) -> None:
        file, self._file = self._file, _CLOSED
        if file != _CLOSED:
            os.close(file)


def _read(file: int, start: int, size: int) -> bytes:
    """Reads nothing from a file that has no name any more."""
    return os.pread(file, size, start) if os.fstat(file).st_nlink else b""
