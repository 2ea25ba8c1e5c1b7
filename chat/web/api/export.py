"""`/export`: a copy of the data of an account, as one file of JSON lines that is sent page by page."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.logger import Logger
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from chat.errors import ChatError
from chat.events import Message, Recalled
from chat.hub.own_data import Copying, OwnData, OwnThings
from chat.limits import Limits
from chat.names import fold
from chat.net.deadlines import Deadlines
from chat.times import timestamp_of
from chat.web.api.downloads import disposition
from chat.web.api.formats import LINES
from chat.web.api.rooms import answer_later, parameter_of
from chat.web.request import ChatRequest
from chat.wire import NDJSON

log = Logger(namespace="chat.web")
_HEADERS: Final = {b"Content-Type": LINES.encode(), b"Cache-Control": b"no-store", b"X-Accel-Buffering": b"no"}


class Exports:
    """`/export`. `stalled` cuts connections whose clients take nothing for a while."""

    def __init__(self, data: OwnData, limits: Limits) -> None:
        self._data = data
        self.stalled = Deadlines(limits.file_pause_seconds, Export.cut)

    def answer(self, request: ChatRequest) -> int:
        """Answer with the data of whoever got the ticket."""
        return answer_later(request, self._answer(request))

    async def _answer(self, request: ChatRequest) -> int:
        copying = await self._data.begin(parameter_of(request, "ticket") or "")
        things = await copying.things()
        for name, value in _HEADERS.items():
            request.setHeader(name, value)
        file_name = f"{copying.account.name}.jsonl"
        request.setHeader(b"Content-Disposition", disposition("attachment", file_name))
        Export(self, request, copying).begin(_lines(things_lines(things)))
        return NOT_DONE_YET


@implementer(IPushProducer)
class Export:
    """One answer. It reads the next page when the client has taken the one before."""

    def __init__(self, exports: Exports, request: ChatRequest, copying: Copying) -> None:
        self._exports = exports
        self._request = request
        self._copying = copying
        self._count = 0
        self._is_paused = self._is_reading = self._is_over = False

    def begin(self, head: bytes) -> None:
        """Send the first lines, and what the client takes of the rest."""
        self._request.notifyFinish().addBoth(self._over)
        self._exports.stalled.add(self)
        self._request.registerProducer(self, True)
        self._request.write(head)
        self._go_on()

    def cut(self) -> None:
        """Close the connection at once: the last line is missing, which tells that the copy is not whole."""
        self._request.channel.transport.abortConnection()

    def pauseProducing(self) -> None:
        """The client does not keep up."""
        self._is_paused = True

    def resumeProducing(self) -> None:
        """The client has taken what there was."""
        self._is_paused = False
        self._go_on()

    def stopProducing(self) -> None:
        """The client is gone."""

    def _go_on(self) -> None:
        if not (self._is_paused or self._is_reading or self._is_over):
            self._is_reading = True
            Deferred.fromCoroutine(self._send()).addErrback(self._failed)

    async def _send(self) -> None:
        while not (self._is_paused or self._is_over):
            messages = await self._copying.more()
            if self._is_over:
                return
            self._exports.stalled.add(self)
            if messages is None:
                self._request.write(_lines([{"type": "end", "messages": self._count}]))
                self._request.unregisterProducer()
                self._request.finish()
                return
            self._count += len(messages)
            if messages:
                self._request.write(b"".join(_said(messages, self._copying.account.key)))
        self._is_reading = False

    def _failed(self, failure: Any) -> None:
        if failure.check(ChatError) is None:
            log.failure("failed: an export", failure)
        self.cut()

    def _over(self, _: object) -> None:
        self._is_over = True
        self._exports.stalled.discard(self)


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
