"""`/files/{id}/{name}`: files, for whoever may see the messages with them."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.server import NOT_DONE_YET

from chat.blobs.disk import BlobDisk, Reading
from chat.errors import ChatError
from chat.limits import Limits
from chat.net.deadlines import Deadlines
from chat.web.api.paced import CutShortError, Paced
from chat.web.api.ranges import Part, has_it, part_of
from chat.web.api.readers import Readable
from chat.web.api.rooms import answer_later
from chat.web.request import ChatRequest

log = Logger(namespace="chat.web")

# A piece is read from the disk, and in memory until the client has taken it.
_PIECE: Final = 64 * 1024
# What a browser may show. Everything else is for saving: a page, an SVG or a PDF may have scripts.
_SHOWN: Final = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"))
# What players may know. They do not mind that it is for saving.
_PLAYED: Final = ("audio/", "video/")
_OCTETS: Final = "application/octet-stream"
_HEADERS: Final = {
    b"Content-Security-Policy": b"sandbox; default-src 'none'",
    b"Cache-Control": b"private, max-age=31536000, immutable",
    b"Accept-Ranges": b"bytes",
}


# The file in the address of a request. Raises ChatError if the one who asks may not see it.
Find = Callable[[ChatRequest], Coroutine[Any, Any, Readable]]


class Downloads:
    """`/files/{id}/{name}`. `stalled` cuts connections whose clients take nothing for a while."""

    def __init__(self, disk: BlobDisk, find: Find, limits: Limits) -> None:
        self._disk = disk
        self._find = find
        self.stalled = Deadlines(limits.file_pause_seconds, Paced.cut)

    def answer(self, request: ChatRequest) -> int:
        """Answer with the file, or with a part of it."""
        return answer_later(request, self._answer(request))

    async def _answer(self, request: ChatRequest) -> int | bytes:
        file, reading = await self._open(request)
        if request.is_lost:
            # Nobody would tell a download that it is over.
            reading.close()
            return NOT_DONE_YET
        tag = f'"{file.sha256}"'
        try:
            part = part_of(request, file.size, tag)
            _describe(request, file, tag)
            if has_it(request, tag):
                request.setResponseCode(HTTPStatus.NOT_MODIFIED.value)
                reading.close()
                return b""
        except ChatError:
            reading.close()
            raise
        if part is not None:
            request.setResponseCode(HTTPStatus.PARTIAL_CONTENT.value)
            request.setHeader(b"Content-Range", b"bytes %d-%d/%d" % (part.start, part.end - 1, file.size))
        part = part or Part(0, file.size)
        request.setHeader(b"Content-Length", b"%d" % (part.end - part.start))
        Download(request, self.stalled, reading, part).begin()
        return NOT_DONE_YET

    async def _open(self, request: ChatRequest) -> tuple[Readable, Reading]:
        """The file that is asked for. All refusals are the same, so that nobody learns whether there is such a file.

        Raises ChatError: `not_found`, or what is wrong with the server.
        """
        try:
            file = await self._find(request)
            if request.parts["name"] != file.name.encode():
                raise ChatError("not_found")
            return file, await self._disk.read(file.sha256)
        except ChatError as error:
            if error.code in _FAULTS:
                raise
            raise ChatError("not_found") from None


_FAULTS: Final = frozenset(("busy", "store_failed", "internal"))


def _describe(request: ChatRequest, file: Readable, tag: str) -> None:
    kind = file.media_type if file.media_type in _SHOWN or file.media_type.startswith(_PLAYED) else _OCTETS
    place = "inline" if kind in _SHOWN else "attachment"
    for name, value in _HEADERS.items():
        request.setHeader(name, value)
    request.setHeader(b"Content-Type", kind.encode())
    request.setHeader(b"Content-Disposition", disposition(place, file.name))
    request.setHeader(b"ETag", tag.encode())


def disposition(place: str, name: str) -> bytes:
    """The value of `Content-Disposition`: `name` in UTF-8 (RFC 8187) and, for old clients, in ASCII."""
    plain = "".join(each if " " <= each <= "~" and each not in '"\\%' else "_" for each in name)
    return f"{place}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='!#$&+-.^_`|~')}".encode("ascii")


class Download(Paced):
    """One answer with a file, or with a part of it."""

    def __init__(self, request: ChatRequest, stalled: Deadlines[Paced], reading: Reading, part: Part) -> None:
        super().__init__(request, stalled)
        self._reading = reading
        self._at, self._end = part

    async def piece(self) -> bytes | None:
        """See `Paced.piece`."""
        if self._at == self._end:
            return None
        piece = await self._reading.piece(self._at, min(_PIECE, self._end - self._at))
        if not piece:
            # It was deleted meanwhile.
            raise CutShortError
        self._at += len(piece)
        return piece

    def failed(self, failure: Failure) -> None:
        """See `Paced.failed`."""
        log.warn("could not send a file: {failure}", failure=failure)

    def ended(self) -> None:
        """See `Paced.ended`."""
        self._reading.close()
