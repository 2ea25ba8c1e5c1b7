"""`/rooms/{room}/messages`: posting a message, reading history, and following a room."""

from base64 import b64decode
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlencode

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure as TwistedFailure
from twisted.web.server import NOT_DONE_YET

from chat.errors import ChatError
from chat.events import Failure, Listed, Recalled, Reply, RequestId
from chat.hub.positions import Position
from chat.hub.visitors import Visitor, Visitors
from chat.names import parse_name
from chat.net.addresses import source_of
from chat.numbers import number_of
from chat.web.api.bodies import Said, said
from chat.web.api.formats import EVENTS, JSON, PAGES, STREAMS, content_type, preferred
from chat.web.api.streams import Stream, Streams
from chat.web.errors import refuse, refuse_with
from chat.web.origins import Origins
from chat.web.request import ChatRequest
from chat.wire import NDJSON, TEXT
from chat.wire.sse import SseEncoder

log = Logger(namespace="chat.web")

# The longest `Idempotency-Key`, and the longest word of any other header.
_LONGEST_WORD: Final = 128

# The refusals of a username that is, or looks like, the name of somebody else.
_NAMES_OF_OTHERS: Final = frozenset(
    ("reserved_name", "name_claimed", "name_held", "name_taken", "name_resembles", "confusing_name")
)


class Messages:
    """`/rooms/{room}/messages`."""

    def __init__(self, visitors: Visitors, origins: Origins, streams: Streams) -> None:
        self._visitors = visitors
        self._origins = origins
        self._streams = streams

    def check(self, request: ChatRequest) -> None:
        """Raise ChatError for requests that are refused whatever their body is.

        They come from pages of other sites, are for rooms that cannot exist, or are a guest's on a server without
        guests. The token is looked up later, when the body is here.
        """
        self._origins.check(request)
        self._visitors.check_room(room_of(request), is_guest=secret_of(request) is None)

    def say(self, request: ChatRequest) -> int:
        """Post a message."""
        return answer_later(request, self._say(request))

    def read(self, request: ChatRequest) -> int:
        """Answer with history or, with `follow`, with a stream of events."""
        return answer_later(request, self._read(request))

    async def _say(self, request: ChatRequest) -> bytes:
        visitor = visitor_of(request)._replace(name=parameter_of(request, "username"))
        request_id = word_of(request, "Idempotency-Key")
        found = said(cast("Any", request.content).read(), request.getHeader("Content-Type") or "")
        reply = await self._post(visitor, room_of(request), found, request_id)
        if isinstance(reply, Failure):
            return refuse_with(request, reply)
        request.setResponseCode(HTTPStatus.CREATED.value)
        request.setHeader(b"Content-Type", content_type(JSON))
        return NDJSON.encode(reply)

    async def _post(self, visitor: Visitor, room: str, found: Said, request_id: RequestId) -> Reply:
        """Post the text of a body, under the `username` that the body gives.

        Operators give their services any name they like. If it is no valid name, or somebody else's, the visitor posts
        under their own name, and the text begins with the username.
        """
        text, username = found
        post = self._visitors.post
        if username is None:
            return await post(visitor, room, text, request_id)
        named = f"{username}: {text}" if text else ""
        if not self._is_name(username):
            return await post(visitor, room, named, request_id)
        reply = await post(visitor._replace(name=username), room, text, request_id)
        if isinstance(reply, Failure) and reply.code in _NAMES_OF_OTHERS:
            return await post(visitor, room, named and f"webhook {named}", request_id)
        return reply

    def _is_name(self, username: str) -> bool:
        """Whether `username` is spelt like a name."""
        try:
            parse_name(username, self._streams.limits.name_characters)
        except ChatError:
            return False
        return True

    async def _read(self, request: ChatRequest) -> int | bytes:
        visitor = visitor_of(request)
        word = parameter_of(request, "since")
        since = None if word is None else _position("since", word)
        if (last := word_of(request, "Last-Event-ID")) is not None:
            since = _position("Last-Event-ID", last)
        if request.method == b"GET" and "follow" in request.query:
            return await self._follow(request, visitor, since)
        return await self._look_back(request, visitor, since)

    async def _look_back(self, request: ChatRequest, visitor: Visitor, since: Position | None) -> bytes:
        kind = preferred(request.getHeader("Accept"), PAGES)
        numbers = {name: _number(request, name) for name in ("limit", "before", "around")}
        asked: dict[str, object] = {name: number for name, number in numbers.items() if number is not None}
        if "around" in asked:
            asked.pop("before", None)
        elif since is not None:
            asked |= {"since": since.seq, "life": since.life}
        reply = await self._visitors.history(visitor, room_of(request), asked)
        if isinstance(reply, Failure):
            return refuse_with(request, reply)
        assert isinstance(reply, Listed), "nothing else answers a question for history"
        if links := self._links(reply, asked):
            request.setHeader(b"Link", links.encode())
        request.setHeader(b"Content-Type", content_type(kind))
        return _PAGES[kind](reply)

    async def _follow(self, request: ChatRequest, visitor: Visitor, since: Position | None) -> int | bytes:
        kind = preferred(request.getHeader("Accept"), tuple(STREAMS))
        visitors, name = self._visitors, room_of(request)
        encoder = SseEncoder(visitors.life) if kind == EVENTS else STREAMS[kind]
        stream = Stream(self._streams, request, kind, encoder)
        stream.when_over(lambda: visitors.followers.leave(stream))
        refused = await visitors.follow(visitor, name, stream, since)
        return NOT_DONE_YET if refused is None else refuse_with(request, refused)

    def _links(self, reply: Listed, asked: Mapping[str, object]) -> str:
        """The `Link` header (RFC 8288) to the page before this one, to the page after it (`since`), or both (`around`).

        The links are relative, so that they work behind a proxy that serves us below a path.
        """
        sides = [("prev", "before", 0, "since" not in asked and reply.more)]
        sides.append(("next", "since", -1, reply.more if "since" in asked else reply.newer))
        limit = [(name, value) for name, value in asked.items() if name == "limit"]
        links = []
        for rel, field, edge, is_there in sides:
            seq = reply.messages[edge].seq if reply.messages else reply.next
            if is_there and seq:
                links.append(f'<?{urlencode([*limit, (field, seq)])}>; rel="{rel}"')
        return ", ".join(links)


