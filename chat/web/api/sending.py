"""`PUT /rooms/{room}/files/{name}`: sends a file, and says it in the room (`curl -T photo.jpg …`)."""

from http import HTTPStatus
from secrets import token_urlsafe

from chat.errors import ChatError
from chat.events import Command, Event, Failure, Listed, Message, Recalled, Sent, UploadBegun
from chat.hub.uploads import Upload, info_of
from chat.hub.visitors import Visitor, Visitors
from chat.limits import Limits
from chat.web.api.formats import JSON, content_type
from chat.web.api.intake import Intake, Vault
from chat.web.api.rooms import parameter_of, room_of, secret_of, visitor_of, word_of
from chat.web.origins import Origins
from chat.web.request import ChatRequest
from chat.web.routing import BodySink, Flow
from chat.wire import NDJSON


class Sending:
    """What `PUT /rooms/{room}/files/{name}` does."""

    def __init__(self, vault: Vault, visitors: Visitors, origins: Origins, limits: Limits) -> None:
        self.vault = vault
        self.visitors = visitors
        self.limits = limits
        self._origins = origins

    def check(self, request: ChatRequest) -> None:
        """Raise ChatError for requests that are refused whatever their body is, as `Messages.check` does."""
        self._origins.check(request)
        self.visitors.check_room(room_of(request), is_guest=secret_of(request) is None)

    def put(self, request: ChatRequest, flow: Flow) -> BodySink:
        """Take the file."""
        length = request.getHeader("Content-Length")
        if length is None:
            return _Unsized(self, request, flow)
        return _Sized(self, request, flow, int(length))


class RefusedError(ChatError):
    """A refusal of the domain, as it is."""

    def __init__(self, failure: Failure) -> None:
        Exception.__init__(self, failure.message)
        self.code, self.request_id, self.seq = failure.code, None, failure.seq


class _Put(Intake):
    """What files of known and of unknown size have in common. `upload` is the one that is given up after an error."""

    upload: Upload | None = None

    def __init__(self, sending: Sending, request: ChatRequest, flow: Flow) -> None:
        self._sending = sending
        super().__init__(sending.vault, request, flow)

    async def ask_for_room(self, size: int) -> Upload:
        """Ask for room for a file of `size` bytes. Raises ChatError."""
        asked: dict[str, object] = {"name": self._name(), "size": size}
        if (sha256 := parameter_of(self.request, "sha256")) is not None:
            asked["sha256"] = sha256
        reply = await self._ask(Command("upload", asked, word_of(self.request, "Idempotency-Key")))
        assert isinstance(reply, UploadBegun), reply
        self.upload = await self.vault.uploads.find(reply.upload.rpartition("/")[2])
        return self.upload

    async def say(self, upload: Upload) -> bytes:
        """Say the message with a file that is whole. Answers with the message. Raises ChatError."""
        asked = {"text": parameter_of(self.request, "text") or "", "file": upload.file.id}
        reply = await self._ask(Command("message", asked, word_of(self.request, "Idempotency-Key")))
        assert isinstance(reply, Sent), reply
        message = await self._message(reply)
        file = info_of(upload.file, "") if message is None or message.file is None else message.file
        if file.id != upload.file.id:
            # The request is a repeat: the message is there already, with the file that was sent first.
            await self.drop()
        self.upload = None
        self.request.setHeader(b"Location", file.path.encode())
        self.request.setHeader(b"Content-Type", content_type(JSON))
        self.request.setResponseCode(HTTPStatus.CREATED.value)
        return NDJSON.encode(reply if message is None else Recalled(event=message))

    async def drop(self) -> None:
        upload, self.upload = self.upload, None
        if upload is not None:
            await self.vault.uploads.give_up(upload.secret)

    async def _message(self, sent: Sent) -> Message | None:
        """The message, as everybody sees it; None if it has been taken out already."""
        asked: dict[str, object] = {"limit": 1, "before": sent.seq + 1}
        listed = await self._sending.visitors.history(self._visitor(), room_of(self.request), asked)
        messages = listed.messages if isinstance(listed, Listed) else ()
        return next((each for each in messages if isinstance(each, Message) and each.seq == sent.seq), None)

    async def _ask(self, command: Command) -> Event:
        """The answer to a command in the room. Raises ChatError if it is refused."""
        *_, reply = await self._sending.visitors.request(self._visitor(), room_of(self.request), command)
        if isinstance(reply, Failure):
            raise RefusedError(reply)
        return reply

    def _visitor(self) -> Visitor:
        return visitor_of(self.request)._replace(name=parameter_of(self.request, "username"))

    def _name(self) -> str:
        """The name in the address. Raises ChatError (`not_utf8`)."""
        try:
            return self.request.parts["name"].decode("utf-8")
        except UnicodeDecodeError:
            raise ChatError("not_utf8") from None


class _Sized(_Put):
    """A file whose size its head says."""

    def __init__(self, sending: Sending, request: ChatRequest, flow: Flow, size: int) -> None:
        self.left = size
        super().__init__(sending, request, flow)

    async def begin(self) -> None:
        upload = await self.ask_for_room(self.left)
        self.name = upload.file.id
        await self.take_turn(self.name)
        # What an earlier request with the same `Idempotency-Key` has left: this one begins at the first byte.
        await self.vault.disk.remove_partial(self.name)

    async def finish(self) -> bytes:
        assert self.upload is not None, "there is one since the beginning"
        await self.vault.complete(self.upload)
        return await self.say(self.upload)


class _Unsized(_Put):
    """A file that comes in chunks. Until its size is known, a file of one byte holds its place in the domain."""

    async def begin(self) -> None:
        await self.ask_for_room(1)
        self.name, self.left = token_urlsafe(24), self._sending.limits.file_bytes

    def write(self, piece: bytes) -> None:
        if self.vault.disk.free_bytes() < self._sending.limits.spare_disk_bytes:
            raise ChatError("quota_full", what="the server's disk is full")
        super().write(piece)

    async def finish(self) -> bytes:
        await super().drop()
        upload = await self.ask_for_room(self._sending.limits.file_bytes - self.left)
        await self.take_turn(upload.file.id)
        await self.vault.disk.rename(self.name, upload.file.id)
        await self.vault.complete(upload)
        return await self.say(upload)

    async def drop(self) -> None:
        await self.vault.disk.remove_partial(self.name)
        await super().drop()
