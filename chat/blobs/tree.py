"""A folder of whole files, each under its SHA-256 (`ab/cd…`): that of a server, or that of a backup.

Everything here waits for the disk. All paths start at descriptors of folders and follow no symbolic link: whoever can
write to the folder leads nobody out of it.
"""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_BUCKET: Final = re.compile(r"[0-9a-f]{2}")
FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# What is no file does not block us (a pipe that nobody writes to).
FILE: Final = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
PIECE_BYTES: Final = 1024 * 1024
# A disk of its own, a file of somebody else, too many links, a file system without links.
_NO_LINKS: Final = (errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS)


class BlobTree:
    """The folder at `path`. `open` comes first; a context manager that opens and closes it.

    Methods raise OSError if the disk fails, and FileNotFoundError for what is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root: int | None = None

    def open(self) -> None:
        """Open the folder; make it, for its owner alone, if need be."""
        with suppress(FileExistsError):
            self.path.mkdir(mode=0o700)
        self._root = os.open(self.path, FOLDER)

    def close(self) -> None:
        """Close the folder."""
        root, self._root = self._root, None
        if root is not None:
            os.close(root)

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, digest: str) -> int:
        """A descriptor, for reading, of a whole file. The caller closes it."""
        with self._bucket(digest) as (folder, rest):
            return regular(os.open(rest, os.O_RDONLY | FILE, dir_fd=folder))

    def size(self, digest: str) -> int:
        """The size of a whole file in bytes."""
        with self._bucket(digest) as (folder, rest):
            return _size(rest, folder)

    def sum_of(self, digest: str, advance: Callable[[int], object]) -> str:
        """The SHA-256 of what is called `digest`. `advance` is told how many bytes were read since the last time."""
        file = self.read(digest)
        try:
            return summed(file, advance)
        finally:
            os.close(file)

    def delete(self, digest: str) -> None:
        """Delete a whole file, if it is there."""
        with suppress(FileNotFoundError), self._bucket(digest) as (folder, rest):
            os.unlink(rest, dir_fd=folder)

    def wholes(self) -> Iterator[str]:
        """The SHA-256 of all whole files, in no order."""
        for bucket in filter(_BUCKET.fullmatch, names_in(opened(self._root))):
            try:
                folder = os.open(bucket, FOLDER, dir_fd=opened(self._root))
            except OSError:
                # A file, or a link, that is not ours.
                continue
            try:
                rests = names_in(folder)
            finally:
                os.close(folder)
            yield from (bucket + rest for rest in rests if _SHA256.fullmatch(bucket + rest))

    def link(self, digest: str, source: "BlobTree") -> bool:
        """Give a whole file of `source` a second name here. Returns whether that is possible between the two."""
        with source._bucket(digest) as (there, rest):
            folder = self._folder(digest[:2])
            try:
                return linked(rest, there, rest, folder)
            finally:
                os.close(folder)

    def link_to(self, digest: str, target: Path) -> bool:
        """Give a whole file the new name `target`, too. Returns whether that is possible there."""
        folder = os.open(target.parent, FOLDER)
        try:
            with self._bucket(digest) as (there, rest):
                return linked(rest, there, target.name, folder)
        finally:
            os.close(folder)

    def copy(self, digest: str, source: "BlobTree", advance: Callable[[int], object]) -> None:
        """Copy a whole file of `source`. When this returns, its bytes are on the disk."""
        reading = source.read(digest)
        try:
            folder = self._folder(digest[:2])
            try:
                copied(reading, digest[2:], advance, folder)
            finally:
                os.close(folder)
        finally:
            os.close(reading)

    def sync(self) -> None:
        """Wait until all names are on the disk."""
        root = opened(self._root)
        for name in filter(_BUCKET.fullmatch, names_in(root)):
            folder = os.open(name, FOLDER, dir_fd=root)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        os.fsync(root)

    # --- descriptors

    def _folder(self, name: str) -> int:
        """A descriptor of the folder `name` within this one, which is made if need be."""
        root = opened(self._root)
        try:
            os.mkdir(name, mode=0o700, dir_fd=root)
            os.fsync(root)
        except FileExistsError:
            pass
        return os.open(name, FOLDER, dir_fd=root)

    @contextmanager
    def _bucket(self, digest: str) -> Iterator[tuple[int, str]]:
        """The folder of a whole file, which is there already, and the file's name in it."""
        bucket, rest = place_of(digest)
        folder = os.open(bucket, FOLDER, dir_fd=opened(self._root))
        try:
            yield folder, rest
        finally:
            os.close(folder)


def opened(descriptor: int | None) -> int:
    """The descriptor, which is one since `open`."""
    assert descriptor is not None, "open() comes first"
    return descriptor


def names_in(folder: int) -> list[str]:
    """All names in an open folder."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def checked(form: re.Pattern[str], name: str) -> str:
    """The name, if it has that form. Raises FileNotFoundError."""
    if form.fullmatch(name) is None:
        raise FileNotFoundError("that is no name of a file of ours")
    return name


def place_of(digest: str) -> tuple[str, str]:
    """The folder of a whole file, and its name there."""
    checked(_SHA256, digest)
    return digest[:2], digest[2:]


def regular(file: int) -> int:
    """The descriptor `file` of a regular file; anything else is closed. Raises FileNotFoundError."""
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError("that is no file")
    return file


def linked(name: str, folder: int, other: str, other_folder: int) -> bool:
    """Give the file `name` in `folder` another name, elsewhere. Returns whether that is possible between the two."""
    _size(name, folder)
    try:
        os.link(name, other, src_dir_fd=folder, dst_dir_fd=other_folder, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


def summed(file: int, advance: Callable[[int], object]) -> str:
    """The SHA-256 of an open file, from its first byte on, in hexadecimal digits."""
    digest, size = sha256(), 0
    while data := os.pread(file, PIECE_BYTES, size):
        digest.update(data)
        size += len(data)
        advance(len(data))
    return digest.hexdigest()


def pour(source: int, target: int, advance: Callable[[int], object]) -> None:
    """Copy the bytes of one open file into another one."""
    while data := os.read(source, PIECE_BYTES):
        left = memoryview(data)
        while left:
            left = left[os.write(target, left) :]
        advance(len(data))


def copied(source: int, name: str | Path, advance: Callable[[int], object], folder: int | None = None) -> None:
    """Copy an open file into the new file `name` in `folder`. It is on the disk then."""
    target = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | FILE, mode=0o600, dir_fd=folder)
    try:
        pour(source, target, advance)
        os.fsync(target)
    finally:
        os.close(target)


def _size(name: str, folder: int) -> int:
    """The size of a regular file. Raises FileNotFoundError."""
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode):
        raise FileNotFoundError("that is no file")
    return found.st_size
