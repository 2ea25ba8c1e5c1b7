"""Sends an order to the server that runs on a data folder or, if none does, carries it out here."""

import socket
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from chat.admin.context import OrderContext
from chat.admin.control import LONGEST_PATH, control_path, is_too_long
from chat.admin.errors import AdminError
from chat.admin.orders import Answer, carry_out, request_line
from chat.blobs.folder import BlobFolder
from chat.limits import Limits
from chat.room_state import RoomState
from chat.store.interfaces import Commit, Refusal, StoreError
from chat.store.sqlite.folder import DataFolder, FolderInUseError
from chat.store.sqlite.snapshots import refuse_missing
from chat.store.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from twisted.internet.epollreactor import EPollReactor

# Longer than the store waits for a lock.
_SECONDS = 60.0
# Files that are forgotten in one transaction.
_AT_ONCE = 100


class _Nobody:
    """Receives what a store tells a server: nobody is here."""

    def committed(self, commits: Sequence[Commit]) -> None:
        """See `Sink.committed`."""

    def refused(self, refusal: Refusal) -> None:
        """See `Sink.refused`."""

    def restated(self, states: Mapping[str, RoomState | None]) -> None:
        """See `Sink.restated`."""

    def is_used(self, room: str) -> bool:
        """See `Sink.is_used`."""
        return False


def send(folder: Path, arguments: Struct) -> Sequence[str]:
    """Have an order carried out: `arguments` is one of the structs of `chat.admin.orders`. Raises AdminError.

    Returns lines for the operator to read.
    """
    refuse_missing(folder / "chat.db")
    line = request_line(arguments)
    answered = _ask_server(control_path(folder), line)
    if answered is None:
        answered = _do_here(folder, line)
    answer = msgspec.json.decode(answered, type=Answer)
    if answer.error is not None:
        raise AdminError(answer.error)
    return answer.lines or ()


def _ask_server(path: Path, line: bytes) -> bytes | None:
    """The server's answer; None if no server listens."""
    if is_too_long(path):
        return None
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_SECONDS)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError as error:
            raise AdminError(f"cannot reach the server at {path}: {error.strerror or error}") from None
        try:
            connection.sendall(line + b"\n")
            with connection.makefile("rb") as lines:
                answer = lines.readline()
        except OSError:
            answer = b""
    if not answer.endswith(b"\n"):
        raise AdminError("the server went away before it answered; that may have been done, or not")
    return answer


def _do_here(folder: Path, line: bytes) -> bytes:
    """Open the store as a server would, and carry out one order."""
    from twisted.internet.task import react

    answers: list[bytes] = []
    complaints: list[StoreError] = []

    async def main(reactor: "EPollReactor") -> None:
        store = SqliteStore(DataFolder(folder), Limits(), time.time, reactor.callFromThread, reactor)
        store.open(_Nobody())
        try:
            store.start()
        except StoreError as error:
            complaints.append(error)
            return
        try:
            sweep = partial(_sweep, folder, store)
            context = OrderContext(
                store.accounts, store.maintenance, store.moderation, store.files, time.time, lambda: None, sweep
            )
            answers.append(await carry_out(context, line))
        finally:
            await store.stop()

    try:
        react(main)
    except SystemExit:
        if complaints:
            raise _complaint(complaints[0], control_path(folder)) from None
        if not answers:
            raise AdminError("the command failed, perhaps after a part of it was done") from None
    return answers[0]


async def _sweep(folder: Path, store: SqliteStore) -> None:
    """Forget old files, and delete all bytes that nothing needs, as a server does when it starts."""
    limits, now = Limits(), time.time()
    while await store.files.drop_old(now - limits.unsaid_seconds, now - limits.partial_seconds, _AT_ONCE) == _AT_ONCE:
        pass
    if not (folder / "files").is_dir():
        return
    needed = await store.files.needed()
    with BlobFolder(folder) as files:
        files.keep_only(needed.uploads, needed.blobs)
    while found := await store.files.dropped(_AT_ONCE):
        await store.files.forget_dropped([each.id for each in found])


def _complaint(error: StoreError, path: Path) -> Exception:
    """The error for the operator, which explains why a server that uses the folder could not be asked."""
    if isinstance(error, FolderInUseError) and is_too_long(path):
        reason = f"{path} is longer than the {LONGEST_PATH} bytes that a socket's path may have"
        return AdminError(f"{error}, and cannot be told: {reason}")
    return error
