"""Errors over HTTP: the `error` object of the NDJSON wire, with an HTTP status."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from msgspec.structs import replace
from twisted.web.http import Request

from chat.errors import ChatError
from chat.events import Failure, failure_of
from chat.wire import NDJSON

# The status of each code. Other codes are 400 Bad Request.
STATUSES: Final[dict[str, HTTPStatus]] = {
    "not_found": HTTPStatus.NOT_FOUND,
    "wrong_method": HTTPStatus.METHOD_NOT_ALLOWED,
    "body_too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many_chunks": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many_elements": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "target_too_long": HTTPStatus.REQUEST_URI_TOO_LONG,
    "headers_too_long": HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "unknown_coding": HTTPStatus.NOT_IMPLEMENTED,
    "http_version": HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
    "unknown_host": HTTPStatus.MISDIRECTED_REQUEST,
    "no_websocket": HTTPStatus.UPGRADE_REQUIRED,
    "local_only": HTTPStatus.FORBIDDEN,
    "foreign_origin": HTTPStatus.FORBIDDEN,
    "tls_required": HTTPStatus.FORBIDDEN,
    "bad_token": HTTPStatus.UNAUTHORIZED,
    "bad_ticket": HTTPStatus.FORBIDDEN,
    "token_needed": HTTPStatus.UNAUTHORIZED,
    "wrong_room": HTTPStatus.FORBIDDEN,
    "private": HTTPStatus.FORBIDDEN,
    "room_banned": HTTPStatus.FORBIDDEN,
    "muted": HTTPStatus.FORBIDDEN,
    "may_not_speak": HTTPStatus.FORBIDDEN,
    "slow_mode": HTTPStatus.TOO_MANY_REQUESTS,
    "name_claimed": HTTPStatus.FORBIDDEN,
    "name_held": HTTPStatus.FORBIDDEN,
    "reserved_name": HTTPStatus.FORBIDDEN,
    "not_for_programs": HTTPStatus.FORBIDDEN,
    "not_over_http": HTTPStatus.FORBIDDEN,
    "account_needed": HTTPStatus.FORBIDDEN,
    "no_owner": HTTPStatus.FORBIDDEN,
    "not_allowed": HTTPStatus.FORBIDDEN,
    "higher_role": HTTPStatus.FORBIDDEN,
    "room_closed": HTTPStatus.FORBIDDEN,
    "name_taken": HTTPStatus.CONFLICT,
    "name_resembles": HTTPStatus.CONFLICT,
    "other_life": HTTPStatus.CONFLICT,
    "no_lobby": HTTPStatus.NOT_FOUND,
    "no_such_person": HTTPStatus.NOT_FOUND,
    "not_acceptable": HTTPStatus.NOT_ACCEPTABLE,
    "unsupported_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_fast": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_exports": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_a_minute": HTTPStatus.TOO_MANY_REQUESTS,
    "held": HTTPStatus.ACCEPTED,
    "lockdown": HTTPStatus.FORBIDDEN,
    "too_many_held": HTTPStatus.SERVICE_UNAVAILABLE,
    "too_many_followers": HTTPStatus.SERVICE_UNAVAILABLE,
    "too_many_of_yours": HTTPStatus.TOO_MANY_REQUESTS,
    "address_full": HTTPStatus.SERVICE_UNAVAILABLE,
    "banned": HTTPStatus.FORBIDDEN,
    "room_share_full": HTTPStatus.TOO_MANY_REQUESTS,
    "rooms_full": HTTPStatus.SERVICE_UNAVAILABLE,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "disk_full": HTTPStatus.INSUFFICIENT_STORAGE,
    "no_files": HTTPStatus.FORBIDDEN,
    "file_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "quota_full": HTTPStatus.INSUFFICIENT_STORAGE,
    "too_many_uploads": HTTPStatus.TOO_MANY_REQUESTS,
    "upload_gone": HTTPStatus.NOT_FOUND,
    "wrong_offset": HTTPStatus.CONFLICT,
    "sent_elsewhere": HTTPStatus.CONFLICT,
    "tus_version": HTTPStatus.PRECONDITION_FAILED,
    "no_such_range": HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    "wrong_sum": HTTPStatus.UNPROCESSABLE_ENTITY,
    "store_failed": HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
}


# Sentences for HTTP, in place of those that tell people to type a command.
MESSAGES: Final[Mapping[str, str]] = {
    "name_claimed": "that name belongs to somebody: choose another, or send their access token",
    "no_lobby": "this server has no lobby: choose another room",
    "account_needed": "that needs an account: send its access token",
}

# The header that goes with a status.
_HINTS: Final[dict[HTTPStatus, tuple[bytes, bytes]]] = {
    HTTPStatus.UNAUTHORIZED: (b"WWW-Authenticate", b"Bearer"),
    HTTPStatus.TOO_MANY_REQUESTS: (b"Retry-After", b"1"),
    HTTPStatus.SERVICE_UNAVAILABLE: (b"Retry-After", b"5"),
}


def status_of(code: str) -> HTTPStatus:
    """The status of a refusal with this code."""
    return STATUSES.get(code, HTTPStatus.BAD_REQUEST)


def refuse(request: Request, error: ChatError) -> bytes:
    """Set status and headers of `request` for `error`; returns the body of the response."""
    return refuse_with(request, failure_of(error, error.request_id))


def refuse_with(request: Request, failure: Failure) -> bytes:
    """As `refuse`, for a `Failure` of the domain."""
    status = status_of(failure.code)
    if failure.code in MESSAGES:
        failure = replace(failure, message=MESSAGES[failure.code])
    request.setResponseCode(status.value, status.phrase.encode())
    request.setHeader(b"Content-Type", b"application/json")
    if status in _HINTS:
        request.setHeader(*_HINTS[status])
    return NDJSON.encode(failure)
