"""Bodies that are files: they go to the disk as they come."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chat.blobs.disk import BlobDisk
from chat.blobs.turns import Turn, Turns
from chat.errors import ChatError
from chat.hub.uploads import Upload, Uploads
from chat.web.api.rooms import answer_later
from chat.web.request import ChatRequest
from chat.web.routing import Flow

log = Logger(namespace="chat.web")


class Vault:
    """What the addresses of files share: the domain's `uploads`, the `disk`, and who writes to which file."""

    def __init__(self, uploads: Uploads, disk: BlobDisk) -> None:
        self.uploads = uploads
        self.disk = disk
        self.turns = Turns()

    async def complete(self, upload: Upload) -> None:
        """All bytes of `upload` are here: make it whole. Raises ChatError; after `wrong_sum` the bytes are gone."""
        file_id = upload.file.id
        whole = await self.disk.examine(file_id)
        try:
            self.uploads.claim(upload, whole.sha256)
        except ChatError:
            await self.disk.remove_partial(file_id)
            raise
        try:
            await self.disk.keep(file_id, whole.sha256)
        except ChatError:
            self.uploads.unclaim(upload)
            raise
        await self.uploads.finished(upload, whole)


class Intake:
    """The sink of a body that goes to the partial file `name`. Its subclasses say which file, and what follows.

    The connection rests until `begin` is done, and again while a piece is on its way to the disk. So a client that
    waits for `100 Continue` hears it only when its file is wanted, and no more than a piece is in memory.
    """

    name: str
    # How many more bytes may come.
    left: int

    def __init__(self, vault: Vault, request: ChatRequest, flow: Flow) -> None:
        self.vault = vault
        self.request = request
        self._flow = flow
        self._turn: Turn | None = None
        self._is_begun = self._is_lost = False
        self._error: ChatError | None = None
        flow.pauseProducing()
        self._work: Deferred[None] = Deferred.fromCoroutine(self._begin())

    # --- what subclasses say

    async def begin(self) -> None:
        """Set `name` and `left`. Raises ChatError if the body is not wanted."""
        raise NotImplementedError

    async def finish(self) -> bytes | int:
        """All of the body is on the disk. Answer as `Answer` does."""
        raise NotImplementedError

    async def drop(self) -> None:
        """The body was begun, and is not wanted any more, or does not come to its end."""

    async def take_turn(self, name: str) -> None:
        """Become the only one who writes to the file `name`."""
        self._turn = await self.vault.turns.take(name, self._give_way)

    # --- BodySink

    def write(self, piece: bytes) -> None:
        """See `BodySink.write`."""
        if len(piece) > self.left:
            raise ChatError("body_too_long", limit=self.left)
        self.left -= len(piece)
        self._flow.pauseProducing()
        self._work = Deferred.fromCoroutine(self._write(piece))

    def end(self) -> int:
        """See `BodySink.end`."""
        return answer_later(self.request, self._end())

    def lost(self) -> None:
        """See `BodySink.lost`."""
        self._is_lost = True
        if self._is_begun:
            Deferred.fromCoroutine(self._drop()).addErrback(_failed)

    # --- steps

    async def _begin(self) -> None:
        try:
            await self.begin()
        except Exception as error:
            self._end_turn()
            self._flow.refuse(_known(error))
            return
        self._is_begun = True
        if self._is_lost:
            await self._drop()
        else:
            self._flow.resumeProducing()

    async def _write(self, piece: bytes) -> None:
        try:
            await self.vault.disk.append(self.name, piece)
        except Exception as error:
            self._error = _known(error)
            self._flow.refuse(self._error)
        else:
            self._flow.resumeProducing()

    async def _end(self) -> bytes | int:
        try:
            await self._work
            if self._error is not None:
                raise self._error
            return await self.finish()
        except Exception:
            await self.drop()
            raise
        finally:
            self._end_turn()

    async def _drop(self) -> None:
        try:
            await self._work
            await self.drop()
        finally:
            self._end_turn()

    def _give_way(self) -> None:
        self._flow.refuse(ChatError("sent_elsewhere"))

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.end()


def _known(error: Exception) -> ChatError:
    if isinstance(error, ChatError):
        return error
    log.failure("failed: a file")
    return ChatError("internal")


def _failed(failure: Any) -> None:
    if failure.check(ChatError) is None:
        log.failure("failed: a file", failure)
