"""Who reads a file: whoever has its key, the bearer of a token or of a cookie, or a guest."""

from typing import Protocol, cast

from chat.hub.hub import Hub
from chat.hub.people import Asker, User
from chat.web.api.rooms import parameter_of, visitor_of
from chat.web.api.session import file_secret_of
from chat.web.request import ChatRequest


class Readable(Protocol):
    """A whole file, as `Uploads.readable` gives it."""

    @property
    def name(self) -> str:
        """What its sender calls it."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def sha256(self) -> str:
        """Of its bytes, in hexadecimal digits."""

    @property
    def media_type(self) -> str:
        """Its media type, as far as it was recognised."""


class Readers:
    """Finds the file in the address of a request, for whoever asks."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def find(self, request: ChatRequest) -> Readable:
        """The file that is asked for. Raises ChatError if whoever asks may not see it, or there is none."""
        reader = await self._reader(request)
        file_id, key = request.parts["id"].decode("latin-1"), parameter_of(request, "key")
        return await self._hub.uploads.readable(reader, file_id, key)

    async def _reader(self, request: ChatRequest) -> Asker:
        """Who reads. A token counts before a cookie; a cookie that has ended is none."""
        visitor = visitor_of(request)
        cookie = file_secret_of(request) if visitor.secret is None else None
        known = None if cookie is None else self._hub.file_access.reader(cookie)
        if known is None:
            return await self._hub.visitors.reader(visitor)
        return await self._hub.visitors.reader_as(known.key, cast("User | None", known.guest), visitor.address)
