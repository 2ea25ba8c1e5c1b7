"""The descriptions of the addresses of files."""

from collections.abc import Sequence
from typing import Final

from chat.web.api.formats import JSON
from chat.web.api.operation import AS_GUEST, NAMING, ROOM, VISITING, WORD, Operation, Parameter, ref

OFFSET_BYTES: Final = "application/offset+octet-stream"
_BYTES: Final = {"type": "string", "format": "binary"}
_ANY: Final = "*/*"
_UPLOAD: Final = "/uploads/{secret}"
_SECRET: Final = Parameter("secret", "path", "From the ack of upload.", {"type": "string"}, is_required=True)
_FILE_NAME: Final = Parameter("name", "path", "The name of the file.", {"type": "string"}, is_required=True)
_VERSION: Final = Parameter("Tus-Resumable", "header", "1.0.0", {"const": "1.0.0"}, is_required=True)
_OFFSET: Final = Parameter(
    "Upload-Offset", "header", "Where the bytes go on.", {"type": "integer", "minimum": 0}, is_required=True
)
_HEX: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
# The codes with which any request for an upload, and any body of a file, can be refused.
_SENDING: Final = ("foreign_origin", "upload_gone", "tus_version", "busy", "store_failed", "internal")
_BODIES: Final = ("body_too_long", "too_many_chunks", "unknown_coding", "wrong_sum", "disk_full", "sent_elsewhere")

PUT_FILE: Final = Operation(
    "PUT",
    "/rooms/{room}/files/{name}",
    "Send a file, and say it in a room, without entering it.",
    {JSON: ref("Message")},
    201,
    (
        ROOM,
        _FILE_NAME,
        AS_GUEST,
        Parameter("text", "query", "The text of the message.", {"type": "string", "maxLength": 4096}),
        Parameter("sha256", "query", "Other bytes than those with this SHA-256 are refused.", _HEX),
        Parameter("Idempotency-Key", "header", "The same key, room, text and file post one message.", WORD),
    ),
    {_ANY: _BYTES},
    (
        *(*VISITING, *NAMING, *_BODIES),
        *("no_files", "file_too_large", "quota_full", "too_many_uploads", "too_many_a_minute", "upload_gone"),
        *("wrong_type", "too_long", "too_many_lines", "refused_words", "held", "not_allowed", "room_closed"),
        *("busy", "rooms_full", "room_share_full", "store_failed"),
    ),
)
GET_FILE: Final = Operation(
    "GET",
    "/files/{id}/{name}",
    "A file, for those who may see the message with it; a Range of it.",
    {_ANY: _BYTES},
    parameters=(
        Parameter("id", "path", "From the message.", {"type": "string"}, is_required=True),
        _FILE_NAME,
        Parameter("key", "query", "From the link to a file of a conversation.", {"type": "string"}),
        Parameter("Range", "header", "The bytes to send, such as bytes=1000-.", {"type": "string"}),
    ),
    errors=("not_found", "no_such_range", "busy", "store_failed", "internal"),
)
HEAD_UPLOAD: Final = Operation(
    "HEAD", _UPLOAD, "How much of an upload is there (tus 1.0).", {}, 200, (_SECRET, _VERSION), {}, _SENDING
)
PATCH_UPLOAD: Final = Operation(
    "PATCH",
    _UPLOAD,
    "Go on with an upload (tus 1.0).",
    {},
    204,
    (_SECRET, _VERSION, _OFFSET),
    {OFFSET_BYTES: _BYTES},
    (*_SENDING, *_BODIES, "wrong_offset", "unsupported_type", "bad_parameter"),
)
DELETE_UPLOAD: Final = Operation(
    "DELETE", _UPLOAD, "Give an upload up (tus 1.0).", {}, 204, (_SECRET, _VERSION), {}, _SENDING
)
UPLOAD_OPTIONS: Final = Operation(
    "OPTIONS", _UPLOAD, "What there is of tus.", {}, 204, (_SECRET,), errors=("foreign_origin",)
)
FILE_OPERATIONS: Final[Sequence[Operation]] = (
    PUT_FILE,
    GET_FILE,
    HEAD_UPLOAD,
    PATCH_UPLOAD,
    DELETE_UPLOAD,
    UPLOAD_OPTIONS,
)
