"""Refusals over HTTP: the object of the NDJSON wire, with a fitting status."""

from http import HTTPStatus
from typing import Final

from twisted.web.http import Request

from chat.errors import ChatError
from chat.events import Failure
from chat.wire import NDJSON

# The status of each code; what is not listed is a bad request.
STATUSES: Final[dict[str, HTTPStatus]] = {
    "not_found": HTTPStatus.NOT_FOUND,
    "wrong_method": HTTPStatus.METHOD_NOT_ALLOWED,
    "body_too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "no_websocket": HTTPStatus.UPGRADE_REQUIRED,
    "foreign_origin": HTTPStatus.FORBIDDEN,
    "tls_required": HTTPStatus.FORBIDDEN,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
}


def refuse(request: Request, error: ChatError, status: HTTPStatus | None = None) -> bytes:
    """Prepare `request` for an answer that refuses it; returns the body, for `render` to return."""
    code = status or STATUSES.get(error.code, HTTPStatus.BAD_REQUEST)
    request.setResponseCode(code.value, code.phrase.encode())
    request.setHeader(b"Content-Type", b"application/json")
    return NDJSON.encode(Failure(code=error.code, message=str(error), id=error.request_id))
