"""The NDJSON wire, for programs: one JSON object per line. Its objects are in `schema`."""

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from chat.errors import ChatError
from chat.events import (
    Command,
    Copied,
    Done,
    Entered,
    Event,
    Exited,
    Failure,
    Goodbye,
    Head,
    Help,
    Joined,
    Left,
    Listed,
    Message,
    Missed,
    Online,
    Prompt,
    Recalled,
    RequestId,
    Sent,
    ShuttingDown,
    TokenMade,
    Tokens,
    WasRead,
    Welcome,
)
from chat.wire import schema

_decoder = msgspec.json.Decoder(schema.AnyRequest)
_push_decoder = msgspec.json.Decoder(schema.AnyPush)
_encoder = msgspec.json.Encoder()


class NdjsonCodec:
    """The `Codec` of the NDJSON wire."""

    name = "ndjson"

    def decode(self, line: bytes, place: str | None) -> Command | None:
        """See `Codec.decode`. `place` means nothing here: each request names its room."""
        if not line.strip():
            return None
        try:
            line = line.removeprefix(BOM_UTF8)
            line.decode("utf-8")  # msgspec looks only at the fields it knows
            request = _decoder.decode(line)
        except UnicodeDecodeError:
            raise ChatError("not_utf8") from None
        except msgspec.ValidationError:
            raise _explained(line) from None
        except (msgspec.DecodeError, RecursionError):
            raise ChatError("not_json") from None
        return _command_of(request)

    def encode(self, event: Event) -> bytes:
        """See `Codec.encode`."""
        return b"".join(_encoder.encode(push) + b"\n" for push in _PUSHES[type(event)](event))


def encode_request(command: Command) -> bytes:
    """The line that asks a server for `command`: the client's half of this wire."""
    arguments = {_FIELDS.get((command.name, name), name): value for name, value in command.arguments.items()}
    arguments.pop("alone", None)
    kind = schema.REQUESTS[_request_name(command)]
    return _encoder.encode(kind(id=command.id, **arguments)) + b"\n"


def decode_push(line: bytes) -> schema.AnyPush:
    """What a server sent, for a client. Raises ValueError for a line that is none of the schema's objects."""
    push: schema.AnyPush = _push_decoder.decode(line)
    return push


