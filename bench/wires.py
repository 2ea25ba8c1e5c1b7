"""The load's side of each wire: what it sends, and how it counts received messages."""

import json
from collections.abc import Callable, Iterator, Sequence
from operator import mod

import msgspec
from msgspec.structs import replace
from wsproto.frame_protocol import FrameProtocol
from wsproto.utilities import generate_accept_token

# The room of a whole server: on our wires that is the lobby, which all are in anyway.
LOBBY = "lobby"
# What is sent ends with it, and what is heard is counted by it. Nine characters are found faster than a newline.
MARKER = b"~counted~"
# Sixteen bytes, of which the server makes what accepts them. RFC 6455 wants new ones each time, because of caches.
_KEY = b"c2l4dGVlbiBieXRlcywgYQ=="
# A client's frames: masked, and of nothing that was sent before.
_frames = FrameProtocol(client=True, extensions=[])


class Step(msgspec.Struct, frozen=True):
    """Bytes to send, and the bytes in the answer that allow the next step."""

    said: bytes
    awaited: bytes


class Wire(msgspec.Struct, frozen=True):
    """One wire, as a client speaks it; within TLS, if it `is_encrypted`.

    A `ping` asks who is silent for a `pong`, if it is not empty. `register` is given a name, `join` a room and the
    name; None means that nothing needs to be done. `say` is given a room and a text, `tell` a name and a text; texts
    end with `MARKER`. `visit` is given a room, a name and a word: to enter, to read its history, to search if that is
    possible, and to leave. `numbered` puts the number of a message into what was said, where the wire needs one.

    What is heard is counted by `marker`, and `ending` is what usually comes after it. If it `acknowledges`, these are
    the answers to who talks, and not what the others hear. If it `echoes`, who talks in a room hears it, too. Where
    hearers answer each message, `receipts` makes the answers from whole messages.
    """

    name: str
    register: Callable[[str], Sequence[Step]]
    join: Callable[[str, str], Step | None]
    say: Callable[[str, str], bytes]
    tell: Callable[[str, str], bytes]
    visit: Callable[[str, str, str], Sequence[Step]]
    ending: bytes
    marker: bytes = MARKER
    acknowledges: bool = False
    echoes: bool = False
    numbered: Callable[[bytes, int], bytes] | None = None
    receipts: Callable[[bytes], bytes] | None = None
    ping: bytes = b""
    pong: bytes = b""
    is_encrypted: bool = False


def _text_join(room: str, _name: str) -> Step | None:
    return None if room == LOBBY else _text_enter(room)


def _text_enter(room: str) -> Step:
    return Step(b"server:join %b\n" % room.encode(), b"server: you are in ")


def _text_visit(room: str, word: str) -> Iterator[Step]:
    """The heads of what is found come first; no text can be taken for them."""
    yield _text_enter(room)
    yield Step(b"server:history 20\n", b" in %b\n" % room.encode())
    yield Step(b"server:search %b\n" % word.encode(), b" found")
    yield Step(b"server:leave\n", b"server: you left ")


def _bare_visit(room: str) -> list[Step]:
    return [_text_enter(room), _text_enter("hall")]


def _ndjson(kind: str, **fields: str | None) -> bytes:
    """A request; the fields that are None are left out."""
    return json.dumps({"type": kind, **{name: value for name, value in fields.items() if value}}).encode() + b"\n"


def _ndjson_register(name: str) -> Step:
    return Step(_ndjson("join", nickname=name, id="here"), b'"id":"here"')


def _ndjson_join(room: str, _name: str) -> Step | None:
    return None if room == LOBBY else Step(_ndjson("join", room=room, id="in"), b'"id":"in"')


def _ndjson_visit(room: str, word: str) -> Iterator[Step]:
    yield Step(_ndjson("join", room=room, id="in"), b'"id":"in"')
    yield Step(_ndjson("history", room=room, id="past"), b'"id":"past"')
    yield Step(_ndjson("search", query=word, id="found"), b'"id":"found"')
    yield Step(_ndjson("leave", room=room, id="out"), b'"id":"out"')


