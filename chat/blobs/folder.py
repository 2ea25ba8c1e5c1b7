"""The folder `files` of a data folder: what comes in, in `partial`, and whole files, each named by its SHA-256.

Everything here waits for the disk, so it is called on threads. All paths start at descriptors of folders and follow no
symbolic link: whoever can write to the data folder leads nobody out of it.
"""

import os
import re
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_urlsafe
from typing import Final, NamedTuple

from chat.blobs.media import FIRST_BYTES, Media, media_of
from chat.blobs.tree import FILE, BlobTree, checked, linked, names_in, opened, place_of, pour, regular, summed

# The whole of what is in `partial`, and in the folders of the files: other names are never opened.
_PARTIAL: Final = re.compile(r"[0-9A-Za-z_-]{16,64}")


class Whole(NamedTuple):
    """A whole file: its SHA-256 in hexadecimal digits, its size in bytes, and what its first bytes say."""

    sha256: str
    size: int
    media: Media


class BlobFolder(BlobTree):
    """The folder `files` in `data`. `open` comes first.

    Methods raise OSError if the disk fails, and FileNotFoundError for what is not there. A partial file is for one call
    at a time; its name is 16 to 64 letters, digits, `-` and `_`.
    """

    def __init__(self, data: Path) -> None:
        super().__init__(data / "files")
        self._partial: int | None = None

    def open(self) -> None:
        """Open the folder; make it, for its owner alone, if need be."""
        super().open()
        self._partial = self._folder("partial")

    def close(self) -> None:
        """Close the folder."""
        partial, self._partial = self._partial, None
        if partial is not None:
            os.close(partial)
        super().close()

    def free_bytes(self) -> int:
        """How many bytes the disk has left for us."""
        found = os.fstatvfs(opened(self._root))
        return found.f_bavail * found.f_frsize

    # --- partial files

    def partial_size(self, name: str) -> int:
        """How many bytes of a partial file are here; 0 if there is none."""
        try:
            with self._partial_file(name, os.O_RDONLY) as file:
                return os.fstat(file).st_size
        except FileNotFoundError:
            return 0

    def append(self, name: str, data: bytes) -> int:
        """Add `data` to a partial file, which is made if need be. Returns its new size.

        If the disk is full, as much is added as it takes.
        """
        with self._partial_file(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND) as file:
            left = memoryview(data)
            while left:
                left = left[os.write(file, left) :]
            return os.fstat(file).st_size

    def give_up(self, name: str) -> None:
        """Delete a partial file, if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(checked(_PARTIAL, name), dir_fd=opened(self._partial))

    def rename(self, name: str, other: str) -> None:
        """Give a partial file another name."""
        folder = opened(self._partial)
        os.rename(checked(_PARTIAL, name), checked(_PARTIAL, other), src_dir_fd=folder, dst_dir_fd=folder)

    def examine(self, name: str) -> Whole:
        """Write a partial file to the disk for good, and read what it is. An empty file may not have been made yet."""
        with self._partial_file(name, os.O_RDWR | os.O_CREAT) as file:
            os.fsync(file)
            first = os.pread(file, FIRST_BYTES, 0)
            digest = summed(file, _nothing)
            return Whole(digest, os.fstat(file).st_size, media_of(first))

    def keep(self, name: str, digest: str) -> None:
        """Make a partial file the whole file called `digest`. When this returns, it is there after a power cut, too."""
        bucket, rest = place_of(digest)
        checked(_PARTIAL, name)
        folder = self._folder(bucket)
        try:
            os.rename(name, rest, src_dir_fd=opened(self._partial), dst_dir_fd=folder)
            os.fsync(folder)
            os.fsync(opened(self._partial))
        finally:
            os.close(folder)

    # --- whole files

    def bring(self, digest: str, source: BlobTree, advance: Callable[[int], object]) -> bool:
        """Have the whole file of `source` here, too: linked if that is possible, or else copied.

        Returns False, and changes nothing, if the bytes there are others than `digest` says. A file that is here
        already, and right, stays as it is.
        """
        with suppress(FileNotFoundError):
            if self.sum_of(digest, advance) == digest:
                return True
        name = token_urlsafe(24)
        partial = opened(self._partial)
        try:
            with source._bucket(digest) as (there, rest):
                is_linked = linked(rest, there, name, partial)
            if not is_linked:
                self.copy_in(name, source.read(digest))
            if self.examine(name).sha256 != digest:
                return False
            self.keep(name, digest)
        finally:
            self.give_up(name)
        return True

    def copy_in(self, name: str, reading: int) -> None:
        """Make a partial file of an open one, which is closed."""
        try:
            with self._partial_file(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as writing:
                pour(reading, writing, _nothing)
        finally:
            os.close(reading)

    def keep_only(self, partials: Set[str], digests: Set[str]) -> int:
        """Delete all partial files and all whole ones but these. Returns how many were deleted."""
        folder = opened(self._partial)
        unneeded = [name for name in names_in(folder) if _PARTIAL.fullmatch(name) and name not in partials]
        for name in unneeded:
            os.unlink(name, dir_fd=folder)
        unknown = [digest for digest in self.wholes() if digest not in digests]
        for digest in unknown:
            self.delete(digest)
        return len(unneeded) + len(unknown)

    @contextmanager
    def _partial_file(self, name: str, flags: int) -> Iterator[int]:
        folder = opened(self._partial)
        file = regular(os.open(checked(_PARTIAL, name), flags | FILE, mode=0o600, dir_fd=folder))
        try:
            yield file
        finally:
            os.close(file)


def _nothing(_: int) -> None:
    """Nobody watches."""
