"""`/export`: a copy of the data of an account, as one file of JSON lines that is sent page by page."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.server import NOT_DONE_YET

from chat.errors import ChatError
from chat.events import Message, Recalled
from chat.hub.own_data import Copying, OwnData, OwnThings
from chat.limits import Limits
from chat.names import fold
from chat.net.deadlines import Deadlines
from chat.times import timestamp_of
from chat.web.api.downloads import disposition
from chat.web.api.formats import LINES
from chat.web.api.paced import Paced
from chat.web.api.rooms import answer_later, parameter_of
from chat.web.request import ChatRequest
from chat.wire import NDJSON

log = Logger(namespace="chat.web")
_HEADERS: Final = {b"Content-Type": LINES.encode(), b"Cache-Control": b"no-store", b"X-Accel-Buffering": b"no"}


class Exports:
    """`/export`. `stalled` cuts connections whose clients take nothing for a while."""

    def __init__(self, data: OwnData, limits: Limits) -> None:
        self._data = data
        self.stalled = Deadlines(limits.file_pause_seconds, Paced.cut)

    def answer(self, request: ChatRequest) -> int:
        """Answer with the data of whoever got the ticket."""
        return answer_later(request, self._answer(request))

    async def _answer(self, request: ChatRequest) -> int:
        copying = await self._data.begin(parameter_of(request, "ticket") or "")
        things = await copying.things()
        if request.is_lost:
            return NOT_DONE_YET
        for name, value in _HEADERS.items():
            request.setHeader(name, value)
        file_name = f"{copying.account.name}.jsonl"
        request.setHeader(b"Content-Disposition", disposition("attachment", file_name))
        Export(request, self.stalled, copying).begin(_lines(things_lines(things)))
        return NOT_DONE_YET


class Export(Paced):
    """One answer, page by page. Its last line tells that the copy is whole."""

    def __init__(self, request: ChatRequest, stalled: Deadlines[Paced], copying: Copying) -> None:
        super().__init__(request, stalled)
        self._copying = copying
        self._count = 0
        self._is_whole = False

    async def piece(self) -> bytes | None:
        """See `Paced.piece`."""
        if self._is_whole:
            return None
        messages = await self._copying.more()
        if messages is None:
            self._is_whole = True
            return _lines([{"type": "end", "messages": self._count}])
        self._count += len(messages)
        return b"".join(_said(messages, self._copying.account.key))

    def failed(self, failure: Failure) -> None:
        """See `Paced.failed`."""
        if failure.check(ChatError) is None:
            log.failure("failed: an export", failure)


def things_lines(things: OwnThings) -> Iterator[dict[str, object]]:
    """The lines before the messages: the account, its settings, and its places."""
    account, settings, _ = things
    yield {"type": "account", "name": account.name, "since": timestamp_of(account.created_at)}
    yield {
        "type": "settings",
        "level": settings.level.value,
        "levels": {room: level.value for room, level in settings.levels.items()},
        "ignored": list(settings.ignored.values()),
        "away": settings.away,
        "colour": settings.colour,
        "line": settings.line,
        "seen": settings.tells_seen,
    }
    for head in things.places:
        if head.is_direct:
            yield {"type": "conversation", "to": head.name, "seq": head.last, "read": head.read}
        else:
            place = {"type": "room", "room": head.name, "role": head.role, "topic": head.topic}
            yield {**place, "seq": head.last, "read": head.read}


def _said(messages: Sequence[Message], own: str) -> Iterator[bytes]:
    """The lines of messages, as NDJSON has them, and behind an own one with a file the line of that."""
    for message in messages:
        yield NDJSON.encode(Recalled(event=message))
        if (file := message.file) is not None and fold(message.sender) == own:
            line = {"type": "file", "url": file.path, "name": file.name, "size": file.size, "expired": file.expired}
            yield _lines([line])


def _lines(objects: Any) -> bytes:
    return b"".join(msgspec.json.encode(each) + b"\n" for each in objects)