def _irc_visit(room: str) -> Iterator[Step]:
    """Without history, and without a search."""
    yield _irc_join(room)
    yield Step(b"PART #%b\r\nPING out\r\n" % room.encode(), b" PONG ")


def _irc_join(room: str) -> Step:
    return Step(b"JOIN #%b\r\n" % room.encode(), b" 366 ")


def _numbered(request: bytes) -> bytes:
    return request.replace(b"{", b'{"id": %d, ', 1)


def _frame(request: bytes) -> bytes:
    return bytes(_frames.send_data(request.decode().rstrip("\n")))


def _framed(step: Step) -> Step:
    return Step(_frame(step.said), step.awaited)


def _websocket_join(room: str, name: str) -> Step | None:
    step = _ndjson_join(room, name)
    return None if step is None else _framed(step)


def _upgrade() -> Step:
    """The handshake, without an `Origin`: this is a program, and no page."""
    lines = [
        b"GET /ws HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Key: " + _KEY,
        b"Sec-WebSocket-Version: 13",
    ]
    return Step(b"\r\n".join([*lines, b"", b""]), generate_accept_token(_KEY))


def _irc_register(name: str) -> Step:
    return Step(f"NICK {name}\r\nUSER {name} 0 * :{name}\r\n".encode(), b" 001 ")


TEXT = Wire(
    name="text",
    register=lambda name: [Step(b"server:register %b\n" % name.encode(), b"server: welcome, ")],
    join=_text_join,
    say=lambda _room, text: text.encode() + b"\n",
    tell=lambda name, text: f"{name}:{text}\n".encode(),
    visit=lambda room, _name, word: [*_text_visit(room, word)],
    ending=b"\n",
)
# The same for what has no history, no search, and no way out of a room but into another one.
BARE = replace(TEXT, name="bare text", visit=lambda room, _name, _word: _bare_visit(room))
NDJSON = Wire(
    name="ndjson",
    register=lambda name: [_ndjson_register(name)],
    join=_ndjson_join,
    say=lambda room, text: _ndjson("message", room=None if room == LOBBY else room, text=text),
    tell=lambda name, text: _ndjson("message", to=name, text=text),
    visit=lambda room, _name, word: [*_ndjson_visit(room, word)],
    ending=b'"}\n',
)
ACKNOWLEDGED = Wire(
    name="acknowledged ndjson",
    register=NDJSON.register,
    join=_ndjson_join,
    say=lambda room, text: _numbered(NDJSON.say(room, text)),
    tell=lambda name, text: _numbered(NDJSON.tell(name, text)),
    visit=NDJSON.visit,
    ending=b"}\n",
    marker=b'{"type":"ack","request":"message"',
    acknowledges=True,
    numbered=mod,
)
# A message is one frame, which is not masked on the way here: the marker is found in it as in a line.
WEBSOCKET = Wire(
    name="websocket",
    register=lambda name: [_upgrade(), _framed(_ndjson_register(name))],
    join=_websocket_join,
    say=lambda room, text: _frame(NDJSON.say(room, text)),
    tell=lambda name, text: _frame(NDJSON.tell(name, text)),
    visit=lambda room, _name, word: [*map(_framed, _ndjson_visit(room, word))],
    ending=b'"}',
    ping=bytes(FrameProtocol(client=False, extensions=[]).ping()),
    pong=bytes(_frames.pong()),
)
ENCRYPTED = replace(TEXT, name="encrypted text", is_encrypted=True)
IRC = Wire(
    name="irc",
    register=lambda name: [_irc_register(name)],
    join=lambda room, _name: _irc_join(room),
    say=lambda room, text: f"PRIVMSG #{room} :{text}\r\n".encode(),
    tell=lambda name, text: f"PRIVMSG {name} :{text}\r\n".encode(),
    visit=lambda room, _name, _word: [*_irc_visit(room)],
    ending=b"\r\n",
)
# The same with an account for each name: a server of this kind keeps direct messages for accounts only.
IRC_ACCOUNTS = replace(
    IRC,
    name="irc with accounts",
    register=lambda name: [_irc_register(name), Step(b"NS REGISTER password\r\n", b"ccount created")],
)
