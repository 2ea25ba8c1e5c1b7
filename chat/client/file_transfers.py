"""Sends and fetches files over HTTP, from where an earlier connection, or an earlier run of the client, ended."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, cast

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.web.client import FileBodyProducer

from chat.client.file_names import Link, local_name, reserve
from chat.client.http import Answer, Web

_TUS: Final = {"Tus-Resumable": "1.0.0"}
_PIECE: Final = 64 * 1024
_HASHED: Final = 1024 * 1024
# So long it waits after a failed attempt, and after each further one twice as long.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# With these answers there is something wrong with the server that may pass.
_PASSING: Final = frozenset((408, 409, 429, 500, 502, 503, 504, 507))
# The connection was lost, or there is none, or the answer was none of ours: another attempt may bring more.
_LOST: Final = (ConnectionError, ValueError)


class TransferError(Exception):
    """A file cannot be sent, or fetched. The message says why."""


class Progress(Protocol):
    """Watches one file."""

    def __call__(self, name: str, done: int, size: int, /) -> None:
        """`done` of the `size` bytes are there."""


class Transfers:
    """Sends and fetches files. `web` is the server, `clock` the reactor.

    `pause` is the number of seconds to wait after so many attempts in a row that brought nothing.
    """

    def __init__(self, web: Web, clock: IReactorTime, pause: Callable[[int], float] | None = None) -> None:
        self._web = web
        self._clock = clock
        self._pause = pause or (lambda attempts: min(_FIRST_PAUSE * 2**attempts, _LONGEST_PAUSE))

    async def send(self, path: Path, address: str, size: int, watch: Progress) -> None:
        """Send the bytes of a file to the `address` of an upload, from where it ended. Raises TransferError."""
        attempts = 0
        while True:
            try:
                offset = await self._offset(address)
                watch(path.name, offset, size)
                if offset == size:
                    return
                if await self._send_rest(path, address, offset, size, watch):
                    return
            except _LOST:
                pass
            attempts += 1
            await deferLater(self._clock, self._pause(attempts))

    async def fetch(self, link: Link, folder: Path, headers: Callable[[], Any], watch: Progress) -> Path:
        """Fetch a file into `folder`. Returns its path: its name, with a number if there is such a file already.

        `headers` is a function that fires with what lets us read it. Raises TransferError, and OSError.
        """
        name = local_name(link.name)
        part = folder / f"{name}.{link.id[:8]}.part"
        attempts = 0
        while True:
            try:
                if (digest := await self._fetch_rest(link, part, dict(await headers()), watch, name)) is not None:
                    break
            except _LOST:
                pass
            attempts += 1
            await deferLater(self._clock, self._pause(attempts))
        if digest and digest != _sum_of(part):
            part.unlink(missing_ok=True)
            raise TransferError(f"{name} came with other bytes than the server has; try again")
        target = reserve(folder, name)
        part.replace(target)
        return target

    # --- sending

    async def _offset(self, address: str) -> int:
        answer = await self._web.ask("HEAD", address, _TUS)
        await answer.text()
        _check(answer)
        return int(answer.header("Upload-Offset"))

    async def _send_rest(self, path: Path, address: str, offset: int, size: int, watch: Progress) -> bool:
        """Returns whether all is there."""
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != size:
                raise TransferError(f"{path} has changed since")
            watched = _Watched(file, offset, size, partial(watch, path.name))
            body = FileBodyProducer(cast("BinaryIO", watched), readSize=_PIECE)
            answer = await self._web.ask(
                "PATCH",
                address,
                {**_TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)},
                body,
            )
            await answer.text()
        _check(answer)
        return answer.status == 204 and answer.header("Upload-Offset") == str(size)

    # --- fetching

    async def _fetch_rest(
        self, link: Link, part: Path, headers: dict[str, str], watch: Progress, name: str
    ) -> str | None:
        """Fetch the rest. Returns the SHA-256 of the whole, "" if the server does not say it, None to try again."""
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        file = os.open(part, flags, 0o666)
        try:
            done = os.fstat(file).st_size
            if done:
                headers["Range"] = f"bytes={done}-"
            answer = await self._web.ask("GET", link.path, headers)
            if answer.status in (200, 206):
                return await _pour(answer, file, done if answer.status == 206 else 0, partial(watch, name))
            answer.abort()
            if answer.status == 416 and answer.header("Content-Range").rpartition("/")[2] == str(done):
                return await self._sum_at(link, headers)
            if answer.status == 416:
                os.ftruncate(file, 0)
                return None
        finally:
            os.close(file)
            if part.stat().st_size == 0:
                with suppress(OSError):
                    part.unlink()
        if answer.status in (401, 403, 404):
            raise TransferError(f"{name} is not there, or not for you")
        _check(answer)
        return None

    async def _sum_at(self, link: Link, headers: dict[str, str]) -> str:
        headers = {each: value for each, value in headers.items() if each != "Range"}
        answer = await self._web.ask("HEAD", link.path, headers)
        await answer.text()
        return _digest(answer)


async def _pour(answer: Answer, file: int, done: int, watch: Callable[[int, int], None]) -> str | None:
    """Write the body of `answer` into `file`, behind the bytes that are `done`; see `Transfers._fetch_rest`."""
    os.ftruncate(file, done)
    os.lseek(file, done, os.SEEK_SET)
    size = done + answer.length

    def write(data: bytes) -> None:
        nonlocal done
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        done += len(data)
        watch(done, size)

    watch(done, size)
    await answer.pour(write)
    return _digest(answer) if done == size else None


def _check(answer: Answer) -> None:
    """Raise TransferError for a refusal that stays one."""
    if answer.status >= 400 and answer.status not in _PASSING:
        why = "the server does not know that upload any more" if answer.status == 404 else f"status {answer.status}"
        raise TransferError(f"the server refuses it: {why}")


def _digest(answer: Answer) -> str:
    return answer.header("ETag").strip('"')


def _sum_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_HASHED):
            digest.update(data)
    return digest.hexdigest()


class _Watched:
    """An open file, from `offset` on, whose reader is watched."""

    def __init__(self, file: BinaryIO, offset: int, size: int, watch: Callable[[int, int], None]) -> None:
        self._file = file
        self._size = size
        self._watch = watch
        self.seek, self.tell, self.close = file.seek, file.tell, file.close
        file.seek(offset)

    def read(self, size: int) -> bytes:
        """See `BinaryIO.read`."""
        data = self._file.read(size)
        self._watch(self._file.tell(), self._size)
        return data
