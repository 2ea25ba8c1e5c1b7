"""What a route is: an address, what may be asked there, and how the body of a request for it is taken."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from io import BytesIO
from typing import Final, NamedTuple, Protocol
from urllib.parse import unquote_to_bytes

from twisted.internet.interfaces import IPushProducer

from chat.errors import ChatError
from chat.web.request import ChatRequest

# What the site as a whole can be asked.
METHODS: Final = "GET, HEAD, OPTIONS, POST"

# Answers a request: the body of the response, or NOT_DONE_YET where it comes later. May raise ChatError.
Answer = Callable[[ChatRequest], bytes | int]


class Sink(Protocol):
    """Takes the body of one request, in pieces.

    After its last piece comes `end`; if that never comes, `lost` is called once.
    """

    def write(self, piece: bytes) -> None:
        """Take some bytes. A ChatError that it raises is the answer: nothing more is read."""

    def end(self) -> bytes | int:
        """All of it has come: answer, as `Answer` does."""

    def lost(self) -> None:
        """The rest does not come: the client is gone, was too slow, or was refused."""


# Makes the sink of a request, once its head is accepted. May raise ChatError. The sink calls `pauseProducing` of the
# producer to be given no more until it calls `resumeProducing`: meanwhile the connection is not read.
Take = Callable[[ChatRequest, IPushProducer], Sink]
# Raises ChatError where a request may not be made. It may do so later, if it returns something to wait for.
Check = Callable[[ChatRequest], Awaitable[None] | None]


def anybody(request: ChatRequest) -> None:
    """The check of what everybody may ask."""


class Route(NamedTuple):
    """One row of the site's table. All of it is known when the head of a request is here, before its body.

    `path` is a template: `{name}` in it stands for one part, that `ChatRequest.parts` then has. HEAD is asked as GET.
    The body has up to `body_bytes`. Head and body must be here within `Limits.request_seconds` or, with `seconds`,
    the body within that many after the head. `types` are the media types of the body, all if there are none; a body
    without a type is let through.
    """

    method: str
    path: str
    take: Take
    body_bytes: int
    seconds: float | None = None
    types: Sequence[str] = ()
    check: Check = anybody


class Routes:
    """The table of a site."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._templates: dict[tuple[bytes, ...], dict[str, Route]] = {}
        for route in self.routes:
            methods = self._templates.setdefault(_parts_of(route.path.encode()), {})
            assert route.method not in methods, f"{route.method} {route.path} is there twice"
            methods[route.method] = route

    def find(self, request: ChatRequest) -> Route:
        """The row for `request`, which is given the `parts` of its address. Raises ChatError where there is none."""
        asked = _parts_of(request.path)
        for template, methods in self._templates.items():
            parts = _match(template, asked)
            if parts is not None:
                request.parts = parts
                return _of_method(methods, request)
        raise ChatError("not_found")


class RefusingRoutes(Routes):
    """The table of a site where every request is refused with the error `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(())
        self._code = code

    def find(self, request: ChatRequest) -> Route:
        raise ChatError(self._code)


def _of_method(methods: dict[str, Route], request: ChatRequest) -> Route:
    method = request.method.decode("latin-1")
    route = methods.get("GET" if method == "HEAD" else method)
    if route is None:
        allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))
        request.setHeader(b"Allow", allowed.encode())
        raise ChatError("wrong_method", methods=allowed)
    return route


def _parts_of(path: bytes) -> tuple[bytes, ...]:
    return tuple(map(unquote_to_bytes, path[1:].split(b"/")))


def _match(template: tuple[bytes, ...], asked: tuple[bytes, ...]) -> dict[str, bytes] | None:
    """What stands in the place of each `{name}`; None where the address is of another shape."""
    if len(template) != len(asked):
        return None
    found = {}
    for known, part in zip(template, asked, strict=True):
        if known.startswith(b"{"):
            found[known[1:-1].decode()] = part
        elif known != part:
            return None
    return found


# --- bodies


def media_type(content_type: str, types: Sequence[str]) -> str:
    """The media type of a `Content-Type` header, without its parameters; "" for none.

    Raises ChatError (`unsupported_type`) where it is none of `types`.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind not in types:
        raise ChatError("unsupported_type", types=", ".join(types))
    return kind


def buffered(answer: Answer) -> Take:
    """Take the whole body, and call `answer` when it is in `request.content`."""
    return lambda request, producer: _Buffer(request, answer)


class _Buffer:
    """A sink that keeps all of a body, which its route's limit bounds.

    The pace of its address pays for the body: as soon as its length is said, so that no others begin meanwhile.
    """

    def __init__(self, request: ChatRequest, answer: Answer) -> None:
        self._request = request
        self._answer = answer
        self._body = bytearray()
        self._charged = int(request.getHeader("content-length") or 0)
        request.charge(self._charged)

    def write(self, piece: bytes) -> None:
        self._body += piece
        if len(self._body) > self._charged:
            self._request.charge(len(self._body) - self._charged)
            self._charged = len(self._body)

    def end(self) -> bytes | int:
        self._request.content = BytesIO(self._body)
        return self._answer(self._request)

    def lost(self) -> None:
        self._body.clear()