# What a request, and its fields, are called on this wire, where the command table calls them otherwise.
_REQUEST_NAMES = {
    "register": "join",
    "login": "join",
    "exit": "disconnect",
    "since": "history",
    "claim": "account.create",
    "change": "account.change",
    "unregister": "account.delete",
    "revoke": "token.revoke",
}
_FIELDS = {("register", "name"): "nickname", ("login", "name"): "nickname", ("logout", "what"): "alone"}
_COMMAND_NAMES = {
    "disconnect": "exit",
    "account.create": "password",
    "account.change": "password",
    "account.delete": "unregister",
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
    return _REQUEST_NAMES.get(command.name, command.name)


def _command_of(request: schema.AnyRequest) -> Command:
    match request:
        case schema.Join():
            return _join(request)
        case schema.Say(to=str(), room=str()) | schema.History(to=str(), room=str()):
            raise ChatError("wrong_type", field="room", request_id=request.id)
        case schema.Say(text=text, to=str(to)):
            return Command("message", {"text": text, "to": to}, request.id)
        case schema.Say(text=text, room=str(room)):
            return Command("message", {"text": text, "room": room}, request.id)
        case schema.Delivered(to=None, room=None) | schema.Read(to=None, room=None):
            raise ChatError("missing_field", field="room", request_id=request.id)
        case schema.History(since=int()):
            return Command("since", _given(request), request.id)
        case schema.Logout():
            return Command("logout", {"what": "all"}, request.id)
        case _:
            name = _tag(request)
            return Command(_COMMAND_NAMES.get(name, name), _given(request), request.id)


def _given(request: msgspec.Struct) -> dict[str, object]:
    """The fields that say something, but for the id, and what no command wants to know."""
    fields: dict[str, object] = msgspec.to_builtins(request)
    return {name: value for name, value in fields.items() if name not in ("type", "id", "timestamp")}


def _join(request: schema.Join) -> Command:
    if request.nickname is not None and request.room is not None:
        raise ChatError("wrong_type", field="room", request_id=request.id)
    if request.nickname is not None:
        arguments = _given(request)
        arguments["name"] = arguments.pop("nickname")
        return Command("register", arguments, request.id)
    if request.room is None:
        raise ChatError("missing_field", field="nickname", request_id=request.id)
    return Command("join", _given(request), request.id)


def _tag(request: msgspec.Struct) -> str:
    return str(request.__struct_config__.tag)


def _explained(line: bytes) -> ChatError:
    """Why a line that is JSON is no request, with the request's id where it has one."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return ChatError("not_an_object")
    except (msgspec.DecodeError, RecursionError):
        return ChatError("not_json")
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
    return msgspec.json.decode(fields["id"], type=schema.Id) if _fits(fields, "id", schema.Id) else None


def _fits(fields: Mapping[str, msgspec.Raw], name: str, kind: object) -> bool:
    try:
        msgspec.json.decode(fields[name], type=kind)
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _time(seconds: float) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _message(event: Message, *, past: bool = False) -> schema.Push:
    return schema.Message(
        sender=event.sender,
        client_id=event.client_id,
        room=event.place,
        to=event.to,
        seq=event.seq,
        timestamp=_time(event.sent_at),
        size=len(event.text.encode()),
        text=event.text,
        past=past,
    )


def _listed(event: Listed) -> Sequence[schema.Push]:
    ack = schema.Ack(
        request=_REQUEST_NAMES.get(event.request, event.request),
        id=event.id,
        more=event.more,
        next=event.next if event.more and event.next else None,
    )
    return [*(_message(message, past=True) for message in event.messages), ack]


def _done(event: Done) -> Sequence[schema.Push]:
    return [schema.Ack(request=_REQUEST_NAMES.get(event.request, event.request), id=event.id, more=event.more)]


def _tokens(event: Tokens) -> Sequence[schema.Push]:
    tokens = [
        schema.Token(handle=token.handle, rooms=list(token.rooms), timestamp=_time(token.created_at))
        for token in event.tokens
    ]
    return _answer(schema.Tokens(tokens=tokens, id=event.id), "token.list", event.id)


def _place(head: Head) -> schema.Place:
    room, to = (None, head.name) if head.is_direct else (head.name, None)
    return schema.Place(room=room, to=to, seq=head.last, delivered=head.delivered, read=head.read)


def _moved(kind: type[schema.Joined] | type[schema.Left]) -> Callable[[Joined | Left], Sequence[schema.Push]]:
    return lambda event: [
        kind(
            nickname=event.sender,
            client_id=event.client_id,
            room=event.place,
            seq=event.seq,
            timestamp=_time(event.sent_at),
        )
    ]


def _welcome(event: Welcome) -> Sequence[schema.Push]:
    return [
        schema.Ack(
            request="join",
            id=event.id,
            nickname=event.name,
            client_id=event.client_id,
            online=list(event.online),
            lobby=event.lobby,
            seq=event.seq,
            motd=list(event.motd) or None,
            account=event.has_account,
            token=event.token,
            rooms=[_place(head) for head in event.heads] or None,
        )
    ]


def _sent(event: Sent) -> Sequence[schema.Push]:
    return [
        schema.Ack(
            request="message",
            id=event.id,
            room=event.place,
            to=event.to,
            seq=event.seq,
            timestamp=_time(event.sent_at),
            queued=event.queued,
        )
    ]


def _answer(push: schema.Push, request: str, request_id: RequestId) -> Sequence[schema.Push]:
    return [push, schema.Ack(request=request, id=request_id)]


_PUSHES: Final[Mapping[type[Event], Callable[..., Sequence[schema.Push]]]] = {
    Message: lambda event: [_message(event)],
    Recalled: lambda event: [_message(event.message, past=True)],
    Copied: lambda event: [_message(event.message)],
    WasRead: lambda event: [schema.WasRead(seq=event.seq, room=event.place, to=event.to)],
    Joined: _moved(schema.Joined),
    Left: _moved(schema.Left),
    Welcome: _welcome,
    Entered: lambda event: [
        schema.Ack(request="join", id=event.id, room=event.place, members=list(event.members), seq=event.seq)
    ],
    Exited: lambda event: [schema.Ack(request="leave", id=event.id, room=event.place)],
    Sent: _sent,
    Online: lambda event: _answer(schema.Online(names=list(event.names), id=event.id), "who", event.id),
    Done: _done,
    TokenMade: lambda event: [
        schema.Ack(request="token.make", id=event.id, token=event.secret, handle=event.token.handle)
    ],
    Tokens: _tokens,
    Listed: _listed,
    Help: lambda event: _answer(schema.Lines(lines=list(event.lines), id=event.id), "help", event.id),
    Goodbye: lambda event: [schema.Ack(request=_REQUEST_NAMES.get(event.request, event.request), id=event.id)],
    Failure: lambda event: [schema.Error(code=event.code, message=event.message, id=event.id)],
    Prompt: lambda _: [],
    Missed: lambda event: [schema.Notice(code="missed", message="these came while you were away", count=event.count)],
    ShuttingDown: lambda _: [schema.Notice(code="shutting_down", message="the server is shutting down")],
}
