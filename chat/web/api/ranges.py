"""Which part of a file a client asks for (RFC 9110, 14), and whether it has the file already (13)."""

import re
from typing import Final, NamedTuple

from chat.errors import ChatError
from chat.web.request import ChatRequest

_RANGE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,15})-([0-9]{0,15})[ \t]*", re.IGNORECASE)


class Part(NamedTuple):
    """The bytes of a file from `start` up to, and without, `end`."""

    start: int
    end: int


def part_of(request: ChatRequest, size: int, tag: str) -> Part | None:
    """The part of a file of `size` bytes, with the entity tag `tag`, that `request` asks for; None for all of it.

    Several parts, and what is no range, are answered with all of it. So is a range of another file (`If-Range`).
    Raises ChatError (`no_such_range`) for a part behind the end.
    """
    asked = _RANGE.fullmatch(request.getHeader("Range") or "")
    if asked is None or request.method != b"GET" or request.getHeader("If-Range") not in (None, tag):
        return None
    first, last = asked.groups()
    if not first:
        if not last:
            return None
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), size
        if last:
            if int(last) < start:
                return None
            end = min(size, int(last) + 1)
    if start >= end:
        request.setHeader(b"Content-Range", b"bytes */%d" % size)
        raise ChatError("no_such_range", size=size)
    return Part(start, end)


def has_it(request: ChatRequest, tag: str) -> bool:
    """Whether the client has the file with the entity tag `tag` already (`If-None-Match`)."""
    asked = request.getHeader("If-None-Match")
    if asked is None:
        return False
    tags = {each.strip().removeprefix("W/") for each in asked.split(",")}
    return "*" in tags or tag in tags
