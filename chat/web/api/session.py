"""`/session`: a browser gets, for a ticket, the cookie with which it reads files."""

from http import HTTPStatus
from typing import Any, Final, cast

import msgspec
from twisted.web.server import NOT_DONE_YET

from chat.errors import ChatError
from chat.hub.file_access import FileAccess
from chat.limits import Limits
from chat.web.origins import Origins
from chat.web.request import ChatRequest

# Files are read with the cookie, and at `/session` it is ended. No other address ever sees it.
_PATHS: Final = ("/files", "/session")


class Session:
    """`/session`, for pages that may connect."""

    def __init__(self, access: FileAccess, origins: Origins, limits: Limits) -> None:
        self._access = access
        self._origins = origins
        self._seconds = round(limits.file_session_seconds)

    def check(self, request: ChatRequest) -> None:
        """Raise ChatError for pages of other sites. A browser names its page whenever it posts or deletes."""
        self._origins.check(request, cookies_need_one=True)

    def begin(self, request: ChatRequest) -> int:
        """Give the cookie for a ticket; it takes the place of one that the browser has. Raises ChatError."""
        secret = self._access.begin(_ticket(cast("Any", request.content).read()))
        self._drop_cookie(request)
        return _answer(request, secret, self._seconds)

    def end(self, request: ChatRequest) -> int:
        """End the cookie, if the browser has one."""
        self._drop_cookie(request)
        return _answer(request, "", 0)

    def _drop_cookie(self, request: ChatRequest) -> None:
        if (secret := file_secret_of(request)) is not None:
            self._access.end(secret)


def file_secret_of(request: ChatRequest) -> str | None:
    """The secret in the cookie for files, if `request` has one; `FileAccess.reader` says whose it is."""
    name = _cookie_name(request)
    for line in request.requestHeaders.getRawHeaders(b"cookie", []):
        for pair in line.decode("latin-1").split(";"):
            known, _, value = pair.strip().partition("=")
            if known == name and value:
                return value
    return None


def _cookie_name(request: ChatRequest) -> str:
    """All servers on a host share its cookies, whatever their ports: so the name has ours, as the client knows it."""
    port = request.asked.port if request.asked is not None else ""
    return f"files-{port or (443 if request.is_encrypted else 80)}"


def _answer(request: ChatRequest, secret: str, seconds: int) -> int:
    secure = "; Secure" if request.is_encrypted else ""
    for path in _PATHS:
        cookie = f"{_cookie_name(request)}={secret}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Strict{secure}"
        request.responseHeaders.addRawHeader(b"Set-Cookie", cookie.encode())
    request.setResponseCode(HTTPStatus.NO_CONTENT.value, HTTPStatus.NO_CONTENT.phrase.encode())
    request.finish()
    return NOT_DONE_YET


def _ticket(body: bytes) -> str:
    """The ticket in a body. Raises ChatError."""
    try:
        found = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.ValidationError:
        raise ChatError("not_an_object") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ChatError("not_json") from None
    if "ticket" not in found:
        raise ChatError("missing_field", field="ticket")
    if not isinstance(ticket := found["ticket"], str):
        raise ChatError("wrong_type", field="ticket")
    return ticket
