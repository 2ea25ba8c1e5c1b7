"""The NDJSON wire, for programs: one JSON object per line. Its objects are in `schema`."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from contextlib import suppress

import msgspec

from chat.errors import ChatError
from chat.events import Command, Event, RequestId
from chat.interfaces import Decoded
from chat.wire import schema
from chat.wire.pushes import PUSHES, REQUEST_NAMES

_decoder = msgspec.json.Decoder(schema.AnyRequest)
_push_decoder = msgspec.json.Decoder(schema.AnyPush)
_encoder = msgspec.json.Encoder()
# A field of an object. The end of the object may be missing, or be no JSON.
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FIELD = re.compile(
    rb'\s*[{,]\s*(%b)\s*:\s*(%b|[\[{](?:[^][{}"]|%b)*+[\]}]|[^\s",{}\[\]]++)\s*(?=[,}])' % ((_STRING,) * 3), re.S
)
# The bytes of a broken line in which an id is looked for.
_SCANNED = 1024


class _OnlyId(msgspec.Struct):
    id: schema.Id | None = None


class NdjsonCodec:
    """The `Codec` of the NDJSON wire."""

    name = "ndjson"
    shows_sent = True

    def decode(self, line: bytes, place: str | None) -> Decoded | None:
        """See `Codec.decode`. `place` means nothing here: each request names its room."""
        if not line.strip():
            return None
        try:
            line = line.removeprefix(BOM_UTF8)
            line.decode("utf-8")  # msgspec looks only at the fields it knows
            request = _decoder.decode(line)
        except UnicodeDecodeError:
            raise ChatError("not_utf8", request_id=self.request_id(line)) from None
        except msgspec.ValidationError:
            raise _complaint(line) from None
        except (msgspec.DecodeError, RecursionError):
            raise ChatError("not_json", request_id=self.request_id(line)) from None
        return Decoded((_command_of(request),))

    def request_id(self, head: bytes) -> RequestId:
        """See `Codec.request_id`: the first `id` of the object, where nothing before it is deeper than a list."""
        head, at = head.removeprefix(BOM_UTF8), 0
        while field := _FIELD.match(head, at, _SCANNED):
            if field[1] == b'"id"':
                return _id_of(field[2])
            at = field.end()
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return msgspec.json.decode(head, type=_OnlyId).id
        return None

    def encode(self, event: Event) -> bytes:
        """See `Codec.encode`."""
        return _encoder.encode_lines(PUSHES[type(event)](event))


_codec = NdjsonCodec()


def encode_request(command: Command) -> bytes:
    """The line that asks a server for `command`: the client's half of this wire."""
    arguments = {_FIELDS.get((command.name, name), name): value for name, value in command.arguments.items()}
    arguments.pop("alone", None)
    kind = schema.REQUESTS[_request_name(command)]
    return _encoder.encode(kind(id=command.id, **arguments)) + b"\n"


def decode_push(line: bytes) -> schema.AnyPush:
    """The push in a line of a server: the client's half of this wire. Raises ValueError if the line has none."""
    try:
        push: schema.AnyPush = _push_decoder.decode(line)
    except RecursionError:
        raise ValueError("that is nested too deeply") from None
    return push


# The names of fields and commands in the command table and on this wire, if they differ.
_FIELDS = {
    ("register", "name"): "nickname",
    ("login", "name"): "nickname",
    ("logout", "what"): "alone",
    ("reply", "seq"): "answers",
    ("message", "seq"): "answers",
}
_COMMAND_NAMES = {
    "disconnect": "exit",
    "account.create": "password",
    "account.change": "password",
    "account.delete": "unregister",
    "device.list": "devices",
    "device.end": "devices",
    "token.make": "token",
    "token.list": "token",
    "token.revoke": "token",
}


def _request_name(command: Command) -> str:
    if command.name == "password":
        return "account.change" if "old" in command.arguments else "account.create"
    if command.name == "token":
        what = [verb for field, verb in (("rooms", "make"), ("handle", "revoke")) if field in command.arguments]
        return f"token.{what[0] if what else 'list'}"
    if command.name == "devices":
        return "device.end" if "device" in command.arguments else "device.list"
    return REQUEST_NAMES.get(command.name, command.name)


