"""`/uploads/{secret}`: the bytes of a file that was asked for over another wire, as tus 1.0 has it (tus.io).

The secret in the address is all that one needs. A connection that hangs is no hindrance: whoever asks last goes on.
"""

from http import HTTPStatus
from typing import Final

from chat.errors import ChatError
from chat.hub.uploads import Upload
from chat.limits import Limits
from chat.numbers import number_of
from chat.web.api.file_operations import OFFSET_BYTES
from chat.web.api.intake import Intake, Vault
from chat.web.api.rooms import answer_later
from chat.web.origins import Origins
from chat.web.request import ChatRequest
from chat.web.routing import BodySink, Flow

VERSION: Final = "1.0.0"
_EXTENSIONS: Final = b"termination"


class Tus:
    """What the methods of `/uploads/{secret}` do."""

    def __init__(self, vault: Vault, origins: Origins, limits: Limits) -> None:
        self._vault = vault
        self._origins = origins
        self._limits = limits

    def check(self, request: ChatRequest) -> None:
        """Raise ChatError for a page of another site, and for another version of tus."""
        self._origins.check(request)
        request.setHeader(b"Tus-Resumable", VERSION.encode())
        if request.getHeader("Tus-Resumable") != VERSION:
            request.setHeader(b"Tus-Version", VERSION.encode())
            raise ChatError("tus_version", version=VERSION)

    def check_patch(self, request: ChatRequest) -> None:
        """As `check`; the type of the body is needed, too."""
        self.check(request)
        if request.getHeader("Content-Type") is None:
            raise ChatError("unsupported_type", types=OFFSET_BYTES)

    def tell(self, request: ChatRequest) -> bytes:
        """`OPTIONS`: what there is of tus."""
        self._origins.check(request)
        for name, value in (
            (b"Tus-Resumable", VERSION.encode()),
            (b"Tus-Version", VERSION.encode()),
            (b"Tus-Extension", _EXTENSIONS),
            (b"Tus-Max-Size", b"%d" % self._limits.file_bytes),
        ):
            request.setHeader(name, value)
        return _no_content(request)

    def patch(self, request: ChatRequest, flow: Flow) -> BodySink:
        """`PATCH`: more of the file."""
        return _Patch(self._vault, request, flow)

    def head(self, request: ChatRequest) -> int:
        """`HEAD`: how much of the file is here."""
        return answer_later(request, self._head(request))

    def delete(self, request: ChatRequest) -> int:
        """`DELETE`: give the upload up."""
        return answer_later(request, self._delete(request))

    async def _head(self, request: ChatRequest) -> bytes:
        upload = await self._vault.uploads.find(_secret_of(request))
        if not upload.file.whole:
            upload = await self._settled(upload)
        request.setHeader(b"Upload-Offset", b"%d" % upload.offset)
        request.setHeader(b"Upload-Length", b"%d" % upload.file.size)
        return b""

    async def _settled(self, upload: Upload) -> Upload:
        """The upload, when nobody writes to it any more; if all bytes are here, it is made whole first.

        Its client may have missed the answer to the last of them, or the server may have ended before.
        """
        turn = await self._vault.turns.take(upload.file.id, _nothing)
        try:
            upload = await self._vault.uploads.find(upload.secret)
            if not upload.file.whole and upload.offset == upload.file.size:
                await self._vault.complete(upload)
            return upload
        finally:
            turn.end()

    async def _delete(self, request: ChatRequest) -> bytes:
        upload = await self._vault.uploads.find(_secret_of(request))
        turn = await self._vault.turns.take(upload.file.id, _nothing)
        try:
            await self._vault.uploads.give_up(upload.secret)
        finally:
            turn.end()
        return _no_content(request)


class _Patch(Intake):
    """The body of a `PATCH`."""

    _upload: Upload

    async def begin(self) -> None:
        offset = number_of(self.request.getHeader("Upload-Offset") or "")
        if offset is None:
            raise ChatError("bad_parameter", name="Upload-Offset")
        uploads = self.vault.uploads
        upload = await uploads.find(_secret_of(self.request))
        if not upload.file.whole:
            await self.take_turn(upload.file.id)
            # Meanwhile another one may have written the rest, or given it up.
            upload = await uploads.find(upload.secret)
        upload.check_offset(offset)
        self._upload = upload
        self.name, self.left = upload.file.id, upload.file.size - offset
        if int(self.request.getHeader("Content-Length") or 0) > self.left:
            raise ChatError("body_too_long", limit=self.left)

    async def finish(self) -> bytes:
        if self.left == 0 and not self._upload.file.whole:
            await self.vault.complete(self._upload)
        self.request.setHeader(b"Upload-Offset", b"%d" % (self._upload.file.size - self.left))
        return _no_content(self.request)


def _secret_of(request: ChatRequest) -> str:
    """The secret in the address. Raises ChatError (`upload_gone`)."""
    try:
        return request.parts["secret"].decode("ascii")
    except UnicodeDecodeError:
        raise ChatError("upload_gone") from None


def _no_content(request: ChatRequest) -> bytes:
    request.setResponseCode(HTTPStatus.NO_CONTENT.value)
    return b""


def _nothing() -> None:
    """Whoever only asks gives way by itself."""
