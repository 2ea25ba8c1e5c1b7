"""Routes: an address and a method, the limits of a request for it, and the sink of its body."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from io import BytesIO
from typing import Final, NamedTuple, Protocol
from urllib.parse import unquote_to_bytes

from chat.errors import ChatError
from chat.web.request import ChatRequest

# All methods of the site. A new one is added here, and nowhere else.
METHODS: Final = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"

# Answers a request. Returns the body of the response, or NOT_DONE_YET if it answers later. May raise ChatError.
Answer = Callable[[ChatRequest], bytes | int]


class BodySink(Protocol):
    """Takes the body of one request, in pieces.

    After its last piece comes `end`; if that never comes, `lost` is called once.
    """

    def write(self, piece: bytes) -> None:
        """Take some bytes. If it raises ChatError, that is the answer, and nothing more is read."""

    def end(self) -> bytes | int:
        """The body is complete; this may be called while it is paused. Answer as `Answer` does."""

    def lost(self) -> None:
        """The rest will not come: the client is gone, was too slow, or was refused."""


class Flow(Protocol):
    """The body of one request, as its sink slows and ends it. Does nothing once the request has been answered."""

    def pauseProducing(self) -> None:
        """The sink has enough. The connection is not read until it resumes; the route's time goes on.

        A sink that pauses when it is made also keeps back `100 Continue`, for which the client may wait.
        """

    def resumeProducing(self) -> None:
        """The sink takes more."""

    def refuse(self, error: ChatError) -> None:
        """Answer with `error`, whether or not the body is here, and close the connection. The sink is `lost`."""


# Makes the sink of a request whose head is accepted. May raise ChatError.
Take = Callable[[ChatRequest, Flow], BodySink]
# Raises ChatError if a request is not allowed. A check that takes time returns an awaitable, which may raise it.
Check = Callable[[ChatRequest], Awaitable[None] | None]


def anybody(request: ChatRequest) -> None:
    """The check of a route that is open to everybody."""


class Route(NamedTuple):
    """One row of the site's table. All of it is known when the head of a request is here, before its body.

    `path` is a template: `{name}` matches one part of an address, which `ChatRequest.parts` has. A route for GET takes
    HEAD, too, where HEAD has no route of its own. The body has up to `body_bytes`. Head and body must be here within
    `Limits.request_seconds`; if the route has `seconds`, the body has that time from the end of the head, and with
    `renews` again after each piece. `types` are the media types that the body may have; without `types` it may have
    any. A body that names no type is accepted.
    """

    method: str
    path: str
    take: Take
    body_bytes: int
    seconds: float | None = None
    types: Sequence[str] = ()
    check: Check = anybody
    renews: bool = False


class Routes:
    """The table of a site."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        # The routes of each address, and of each template with a `{name}`, by their methods.
        self._addresses: dict[tuple[bytes, ...], dict[str, Route]] = {}
        self._templates: dict[tuple[bytes, ...], dict[str, Route]] = {}
        for route in self.routes:
            template = _parts_of(route.path.encode())
            methods = (self._templates if "{" in route.path else self._addresses).setdefault(template, {})
            assert route.method not in methods, f"{route.method} {route.path} is there twice"
            methods[route.method] = route

    def find(self, request: ChatRequest) -> Route:
        """The route of `request`; sets its `parts`. Raises ChatError if there is none for its address and method."""
        asked = _parts_of(request.path)
        if (methods := self._addresses.get(asked)) is not None:
            return _of_method(methods, request)
        for template, found in self._templates.items():
            parts = _match(template, asked)
            if parts is not None:
                request.parts = parts
                return _of_method(found, request)
        raise ChatError("not_found")


class RefusingRoutes(Routes):
    """The table of a site that answers every request with the error `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(())
        self._code = code

    def find(self, request: ChatRequest) -> Route:
        raise ChatError(self._code)


def _of_method(methods: dict[str, Route], request: ChatRequest) -> Route:
    method = request.method.decode("latin-1")
    route = methods.get(method) or methods.get("GET" if method == "HEAD" else method)
    if route is None:
        allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))
        request.setHeader(b"Allow", allowed.encode())
        raise ChatError("wrong_method", methods=allowed)
    return route


def _parts_of(path: bytes) -> tuple[bytes, ...]:
    return tuple(map(unquote_to_bytes, path[1:].split(b"/")))


def _match(template: tuple[bytes, ...], asked: tuple[bytes, ...]) -> dict[str, bytes] | None:
    """The part of the address for each `{name}`; None if the address does not match."""
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

    Raises ChatError (`unsupported_type`) if it is none of `types`.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind not in types:
        raise ChatError("unsupported_type", types=", ".join(types))
    return kind


def buffered(answer: Answer) -> Take:
    """Keep the whole body in `request.content`, then call `answer`."""
    return lambda request, producer: _Buffer(request, answer)


class _Buffer:
    """A sink that keeps the whole body. The route's limit bounds it.

    The body counts in the pace of its address. A `Content-Length` counts at once, so that an address cannot begin many
    large bodies at the same time.
    """

    def __init__(self, request: ChatRequest, answer: Answer) -> None:
        self._request = request
        self._answer = answer
        self._body = bytearray()
        self._charged = int(request.getHeader(b"content-length") or 0)
        if self._charged:
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
