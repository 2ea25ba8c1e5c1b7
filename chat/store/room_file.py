"""The file that holds one room: lines of JSON, a header and one entry for each event.

Of a public room the file has the events, from which its state is made again; of a private one also its state.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from chat.events import Message, RoomEvent
from chat.files import FileInfo, file_name
from chat.limits import Limits
from chat.names import GUEST, RESERVED, fold, parse_known_name, parse_name
from chat.room_state import RoomState, target_of
from chat.sanitize import clean
from chat.store.interfaces import StoreError
from chat.store.kinds import KINDS

FORMAT = "chatserver-room"
VERSION = 1
# No room gets that far: it would take a server at full speed a hundred years.
MOST_SEQ = 10**14
# How the target of a guest's ban begins: see `chat.room_state.target_of`.
_AT = "at "
_LIMITS = Limits()
_MESSAGE = KINDS.by_event[Message].name
# A character may take six bytes of JSON.
LONGEST_LINE = 16 * _LIMITS.line_bytes
# The entry of a message that was deleted: only its place is left.
GONE = "gone"
# The ids of files, and media types.
_FILE_ID = re.compile(r"[\w-]{16,64}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)
# As `Hub` makes them of the ids of requests.
_NONCE = re.compile(r"(int|str):.*", re.DOTALL)


class Header(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The first line: the format of what follows, and the room's key and name.

    `founder` made the room, if that was somebody with an account. `state` is the state of a private room.
    """

    format: str
    version: int
    room: str
    name: str
    founder: str | None = None
    state: RoomState | None = None


class Entry(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One event of the room. `deleted` numbers, within the file, the senders whose account was deleted since.

    `kind` is the name of its `EventKind`, and `data` has the fields that this declares.
    """

    kind: str
    seq: Annotated[int, Meta(ge=1, le=MOST_SEQ)]
    sender: str
    sent_at: Annotated[float, Meta(ge=0)]
    place: str | None = None
    client_id: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    text: str | None = None
    nonce: str | None = None
    data: Mapping[str, Any] | None = None
    deleted: Annotated[int, Meta(ge=1, le=MOST_SEQ)] | None = None


def check_header(header: Header) -> None:
    """Raise StoreError or ChatError if no server could have a room with this header."""
    if (header.format, header.version) != (FORMAT, VERSION):
        raise StoreError(f"this is not {FORMAT} of version {VERSION}")
    name = parse_name(header.name, _LIMITS.room_characters, "bad_room")
    if name != (header.name, header.room) or name.key in RESERVED:
        raise StoreError(f"no room {header.name} can have the key {header.room}")
    if header.founder is not None:
        _check_name(header.founder)
    if (state := header.state) is not None:
        for key, member in state.members.items():
            _check_name(member.name)
            if fold(member.name) != key:
                raise StoreError(f"no member {member.name} can have the key {key}")
        if not all(map(_is_clean, (state.topic, state.name, state.made_by))):
            raise StoreError("the state has characters that none has")


def without_addresses(state: RoomState) -> RoomState:
    """The state without what it keeps of the addresses of guests."""
    kept = {target: sanction for target, sanction in state.bans.items() if not target.startswith(_AT)}
    return replace(state, bans=kept)


def without_address(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of an event, in which a guest is named in the place of their address."""
    if not str(data.get("target", "")).startswith(_AT):
        return data
    return {**data, "target": target_of(None, fold(data["name"]), "")}


def event_of(entry: Entry, room: str, latest: float) -> RoomEvent:
    """The event that an entry in the file of the room with the key `room` holds.

    Raises StoreError, ChatError or msgspec.ValidationError if no server would have stored it. `latest` is the latest
    time that it may have, in seconds since the epoch.
    """
    kind = KINDS.by_name.get(entry.kind)
    if kind is None:
        raise StoreError(f"this program knows no event {entry.kind!r}")
    _check(entry, room, latest)
    data = entry.data or {}
    if not {*data} <= {*kind.data}:
        raise StoreError(f"the data of an event {kind.name!r} are {', '.join(kind.data) or 'none'}")
    own = {"text": entry.text, "nonce": entry.nonce} if kind.event is Message else {}
    fields = {field: getattr(entry, field) for field in ("seq", "sender", "sent_at", "place", "client_id")}
    event = msgspec.convert({**fields, **own, **data, "room": room}, kind.event)
    if isinstance(event, Message) and event.file is not None:
        _check_file(event.file)
    return event


def gone_of(entry: Entry, room: str, latest: float) -> Message:
    """What is left of a message that was deleted, by its entry. Raises as `event_of` does."""
    _check(entry, room, latest)
    if entry.data:
        raise StoreError("of a deleted message nothing is kept")
    return Message(room=room, place=entry.place, sender=entry.sender, seq=entry.seq, sent_at=entry.sent_at, text="")


def _check_name(name: str) -> None:
    parsed = parse_known_name(name, _LIMITS.name_characters)
    if parsed.shown != name:
        raise StoreError("the sender's name is not in its usual form")
    if parsed.key in RESERVED - {GUEST}:
        raise StoreError(f"nobody can be called {name}")


def _is_clean(text: str) -> bool:
    return clean(text) == text and len(text.encode()) <= _LIMITS.line_bytes


def _check(entry: Entry, room: str, latest: float) -> None:
    _check_name(entry.sender)
    if entry.sent_at > latest:
        raise StoreError("sent_at is in the future")
    if entry.place is not None:
        place = parse_name(entry.place, _LIMITS.room_characters, "bad_room")
        if place != (entry.place, room):
            raise StoreError("the place is not this room")
    if entry.kind == _MESSAGE:
        _check_message(entry)
    elif not all(_is_clean(value) for value in (entry.data or {}).values() if isinstance(value, str)):
        raise StoreError("the data have characters that no event has")
    elif entry.text is not None or entry.nonce is not None:
        raise StoreError("only a message has a text and a nonce")


def _check_file(file: FileInfo) -> None:
    if not _FILE_ID.fullmatch(file.id) or file_name(file.name) != file.name or not _MEDIA_TYPE.fullmatch(file.type):
        raise StoreError("no message has such a file")
    sizes = (file.size, file.width, file.height)
    if any(each is not None and each < 1 for each in sizes) or file.key is not None or not _is_clean(file.site):
        raise StoreError("no message has such a file")


def _check_message(entry: Entry) -> None:
    text, nonce = entry.text or "", entry.nonce
    if entry.place is None:
        raise StoreError("a message has the place in which it was said")
    has_file = (entry.data or {}).get("file") is not None
    if not (text.strip() or has_file) or clean(text).rstrip() != text:
        raise StoreError("the text is missing, or has characters that no message has")
    if len(text.encode()) > _LIMITS.line_bytes or len(nonce or "") > _LIMITS.line_bytes:
        raise StoreError(f"the text or the nonce is longer than {_LIMITS.line_bytes} bytes")
    if nonce is not None and not _NONCE.fullmatch(nonce):
        raise StoreError("no server makes such a nonce")
