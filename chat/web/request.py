"""One request of HTTP, as routes see it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import AnyStr, Final
from urllib.parse import parse_qs

from twisted.internet.interfaces import IAddress, ITCPTransport
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.http import NO_BODY_CODES, HTTPChannel, datetimeToString
from twisted.web.server import Request

from chat.errors import ChatError
from chat.web.errors import refuse
from chat.web.hosts import Authority
from chat.web.parsing import Head

log = Logger(namespace="chat.web")

# Nothing is loaded from elsewhere or shown in frames, and types are not guessed. A page may override this.
HEADERS: Final[dict[bytes, bytes]] = {
    b"Content-Security-Policy": (
        b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
        b" base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    b"X-Content-Type-Options": b"nosniff",
    b"X-Frame-Options": b"DENY",
    b"Referrer-Policy": b"no-referrer",
    b"Cross-Origin-Opener-Policy": b"same-origin",
    b"Cross-Origin-Resource-Policy": b"same-origin",
    b"Cache-Control": b"no-store",
}
_MOST_PARAMETERS: Final = 20
# An address with scheme and host, as clients send it to proxies (RFC 9112, 3.2.2).
_ABSOLUTE: Final = re.compile(rb"https?://([^/?#@]*)([^#@]*)", re.IGNORECASE)


class RequestChannel(HTTPChannel):
    """The connection of a request, as far as requests and their routes know it."""

    transport: ITCPTransport

    @property
    def has_ended(self) -> bool:
        """Whether the client has closed its side."""
        raise NotImplementedError

    def charge(self, request: "ChatRequest", count: int) -> None:
        """See `ChatRequest.charge`."""
        raise NotImplementedError


class ChatRequest(Request):
    """One request. `client` is the address it comes from, `authority` the host of an absolute address.

    `parts` has the part of the address for each `{name}` in its route's path. Once the request is admitted, `asked` is
    the host that it is for, and `scheme` the one that a believed proxy names.
    """

    channel: RequestChannel
    client: IAddress

    def __init__(self, channel: RequestChannel, queued: object = None) -> None:
        super().__init__(channel)
        self.authority: bytes | None = None
        self.asked: Authority | None = None
        self.scheme: str | None = None
        self.parts: Mapping[str, bytes] = {}
        self.setHeader(b"Date", datetimeToString())
        for name, value in HEADERS.items():
            self.setHeader(name, value)

    def getHeader(self, key: AnyStr) -> AnyStr | None:
        """See `Request.getHeader`. Bytes that are not UTF-8 are replaced."""
        value: bytes | None = super().getHeader(key.encode() if isinstance(key, str) else key)
        if value is None or isinstance(key, bytes):
            return value
        return value.decode("utf-8", "replace")

    def getClientAddress(self) -> IAddress:
        """See `IRequest.getClientAddress`. Behind a believed proxy it is the client's address."""
        return self.client

    def take(self, head: Head) -> None:
        """Take method, address and headers from `head`."""
        self.method, self.uri, self.clientproto = head.method, head.target, head.version
        self.args = {}
        for name, value in head.fields:
            self.requestHeaders.addRawHeader(name, value)
        if absolute := _ABSOLUTE.fullmatch(head.target):
            self.authority = absolute[1]
            self.uri = absolute[2] if absolute[2].startswith(b"/") else b"/" + absolute[2]
        self.path = self.uri.partition(b"?")[0]

    @property
    def is_encrypted(self) -> bool:
        """Whether the client speaks TLS: with us or, as far as a believed proxy says, with that."""
        return self.scheme == "https" if self.scheme is not None else self.isSecure()

    @cached_property
    def query(self) -> Mapping[str, Sequence[str]]:
        """The parameters of the query. A name without a value, such as `follow`, counts; Twisted would drop it.

        Raises ChatError (`bad_parameter`).
        """
        query = self.uri.partition(b"?")[2].decode("latin-1")
        try:
            return parse_qs(query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
        except ValueError:
            raise ChatError("bad_parameter", name="the query") from None

    def charge(self, count: int) -> None:
        """Count `count` bytes of its body in the pace of its client."""
        self.channel.charge(self, count)

    def respond(self, answer: Callable[[], bytes | int]) -> None:
        """Send the result of `answer`, or its error. If that is NOT_DONE_YET, the route answers later."""
        try:
            body = answer()
        except ChatError as error:
            body = refuse(self, error)
        except BaseException:
            self.processingFailed(Failure())
            return
        if isinstance(body, bytes):
            self.say(body)

    def say(self, body: bytes) -> None:
        """Send the whole response; its headers are set. A response to HEAD has the same headers, and no body."""
        if self.code not in NO_BODY_CODES:
            self.setHeader(b"Content-Length", b"%d" % len(body))
        self.write(body)
        self.finish()

    def processingFailed(self, reason: Failure) -> Failure:
        """Log a fault. The client only learns that there was one."""
        log.failure("failed: a request", reason)
        if not self.startedWriting:
            self.say(refuse(self, ChatError("internal")))
        else:
            self.finish()
        return reason
