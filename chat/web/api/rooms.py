"""`/rooms/<room>/messages`: to say something there, to look back, and to follow what happens."""

from base64 import b64decode
from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast
from urllib.parse import parse_qs, urlencode

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure as TwistedFailure
from twisted.web.http import Request
from twisted.web.server import NOT_DONE_YET

from chat.errors import ChatError
from chat.events import Failure, Listed, Message, Recalled
from chat.hub.positions import Position
from chat.hub.visitors import Visitor, Visitors
from chat.names import GUEST, parse_name
from chat.net.addresses import source_of
from chat.numbers import number_of
from chat.web.api.bodies import Said, said
from chat.web.api.formats import EVENTS, JSON, PAGES, STREAMS, content_type, preferred
from chat.web.api.streams import Stream, Streams
from chat.web.errors import refuse, refuse_with
from chat.web.origins import Origins
from chat.web.request import ChatRequest
from chat.web.resource import Nothing, Place
from chat.wire import NDJSON, TEXT
from chat.wire.sse import SseEncoder

log = Logger(namespace="chat.web")

# Of an `Idempotency-Key`, and of what else is one word of a header.
_LONGEST_WORD: Final = 128
_MOST_PARAMETERS: Final = 20


class Desk(NamedTuple):
    """What requests about rooms are answered with."""

    visitors: Visitors
    origins: Origins
    streams: Streams


