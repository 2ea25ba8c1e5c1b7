"""What the text wire's lines mean to the servers here that are written in Python."""

from typing import NamedTuple

_REGISTER = b"server:register "
_JOIN = b"server:join "
_LOBBY = b"lobby"


class Said(NamedTuple):
    """A line's effect: what its sender hears, and what those in `room` (None: everybody), or `to` alone, hear."""

    answer: bytes = b""
    told: bytes = b""
    room: bytes | None = None
    to: bytes | None = None
    name: bytes | None = None
    enters: bytes | None = None


def meaning(line: bytes, name: bytes, room: bytes | None) -> Said:
    """What `line` (without its end) means from the member `name` in `room`, or in none."""
    if line.startswith(_REGISTER):
        name = line[len(_REGISTER) :].strip()
        return Said(b"server: welcome, %b\n" % name, b"server: %b joined\n" % name, name=name)
    if line.startswith(_JOIN):
        entered = line[len(_JOIN) :].strip()
        answer, told = b"server: you are in %b\n" % entered, b"server: %b joined %b\n" % (name, entered)
        return Said(answer, told, room=entered, enters=entered)
    to, colon, text = line.partition(b":")
    if room is None and colon:
        return Said(told=b"%b: %b\n" % (name, text), to=to)
    return Said(told=b"%b (in %b): %b\n" % (name, room or _LOBBY, line), room=room)