def _command_of(request: schema.AnyRequest) -> Command:
    match request:
        case schema.Say():
            return _say(request)
        case schema.Join():
            return _join(request)
        case (
            schema.History(to=str(), room=str())
            | schema.Report(to=str(), room=str())
            | schema.Upload(to=str(), room=str())
        ):
            raise ChatError("wrong_type", field="room", request_id=request.id)
        case schema.Delivered(to=None, room=None) | schema.Read(to=None, room=None):
            raise ChatError("missing_field", field="room", request_id=request.id)
        case schema.Edit(to=str(), room=str()) | schema.DeleteMessage(to=str(), room=str()):
            raise ChatError("wrong_type", field="room", request_id=request.id)
        case schema.React(to=str(), room=str()) | schema.WriteOn(to=str(), room=str()):
            raise ChatError("wrong_type", field="room", request_id=request.id)
        case schema.Invite(name=None, link=False):
            raise ChatError("missing_field", field="name", request_id=request.id)
        case schema.React(undo=False, emoji=None):
            raise ChatError("missing_field", field="emoji", request_id=request.id)
        case schema.React():
            name = "unreact" if request.undo else "react"
            return Command(name, {key: value for key, value in _given(request).items() if key != "undo"}, request.id)
        case schema.History(around=int(), since=int()) | schema.History(around=int(), before=int()):
            raise ChatError("wrong_type", field="around", request_id=request.id)
        case schema.History(since=int()):
            return Command("since", _given(request), request.id)
        case schema.Logout():
            return Command("logout", {"what": "all"}, request.id)
        case _:
            name = _tag(request)
            return Command(_COMMAND_NAMES.get(name, name), _given(request), request.id)


def _given(request: msgspec.Struct) -> dict[str, object]:
    """The fields that a request has, except its type and id, and the timestamp, which no command uses."""
    fields: dict[str, object] = msgspec.to_builtins(request)
    return {name: value for name, value in fields.items() if name not in ("type", "id", "timestamp")}


def _say(request: schema.Say) -> Command:
    if request.to is not None and request.room is not None:
        raise ChatError("wrong_type", field="room", request_id=request.id)
    arguments: dict[str, object] = {"text": request.text}
    if request.to is not None:
        arguments["to"] = request.to
    elif request.room is not None:
        arguments["room"] = request.room
    if request.answers is not None:
        # Commands call the number of another message so.
        arguments["seq"] = request.answers
    if request.file is not None:
        arguments["file"] = request.file
    elif request.answers is not None:
        return Command("reply", arguments, request.id)
    return Command("message", arguments, request.id)


def _join(request: schema.Join) -> Command:
    if request.nickname is not None and request.room is not None:
        raise ChatError("wrong_type", field="room", request_id=request.id)
    if request.ticket is not None and (request.nickname is not None or request.room is not None):
        raise ChatError("wrong_type", field="ticket", request_id=request.id)
    secret = request.token if request.ticket is None else request.ticket
    if request.nickname is not None or (secret is not None and request.room is None):
        arguments = _given(request)
        if request.nickname is not None:
            arguments["name"] = arguments.pop("nickname")
        return Command("register", arguments, request.id)
    if request.room is None:
        raise ChatError("missing_field", field="nickname", request_id=request.id)
    return Command("join", _given(request), request.id)


def _tag(request: msgspec.Struct) -> str:
    return str(request.__struct_config__.tag)


def _complaint(line: bytes) -> ChatError:
    """The error for JSON that is no request, with the request's id if it has one."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return ChatError("not_an_object")
    except (msgspec.DecodeError, RecursionError):
        return ChatError("not_json", request_id=_codec.request_id(line))
    request_id = _request_id(fields)
    if "type" not in fields:
        return ChatError("missing_field", field="type", request_id=request_id)
    kind = schema.REQUESTS.get(msgspec.json.decode(fields["type"])) if _fits(fields, "type", str) else None
    if kind is None:
        return ChatError("unknown_type", request_id=request_id)
    for known in msgspec.structs.fields(kind):
        if known.encode_name not in fields and known.required:
            return ChatError("missing_field", field=known.encode_name, request_id=request_id)
        if known.encode_name in fields and not _fits(fields, known.encode_name, known.type):
            return ChatError("wrong_type", field=known.encode_name, request_id=request_id)
    return ChatError("not_json", request_id=request_id)


def _request_id(fields: Mapping[str, msgspec.Raw]) -> RequestId:
    return _id_of(fields["id"]) if "id" in fields else None


def _id_of(raw: bytes) -> RequestId:
    try:
        request_id: RequestId = msgspec.json.decode(raw, type=schema.Id)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return request_id


def _fits(fields: Mapping[str, msgspec.Raw], name: str, kind: object) -> bool:
    try:
        msgspec.json.decode(fields[name], type=kind)
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
