"""The state file: one name's records on one server, a line of JSON each."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from chat.client.memory import Memory, NoMemory, Record, Remembered, SessionToken
from chat.names import fold

try:
    import fcntl
except ImportError:  # Windows: only the server prevents two clients under one name
    fcntl = None  # type: ignore[assignment]

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
# When the file has grown by this much, it is rewritten with the records that still count.
_GROWTH = 1024 * 1024
_decoder: Final[msgspec.json.Decoder[Record]] = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder()


def open_memory(folder: Path, address: str, name: str) -> Memory:
    """The memory of `name` on the server at `address`. Makes `folder` if needed; only its owner can read it.

    Returns a `NoMemory` with a complaint if the file cannot be used, or another client uses it.
    """
    path = folder / _file_name(address, name)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return StateFile(path)
    except BlockingIOError:
        return NoMemory(f"another client uses the name {name} there already; this one remembers nothing")
    except OSError as error:
        return NoMemory(f"this client remembers nothing: cannot use {path}: {error.strerror}")


class StateFile:
    """A `Memory` in the file `path`, locked until `close`. A damaged line counts as absent.

    Raises OSError if the file cannot be used, and BlockingIOError if another program has locked it.
    """

    def __init__(self, path: Path) -> None:
        self.remembered = Remembered()
        self.complaint: str | None = None
        self._path = path
        self._file: int | None = _opened(path)
        try:
            for record in _records(path):
                self.remembered.add(record)
            self._rewrite()
        except OSError:
            self._release()
            raise

    @property
    def lasts(self) -> bool:
        """See `Memory`."""
        return self._file is not None

    def note(self, record: Record) -> None:
        """See `Memory.note`. A full disk ends the remembering, not the conversation."""
        self.remembered.add(record)
        if self._file is None:
            return
        line = _line(record)
        try:
            # A line that is cut short would spoil the next one.
            if os.write(self._file, line) < len(line):
                raise OSError("a line was cut short")
            self._size += len(line)
            # An invalid token must not stay in the file.
            if self._size > self._limit or isinstance(record, SessionToken):
                self._rewrite()
        except OSError as error:
            self._release()
            self.complaint = (
                f"this client remembers nothing any more: cannot write {self._path}: {error.strerror or error}"
            )

    def close(self) -> None:
        """See `Memory.close`. Removes a file without records."""
        if self._file is not None and not any(True for _ in self.remembered.records()):
            with suppress(OSError):
                self._path.unlink()
        self._release()

    def _release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _rewrite(self) -> None:
        """Replace the file by one with the same sum in fewer lines; at every instant one of the two exists."""
        content = b"".join(map(_line, self.remembered.records()))
        draft = self._path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        file = os.open(draft, _FLAGS | os.O_EXCL, 0o600)
        try:
            _lock(file)
            if os.write(file, content) < len(content):
                raise OSError("the disk is full")
            os.fsync(file)
            if fcntl is None:
                # Windows renames no file that is open.
                os.close(file)
                self._release()
            draft.replace(self._path)
            if fcntl is None:
                file = os.open(self._path, _FLAGS, 0o600)
        except OSError:
            with suppress(OSError):
                os.close(file)
            raise
        self._release()
        self._file = file
        self._size = len(content)
        self._limit = 2 * self._size + _GROWTH


def _opened(path: Path) -> int:
    """Open and lock the file. If another run replaces it between the two steps, try again."""
    while True:
        file = os.open(path, _FLAGS, 0o600)
        try:
            _lock(file)
            if fcntl is None or _is_at(file, path):
                return file
        except OSError:
            os.close(file)
            raise
        os.close(file)


def _is_at(file: int, path: Path) -> bool:
    return path.exists() and os.path.samestat(os.fstat(file), path.stat())


def _lock(file: int) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _records(path: Path) -> Iterable[Record]:
    for line in path.read_bytes().split(b"\n"):
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield _decoder.decode(line)


def _line(record: Record) -> bytes:
    return _encoder.encode(record) + b"\n"


def _file_name(address: str, name: str) -> str:
    """A safe file name, different for each server and name; spellings of the same name share one file."""
    # No valid name is longer, but a person may type one.
    key = fold(name[:64])
    digest = blake2b(f"{address}\n{key}".encode(), digest_size=8).hexdigest()
    readable = re.sub(r"[^0-9a-z]+", "-", f"{key}-{address}".casefold()).strip("-")[:60]
    return f"{readable}-{digest}.jsonl"
