"""MQTT 5 as the load speaks it: a room is a topic, and so is each person. All is sent with QoS 1.

Small packets only: each has fewer than 128 bytes after its first two.
"""

import re

from bench.wires import MARKER, Step, Wire

_CONNECT, _PUBLISH, _PUBACK, _SUBSCRIBE, _SUBACK, _UNSUBSCRIBE, _UNSUBACK = 0x10, 0x32, 0x40, 0x82, 0x90, 0xA2, 0xB0
_CLEAN_START = 2
_SECONDS_ALIVE = 3600
# A subscriber does not hear what it says itself.
_NO_LOCAL = 0b100
_PERSON, _ROOM = 1, 2
_LAST_NUMBER = 0xFFFF
# What a message has between its topic and its text: its number, which is put in later, and no properties.
_UNNUMBERED = b"/\0\0\0"
# A message to a subscriber, up to its number: no topic has a slash but at its two ends.
_MESSAGE = re.compile(rb"\x32[\x00-\x7f]\x00[\x00-\x7f]/[^/]*/(..)\x00", re.DOTALL)


def _packet(kind: int, body: bytes) -> bytes:
    return bytes((kind, len(body))) + body


def _string(text: str) -> bytes:
    return len(text).to_bytes(2) + text.encode()


def _topic(place: str) -> str:
    return f"/{place}/"


def _subscribe(place: str, number: int, qos: int = 1) -> Step:
    body = number.to_bytes(2) + b"\0" + _string(_topic(place)) + bytes([_NO_LOCAL | qos])
    # No properties, and granted.
    return Step(_packet(_SUBSCRIBE, body), _packet(_SUBACK, number.to_bytes(2) + b"\0" + bytes([qos])))


def _visit(room: str, _name: str, _word: str) -> list[Step]:
    """There is no history, and no search. A visitor acknowledges nothing."""
    number = _ROOM.to_bytes(2) + b"\0"
    leave = Step(_packet(_UNSUBSCRIBE, number + _string(_topic(room))), _packet(_UNSUBACK, number + b"\0"))
    return [_subscribe(room, _ROOM, qos=0), leave]


def _register(name: str) -> list[Step]:
    """A connection, and the topic of what is for this person alone."""
    head = _string("MQTT") + bytes((5, _CLEAN_START)) + _SECONDS_ALIVE.to_bytes(2) + b"\0"
    return [Step(_packet(_CONNECT, head + _string(name)), bytes([_CONNECT + 0x10])), _subscribe(name, _PERSON)]


def _publish(place: str, text: str) -> bytes:
    topic = _string(_topic(place))
    return _packet(_PUBLISH, topic[:-1] + _UNNUMBERED + text.encode())


def _numbered(said: bytes, number: int) -> bytes:
    return said.replace(_UNNUMBERED, b"/" + (number % _LAST_NUMBER + 1).to_bytes(2) + b"\0", 1)


def _receipts(whole: bytes) -> bytes:
    numbers = _MESSAGE.findall(whole)
    head = bytes((_PUBACK, 2))
    return head + head.join(numbers)


# The end of a text is that of its message. Nobody is told whom a message is from.
MQTT = Wire(
    name="mqtt",
    register=_register,
    join=lambda room, _name: _subscribe(room, _ROOM),
    say=_publish,
    tell=_publish,
    visit=_visit,
    ending=MARKER,
    numbered=_numbered,
    receipts=_receipts,
)
