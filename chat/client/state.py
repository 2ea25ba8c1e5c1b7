"""The state file: one name's records on one server, a line of JSON each."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from chat.client.memory import Forgetful, Memory, Pass, Record, Remembered
from chat.names import fold

try:
    import fcntl
except ImportError:  # Windows: two clients under one name are the server's business alone
    fcntl = None  # type: ignore[assignment]

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
# Past so much it is written anew, with what still counts.
_GROWTH = 1024 * 1024
_decoder: Final[msgspec.json.Decoder[Record]] = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder()


def open_memory(folder: Path, address: str, name: str) -> Memory:
    """The memory of `name` on the server at `address`, in `folder`, which is made if need be, for our eyes only.

    A memory that forgets, with a complaint, where the file cannot be used, or another client uses it.
    """
    path = folder / _file_name(address, name)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return StateFile(path)
    except BlockingIOError:
        return Forgetful(f"another client is {name} there already; this one remembers nothing")
    except OSError as error:
        return Forgetful(f"nothing is remembered: cannot use {path}: {error.strerror}")


class StateFile:
    """A `Memory` in the file `path`, which is ours alone until `close`. A damaged line in it counts as absent.

    Raises OSError where it cannot be used, and BlockingIOError where somebody else has it.
    """

    def __init__(self, path: Path) -> None:
        self.remembered = Remembered()
        self.complaint: str | None = None
        self._path = path
        self._file: int | None = _opened(path)
        try:
            for record in _records(path):
                self.remembered.add(record)
            self._write_anew()
        except OSError:
            self._let_go()
            raise

    @property
    def lasts(self) -> bool:
        """See `Memory`."""
        return self._file is not None

    def note(self, record: Record) -> None:
        """See `Memory.note`. A disk that takes no more is the end of remembering, and not of the conversation."""
        self.remembered.add(record)
        if self._file is None:
            return
        line = _line(record)
        try:
            # A line that is cut short would spoil the one behind it.
            if os.write(self._file, line) < len(line):
                raise OSError("a line was cut short")
            self._size += len(line)
            # A token that is worth nothing any more shall not lie about either.
            if self._size > self._limit or isinstance(record, Pass):
                self._write_anew()
        except OSError as error:
            self._let_go()
            self.complaint = f"nothing is remembered any more: cannot write {self._path}: {error.strerror or error}"

    def close(self) -> None:
        """See `Memory.close`. Nothing to remember leaves no file."""
        if self._file is not None and not any(True for _ in self.remembered.records()):
            with suppress(OSError):
                self._path.unlink()
        self._let_go()

    def _let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _write_anew(self) -> None:
        """Replace the file by one that says the same in fewer lines; at every instant there is one of the two."""
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
                self._let_go()
            draft.replace(self._path)
            if fcntl is None:
                file = os.open(self._path, _FLAGS, 0o600)
        except OSError:
            with suppress(OSError):
                os.close(file)
            raise
        self._let_go()
        self._file = file
        self._size = len(content)
        self._limit = 2 * self._size + _GROWTH


def _opened(path: Path) -> int:
    """The file, locked. It may be replaced by another run between the opening and the locking: then look again."""
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
    """Safe and different for each server and name; names that the server takes for one have one file."""
    # No name is longer; what a person typed may be.
    key = fold(name[:64])
    digest = blake2b(f"{address}\n{key}".encode(), digest_size=8).hexdigest()
    readable = re.sub(r"[^0-9a-z]+", "-", f"{key}-{address}".casefold()).strip("-")[:60]
    return f"{readable}-{digest}.jsonl"
