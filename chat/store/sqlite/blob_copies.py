"""The bytes of files beside a database: those that a backup takes, and those that a restore brings back.

The files of the backup `monday.db` are in the folder `monday.db.files`, each under its SHA-256. Where the disk
allows, they are second names (hard links) of the server's own, or of those of another backup in the same folder.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from chat.blobs.folder import BlobFolder
from chat.blobs.tree import BlobTree
from chat.store.files import refuse_existing, sync
from chat.store.interfaces import DamagedError, Progress, StoreError
from chat.store.sqlite.files import EXPIRE

_SUFFIX: Final = ".files"
_NEEDED: Final = "SELECT sha256, max(size) FROM files WHERE whole_at IS NOT NULL GROUP BY sha256"
_WITH: Final = "SELECT id, message_id FROM files WHERE sha256 = ? AND whole_at IS NOT NULL"
_MOST_FAULTS: Final = 20

# By their SHA-256, the sizes in bytes.
Sizes = Mapping[str, int]


def folder_of(database: Path) -> Path:
    """The folder with the files of a database: a backup, or the one that a server uses."""
    own = database.parent / "files"
    return own if database.name == "chat.db" and own.is_dir() else Path(f"{database}{_SUFFIX}")


def needed(connection: sqlite3.Connection) -> Sizes:
    """The whole files that a database needs; none in a database of an earlier schema."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'files' AND type = 'table'").fetchone() is None:
        return {}
    return dict(connection.execute(_NEEDED).fetchall())


def take(data: Path, target: Path, sizes: Sizes, progress: Progress) -> Sequence[str]:
    """Take the files of the data folder `data` into the new folder `target`, which appears whole, or not at all.

    Returns the SHA-256 of those that are not there. Raises StoreError.
    """
    if not sizes:
        return []
    with ExitStack() as stack, progress("files", sum(sizes.values()), "bytes") as advance:
        source = opened(stack, data / "files")
        if source is None:
            return [*sizes]
        part = stack.enter_context(new_folder(target))
        tree = stack.enter_context(BlobTree(part))
        others = [*_others(stack, target)]
        missing = [digest for digest in sizes if not _taken(digest, tree, [source, *others], advance)]
        tree.sync()
        part.rename(target)
        sync(target.parent)
    return missing


def bring_back(database: Path, data: Path, sizes: Sizes, progress: Progress) -> Sequence[str]:
    """Bring the files of a backup into the data folder `data`, which no server uses.

    What is wrong with one raises DamagedError: then nothing that was there is changed. Returns the SHA-256 of files
    that are nowhere: a backup may be without its folder.
    """
    with ExitStack() as stack, progress("files", sum(sizes.values()), "bytes") as advance:
        source = opened(stack, folder_of(database))
        if not sizes or (source is None and not (data / "files").is_dir()):
            return [*sizes]
        folder = stack.enter_context(BlobFolder(data))
        if source is None:
            return [digest for digest in sizes if _fault(folder, digest, advance) is not None]
        for digest in sizes:
            try:
                is_right = folder.bring(digest, source, advance)
            except FileNotFoundError:
                raise DamagedError([_sentence(source, digest, "is missing"), _ADVICE]) from None
            if not is_right:
                raise DamagedError([_sentence(source, digest, "is damaged"), _ADVICE])
    return []


_ADVICE: Final = "to restore the messages without their files, move that folder away"


def set_aside(data: Path, target: Path) -> bool:
    """Give all whole files of a data folder second names in the folder `target`. Returns whether there are any."""
    with ExitStack() as stack:
        source = opened(stack, data / "files")
        digests = [] if source is None else [*source.wholes()]
        if source is None or not digests:
            return False
        part = stack.enter_context(new_folder(target))
        tree = stack.enter_context(BlobTree(part))
        for digest in digests:
            # On one disk this takes no space; a disk without links is not given a second copy of everything.
            with suppress(FileNotFoundError):
                tree.link(digest, source)
        tree.sync()
        part.rename(target)
        return True


