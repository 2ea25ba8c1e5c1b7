"""A picture to send: an evening at the sea, drawn by this program, so that nobody has to be asked for it."""

import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

_WIDTH: Final = 800
_HEIGHT: Final = 450
_SHORE: Final = 320
_SUN: Final = (540, 196, 34)
_Colour = tuple[float, float, float]
_HIGH: Final[_Colour] = (88, 110, 152)
_LOW: Final[_Colour] = (246, 170, 134)
_DEEP: Final[_Colour] = (62, 66, 98)
# Hills from the farthest to the nearest: how high, how long their waves are, where they begin, and their colour.
_HILLS: Final[Sequence[tuple[float, float, float, _Colour]]] = (
    (252, 310, 0.6, (146, 116, 138)),
    (276, 230, 2.2, (104, 92, 128)),
    (296, 170, 4.1, (66, 70, 104)),
)


def sunset() -> bytes:
    """It, as a PNG."""
    rows = b"".join(b"\0" + bytes(_row(y)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _row(y: int) -> Iterator[int]:
    for x in range(_WIDTH):
        yield from (round(part) for part in _colour(x, y))


def _colour(x: int, y: int) -> _Colour:
    if y >= _SHORE:
        return _water(x, y)
    for top, length, begin, colour in reversed(_HILLS):
        if y > top - 18 * math.sin(x / length * 6.3 + begin) - 9 * math.sin(x / length * 17 + 2 * begin):
            return colour
    middle, height, radius = _SUN
    if math.hypot(x - middle, y - height) < radius:
        return (255, 240, 206)
    return _between(_HIGH, _LOW, (y / _SHORE) ** 1.2)


def _water(x: int, y: int) -> _Colour:
    depth = (y - _SHORE) / (_HEIGHT - _SHORE)
    glitter = math.sin(x * 0.11 + y * 1.7) + math.sin(x * 0.037 - y * 0.9)
    if y % 5 == 0 and abs(x - _SUN[0]) < 30 + 90 * depth and glitter > 0.7:
        return (255, 226, 190)
    return _between(_LOW, _DEEP, 0.25 + 0.75 * depth)


def _between(one: _Colour, other: _Colour, share: float) -> _Colour:
    red, green, blue = (first + (second - first) * share for first, second in zip(one, other, strict=True))
    return red, green, blue
