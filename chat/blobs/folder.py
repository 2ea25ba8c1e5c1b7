"""The folder `files` of a data folder: what comes in, in `partial`, and whole files, each named by its SHA-256.

Everything here waits for the disk, so it is called on threads. All paths start at descriptors of folders and follow no
symbolic link: whoever can write to the data folder leads nobody out of it.
"""

import os
import re
import stat
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from chat.blobs.media import FIRST_BYTES, Media, media_of

# The whole of what is in `partial`, and in the folders of the files: other names are never opened.
_PARTIAL: Final = re.compile(r"[0-9A-Za-z_-]{16,64}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_BUCKET: Final = re.compile(r"[0-9a-f]{2}")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# What is no file does not block us (a pipe that nobody writes to).
_FILE: Final = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_HASHED_BYTES: Final = 1024 * 1024


class Whole(NamedTuple):
    """A whole file: its SHA-256 in hexadecimal digits, its size in bytes, and what its first bytes say."""

    sha256: str
    size: int
    media: Media


class BlobFolder:
    """The folder `files` in `data`. `open` comes first.

    Methods raise OSError if the disk fails, and FileNotFoundError for what is not there. A partial file is for one call
    at a time; its name is 16 to 64 letters, digits, `-` and `_`.
    """

    def __init__(self, data: Path) -> None:
        self.path = data / "files"
        self._root: int | None = None
        self._partial: int | None = None

    def open(self) -> None:
        """Open the folder; make it, for its owner alone, if need be."""
        with suppress(FileExistsError):
            self.path.mkdir(mode=0o700)
        self._root = os.open(self.path, _FOLDER)
        self._partial = self._folder("partial")

    def close(self) -> None:
        """Close the folder."""
        for descriptor in (self._partial, self._root):
            if descriptor is not None:
                os.close(descriptor)
        self._root = self._partial = None

    def free_bytes(self) -> int:
        """How many bytes the disk has left for us."""
        found = os.fstatvfs(_opened(self._root))
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
            os.unlink(_checked(_PARTIAL, name), dir_fd=_opened(self._partial))

    def rename(self, name: str, other: str) -> None:
        """Give a partial file another name."""
        folder = _opened(self._partial)
        os.rename(_checked(_PARTIAL, name), _checked(_PARTIAL, other), src_dir_fd=folder, dst_dir_fd=folder)

    def examine(self, name: str) -> Whole:
        """Write a partial file to the disk for good, and read what it is. An empty file may not have been made yet."""
        with self._partial_file(name, os.O_RDWR | os.O_CREAT) as file:
            os.fsync(file)
            first = os.pread(file, FIRST_BYTES, 0)
            digest, size = sha256(), 0
            while data := os.pread(file, _HASHED_BYTES, size):
                digest.update(data)
                size += len(data)
            return Whole(digest.hexdigest(), size, media_of(first))

    def keep(self, name: str, digest: str) -> None:
        """Make a partial file the whole file called `digest`. When this returns, it is there after a power cut, too."""
        bucket, rest = _place(digest)
        _checked(_PARTIAL, name)
        folder = self._folder(bucket)
        try:
            os.rename(name, rest, src_dir_fd=_opened(self._partial), dst_dir_fd=folder)
            os.fsync(folder)
            os.fsync(_opened(self._partial))
        finally:
            os.close(folder)

    # --- whole files

    def read(self, digest: str) -> int:
        """A descriptor, for reading, of a whole file. The caller closes it."""
        bucket, rest = _place(digest)
        folder = os.open(bucket, _FOLDER, dir_fd=_opened(self._root))
        try:
            return _regular(os.open(rest, os.O_RDONLY | _FILE, dir_fd=folder))
        finally:
            os.close(folder)

    def delete(self, digest: str) -> None:
        """Delete a whole file, if it is there."""
        with suppress(FileNotFoundError):
            bucket, rest = _place(digest)
            folder = os.open(bucket, _FOLDER, dir_fd=_opened(self._root))
            try:
                os.unlink(rest, dir_fd=folder)
            finally:
                os.close(folder)

    def keep_only(self, partials: Set[str], digests: Set[str]) -> int:
        """Delete all partial files and all whole ones but these. Returns how many were deleted."""
        folder = _opened(self._partial)
        unneeded = [name for name in _names_in(folder) if _PARTIAL.fullmatch(name) and name not in partials]
        for name in unneeded:
            os.unlink(name, dir_fd=folder)
        unknown = [digest for digest in self._wholes() if digest not in digests]
        for digest in unknown:
            self.delete(digest)
        return len(unneeded) + len(unknown)

    def _wholes(self) -> Iterator[str]:
        for bucket in filter(_BUCKET.fullmatch, _names_in(_opened(self._root))):
            try:
                folder = os.open(bucket, _FOLDER, dir_fd=_opened(self._root))
            except OSError:
                # A file, or a link, that is not ours.
                continue
            try:
                rests = _names_in(folder)
            finally:
                os.close(folder)
            yield from (bucket + rest for rest in rests if _SHA256.fullmatch(bucket + rest))

    # --- descriptors

    def _folder(self, name: str) -> int:
        """A descriptor of the folder `name` within this one, which is made if need be."""
        root = _opened(self._root)
        try:
            os.mkdir(name, mode=0o700, dir_fd=root)
            os.fsync(root)
        except FileExistsError:
            pass
        return os.open(name, _FOLDER, dir_fd=root)

    @contextmanager
    def _partial_file(self, name: str, flags: int) -> Iterator[int]:
        folder = _opened(self._partial)
        file = _regular(os.open(_checked(_PARTIAL, name), flags | _FILE, mode=0o600, dir_fd=folder))
        try:
            yield file
        finally:
            os.close(file)


def _opened(descriptor: int | None) -> int:
    assert descriptor is not None, "open() comes first"
    return descriptor


def _names_in(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _checked(form: re.Pattern[str], name: str) -> str:
    if form.fullmatch(name) is None:
        raise FileNotFoundError("that is no name of a file of ours")
    return name


def _place(digest: str) -> tuple[str, str]:
    """The folder of a whole file, and its name there."""
    _checked(_SHA256, digest)
    return digest[:2], digest[2:]


def _regular(file: int) -> int:
    """The descriptor `file` of a regular file; anything else is closed."""
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError("that is no file")
    return file
