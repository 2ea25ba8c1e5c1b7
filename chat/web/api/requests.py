"""`/rooms/{room}/requests`: one request of the NDJSON wire, carried out in a room for a visitor."""

from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qs, unquote_plus

import msgspec

from chat.errors import ChatError
from chat.events import Command, Failure
from chat.hub.visitors import Visitors
from chat.limits import Limits
from chat.web.api.formats import JSON, LINES, TEXT_PLAIN, content_type, preferred
from chat.web.api.rooms import answer_later, parameter_of, room_of, secret_of, visitor_of
from chat.web.errors import refuse_with
from chat.web.origins import Origins
from chat.web.request import ChatRequest
from chat.web.routing import media_type
from chat.wire import NDJSON, schema

FORM: Final = "application/x-www-form-urlencoded"
# The media types of a request. One that names no type is JSON.
TYPES: Final = (JSON, LINES, TEXT_PLAIN, FORM)
# The formats of an answer, the default first.
ANSWERS: Final = (JSON, LINES)
_MOST_FIELDS: Final = Limits().body_fields


class Requests:
    """`/rooms/{room}/requests`."""

    def __init__(self, visitors: Visitors, origins: Origins, limits: Limits) -> None:
        self._visitors = visitors
        self._origins = origins
        self._limits = limits

    def check(self, request: ChatRequest) -> None:
        """Raise ChatError for requests that are refused whatever their body is, as `Messages.check` does."""
        self._origins.check(request)
        self._visitors.check_room(room_of(request), is_guest=secret_of(request) is None)

    def carry_out(self, request: ChatRequest) -> int:
        """Carry out the request in the body, and answer with what it is answered with on the wire."""
        return answer_later(request, self._carry_out(request))

    async def _carry_out(self, request: ChatRequest) -> bytes:
        kind = preferred(request.getHeader("Accept"), ANSWERS)
        visitor = visitor_of(request)._replace(name=parameter_of(request, "username"))
        command = self._command(cast("Any", request.content).read(), request.getHeader("Content-Type") or "")
        *events, reply = await self._visitors.request(visitor, room_of(request), command)
        if isinstance(reply, Failure):
            return refuse_with(request, reply)
        request.setHeader(b"Content-Type", content_type(kind))
        lines = b"".join(map(NDJSON.encode, (*events, reply)))
        return lines if kind == LINES else _object(lines)

    def _command(self, body: bytes, content_type: str) -> Command:
        """The command that a body asks for. Raises ChatError."""
        line = _from_form(body) if media_type(content_type, TYPES) == FORM else body
        if len(line.strip()) > self._limits.line_bytes:
            raise ChatError("too_long", limit=self._limits.line_bytes)
        decoded = NDJSON.decode(line, None)
        if decoded is None:
            raise ChatError("not_json")
        [command] = decoded.commands
        return command


def _object(lines: bytes) -> bytes:
    """The answer as one object: the `ack` which is its last line, and the `pushes` before it, if there are any."""
    *pushes, ack = lines.splitlines()
    return b'%b,"pushes":[%b]}\n' % (ack.removesuffix(b"}"), b",".join(pushes)) if pushes else lines


# --- forms


def _from_form(body: bytes) -> bytes:
    """The object in a body with the type of a form: `curl -d` gives everything that type.

    It is JSON (encoded, with `curl --data-urlencode`), or fields with the names of the object's.
    """
    text = body.strip()
    if text.startswith(b"{") or b"=" not in text:
        return unquote_plus(text.decode("latin-1"), "latin-1").encode("latin-1") if text.startswith(b"%7B") else body
    if text.count(b"&") >= _MOST_FIELDS:
        raise ChatError("too_many_fields", limit=_MOST_FIELDS)
    try:
        found = parse_qs(text.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise ChatError("not_utf8") from None
    return msgspec.json.encode(_typed({name: values[0] for name, values in found.items()}))


def _typed(fields: Mapping[str, str]) -> object:
    """The request that these fields are; the fields as they are where they are none, so that the wire says why."""
    kind = schema.REQUESTS.get(fields.get("type", ""))
    try:
        return fields if kind is None else msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError:
        return fields