def faults(database: Path, look: Callable[[], Sizes], progress: Progress) -> tuple[Sequence[str], int]:
    """Sentences about files of a database that are missing or damaged, and the number of files.

    `look` reads the needed ones; it is called again for those that a server may have deleted meanwhile. The number is
    negative if the folder of the files is not there.
    """
    sizes = look()
    with ExitStack() as stack, progress("files", sum(sizes.values()), "bytes") as advance:
        tree = opened(stack, folder_of(database))
        if tree is None:
            return [], -len(sizes)
        found = {digest: fault for digest in sizes if (fault := _fault(tree, digest, advance)) is not None}
        still = look() if found else {}
        sentences = [_sentence(tree, digest, fault) for digest, fault in found.items() if digest in still]
    more = len(sentences) - _MOST_FAULTS
    return [*sentences[:_MOST_FAULTS], *([f"and {more} more files"] if more > 0 else [])], len(sizes)


def unneeded(data: Path, look: Callable[[], Iterable[str]]) -> Sequence[str]:
    """The whole files in a data folder that nothing needs; `look` reads the needed ones."""
    with ExitStack() as stack:
        tree = opened(stack, data / "files")
        if tree is None:
            return []
        before = set(tree.wholes())
        known = set(look())
        # The bytes of a file are in their place before the server writes so into the database.
        return sorted((before & set(tree.wholes())) - known)


def expire(database: Path, digests: Iterable[str]) -> int:
    """Have the messages with these files say that they are gone, in a copy of a database. Returns their number."""
    count, now = 0, time.time()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        # A backup has no file beside it.
        connection.execute("PRAGMA journal_mode = MEMORY").fetchone()
        connection.execute("BEGIN IMMEDIATE")
        for digest in digests:
            for id, message in connection.execute(_WITH, (digest,)).fetchall():
                connection.execute(EXPIRE, (now, message))
                connection.execute("DELETE FROM files WHERE id = ?", (id,))
                count += 1
        connection.execute("COMMIT")
    sync(database)
    return count


def _taken(digest: str, tree: BlobTree, sources: Sequence[BlobTree], advance: Callable[[int], object]) -> bool:
    """Take a file from the first source, or from one of the others if only there it costs no space."""
    own = sources[0]
    try:
        size = own.size(digest)
        for source in sources:
            with suppress(FileNotFoundError):
                if source.size(digest) == size and tree.link(digest, source):
                    advance(size)
                    return True
        tree.copy(digest, own, advance)
    except FileNotFoundError:
        return False
    return True


def _others(stack: ExitStack, target: Path) -> Iterator[BlobTree]:
    """The files of other backups beside `target`, the newest name first."""
    for path in sorted(target.absolute().parent.glob(f"*{_SUFFIX}"), reverse=True):
        if (tree := opened(stack, path)) is not None:
            yield tree


def opened(stack: ExitStack, path: Path) -> BlobTree | None:
    """The files in a folder that is there; None if it is not."""
    if not path.is_dir() or path.is_symlink():
        return None
    return stack.enter_context(BlobTree(path))


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """An empty folder beside `path`, for its owner alone. It is deleted at the end, unless it was renamed."""
    refuse_existing(path)
    part = path.with_name(f"{path.name}.part")
    try:
        part.mkdir(mode=0o700)
    except FileExistsError:
        raise StoreError(f"{part} is being written, or was left when that was interrupted: then delete it") from None
    try:
        yield part
    finally:
        if part.exists():
            shutil.rmtree(part)


def _fault(tree: BlobTree, digest: str, advance: Callable[[int], object]) -> str | None:
    try:
        return None if tree.sum_of(digest, advance) == digest else "is damaged"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _sentence(tree: BlobTree, digest: str, fault: str) -> str:
    return f"{tree.path / digest[:2] / digest[2:]} {fault}"
