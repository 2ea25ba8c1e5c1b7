"""The description of the HTTP interface (OpenAPI 3.1), made from the tables of operations, errors and the wire."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from chat import __version__
from chat.errors import ERRORS
from chat.web.api.about import Told
from chat.web.api.file_operations import FILE_OPERATIONS
from chat.web.api.formats import EVENTS, JSON, LINES, TEXT_PLAIN
from chat.web.api.invite import CODE, SVG
from chat.web.api.operation import AS_GUEST, NAME, NAMING, REFERENCE, ROOM, VISITING, WORD, Operation, Parameter, ref
from chat.web.api.requests import FORM
from chat.web.errors import MESSAGES, status_of
from chat.web.request import ChatRequest
from chat.wire import schema

# A seq, perhaps behind the life of its journal and a dash.
_POSITION = {"type": "string", "pattern": "^([0-9a-zA-Z]{1,64}-)?[0-9]{1,15}$"}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}


class Page(msgspec.Struct):
    """A page of history, the oldest message first; whether there is `more` of it."""

    messages: list[schema.Message]
    more: bool


class Answer(schema.Ack, frozen=True, kw_only=True, omit_defaults=True, tag="ack"):
    """The `ack` of a request, and the `pushes` that come before it on other wires, if there are any."""

    pushes: list[schema.AnyPush] = []


class Status(msgspec.Struct):
    """The state of the server: `ok`, `stopping` or `store failing`, and the reason."""

    status: str
    reason: str = ""


# The schemas of all structs that operations name, and of those within.
(*_, _REQUEST), _SCHEMAS = msgspec.json.schema_components(
    (schema.Ack, schema.Error, Page, Status, Told, Answer, schema.AnyRequest), ref_template=REFERENCE
)


_STRING: Final = {"type": "string"}
_SOMETHING = {"type": "string", "maxLength": 4096, "pattern": "[!-~]"}
_WEBHOOK = {"type": "object", "properties": {"text": _SOMETHING, "username": NAME}, "required": ["text"]}
# The codes with which any request can be refused.
_ANYWHERE = ("bad_request", "unknown_host", "too_fast", "target_too_long", "headers_too_long")
_READING = (*VISITING, "not_acceptable", "busy", "store_failed")

SAY: Final = Operation(
    "POST",
    "/rooms/{room}/messages",
    "Say something in a room, without entering it.",
    {JSON: ref("Ack")},
    201,
    (
        ROOM,
        AS_GUEST,
        Parameter("Idempotency-Key", "header", "The same key, room and text post one message.", WORD),
    ),
    {
        TEXT_PLAIN: _SOMETHING,
        JSON: _WEBHOOK,
        FORM: _WEBHOOK,
    },
    (
        *VISITING,
        "empty_message",
        "too_long",
        "body_too_long",
        "too_many_chunks",
        "unknown_coding",
        "too_many_fields",
        "too_many_elements",
        "unsupported_type",
        "not_json",
        "not_an_object",
        "missing_field",
        "wrong_type",
        *NAMING,
        "busy",
        "rooms_full",
        "room_share_full",
        "disk_full",
        "store_failed",
    ),
)
READ: Final = Operation(
    "GET",
    "/rooms/{room}/messages",
    "The messages of a room or, with follow, its events from now on.",
    {TEXT_PLAIN: _STRING, LINES: _STRING, JSON: ref("Page"), EVENTS: _STRING},
    parameters=(
        ROOM,
        Parameter("limit", "query", "How many messages, at most 100; if not given 20.", _NUMBER),
        Parameter("before", "query", "Messages before this seq.", _NUMBER),
        Parameter(
            "around",
            "query",
            "Messages on both sides of this seq, with its own; then neither before nor since count.",
            _NUMBER,
        ),
        Parameter("since", "query", "The first messages after this one; with follow, all of them.", _POSITION),
        Parameter("follow", "query", "With this parameter the answer goes on for ever.", {"const": ""}),
        Parameter("Last-Event-ID", "header", "Takes the place of since; an EventSource sends it.", _POSITION),
    ),
    errors=(*_READING, "bad_seq", "other_life", "too_many_followers"),
)
ASK: Final = Operation(
    "POST",
    "/rooms/{room}/requests",
    "Make one request of the NDJSON wire, in a room, without entering it.",
    {JSON: ref("Answer"), LINES: _STRING},
    parameters=(ROOM, AS_GUEST),
    takes={JSON: _REQUEST, LINES: _STRING, TEXT_PLAIN: _STRING, FORM: {"type": "object"}},
    errors=(
        *_READING,
        "not_over_http",
        "not_for_programs",
        "other_room",
        "account_needed",
        "no_owner",
        "not_allowed",
        "higher_role",
        "room_closed",
        "empty_message",
        "too_long",
        "body_too_long",
        "too_many_chunks",
        "unknown_coding",
        "too_many_fields",
        "unsupported_type",
        "not_json",
        "not_an_object",
        "unknown_type",
        "missing_field",
        "wrong_type",
        "bad_seq",
        "other_life",
        "bad_query",
        "bad_date",
        "unsearchable",
        "too_many_words",
        *NAMING,
        "rooms_full",
        "room_share_full",
        "disk_full",
    ),
)
ABOUT: Final = Operation(
    "GET", "/about.json", "What a client shows before anybody comes in: who may, and the limits.", {JSON: ref("Told")}
)
INVITE: Final = Operation(
    "GET",
    "/invite.svg",
    "A QR code of the address of this server, or of a room.",
    {SVG: _STRING},
    parameters=(
        Parameter("room", "query", "The room that the address leads to.", ROOM.schema),
        Parameter("code", "query", "With a room: the code of an invitation link.", {"type": "string", "pattern": CODE}),
    ),
    errors=("bad_room", "bad_parameter"),
)
_TICKET = {"type": "object", "properties": {"ticket": {"type": "string"}}, "required": ["ticket"]}
BEGIN_SESSION: Final = Operation(
    "POST",
    "/session",
    "The cookie with which a browser reads files, for a ticket.",
    {},
    204,
    takes={JSON: _TICKET},
    errors=(
        *("foreign_origin", "bad_ticket", "body_too_long", "too_many_chunks", "unknown_coding", "unsupported_type"),
        *("not_json", "not_an_object", "missing_field", "wrong_type"),
    ),
)
EXPORT: Final = Operation(
    "GET",
    "/export",
    "A copy of the data of an account, as JSON lines.",
    {LINES: _STRING},
    parameters=(Parameter("ticket", "query", "A ticket of the account.", {"type": "string"}, is_required=True),),
    errors=("bad_ticket", "account_needed", "too_many_exports", "bad_parameter", "busy", "store_failed", "internal"),
)
END_SESSION: Final = Operation("DELETE", "/session", "End that cookie.", {}, 204, errors=("foreign_origin",))
HEALTH: Final = Operation(
    "GET", "/healthz", "Whether messages can be sent and stored; if not, 503.", {JSON: ref("Status")}
)
METRICS: Final = Operation("GET", "/metrics", "Figures, for Prometheus.", {TEXT_PLAIN: _STRING}, errors=("local_only",))
OPENAPI: Final = Operation("GET", "/openapi.json", "This description.", {JSON: {"type": "object"}})
SCHEMA: Final = Operation("GET", "/schema.json", "The JSON Schema of NDJSON and WebSocket.", {JSON: {"type": "object"}})
OPERATIONS: Final[Sequence[Operation]] = (
    *(SAY, READ, ASK, *FILE_OPERATIONS, ABOUT, INVITE, EXPORT, BEGIN_SESSION, END_SESSION),
    *(HEALTH, METRICS, OPENAPI, SCHEMA),
)


def description() -> Mapping[str, object]:
    """The whole document."""
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    bearer = {"type": "http", "scheme": "bearer", "description": "An access token: server:token make <room>."}
    basic = {"type": "http", "scheme": "basic", "description": "The same as the password, whatever the name."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "chatserver", "version": __version__, "license": {"name": "MIT"}},
        # Relative to this description, wherever a proxy puts it.
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {"schemas": _SCHEMAS, "securitySchemes": {"bearer": bearer, "basic": basic}},
    }


def _described(operation: Operation) -> Mapping[str, object]:
    described: dict[str, object] = {
        "summary": operation.summary,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": _responses(operation),
    }
    if operation.takes:
        described["requestBody"] = {"required": True, "content": _content(operation.takes)}
    if "bad_token" in operation.errors:
        described["security"] = [{}, {"bearer": []}, {"basic": []}]
    return described


def _parameter(parameter: Parameter) -> Mapping[str, object]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.about,
        "required": parameter.is_required,
        "schema": parameter.schema,
    }


def _responses(operation: Operation) -> Mapping[str, object]:
    responses: dict[str, object] = {
        str(operation.status): {"description": "Done.", "content": _content(operation.answers)}
    }
    if operation.path == "/healthz":
        responses["503"] = {"description": "Not now.", "content": _content(operation.answers)}
    by_status: dict[int, list[str]] = {}
    for code in (*operation.errors, *_ANYWHERE):
        by_status.setdefault(status_of(code).value, []).append(code)
    for status, codes in sorted(by_status.items()):
        about = "; ".join(f"{code}: {MESSAGES.get(code, ERRORS[code])}" for code in codes)
        responses[str(status)] = {"description": about, "content": _content({JSON: ref("Error")})}
    return responses


def _content(types: Mapping[str, object]) -> Mapping[str, Any]:
    return {kind: {"schema": content} for kind, content in types.items()}


class Document:
    """A document of JSON that never changes: `/openapi.json`, `/schema.json`."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._json = msgspec.json.encode(document) + b"\n"

    def answer(self, request: ChatRequest) -> bytes:
        """The document."""
        request.setHeader(b"Content-Type", JSON.encode())
        return self._json
