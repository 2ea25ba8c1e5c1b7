"""Files that appear whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chat.store.interfaces import StoreError


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file to write to. At the end of the `with` it gets the name `path`; only its owner may read it.

    Until then its name is `path` with `.part` behind it. After an error nothing of it is left. Raises StoreError
    if there is a file already.
    """
    refuse_existing(path)
    with part_of(path) as part:
        yield part
        sync(part)
        refuse_existing(path)
        put(part, path)


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """An empty file beside `path`, for its owner alone. It is deleted at the end, unless `put` has renamed it."""
    part = path.with_name(f"{path.name}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        raise StoreError(f"{part} is being written, or was left when that was interrupted: then delete it") from None
    except OSError as error:
        raise StoreError(f"cannot write {part}: {error.strerror}") from None
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def put(part: Path, path: Path) -> None:
    """Rename `part` to `path`. After a power cut `path` is either the old file or the new one."""
    part.rename(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_existing(path: Path) -> None:
    """Raise StoreError if there is something at `path`."""
    if path.exists() or path.is_symlink():
        raise StoreError(f"{path} exists already")
