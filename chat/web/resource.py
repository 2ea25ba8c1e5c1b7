"""What all resources of the site have in common."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import cast

from twisted.web.http import Request
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from chat.errors import ChatError
from chat.web.errors import refuse

# What the site as a whole can be asked.
METHODS = b"GET, HEAD, OPTIONS, POST"
Answer = Callable[[Request], bytes | int]


class Place(Resource):
    """A resource that refuses as all wires do: what is not there, and methods that it has no `render_…` for."""

    def render(self, request: Request) -> bytes | int:
        """See `IResource.render`. HEAD is answered as GET, without the body."""
        is_head = request.method == b"HEAD"
        answer = self._answer("GET" if is_head else request.method.decode("latin-1"))
        if answer is None:
            methods = self.methods()
            request.setHeader(b"Allow", ", ".join(methods).encode())
            body: bytes | int = refuse(request, ChatError("wrong_method", methods=", ".join(methods)))
        else:
            body = answer(request)
        if is_head and isinstance(body, bytes):
            request.setHeader(b"Content-Length", b"%d" % len(body))
            return b""
        return body

    def getChild(self, path: bytes, request: Request) -> "Place":
        return Refused(ChatError("not_found"))

    def methods(self) -> Sequence[str]:
        """What this resource can be asked, for `Allow`."""
        known = (name.removeprefix("render_") for name in dir(self) if name.startswith("render_"))
        return [name for name in sorted(known) if name != "HEAD" or hasattr(self, "render_GET")]

    def _answer(self, method: str) -> Answer | None:
        return cast("Answer | None", getattr(self, f"render_{method}", None))


class Nothing(Place):
    """What is at an address where nothing is."""

    def render(self, request: Request) -> bytes | int:
        body = refuse(request, ChatError("not_found"))
        return b"" if request.method == b"HEAD" else body


class Refused(Place):
    """Whatever is asked there, and below it, this error is the answer."""

    isLeaf = True

    def __init__(self, error: ChatError) -> None:
        super().__init__()
        self._error = error

    def render(self, request: Request) -> bytes | int:
        body = refuse(request, self._error)
        return b"" if request.method == b"HEAD" else body


class Preflight(Place):
    """Answers `OPTIONS`: all that it has to say is in the headers."""

    isLeaf = True

    def render(self, request: Request) -> bytes | int:
        request.setResponseCode(HTTPStatus.NO_CONTENT.value)
        request.setHeader(b"Allow", METHODS)
        request.finish()
        return NOT_DONE_YET