def answer_later(request: ChatRequest, answer: Coroutine[Any, Any, bytes | int]) -> int:
    """Answer `request` with the result of `answer`, or with the ChatError that it raises."""
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
            request.say(body)

    Deferred.fromCoroutine(answer).addErrback(failed).addCallback(write)
    return NOT_DONE_YET


def _lines(reply: Listed) -> bytes:
    return b"".join(NDJSON.encode(Recalled(event=message)) for message in reply.messages)


def _text(reply: Listed) -> bytes:
    return b"".join(TEXT.encode(Recalled(event=message)) for message in reply.messages)


def _object(reply: Listed) -> bytes:
    messages = b",".join(_lines(reply).splitlines())
    return b'{"messages":[%s],"more":%s}\n' % (messages, b"true" if reply.more else b"false")


_PAGES: Final[Mapping[str, Callable[[Listed], bytes]]] = dict(zip(PAGES, (_text, _lines, _object), strict=True))


def visitor_of(request: ChatRequest) -> Visitor:
    """The visitor who sent `request`, without a name."""
    return Visitor(secret_of(request), address=source_of(request.getClientAddress()))


def room_of(request: ChatRequest) -> str:
    """The name of the room in the address of `request`. Raises ChatError (`not_utf8`)."""
    try:
        return request.parts["room"].decode("utf-8")
    except UnicodeDecodeError:
        raise ChatError("not_utf8") from None


def secret_of(request: ChatRequest) -> str | None:
    """The access token: `Authorization: Bearer`, or the password of `Basic`, for clients that only take a URL."""
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


def word_of(request: ChatRequest, header: str) -> str | None:
    """A short header of printable ASCII. Raises ChatError (`bad_parameter`) for another one."""
    word = request.getHeader(header)
    if word is not None and not (0 < len(word) <= _LONGEST_WORD and word.isascii() and word.isprintable()):
        raise ChatError("bad_parameter", name=header)
    return word


def parameter_of(request: ChatRequest, name: str) -> str | None:
    """A parameter of the query. Raises ChatError (`bad_parameter`) if it is given twice."""
    values = request.query.get(name, ())
    if len(values) > 1:
        raise ChatError("bad_parameter", name=name)
    return values[0] if values else None


def _number(request: ChatRequest, name: str) -> int | None:
    value = parameter_of(request, name)
    return None if value is None else _seq(name, value)


def _position(name: str, value: str) -> Position:
    """A position: a seq alone, or the `id` of an event (the life of the journal, a dash, and the seq)."""
    life, dash, seq = value.rpartition("-")
    if dash and not (0 < len(life) <= _LONGEST_WORD and life.isascii() and life.isalnum()):
        raise ChatError("bad_parameter", name=name)
    return Position(_seq(name, seq), life or None)


def _seq(name: str, value: str) -> int:
    seq = number_of(value)
    if seq is None:
        raise ChatError("bad_parameter", name=name)
    return seq