class Rooms(Nothing):
    """`/rooms`: each room is below it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def getChild(self, path: bytes, request: Request) -> Place:
        room = Nothing()
        room.putChild(b"messages", Messages(self._desk, path))
        return room


class Messages(Place):
    """`/rooms/<room>/messages`."""

    def __init__(self, desk: Desk, room: bytes) -> None:
        super().__init__()
        self._desk = desk
        self._room = room

    def render_POST(self, request: Request) -> int:
        """Say something."""
        return answer_later(request, self._say(request))

    def render_GET(self, request: Request) -> int:
        """What was said; with `follow`, what happens from now on."""
        return answer_later(request, self._read(request))

    async def _say(self, request: Request) -> bytes:
        visitor = self._visitor(request)
        request_id = _word(request, "Idempotency-Key")
        found = said(cast("Any", request.content).read(), request.getHeader("Content-Type") or "")
        text, username = self._by_name(found)
        visitor = visitor._replace(name=username or _parameter(request, "username"))
        reply = await self._desk.visitors.post(visitor, self._name(), text, request_id)
        if isinstance(reply, Failure):
            return refuse_with(request, reply)
        request.setResponseCode(HTTPStatus.CREATED.value)
        request.setHeader(b"Content-Type", content_type(JSON))
        return NDJSON.encode(reply)

    def _by_name(self, found: Said) -> Said:
        """What is said; where its `username` is no name that one could have, that stands before it."""
        try:
            parse_name(found.username or GUEST, self._desk.streams.limits.name_characters)
        except ChatError:
            return Said(f"{found.username}: {found.text}" if found.text else "")
        return found

    async def _read(self, request: Request) -> int | bytes:
        visitor = self._visitor(request)
        word = _parameter(request, "since")
        since = None if word is None else _position("since", word)
        if (last := _word(request, "Last-Event-ID")) is not None:
            since = _position("Last-Event-ID", last)
        if request.method == b"GET" and "follow" in _query(request):
            return await self._follow(request, visitor, since)
        return await self._look_back(request, visitor, since)

    async def _look_back(self, request: Request, visitor: Visitor, since: Position | None) -> bytes:
        kind = preferred(request.getHeader("Accept"), PAGES)
        numbers = {"limit": _number(request, "limit"), "before": _number(request, "before")}
        asked: dict[str, object] = {name: number for name, number in numbers.items() if number is not None}
        if since is not None:
            asked |= {"since": since.seq, "life": since.life}
        reply = await self._desk.visitors.history(visitor, self._name(), asked)
        if isinstance(reply, Failure):
            return refuse_with(request, reply)
        assert isinstance(reply, Listed), "nothing else answers a question for history"
        if reply.more and reply.messages:
            request.setHeader(b"Link", self._link(reply.messages, asked).encode())
        request.setHeader(b"Content-Type", content_type(kind))
        return _PAGES[kind](reply)

    async def _follow(self, request: Request, visitor: Visitor, since: Position | None) -> int | bytes:
        kind = preferred(request.getHeader("Accept"), tuple(STREAMS))
        visitors, name = self._desk.visitors, self._name()
        encoder = SseEncoder(visitors.life) if kind == EVENTS else STREAMS[kind]
        stream = Stream(self._desk.streams, request, kind, encoder)
        stream.when_over(lambda: visitors.leave(stream))
        refused = await visitors.follow(visitor, name, stream, since)
        return NOT_DONE_YET if refused is None else refuse_with(request, refused)

    def _visitor(self, request: Request) -> Visitor:
        """Who asks, without a name. Raises ChatError for a page from elsewhere."""
        self._desk.origins.check(cast("ChatRequest", request))
        return Visitor(_secret(request), address=source_of(request.getClientAddress()))

    def _name(self) -> str:
        try:
            return self._room.decode("utf-8")
        except UnicodeDecodeError:
            raise ChatError("not_utf8") from None

    def _link(self, messages: Sequence[Message], asked: Mapping[str, object]) -> str:
        """Where there is more: before the page, or after it where that was asked for (RFC 8288).

        It is relative to what was asked for, so that it is right behind a proxy that puts us below a path.
        """
        rel, place = (
            ("next", ("since", messages[-1].seq)) if "since" in asked else ("prev", ("before", messages[0].seq))
        )
        query = urlencode([*((name, value) for name, value in asked.items() if name == "limit"), place])
        return f'<?{query}>; rel="{rel}"'


def answer_later(request: Request, answer: Coroutine[Any, Any, bytes | int]) -> int:
    """Answer `request` with what comes of `answer`, or with the ChatError that it raises; for `render` to return."""
    lost: list[object] = []
    request.notifyFinish().addErrback(lost.append)

    def failed(failure: TwistedFailure) -> bytes:
        error = failure.value
        if not isinstance(error, ChatError):
            log.failure("failed: a request", failure)
            error = ChatError("internal")
        return refuse(request, error)

    def write(body: bytes | int) -> None:
        if isinstance(body, bytes) and not lost:
            request.setHeader(b"Content-Length", b"%d" % len(body))
            request.write(body)
            request.finish()

    Deferred.fromCoroutine(answer).addErrback(failed).addCallback(write)
    return NOT_DONE_YET


def _lines(reply: Listed) -> bytes:
    return b"".join(NDJSON.encode(Recalled(message=message)) for message in reply.messages)


def _text(reply: Listed) -> bytes:
    return b"".join(TEXT.encode(Recalled(message=message)) for message in reply.messages)


def _object(reply: Listed) -> bytes:
    messages = b",".join(_lines(reply).splitlines())
    return b'{"messages":[%s],"more":%s}\n' % (messages, b"true" if reply.more else b"false")


_PAGES: Final[Mapping[str, Callable[[Listed], bytes]]] = dict(zip(PAGES, (_text, _lines, _object), strict=True))


def _secret(request: Request) -> str | None:
    """The access token: `Authorization: Bearer`, or the password of `Basic`, for who can only give a URL."""
    given = request.getHeader("Authorization")
    if given is None:
        return None
    scheme, _, word = given.partition(" ")
    if scheme.lower() == "bearer":
        return word.strip()
    if scheme.lower() != "basic":
        raise ChatError("bad_token")
    try:
        return b64decode(word, validate=True).decode("utf-8").partition(":")[2]
    except ValueError:
        raise ChatError("bad_token") from None


def _word(request: Request, header: str) -> str | None:
    """A short header of printable ASCII. Raises ChatError (`bad_parameter`) for another one."""
    word = request.getHeader(header)
    if word is not None and not (0 < len(word) <= _LONGEST_WORD and word.isascii() and word.isprintable()):
        raise ChatError("bad_parameter", name=header)
    return word


def _query(request: Request) -> Mapping[str, Sequence[str]]:
    """The parameters of the query: a name alone, such as `follow`, is one, which Twisted does not see."""
    query = request.uri.partition(b"?")[2].decode("latin-1")
    try:
        return parse_qs(query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise ChatError("bad_parameter", name="the query") from None


def _parameter(request: Request, name: str) -> str | None:
    """A parameter of the query. Raises ChatError (`bad_parameter`) where it is there twice."""
    values = _query(request).get(name, ())
    if len(values) > 1:
        raise ChatError("bad_parameter", name=name)
    return values[0] if values else None


def _number(request: Request, name: str) -> int | None:
    value = _parameter(request, name)
    return None if value is None else _seq(name, value)


def _position(name: str, value: str) -> Position:
    """A place, as a seq or as events have it: the life of the journal, a dash, and the seq."""
    life, dash, seq = value.rpartition("-")
    if dash and not (0 < len(life) <= _LONGEST_WORD and life.isascii() and life.isalnum()):
        raise ChatError("bad_parameter", name=name)
    return Position(_seq(name, seq), life or None)


def _seq(name: str, value: str) -> int:
    seq = number_of(value)
    if seq is None:
        raise ChatError("bad_parameter", name=name)
    return seq
